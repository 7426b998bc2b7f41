"""`tweeklank check`: a line for everything that a sync needs, with what mends it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.pipeline.conftest import Command, Site
from tweeklank.check import Finding, Grade
from tweeklank.check.feeds import check_feeds
from tweeklank.check.machine import check_disk, check_folders, check_glossary, check_model, check_settings, check_store
from tweeklank.check.network import _clock, check_network
from tweeklank.config import Config, load_config
from tweeklank.publish import publish
from tweeklank.store import open_store

NOW = datetime.now(UTC)


@pytest.fixture
def config(config_file: Path) -> Config:
    return load_config(config_file)


def network(config: Config) -> dict[str, Finding]:
    return {finding.subject: finding for finding in asyncio.run(check_network(config))}


def published(config: Config) -> Path:
    """An output folder with empty feeds, of a sync that has just ended."""
    with open_store(config.store_url) as store:
        publish(config, store)
        store.runs.end(store.runs.begin(NOW), NOW, {})
    return config.publication.output


def test_one_line_for_each_check_and_an_exit_code(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood")
    done = tweeklank("check", "--config", config_file)
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert {line.split()[0] for line in lines} <= {"ok", "warning", "problem"}
    (wrong,) = [line for line in lines if line.startswith("problem")]
    assert wrong.startswith("problem  contact: mailto:iemand@example.org is an example; set collect.contact")
    subjects = [line[9:].split(":")[0] for line in lines]
    assert subjects == [
        "config", "contact", "output folder", "store folder", "disk", "store", "glossary", "model", "source metaal",
        "article metaal", "clock", "base_url", "feeds",
    ]  # fmt: skip
    assert not (config_file.parent / "tweeklank.db").exists()


def test_all_well_is_exit_code_0_and_a_list_in_json(tweeklank: Command, config_file: Path, site: Site) -> None:
    site.publish("lood")
    config_file.write_text(config_file.read_text("utf-8").replace("iemand@example.org", "iemand@tweeklank.nl"), "utf-8")
    done = tweeklank("check", "--config", config_file, "--json")
    assert done.returncode == 0, done.stdout
    model = next(one for one in json.loads(done.stdout) if one["subject"] == "model")
    assert model["grade"] == "ok"
    assert "agreement" in model["cause"].lower() or "covenant" in model["cause"].lower()


def test_a_configuration_with_a_mistake_is_the_one_finding(tweeklank: Command, config_file: Path) -> None:
    config_file.write_text("[publikation]", "utf-8")
    done = tweeklank("check", "--config", config_file, "--json")
    assert done.returncode == 2
    (finding,) = json.loads(done.stdout)
    assert (finding["subject"], finding["grade"]) == ("config", "problem")
    assert "publication" in finding["cause"]


def test_a_source_that_cannot_be_reached_or_is_closed_to_robots_is_a_problem(config: Config, site: Site) -> None:
    assert "404 Not Found" in network(config)["source metaal"].cause
    site.publish("lood")
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /nieuws"
    found = network(config)["source metaal"]
    assert found.grade is Grade.PROBLEM
    assert "robots.txt" in found.cause


def test_selectors_that_match_nothing_are_named_with_their_part(config: Config, site: Site) -> None:
    site.publish("lood")
    (source,) = config.sources
    wrong = replace(source, article_links="main .kaart a")
    found = network(replace(config, sources=(wrong,)))["source metaal"]
    assert "('main' is there, '.kaart' is not)" in found.cause
    assert "article_links" in found.mend
    wrong = replace(source, select={"lead": ".weg"})
    findings = asyncio.run(check_network(replace(config, sources=(wrong,))))
    (warned,) = [one for one in findings if one.subject == "article metaal" and one.grade is Grade.WARNING]
    assert "select.lead = '.weg'" in warned.cause
    wrong = replace(source, select={"body": ".weg"})
    assert network(replace(config, sources=(wrong,)))["article metaal"].grade is Grade.PROBLEM


def test_a_source_is_looked_at_as_a_sync_would_read_it(config: Config, site: Site) -> None:
    """All its listings, and only articles that its rules let through."""
    site.publish("lood", "goud")
    site.pages["/archief"] = "<html><body><main><h1>Archief</h1><p>Hier staat nog niets.</p></main></body></html>"
    (source,) = config.sources
    two = replace(source, further_listings=(f"{site.base}/archief", f"{site.base}/weg"), exclude=("*/lood",))
    findings = asyncio.run(check_network(replace(config, sources=(two,))))
    broken = {one.cause.partition(": ")[0]: one for one in findings if one.grade is Grade.PROBLEM}
    assert "no links to articles" in broken[f"{site.base}/archief"].cause
    assert "article_links" in broken[f"{site.base}/archief"].mend
    assert "404 Not Found" in broken[f"{site.base}/weg"].cause
    found = {one.subject: one for one in findings if one.grade is Grade.OK}
    assert (
        f"{site.base}/nieuws shows 2 articles; left out by include, exclude and since: 1"
        in found["source metaal"].cause
    )
    assert "goud" in found["article metaal"].cause
    assert "/nieuws/goud" in site.requests
    assert "/nieuws/lood" not in site.requests
    findings = asyncio.run(check_network(replace(config, sources=(replace(source, include=("zilver",)),))))
    (warned,) = [one for one in findings if one.subject == "source metaal"]
    assert (warned.grade, "none is left" in warned.cause) == (Grade.WARNING, True)


@pytest.mark.parametrize(
    ("off", "grade"), [(0, Grade.OK), (-200, Grade.OK), (400, Grade.PROBLEM), (-7200, Grade.PROBLEM)]
)
def test_a_clock_more_than_five_minutes_off_is_a_problem(
    config: Config, site: Site, monkeypatch: pytest.MonkeyPatch, off: int, grade: Grade
) -> None:
    site.publish("lood")
    said = format_datetime(datetime.now(UTC) + timedelta(seconds=off), usegmt=True)
    monkeypatch.setattr("http.server.BaseHTTPRequestHandler.date_time_string", lambda *_: said)
    found = network(config)["clock"]
    assert found.grade is grade
    if off == -7200:
        assert "120 minutes ahead of" in found.cause
    assert _clock([]).grade is Grade.WARNING


def test_an_own_base_url_is_asked_for(config: Config, site: Site) -> None:
    site.publish("lood")
    here = replace(config, publication=replace(config.publication, base_url=f"{site.base}/"))
    assert network(here)["base_url"].grade is Grade.WARNING
    site.pages["/"] = "<h1>Nieuws</h1>"
    assert network(here)["base_url"].grade is Grade.OK


def test_a_damaged_store_is_a_problem(config: Config) -> None:
    with open_store(config.store_url) as store:
        for number in range(300):
            store.pages.remember(f"https://example.org/{number}", NOW, body="x" * 3000)
    (found,) = check_store(config)
    assert found.grade is Grade.OK
    file = Path(config.store_url.removeprefix("sqlite:///"))
    content = bytearray(file.read_bytes())
    half = len(content) // 2
    content[half : half + 40_000] = b"\x55" * 40_000
    file.write_bytes(content)
    (found,) = check_store(config)
    assert found.grade is Grade.PROBLEM
    assert "backup" in found.mend
    assert "tweeklank store repair" in found.mend


def test_what_the_machine_lacks_is_named(config: Config, tmp_path: Path) -> None:
    glossary = tmp_path / "termen.toml"
    glossary.write_text("geen = [toml", "utf-8")
    lacking = replace(config, translate=replace(config.translate, glossary=glossary, model=tmp_path / "weg"))
    assert check_glossary(lacking).grade is Grade.PROBLEM
    assert "termen.toml" in check_glossary(lacking).cause
    assert "weg" in check_model(lacking).cause
    blocked = replace(config, publication=replace(config.publication, output=Path("/proc/feeds")))
    assert [one.grade for one in check_folders(blocked)] == [Grade.PROBLEM, Grade.OK]
    assert [one.subject for one in check_disk(config)] == ["disk"]
    own = replace(config, collect=replace(config.collect, contact="https://www.tweeklank.nl/bot"))
    assert [one.grade for one in check_settings(own)] == [Grade.OK, Grade.OK]


@pytest.fixture
def spoil(config: Config) -> Callable[[str, str, str], list[str]]:
    """Publishes, changes a feed, and gives the causes of the problems found."""
    folder = published(config)

    def change(name: str, old: str, new: str) -> list[str]:
        file = folder / name
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")
        return [one.cause for one in check_feeds(config, NOW) if one.grade is Grade.PROBLEM and name in one.subject]

    return change


def test_published_feeds_are_sound_and_fresh(config: Config) -> None:
    published(config)
    assert [one.grade for one in check_feeds(config, NOW)] == [Grade.OK, Grade.OK]
    stale = list(check_feeds(config, NOW + timedelta(days=3)))
    assert (stale[-1].grade, stale[-1].cause) == (Grade.WARNING, "the last sync ended 3 days ago")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("nl.atom.xml", "</feed>", "", "not a well-formed feed"),
        ("nl.json", '"items"', '"berichten"', "not a well-formed JSON Feed"),
        ("en.rss.xml", "https://example.org/nieuws/en.rss.xml", "https://weg.example/x", "says that it stands at"),
        ("en.json", "https://example.org/nieuws/en.json", "https://weg.example/x", "says that it stands at"),
        ("nl.atom.xml", "</feed>", "<entry><title>x</title></entry></feed>", "1 entries without an id"),
        ("nl.atom.xml", "</feed>", "<entry><id>a:b</id></entry><entry><id>a:b</id></entry></feed>", "more than once"),
    ],
)
def test_a_spoilt_feed_is_a_problem(
    spoil: Callable[[str, str, str], list[str]], name: str, old: str, new: str, said: str
) -> None:
    assert any(said in cause for cause in spoil(name, old, new))
