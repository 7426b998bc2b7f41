"""What is to be forgotten is nowhere any more: not in the store's files, not in the output folder."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import feedparser
import pytest
from filelock import FileLock
from lxml import etree

from tests.pipeline.conftest import Command, Site, article_page
from tests.pipeline.test_withdrawal import deleted

SECRET = (
    "<p>De penningmeester Wubbo Vlieghuis zou smeergeld hebben aangenomen van een groothandel in bauxiet. "
    "De vakbonden zijn tevreden.</p><p>Dat meldde een klokkenluider uit Hoogezand gisteren.</p>"
)
WORDS = ("Vlieghuis", "smeergeld", "klokkenluider", "Hoogezand", "whistleblower", "Geheimhouding")


def holding(folder: Path, word: str) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file() and word.encode() in one.read_bytes()]


@pytest.fixture
def published(tweeklank: Command, config_file: Path, site: Site) -> Path:
    """The folder of a store and an output with an article that must go."""
    site.publish("lood")
    site.pages["/nieuws/ophef"] = article_page("ophef", SECRET, "Geheimhouding geschonden")
    site.publish()
    folder = config_file.parent
    (folder / "mens.tsv").write_text("Dat meldde een klokkenluider uit Hoogezand gisteren.\tA whistleblower said so.\n")
    assert tweeklank("corrections", "import", folder / "mens.tsv", "--config", config_file).returncode == 0
    (folder / "mens.tsv").unlink()
    assert tweeklank("sync", "--config", config_file).returncode == 0
    former = folder / "feeds/topics/vroeger/nl.json"
    former.parent.mkdir(parents=True)
    former.write_bytes((folder / "feeds/nl.json").read_bytes())
    for word in WORDS:
        assert holding(folder / "feeds", word), word
    return folder


def test_after_it_no_word_is_left_and_the_article_does_not_come_back(
    tweeklank: Command, config_file: Path, site: Site, published: Path
) -> None:
    done = tweeklank("forget", f"{site.base}/nieuws/ophef?utm_source=x", "--yes", "--config", config_file)
    assert done.returncode == 0, done.stderr
    for word in WORDS:
        assert holding(published, word) == []
    assert "misstanden" in (published / "feeds/nl.json").read_text()
    for name in ("nl.atom.xml", "en.atom.xml", "metaal/nl.atom.xml"):
        assert [ref.rsplit(":", 1)[0][-6:] for ref in deleted(published / "feeds", name)] == ["/ophef"]
    # What the other article says, too, is still known.
    with sqlite3.connect(published / "tweeklank.db") as store:
        assert store.execute("select count(*) from memory where source like 'De vakbonden%'").fetchone() == (1,)

    # It is shown again with other words around it, and under another address.
    site.pages["/nieuws/nieuw-adres"] = site.pages["/nieuws/ophef"]
    site.publish("koper")
    done = tweeklank("sync", "--config", config_file, "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["sources"][0]["new"] == 1
    for word in WORDS:
        assert holding(published, word) == []
    site.requests.clear()
    site.publish("zink")
    assert tweeklank("sync", "--config", config_file).returncode == 0
    assert not {"/nieuws/ophef", "/nieuws/nieuw-adres"} & set(site.requests)


def test_it_asks_and_knows_its_own_pages_and_a_second_time_does_no_harm(
    tweeklank: Command, config_file: Path, site: Site, published: Path
) -> None:
    unknown = tweeklank("forget", f"{site.base}/nieuws/bestaat-niet", "--yes", "--config", config_file)
    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)
    assert "no article was ever collected from there" in unknown.stderr
    unasked = tweeklank("forget", f"{site.base}/nieuws/ophef", "--config", config_file)
    assert (unasked.returncode, unasked.stderr.count("\n")) == (2, 1)
    assert holding(published / "feeds", "smeergeld")

    (page,) = (published / "feeds/en").glob("ophef-*.html")
    address = f"https://example.org/nieuws/en/{page.name}"
    with FileLock(published / "tweeklank.db.lock"):
        assert tweeklank("forget", address, "--yes", "--config", config_file).returncode == 3
    assert tweeklank("forget", address, "--yes", "--config", config_file).returncode == 0
    assert holding(published, "smeergeld") == []
    assert not page.exists()
    again = tweeklank("forget", address, "--yes", "--config", config_file)
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, "was forgotten already")
    assert feedparser.parse(str(published / "feeds/nl.atom.xml")).bozo == 0
    etree.parse(published / "feeds/nl-en.atom.xml")
