"""A source is written into config.toml, and nothing else in it changes."""

from __future__ import annotations

import errno
import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tweeklank.article import Language
from tweeklank.config import ConfigError, Source, load_config
from tweeklank.config.edit import add_source, proposed_id, refuse_known, source_block
from tweeklank.config.sources import ID_PATTERN

OWN = """\
# Mijn instellingen   \n
[publication]
base_url   =   'https://example.org/nieuws/'   # let op de schuine streep

[collect]
contact = "mailto:iemand@example.org"
[[ sources ]]
id="metaal"
listing = "https://www.example.nl/nieuws"   # de oudste
"""
ZINC = Source("zink", {Language.NL: "Zinkconvenant", Language.EN: "Zinc Agreement"}, feed="https://zink.example/feed/")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(OWN, "utf-8")
    return file


def test_a_source_is_added_and_every_other_byte_stays(file: Path) -> None:
    add_source(file, source_block(ZINC, ["Gevonden op de site."]))
    after = file.read_text("utf-8")
    assert after.startswith(OWN)
    assert after.removeprefix(OWN) == (
        '\n# Gevonden op de site.\n[[sources]]\nid = "zink"\n'
        'title = { nl = "Zinkconvenant", en = "Zinc Agreement" }\nfeed = "https://zink.example/feed/"\n'
    )
    assert load_config(file).sources[1] == ZINC
    assert [entry.name for entry in file.parent.iterdir()] == ["config.toml"]


def test_the_first_source_can_be_added(file: Path) -> None:
    file.write_text(OWN[: OWN.index("[[ sources")], "utf-8")
    assert load_config(file, may_lack_sources=True).sources == ()
    with pytest.raises(ConfigError, match="there is no source yet"):
        load_config(file)
    add_source(file, source_block(ZINC))
    assert load_config(file).sources == (ZINC,)


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "# einde"])
def test_the_end_of_the_file_does_not_matter(file: Path, end: str) -> None:
    before = OWN.rstrip("\n") + "\n" + end
    file.write_text(before, "utf-8")
    add_source(file, source_block(ZINC))
    assert file.read_text("utf-8").startswith(before)
    assert len(load_config(file).sources) == 2


def test_a_file_with_windows_line_ends_keeps_them(file: Path) -> None:
    file.write_bytes(OWN.replace("\n", "\r\n").encode())
    add_source(file, source_block(ZINC))
    assert re.search(rb"(?<!\r)\n", file.read_bytes()) is None
    assert len(load_config(file).sources) == 2


def test_permissions_and_links_stay(file: Path) -> None:
    file.chmod(0o640)
    link = file.with_name("link.toml")
    link.symlink_to(file)
    add_source(link, source_block(ZINC))
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert len(load_config(file).sources) == 2


def test_what_would_make_the_file_invalid_is_not_written(file: Path) -> None:
    inline = OWN[: OWN.index("[[ sources")]
    inline = 'sources = [{ id = "metaal", listing = "https://www.example.nl/nieuws" }]\n' + inline
    for before, block in ((inline, source_block(ZINC)), (OWN, source_block(replace(ZINC, id="metaal")))):
        file.write_text(before, "utf-8")
        with pytest.raises(ConfigError, match="nothing was added, put the block in by hand") as error:
            add_source(file, block)
        assert str(file) in str(error.value)
        assert file.read_text("utf-8") == before
        assert [entry.name for entry in file.parent.iterdir()] == ["config.toml"]


def test_an_address_that_is_there_already_is_refused_however_it_is_written(file: Path) -> None:
    sources = load_config(file).sources
    for url in ("https://www.example.nl/nieuws", "http://example.nl/nieuws/?utm_source=x"):
        with pytest.raises(ConfigError, match=r"the source 'metaal' reads https://www\.example\.nl/nieuws already"):
            refuse_known(file, sources, url)
    refuse_known(file, sources, "https://www.example.nl/pers")


@settings(deadline=None)
@given(title=st.text(min_size=1, max_size=60).filter(str.strip), comment=st.text(max_size=60))
def test_any_title_of_a_site_becomes_valid_toml(title: str, comment: str) -> None:
    block = source_block(replace(ZINC, title=dict.fromkeys(Language, title)), [comment])
    (read,) = tomllib.loads(block)["sources"]
    assert read["title"] == {"nl": title, "en": title}


@settings(deadline=None)
@given(st.text(max_size=80), st.sets(st.sampled_from(["bron", "a", "zink", "nl"])))
def test_any_title_becomes_an_id_that_is_free(title: str, taken: set[str]) -> None:
    made = proposed_id(title, taken)
    assert re.fullmatch(ID_PATTERN, made)
    assert made not in taken


def test_an_id_reads_like_the_title() -> None:
    assert proposed_id("Convenant Eerlijke Koffie", []) == "convenant-eerlijke-koffie"
    assert proposed_id("Zinkconvenant", ["zinkconvenant"]) == "zinkconvenant-2"
    assert (
        proposed_id("Steenkool & Ijzer: één héél lange naam voor een convenant", [])
        == "steenkool-ijzer-een-heel-lange-naam"
    )
    assert proposed_id("en", []) == "en-2"


def test_a_full_disk_leaves_the_file_and_nothing_beside_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left on device; nothing was added"):
        add_source(file, source_block(ZINC))
    assert file.read_text("utf-8") == OWN
    assert [entry.name for entry in file.parent.iterdir()] == ["config.toml"]
