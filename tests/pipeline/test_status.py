"""What `tweeklank status` shows, the status page, the feed of problems, and the metrics."""

from __future__ import annotations

import json
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import feedparser
import httpx
import pytest
from filelock import FileLock
from prometheus_client.parser import text_string_to_metric_families

from tests.pipeline.conftest import Command, Site, again, contents
from tweeklank.config import Config, load_config
from tweeklank.publish.status import publish_status
from tweeklank.serve import app
from tweeklank.status import gather
from tweeklank.status.facts import Ending
from tweeklank.status.metrics import exposition
from tweeklank.store import open_store, read_store

sys.path.insert(0, str(Path(__file__).parents[1] / "publish"))
from feed_rules import complaints

NOW = datetime(2026, 6, 18, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


def facts(config_file: Path) -> Any:
    config = load_config(config_file)
    with read_store(config.store_url) as store:
        return gather(config, store, datetime.now(UTC))


def problems(config_file: Path) -> list[Any]:
    file = config_file.parent / "feeds" / "status" / "problems.atom.xml"
    assert complaints(file.read_bytes(), "https://example.org/nieuws/status/problems.atom.xml") == []
    return list(feedparser.parse(str(file)).entries)


def in_order(site: Site) -> None:
    """A listing that answers, with an article that is English already, so that no model is needed."""
    site.publish("lood")
    text = "<p>The companies in the agreement have made plans with the unions, and they want to prevent abuses.</p>" * 3
    site.pages["/en/lood"] = f"<html lang=en><body><main><article><h1>Lead</h1>{text}</article></main></body></html>"
    english = f'<head><link rel="alternate" hreflang="en" href="{site.base}/en/lood">'
    site.pages["/nieuws/lood"] = site.pages["/nieuws/lood"].replace("<head>", english)


def test_status_shows_all_that_a_sync_did(tweeklank: Command, config_file: Path, site: Site) -> None:
    in_order(site)
    again(config_file)
    done = tweeklank("status", "--config", config_file, "--json")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["problems"] == []
    assert [run["ended"] for run in shown["runs"]] == ["well"]
    (source,) = shown["sources"]
    assert (source["articles"], source["waiting"], source["failures"]) == (1, 0, 0)
    assert source["last_success"] == source["last_news"] == source["last_try"]
    assert shown["model"] | {"builtin": True} == shown["model"]
    assert {"nl.atom.xml", "metaal/en.json"} <= {feed["path"] for feed in shown["feeds"]}
    assert shown["store_bytes"] > 0
    assert shown["free_bytes"] > 0
    shown_to_people = tweeklank("status", "--config", config_file)
    assert "all is well" in shown_to_people.stdout
    assert "the built-in one" in shown_to_people.stdout


def test_status_names_what_is_wrong_and_says_so_with_its_exit_code(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    again(config_file)
    again(config_file)
    done = tweeklank("status", "--config", config_file)
    assert done.returncode == 1
    assert f"problem     metaal: {site.base}/nieuws: the server answered 404 Not Found." in done.stdout
    assert facts(config_file).sources[0].failures == 2


def test_status_without_a_store_makes_none(tweeklank: Command, config_file: Path) -> None:
    done = tweeklank("status", "--config", config_file)
    assert done.returncode == 1
    assert "there is no store yet; run tweeklank sync" in done.stderr
    assert not (config_file.parent / "tweeklank.db").exists()


def test_an_interrupted_sync_is_told_from_one_at_work(config_file: Path, site: Site) -> None:
    again(config_file)
    with open_store(load_config(config_file).store_url) as store:
        store.runs.begin(datetime.now(UTC))
    assert facts(config_file).runs[0].ended is Ending.INTERRUPTED
    assert any("was interrupted" in problem.text for problem in facts(config_file).problems)
    with FileLock(config_file.parent / "tweeklank.db.lock"):
        assert facts(config_file).runs[0].ended is Ending.RUNNING


def test_reading_the_status_waits_for_no_writer_and_writes_nothing(config_file: Path, site: Site) -> None:
    again(config_file)
    writer = sqlite3.connect(config_file.parent / "tweeklank.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert facts(config_file).runs
    writer.execute("ROLLBACK")
    writer.close()


def test_a_problem_has_one_entry_until_it_is_resolved_which_has_its_own(config_file: Path, site: Site) -> None:
    again(config_file)
    (broken,) = problems(config_file)
    assert broken.title == f"Problem: metaal: {site.base}/nieuws: the server answered 404 Not Found."
    site.pages["/nieuws"] = "<p>Leeg</p>"
    again(config_file)
    (still,) = problems(config_file)
    assert still.id == broken.id
    assert "no links to articles recognised" in still.title
    assert still.updated > broken.updated
    in_order(site)
    again(config_file)
    resolved, before = problems(config_file)
    assert resolved.title.startswith("Resolved: ")
    assert before.id == broken.id
    del site.pages["/nieuws"]
    again(config_file)
    assert len({entry.id for entry in problems(config_file)}) == 3


@pytest.mark.parametrize("well", [True, False])
def test_a_sync_that_changes_nothing_leaves_the_folder_as_it_is(config_file: Path, site: Site, well: bool) -> None:
    if well:
        in_order(site)
    again(config_file)
    before = contents(config_file.parent / "feeds")
    assert {"status/index.html", "status/problems.atom.xml"} <= set(before)
    again(config_file)
    assert contents(config_file.parent / "feeds") == before


def test_the_page_keeps_to_itself_what_only_the_operator_may_see(config_file: Path, site: Site) -> None:
    config = load_config(config_file)
    with open_store(config.store_url) as store:
        store.problems.record({"translation": "/home/beheer/model: is broken."}, (), NOW)
        publish_status(config, store)
    page = (config_file.parent / "feeds" / "status" / "index.html").read_text("utf-8")
    assert 'name="robots" content="noindex"' in page
    assert "The translation does not work" in page
    assert "beheer" not in page
    assert '<time datetime="2026-06-18T12:00:00+00:00" data-age>18 Jun 2026, 12:00 UTC</time>' in page


def test_a_key_in_the_address_of_a_source_is_not_published(config_file: Path, site: Site) -> None:
    text = config_file.read_text("utf-8").replace('/nieuws"', '/nieuws?key=geheim"')
    config_file.write_text(text, "utf-8")
    again(config_file)
    assert "404 Not Found" in problems(config_file)[0].title
    for file in (config_file.parent / "feeds" / "status").iterdir():
        assert "geheim" not in file.read_text("utf-8")


def test_a_changed_layout_is_a_problem_of_the_source(config_file: Path, site: Site) -> None:
    in_order(site)
    again(config_file)
    site.pages["/nieuws"] = "<title>Nieuwe site</title><main id=app></main>"
    again(config_file)
    (problem,) = facts(config_file).problems
    assert "metaal: " in problem.text
    assert "changed layout: no links to articles recognised" in problem.text
    assert problem.text in problems(config_file)[0].title


def test_problems_of_a_source_that_is_no_longer_configured_are_over(config_file: Path, site: Site) -> None:
    again(config_file)
    config_file.write_text(config_file.read_text("utf-8").replace('id = "metaal"', 'id = "lood"'), "utf-8")
    again(config_file)
    assert [problem.text.split(":")[0] for problem in facts(config_file).problems] == ["lood"]


def samples(text: str) -> dict[tuple[str, str], float]:
    """Values by name and by what the first label says."""
    families = text_string_to_metric_families(text)
    return {(one.name, next(iter(one.labels.values()), "")): one.value for family in families for one in family.samples}


def test_metrics_are_written_to_a_file_in_one_step(tweeklank: Command, config_file: Path, site: Site) -> None:
    again(config_file)
    file = config_file.parent / "tweeklank.prom"
    done = tweeklank("status", "--config", config_file, "--metrics", file)
    assert done.stdout == ""
    found = samples(file.read_text("utf-8"))
    assert found["tweeklank_source_failures", "metaal"] == 1
    assert found["tweeklank_last_sync_ok", ""] == 0
    assert found["tweeklank_problems", ""] == 1
    assert ("tweeklank_source_last_success_timestamp_seconds", "metaal") not in found
    assert abs(found["tweeklank_last_sync_timestamp_seconds", ""] - datetime.now(UTC).timestamp()) < 3600
    assert ("tweeklank_feed_changed_timestamp_seconds", "nl.atom.xml") in found
    assert sum(value for (name, _), value in found.items() if name == "tweeklank_model_info") == 1
    unwritable = tweeklank("status", "--config", config_file, "--metrics", config_file.parent / "weg" / "x.prom")
    assert unwritable.returncode == 1
    assert "cannot be written" in unwritable.stderr


async def _scraped(config: Config) -> str:
    served = app(config.publication.output, lambda: exposition(config))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://tweeklank") as client:
        answer = await client.get("/metrics")
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def config(config_file: Path) -> Config:
    return load_config(config_file)


def test_serve_tells_of_syncs_beside_its_own_counters_and_does_without_a_store(config: Config, site: Site) -> None:
    assert "tweeklank_feeds 0" in anyio.run(_scraped, config)
    again(config.path)
    found = samples(anyio.run(_scraped, config))
    assert found["tweeklank_feeds", ""] > 0
    assert found["tweeklank_source_failures", "metaal"] == 1


def test_a_problem_that_nothing_is_known_of_stays_as_it_was(config: Config) -> None:
    with open_store(config.store_url) as store:
        store.problems.record({"hub": "refused", "translation": "no model"}, (), NOW)
        store.problems.record({}, {"translation"}, NOW + timedelta(hours=1))
        assert [one.key for one in store.problems.open()] == ["hub"]
        (resolved,) = store.problems.resolved(10)
        assert (resolved.key, resolved.began, resolved.resolved) == ("translation", NOW, NOW + timedelta(hours=1))
