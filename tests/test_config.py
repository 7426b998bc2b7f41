"""Every mistake in config.toml is one sentence that names the file, the key and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small_config import SMALL
from tweeklank.article import Language
from tweeklank.config import ConfigError, is_web_address, load_config


def write(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_small_configuration_is_completed_with_defaults(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, SMALL))
    assert config.publication.base_url == "https://example.org/nieuws/"
    assert config.publication.output == tmp_path / "feeds"
    assert (config.publication.entries, config.collect.delay, config.collect.max_articles) == (50, 1.0, 30)
    assert config.collect.withdraw_after == 3
    assert config.store_url == f"sqlite:///{tmp_path / 'tweeklank.db'}"
    assert config.collect.foreign == "leave"
    assert config.translate.model == "auto"
    assert (config.translate.review_above, config.translate.review) == (0.25, "notice")
    assert (config.translate.clock, config.translate.percent) == ("12", "per cent")
    assert (config.translate.clock, config.translate.percent) == ("12", "per cent")
    assert (config.workers.enabled, config.workers.patience, config.workers.stalled_after) == (False, 3600, 30)
    assert config.sources[0].title == {Language.NL: "metaal", Language.EN: "metaal"}


def test_a_source_that_is_called_otherwise_in_english_says_how_its_name_is_translated(tmp_path: Path) -> None:
    named = SMALL + 'title = { nl = "Metaalconvenant", en = "Metals Agreement" }\n'
    assert load_config(write(tmp_path, named)).translate.names == {"Metaalconvenant": "Metals Agreement"}
    assert load_config(write(tmp_path, SMALL)).translate.names == {}


def test_the_shipped_configuration_is_valid() -> None:
    config = load_config(Path(__file__).parent.parent / "config.toml")
    assert [source.id for source in config.sources][:3] == ["metaal", "natuursteen", "hernieuwbare-energie"]
    assert not any(source.local for source in config.sources)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('listing = "', 'listin = "', "unknown key 'sources[1].listin'; did you mean 'listing'?"),
        ("[collect]", "[colect]", "unknown key 'colect'; did you mean 'collect'?"),
        ("mailto:iemand@example.org", "iemand", "collect.contact must be"),
        ("https://www.example.nl/nieuws", "www.example.nl", "sources[1] (metaal).listing must be a web address"),
        ("https://example.org/nieuws", "ftp://example.org/", "publication.base_url must be a web address"),
        ("https://example.org/nieuws", "https://bücher..nl/", "publication.base_url must be a web address"),
        (
            "https://www.example.nl/nieuws",
            f"https://{'a' * 64}.nl/",
            "sources[1] (metaal).listing must be a web address",
        ),
        ('id = "metaal"', 'id = "Metaal!"', "sources[1].id must be a short name"),
        ('id = "metaal"', 'id = "nl"', "sources[1].id must be a short name"),
        ('id = "metaal"', 'id = "topics"', "none of archive, en, nl, nl-en, status, topics"),
        ("[collect]", "[workers]\nenabled = true\n[collect]", "workers.enabled needs a store on PostgreSQL"),
        ("[collect]", "[workers]\nstalled_after = 0\n[collect]", "workers.stalled_after must be a number from 1 to"),
        ("[collect]", "[workers]\nnumber = 3\n[collect]", "unknown key 'workers.number'; known are: enabled, patience"),
        ("[publication]", "[publication]\nhub = 'hub.example'", "publication.hub must be a web address"),
        (
            'id = "metaal"',
            'id = "metaal"\narticle_links = "a[["',
            "sources[1] (metaal).article_links is not a CSS selector",
        ),
        ('id = "metaal"', 'id = "metaal"\nselect = { titel = "h1" }', "did you mean 'title'?"),
        ('id = "metaal"', 'id = "metaal"\nfeed = "https://a.nl/f"', "needs exactly one of listing, feed and sitemap"),
        ('id = "metaal"', 'id = "metaal"\nlocal = 1', "sources[1] (metaal).local must be true or false"),
        ('id = "metaal"', 'id = "metaal"\ntopics = "a"', "must be a list of texts"),
        ('id = "metaal"', 'id = "metaal"\nenglish = { from = "/nl/" }', "english.to is missing"),
        ("[collect]", "[collect]\ndelay = -1", "collect.delay must be a number from 0 to 3600"),
        (
            "[collect]",
            "[translate]\nreview_above = 25\n[collect]",
            "translate.review_above must be a number from 0 to 1",
        ),
        (
            "[collect]",
            "[translate]\nreview = 'wait'\n[collect]",
            "translate.review must be 'notice' or 'hold', not 'wait'",
        ),
        ("[collect]", "[translate]\nclock = '13'\n[collect]", "translate.clock must be '12' or '24', not '13'"),
        ("[collect]", "[collect]\nmax_articles = 1.5", "collect.max_articles must be a whole number"),
        ("[collect]", "[collect]\nforeign = 'skip'", "collect.foreign must be 'leave' or 'publish', not 'skip'"),
        ("[collect]", "[collect]\ndelay = true", "collect.delay must be a number"),
        ("[publication]", "[publication]\nentries = 0", "publication.entries must be a number from 1 to 1000"),
        ("[publication]", "[publication]\ntitle = { nl = 'a' }", "publication.title.en is missing"),
        ("[publication]\n", "[publication]\nbase_url = 1\n", "Cannot overwrite a value"),
        ("[collect]", '[translate]\nclock = "am"\n[collect]', "translate.clock must be '12' or '24', not 'am'"),
        ("[collect]", "[translate]\nclock = 24\n[collect]", "translate.clock must be text in quotes"),
        (
            "[collect]",
            '[translate]\npercent = "pct"\n[collect]',
            "translate.percent must be 'per cent' or '%', not 'pct'",
        ),
        ("[publication]", "publication = 1\n[x]", "publication"),
        ('contact = "mailto:iemand@example.org"', "", "collect.contact is missing"),
        ("[[sources]]", "[sources]", "there is no source yet"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    file = write(tmp_path, SMALL.replace(old, new, 1))
    with pytest.raises(ConfigError) as error:
        load_config(file)
    assert str(file) in str(error.value)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"not valid TOML: .*line 3"):
        load_config(write(tmp_path, "\n\n[publication\n"))


def test_a_missing_file_is_told_with_the_option_that_names_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file; name yours with --config"):
        load_config(tmp_path / "nergens.toml")


def test_two_sources_with_one_id_are_refused(tmp_path: Path) -> None:
    twice = SMALL + '[[sources]]\nid = "metaal"\nfeed = "https://www.example.nl/feed"\n'
    with pytest.raises(ConfigError, match="two sources have the id 'metaal'"):
        load_config(write(tmp_path, twice))


@given(st.text(max_size=300))
def test_any_text_is_a_configuration_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(text, "utf-8", errors="surrogatepass" if text.isascii() else "replace")
    with pytest.raises(ConfigError):
        load_config(file)


@given(st.text(max_size=60))
def test_no_text_breaks_the_check_of_addresses(text: str) -> None:
    assert is_web_address(text) in (True, False)
