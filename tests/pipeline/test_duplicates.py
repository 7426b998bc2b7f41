"""A release on two sites, and an English article on a Dutch one, from the sites to the feeds."""

from __future__ import annotations

import json
from pathlib import Path

from bs4 import BeautifulSoup

from tests.pipeline.conftest import Command, Site, article_page, contents, entries, sync
from tests.test_likeness import TEXTS


def page(*names: str, language: str = "nl", head: str = "") -> str:
    title, *rest = (TEXTS["paragraphs"][name] for name in names)
    found = article_page("zand", "".join(f"<p>{paragraph}</p>" for paragraph in rest), title)
    return found.replace("lang=nl", f"lang={language}").replace("</head>", f"{head}</head>")


def test_one_entry_tells_where_else_its_article_stands(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.pages["/nieuws/zand"] = page("zand-t", "zand-1", "zand-2", "zand-3", "zand-4")
    site.publish()
    site.pages["/actueel/akkoord"] = page("zand-t2", "zand-1b", "zand-2", "zand-3", "zand-4", "zand-noot")
    site.pages["/actueel"] = (
        '<main><h1>Actueel</h1><ul><li><a href="/actueel/akkoord">Akkoord over zand</a></ul></main>'
    )
    sync(tweeklank, config_file)
    (before,) = entries(config_file, "nl.atom.xml")
    with config_file.open("a", encoding="utf-8") as stream:
        stream.write(
            '[[sources]]\nid = "ministerie"\ntitle = { nl = "Ministerie", en = "Ministry" }\n'
            f'listing = "{site.base}/actueel"\nlocal = true\n'
        )
    summary = sync(tweeklank, config_file)
    assert [source["copies"] for source in summary["sources"]] == [0, 1]
    assert summary["translated"]["articles"] == 0
    copy = f"{site.base}/actueel/akkoord"
    for name in ("nl.atom.xml", "nl.rss.xml", "metaal/nl.atom.xml", "ministerie/nl.rss.xml", "nl-en.atom.xml"):
        (entry,) = entries(config_file, name)
        assert entry.id.rsplit(":", 1)[0] == before.id.rsplit(":", 1)[0]
        assert entry.link == f"{site.base}/nieuws/zand"
        assert copy in [link.href for link in entry.links if link.rel == "related"]
        text = BeautifulSoup(entry.content[0].value, "lxml")
        assert next(a.get_text() for a in text.find_all("a", href=copy)) == "Ministerie"
        assert {"Ministerie", "Metaalconvenant"} <= {tag.term for tag in entry.tags}
    (english,) = entries(config_file, "ministerie/en.atom.xml")
    assert "Also published by: " in english.content[0].value
    (item,) = json.loads((config_file.parent / "feeds" / "nl.json").read_text("utf-8"))["items"]
    assert item["_tweeklank"]["elsewhere"] == [{"source": "ministerie", "url": copy}]
    article = next((config_file.parent / "feeds" / "nl").glob("zand-*.html")).read_text("utf-8")
    assert "Ook gepubliceerd door" in BeautifulSoup(article, "lxml").get_text()
    files = contents(config_file.parent / "feeds")
    assert sync(tweeklank, config_file)["files"]["written"] == 0
    assert contents(config_file.parent / "feeds") == files


def test_an_english_article_is_in_the_english_feeds_only(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood")
    site.pages["/nieuws/loon"] = page("en-t", "en-1", "en-2", "en-3")
    site.publish()
    done = tweeklank("sync", "--config", config_file)
    assert "left out    1 of metaal: not in Dutch" in done.stdout
    assert len(entries(config_file, "en.atom.xml")) == 1
    config_file.write_text(
        config_file.read_text("utf-8").replace("delay = 0", 'delay = 0\nforeign = "publish"'), "utf-8"
    )
    summary = sync(tweeklank, config_file)
    assert (summary["sources"][0]["new"], summary["translated"]["articles"]) == (1, 0)
    assert len(entries(config_file, "nl.atom.xml")) == 1
    for name in ("en.atom.xml", "en.rss.xml", "metaal/en.atom.xml", "nl-en.atom.xml", "nl-en.rss.xml"):
        found = entries(config_file, name)
        assert len(found) == 2, name
        (own,) = (entry for entry in found if "loon" in entry.id)
        assert own.title == TEXTS["paragraphs"]["en-t"]
        assert own.link == f"{site.base}/nieuws/loon"
        assert "machine-translated" not in {tag.term for tag in own.tags}
        assert "achine-translated" not in own.content[0].value
        assert [link for link in own.links if link.rel == "related"] == []
    items = json.loads((config_file.parent / "feeds" / "en.json").read_text("utf-8"))["items"]
    own = next(item for item in items if "loon" in item["id"])
    assert (own["_tweeklank"]["origin"], own["_tweeklank"]["url_language"]) == ("original", "en")
    assert own["_tweeklank"]["translations"] == {}
    article = next((config_file.parent / "feeds" / "en").glob("loon-*.html")).read_text("utf-8")
    assert '"translationOfWork"' not in article
