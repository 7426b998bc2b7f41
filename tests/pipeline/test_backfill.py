"""The archive of a source, by the command line: old articles come in, and news stays on top."""

from __future__ import annotations

import json
from pathlib import Path

import feedparser
import pytest

from tests.pipeline.conftest import Command, Site


def test_an_archive_comes_in_below_the_news(tweeklank: Command, config_file: Path, site: Site) -> None:
    config_file.write_text(config_file.read_text().replace("[collect]", "entries = 2\n[collect]\nmax_articles = 2"))
    site.publish("lood", "koper")
    feeds = config_file.parent / "feeds"
    assert tweeklank("sync", "--config", config_file).returncode == 0
    newest = [entry.id for entry in feedparser.parse(str(feeds / "nl.atom.xml")).entries]

    recent = set(site.pages)
    site.publish("tin", "zilver", "goud")
    old = [path for path in site.pages if path not in recent]
    for path in old:
        site.pages[path] = site.pages[path].replace("18 juni 2026", "18 juni 2021")
    rows = "".join(f'<li><a href="{path}">Bericht over {path[8:]} in de keten</a></li>' for path in old)
    site.pages["/nieuws?page=1"] = f"<html><body><main><h1>Nieuws</h1><ul>{rows}</ul></main></body></html>"
    front = "".join(
        f'<li><a href="/nieuws/{slug}">Bericht over {slug} in de keten</a></li>' for slug in ("lood", "koper")
    )
    pager = '<a rel="next" href="/nieuws?page=1">Volgende</a>'
    site.pages["/nieuws"] = f"<html><body><main><h1>Nieuws</h1><ul>{front}</ul>{pager}</main></body></html>"
    options = ("--backfill", "--source", "metaal", "--since", "2020-01-01", "--config", config_file, "--json")
    done = tweeklank("sync", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["sources"][0]["new"] == 3
    assert [entry.id for entry in feedparser.parse(str(feeds / "nl.atom.xml")).entries] == newest
    archived = [feedparser.parse(str(file)) for file in sorted((feeds / "archive").glob("nl-*.atom.xml"))]
    assert sorted(len(document.entries) for document in archived) == [1, 2, 2]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--backfill",), "--backfill collects the archive of one source"),
        (("--source", "metaal"), "--backfill collects the archive of one source"),
        (("--backfill", "--source", "weg"), "there is no source 'weg'; known are: metaal."),
    ],
)
def test_an_archive_of_no_source_is_a_usage_error(
    tweeklank: Command, config_file: Path, options: tuple[str, ...], told: str
) -> None:
    done = tweeklank("sync", *options, "--config", config_file)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert told in done.stderr
