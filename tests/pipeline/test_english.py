"""English through the real pipeline: the publisher's first, people's corrections above the machine's, doubts shown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.pipeline.conftest import Command, Site, article_page, contents, entries

DUTCH = "Zij willen misstanden in de keten voorkomen."
"""A sentence of every article on the site."""
HARD = (
    2 * "<p>De deelnemers van het convenant spreken vandaag over hun plannen, en over wat daarvan terechtkomt.</p>"
    + "".join(
        f"<p>{n},1 {n},22 {n},333 {n},4444 {n},55555 {n},666666 {n},7777777 {n},88888888 {n},999999999.</p>"
        for n in (0, 3, 6)
    )
)
"""What no model can translate, in a text that is Dutch all the same."""


def run(tweeklank: Command, config_file: Path, *command: str) -> dict[str, Any]:
    done = tweeklank(*command, "--config", config_file, "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def english(config_file: Path, name: str = "en.atom.xml") -> dict[str, Any]:
    """The entries of an English feed by the last part of their Dutch address."""
    return {entry.id.rsplit("/", 1)[-1].removesuffix(":en"): entry for entry in entries(config_file, name)}


def tags(entry: Any) -> set[str]:
    return {tag.term for tag in entry.tags}


def set_translate(config_file: Path, settings: str) -> None:
    kept = config_file.read_text("utf-8").split("[translate]")[0]
    config_file.write_text(f"{kept}[translate]\n{settings}\n", "utf-8")


def announce_english(site: Site, slug: str) -> None:
    """Says on a Dutch page that there is an English one, and on the list that the page changed."""
    page = site.pages[f"/nieuws/{slug}"]
    link = f'<link rel="alternate" hreflang="en" href="{site.base}/en/{slug}">'
    site.pages[f"/nieuws/{slug}"] = page.replace("</head>", f"{link}</head>")
    site.pages["/nieuws"] = site.pages["/nieuws"].replace(f"Bericht over {slug}", f"Nieuw bericht over {slug}")


def english_page(slug: str) -> str:
    body = (
        "<p>The companies in the agreement have made arrangements about lead. "
        "They want to keep abuses out of the supply chain.</p>"
        "<p>The trade unions are <strong>pleased</strong> with the agreement.</p>"
    )
    return article_page(slug, body, "Sector agrees on lead").replace("lang=nl", "lang=en")


def test_machine_translation_fills_in_until_the_publishers_english_appears(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood")
    run(tweeklank, config_file, "sync")
    before = english(config_file)["lood"]
    assert "machine-translated" in tags(before)
    site.pages["/en/lood"] = english_page("lood")
    announce_english(site, "lood")
    summary = run(tweeklank, config_file, "sync")
    assert summary["translated"]["articles"] == 0
    after = english(config_file)["lood"]
    assert after.id == before.id
    assert after.published == before.published
    assert after.updated_parsed > before.updated_parsed
    assert after.title == "Sector agrees on lead"
    assert after.link == f"{site.base}/en/lood"
    assert "machine-translated" not in tags(after)
    text = after.content[0].value
    assert "They want to keep abuses out of the supply chain." in text
    assert "English text by the publisher" in text
    assert "Machine-translated" not in text


def test_what_the_publisher_says_of_a_sentence_is_used_in_other_articles(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood", "koper")
    site.pages["/en/lood"] = english_page("lood")
    announce_english(site, "lood")
    summary = run(tweeklank, config_file, "sync")
    assert summary["translated"]["corrected"] == 2
    text = english(config_file)["koper"].content[0].value
    assert "They want to keep abuses out of the supply chain." in text
    assert re.search(r"<strong>(?:are )?pleased</strong> with", text)
    assert "agreement</a>." in text
    (config_file.parent / "own.tsv").write_text(f"{DUTCH}\tNo abuses, they say.\n", "utf-8")
    run(tweeklank, config_file, "corrections", "import", "own.tsv")
    run(tweeklank, config_file, "sync")
    assert "No abuses, they say." in english(config_file)["koper"].content[0].value


def test_a_correction_changes_the_articles_that_it_is_about_and_only_those(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood")
    site.pages["/nieuws/koper"] = article_page("koper", "<p>De vakbonden zijn blij met het nieuwe rapport.</p>" * 3)
    site.publish()
    run(tweeklank, config_file, "sync")
    before = english(config_file)
    (config_file.parent / "own.tsv").write_text(f"{DUTCH}\tThey want a chain without abuses.\n", "utf-8")
    imported = run(tweeklank, config_file, "corrections", "import", "own.tsv")
    assert imported == {"new": 1, "changed": 0, "unchanged": 0, "articles": 1, "left_out": []}
    assert english(config_file) == before
    summary = run(tweeklank, config_file, "sync")["translated"]
    assert (summary["articles"], summary["sentences"], summary["corrected"]) == (1, 0, 1)
    assert summary["hit_rate"] == 1
    after = english(config_file)
    assert after["koper"] == before["koper"]
    assert "They want a chain without abuses." in after["lood"].content[0].value
    assert after["lood"].updated_parsed > before["lood"].updated_parsed
    assert after["lood"].id == before["lood"].id
    files = contents(config_file.parent / "feeds")
    # The same file again: nothing is redone.
    assert run(tweeklank, config_file, "corrections", "import", "own.tsv")["unchanged"] == 1
    assert run(tweeklank, config_file, "sync")["translated"]["articles"] == 0
    assert contents(config_file.parent / "feeds") == files
    assert (
        tweeklank("corrections", "export", "--config", config_file).stdout
        == (config_file.parent / "own.tsv").read_text()
    )
    assert "imported, 20" in tweeklank("corrections", "list", "--config", config_file).stdout


def test_an_old_translation_stands_until_it_is_asked_for_again(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood", "koper")
    run(tweeklank, config_file, "sync")
    before, files = english(config_file), contents(config_file.parent / "feeds")
    same = run(tweeklank, config_file, "retranslate")["translated"]
    assert (same["articles"], same["changed"], same["sentences"]) == (2, 0, 0)
    assert contents(config_file.parent / "feeds") == files
    (config_file.parent / "glossary.toml").write_text('[terms]\n"vakbonden" = "labour organisations"\n', "utf-8")
    set_translate(config_file, 'glossary = "glossary.toml"')
    assert run(tweeklank, config_file, "sync")["translated"]["articles"] == 0
    assert contents(config_file.parent / "feeds") == files
    again = run(tweeklank, config_file, "retranslate", "--source", "metaal")["translated"]
    assert (again["articles"], again["changed"]) == (2, 2)
    assert again["sentences"] > 0
    after = english(config_file)
    for slug in ("lood", "koper"):
        assert "labour organisations" in after[slug].content[0].value.lower()
        assert after[slug].id == before[slug].id
        assert after[slug].updated_parsed > before[slug].updated_parsed


def test_retranslating_tells_of_an_unknown_source_and_of_nothing_to_do(tweeklank: Command, config_file: Path) -> None:
    done = tweeklank("retranslate", "--source", "metal", "--config", config_file)
    assert done.returncode == 2
    assert done.stderr == f"tweeklank: {config_file}: there is no source 'metal'; known are: metaal.\n"
    done = tweeklank("retranslate", "--config", config_file)
    assert done.returncode == 0
    assert "translated  nothing" in done.stdout


def test_neither_retranslating_nor_importing_disturbs_a_sync(tweeklank: Command, config_file: Path) -> None:
    (config_file.parent / "own.tsv").write_text("Ja.\tYes.\n", "utf-8")
    with FileLock(config_file.parent / "tweeklank.db.lock"):
        for command in (["retranslate"], ["corrections", "import", "own.tsv"]):
            done = tweeklank(*command, "--config", config_file)
            assert done.returncode == 3
            assert done.stderr.startswith("tweeklank: another sync is at work on")


def test_an_article_left_largely_in_dutch_says_so_or_is_held_back_as_the_settings_want(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood")
    site.pages["/nieuws/koper"] = article_page("koper", HARD)
    site.publish()
    summary = run(tweeklank, config_file, "sync")
    assert (summary["needs_review"], summary["held_back"]) == (1, 0)
    found = english(config_file)
    assert "needs-review" in tags(found["koper"])
    assert "needs-review" not in tags(found["lood"])
    assert re.search(r"This translation needs review: [2-4] of its [4-6] sentences", found["koper"].content[0].value)
    item = next(
        item
        for item in json.loads((config_file.parent / "feeds" / "en.json").read_text("utf-8"))["items"]
        if "koper" in item["id"]
    )
    assert item["_tweeklank"]["needs_review"] is True
    assert "needs-review" in item["tags"]

    set_translate(config_file, 'review = "hold"')
    done = tweeklank("sync", "--config", config_file)
    assert "for review  1 articles with much Dutch left in the English, held back" in done.stdout
    assert list(english(config_file)) == list(english(config_file, "metaal/en.rss.xml")) == ["lood"]
    dutch = entries(config_file, "nl.atom.xml")
    assert len(dutch) == 2

    set_translate(config_file, 'review = "hold"\nreview_above = 0.9')
    summary = run(tweeklank, config_file, "sync")
    assert (summary["needs_review"], summary["held_back"], summary["translated"]["articles"]) == (0, 0, 0)
    assert "needs-review" not in tags(english(config_file)["koper"])


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.tsv", "Dat is goed.\tThat is good.\nDat is slecht.\n", "a.tsv:2: write a Dutch sentence, one tab"),
        ("a.tmx", "<tmx>\n<body></tmx>", "a.tmx:2: is not well-formed XML"),
        ("a.xlsx", "", "a.xlsx: is neither .tsv nor .tmx"),
    ],
)
def test_a_file_of_corrections_that_cannot_be_used_is_one_sentence(
    tweeklank: Command, config_file: Path, name: str, text: str, told: str
) -> None:
    (config_file.parent / name).write_text(text, "utf-8")
    done = tweeklank("corrections", "import", name, "--config", config_file)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
