"""A sync from site to feeds, and what later syncs do."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.pipeline.conftest import Command, Site, article_page, contents, entries, sync


@pytest.fixture
def config_file(config_file: Path, store_url: str) -> Path:
    """The pipeline does the same on either database."""
    with config_file.open("a") as file:
        file.write(f'[store]\nurl = "{store_url}"\n')
    return config_file


def test_articles_come_out_in_both_languages(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood", "koper")
    summary = sync(tweeklank, config_file)
    assert summary["sources"][0]["new"] == 2
    assert summary["translated"]["articles"] == 2
    for name in ("nl.rss.xml", "nl.atom.xml", "en.rss.xml", "en.atom.xml", "metaal/en.atom.xml"):
        assert len(entries(config_file, name)) == 2, name
    english = next(e for e in entries(config_file, "en.atom.xml") if "lood" in e.id)
    assert english.id.endswith(":en")
    assert "machine-translated" in [tag.term for tag in english.tags]
    body = BeautifulSoup(english.content[0].value, "lxml")
    assert "achine-translated from Dutch" in body.get_text()
    assert f"{site.base}/over" in [a["href"] for a in body.find_all("a")]


def test_a_sync_without_news_asks_once_and_touches_nothing(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood", "koper")
    sync(tweeklank, config_file)
    before = contents(config_file.parent / "feeds")
    site.requests.clear()
    site.full.clear()
    summary = sync(tweeklank, config_file)
    assert site.requests == ["/nieuws"]
    assert site.full == []
    assert summary["translated"]["sentences"] == 0
    assert summary["files"]["written"] == 0
    assert summary["seconds"] < 20  # under 2 on a free machine
    assert contents(config_file.parent / "feeds") == before


def test_a_new_article_is_the_only_one_fetched_and_translated(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood")
    sync(tweeklank, config_file)
    site.publish("koper")
    site.full.clear()
    summary = sync(tweeklank, config_file)
    assert site.full == ["/nieuws", "/nieuws/koper"]
    assert summary["sources"][0]["new"] == 1
    assert summary["translated"]["articles"] == 1
    assert summary["translated"]["remembered"] > 0  # the sentences that both articles share


def test_a_changed_article_keeps_its_id_and_has_only_its_changed_sentences_translated(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood")
    sync(tweeklank, config_file)
    before = entries(config_file, "en.atom.xml")[0]
    changed = site.pages["/nieuws/lood"].replace("zijn <strong>tevreden</strong> met", "zijn boos over")
    site.pages["/nieuws/lood"] = changed
    site.pages["/nieuws"] = site.pages["/nieuws"].replace("Bericht over lood", "Bijgewerkt bericht over lood")
    summary = sync(tweeklank, config_file)
    assert summary["sources"][0]["changed"] == 1
    assert summary["translated"]["sentences"] == 1
    after = entries(config_file, "en.atom.xml")[0]
    assert after.id == before.id
    assert after.updated > before.updated
    assert after.published == before.published


def test_an_article_moved_to_a_new_url_keeps_its_entry_id(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood")
    sync(tweeklank, config_file)
    before = {e.id for e in entries(config_file, "nl.atom.xml")}
    page = site.pages.pop("/nieuws/lood")
    site.pages["/nieuws/lood-uit-de-mijn"] = page
    site.publish()
    sync(tweeklank, config_file)
    assert {e.id for e in entries(config_file, "nl.atom.xml")} == before


def test_ids_do_not_depend_on_where_the_feeds_are_published(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood")
    sync(tweeklank, config_file)
    before = [e.id for e in entries(config_file, "nl.atom.xml")]
    config_file.write_text(config_file.read_text().replace("https://example.org/nieuws/", "https://elders.nl/x/"))
    sync(tweeklank, config_file)
    assert [e.id for e in entries(config_file, "nl.atom.xml")] == before


def test_a_failing_page_costs_that_page_and_is_tried_again(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood", "koper")
    broken = site.pages.pop("/nieuws/lood")
    done = tweeklank("sync", "--config", config_file)
    assert done.returncode == 1
    assert "/nieuws/lood: the server answered 404" in done.stdout
    assert len(entries(config_file, "nl.atom.xml")) == 1
    site.pages["/nieuws/lood"] = broken
    assert sync(tweeklank, config_file)["sources"][0]["new"] == 1
    assert len(entries(config_file, "nl.atom.xml")) == 2


def test_a_source_that_is_down_costs_only_itself(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood")
    with config_file.open("a") as file:
        file.write(f'[[sources]]\nid = "weg"\nlisting = "{site.base}/bestaat-niet"\nlocal = true\n')
    done = tweeklank("sync", "--config", config_file)
    assert done.returncode == 1
    assert "/bestaat-niet: the server answered 404" in done.stdout
    assert len(entries(config_file, "nl.atom.xml")) == 1


def test_a_dutch_feed_is_published_even_if_no_model_works(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood")
    with config_file.open("a") as file:
        file.write('[translate]\nmodel = "kapot"\n')
    done = tweeklank("sync", "--config", config_file)
    assert done.returncode == 1
    assert "kapot: is no Argos package" in done.stdout
    assert len(entries(config_file, "nl.atom.xml")) == 1
    assert entries(config_file, "en.atom.xml") == []
    config_file.write_text(config_file.read_text().replace('model = "kapot"', 'model = "auto"'))
    sync(tweeklank, config_file)
    assert len(entries(config_file, "en.atom.xml")) == 1


def test_the_summary_for_people_names_sources_sentences_and_files(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish("lood")
    done = tweeklank("sync", "--config", config_file)
    for part in ("metaal", "translated  1 articles", "sentences", "written", "files", "requests", "seconds"):
        assert part in done.stdout, part
    assert done.stderr == ""


def test_hostile_markup_does_not_reach_any_file(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood")
    hostile = "<p onclick='alert(1)'>De bedrijven houden zich aan het convenant, zeggen de vakbonden vandaag in Den Haag.<script>alert(2)</script></p>"
    site.pages["/nieuws/lood"] = article_page(
        "lood", body=hostile + "<p><a href='javascript:alert(3)'>Lees verder</a></p>"
    )
    sync(tweeklank, config_file)
    for name, (body, _) in contents(config_file.parent / "feeds").items():
        if name.endswith((".xml", ".json")) or "lood" in name:
            assert b"alert(" not in body, name
