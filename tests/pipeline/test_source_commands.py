"""source add and source test, as an operator runs them: one address in, a working source out."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.pipeline.conftest import Command, Site
from tweeklank.article import TweeklankError
from tweeklank.cli import app
from tweeklank.collect.survey import SurveyError
from tweeklank.config import ConfigError, load_config

EMPTY = """\
# Van mij.
[publication]
base_url = "https://example.org/nieuws/"
[collect]
contact = "mailto:iemand@example.org"
delay = 0
"""


def fresh(folder: Path) -> Path:
    file = folder / "config.toml"
    file.write_text(EMPTY, "utf-8")
    return file


@pytest.fixture
def invoke() -> Callable[..., Result]:
    """Runs a command in this process, on a wide screen: one that needs no process of its own."""
    return lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "220"})


def refusal(done: Result, kind: type[TweeklankError]) -> str:
    """The sentence that the program ends with."""
    assert isinstance(done.exception, kind), done.output
    assert "\n" not in str(done.exception)
    return str(done.exception)


def test_an_address_is_all_it_takes(tweeklank: Command, site: Site, tmp_path: Path) -> None:
    site.publish("lood", "zink", "tin", "koper")
    file = fresh(tmp_path)
    done = tweeklank("source", "add", f"{site.base}/nieuws", "--local", "--yes")
    assert done.returncode == 0, done.stderr
    assert "chosen      listing" in done.stdout
    assert "because it lists its articles, and no feed gives the same" in done.stdout
    assert done.stdout.count("first paragraph") == 3
    assert "2026-06-18 14:30" in done.stdout
    assert "(by machine)" in done.stdout
    assert file.read_text("utf-8").startswith(EMPTY)
    (source,) = load_config(file).sources
    assert (source.listing, source.local) == (f"{site.base}/nieuws", True)
    assert not (tmp_path / "tweeklank.db").exists()
    assert tweeklank("sync").returncode == 0
    assert (tmp_path / "feeds" / source.id / "nl.atom.xml").exists()


def test_without_a_terminal_and_without_yes_nothing_is_written(
    invoke: Callable[..., Result], site: Site, tmp_path: Path
) -> None:
    site.publish("lood", "zink", "tin")
    file = fresh(tmp_path)
    done = invoke("source", "add", f"{site.base}/nieuws", "--local", "--id", "metalen", "--config", file)
    assert done.exit_code == 2
    assert 'id = "metalen"' in done.stdout
    assert done.stderr == "tweeklank: nothing was written, for there is no terminal to ask on; add --yes to write it.\n"
    assert file.read_text("utf-8") == EMPTY


def test_at_a_terminal_one_is_asked(site: Site, tmp_path: Path) -> None:
    site.publish("lood", "zink", "tin")
    file = fresh(tmp_path)
    ours, theirs = pty.openpty()
    try:
        os.write(ours, b"y\n")
        command = [sys.executable, "-m", "tweeklank", "source", "add", f"{site.base}/nieuws", "--local"]
        done = subprocess.run(command, cwd=tmp_path, stdin=theirs, capture_output=True, timeout=240, check=False)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0, done.stderr
    assert b"Add this to config.toml? [y/N]" in done.stdout
    assert len(load_config(file).sources) == 1


def test_a_source_that_is_there_is_refused_before_anything_is_asked_of_its_site(
    invoke: Callable[..., Result], site: Site, config_file: Path
) -> None:
    before = config_file.read_bytes()
    done = invoke("source", "add", f"{site.base}/nieuws/", "--local", "--yes", "--config", config_file)
    told = refusal(done, ConfigError)
    assert told.endswith(f"the source 'metaal' reads {site.base}/nieuws already; nothing was added.")
    assert site.requests == []
    assert config_file.read_bytes() == before


def test_loopback_needs_local(tweeklank: Command, site: Site, tmp_path: Path) -> None:
    fresh(tmp_path)
    done = tweeklank("source", "add", f"{site.base}/nieuws", "--yes")
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "is not a public address; add --local if the source is meant to be there." in line
    assert site.requests == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["www.example.nl"], "is not a web address; write it as https://"),
        (["https://www.example.nl/x", "--id", "Metaal!"], "must be a short name of a-z, 0-9 and -"),
        (["https://www.example.nl/x", "--id", "metaal"], "there is a source 'metaal' already; choose another --id"),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: list[str], told: str, invoke: Callable[..., Result], config_file: Path
) -> None:
    assert told in refusal(invoke("source", "add", *arguments, "--config", config_file), ConfigError)


def test_a_page_that_is_not_there_is_one_sentence(invoke: Callable[..., Result], site: Site, config_file: Path) -> None:
    done = invoke("source", "add", f"{site.base}/weg", "--local", "--config", config_file)
    assert refusal(done, SurveyError) == f"{site.base}/weg: the server answered 404 Not Found."


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (
            "<p>[bold]Bel ons.</p>",
            "no feed, no list of articles and no sitemap with news was found; nothing was added.",
        ),
        (
            "".join(f'<li><a href="/nieuws/bericht-{n}">Bericht {n} over de keten</a></li>' for n in range(4)),
            "404 Not Found; nothing was added.",
        ),
    ],
    ids=["no links", "dead links"],
)
def test_a_page_without_articles_is_not_added(
    page: str, told: str, invoke: Callable[..., Result], site: Site, config_file: Path
) -> None:
    before = config_file.read_bytes()
    site.pages["/nieuws/alles"] = f"<html><body><main>{page}</main></body></html>"
    done = invoke("source", "add", f"{site.base}/nieuws/alles", "--local", "--yes", "--config", config_file)
    assert done.exit_code == 1
    assert told in done.stderr
    assert config_file.read_bytes() == before


def test_the_proposal_as_json(invoke: Callable[..., Result], site: Site, tmp_path: Path) -> None:
    site.publish("lood", "zink", "tin")
    file = fresh(tmp_path)
    done = invoke("source", "add", f"{site.base}/nieuws", "--local", "--json", "--yes", "--config", file)
    proposal = json.loads(done.stdout)
    assert (proposal["kind"], proposal["address"]) == ("listing", f"{site.base}/nieuws")
    assert proposal["block"].endswith("local = true\n")
    assert proposal["articles"][0]["parts"]["title"] == "Nieuws over lood"
    assert len(load_config(file).sources) == 1


def test_a_source_is_tried_out_field_by_field(invoke: Callable[..., Result], site: Site, config_file: Path) -> None:
    site.publish("lood", "zink", "[link=x]tin")
    config_file.write_text(config_file.read_text() + 'exclude = ["zink"]\ntopic_rules = { loodwit = "lood" }\n')
    done = invoke("source", "test", "metaal", "--config", config_file)
    assert done.exit_code == 0, done.output
    assert "taken       2 articles; left out by include, exclude and since: 1" in done.stdout
    assert f"left out    {site.base}/nieuws/zink" in done.stdout
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "title Nieuws over lood h1" in rows
    assert "date 2026-06-18 14:30 p.datum '18 juni 2026 | 14.30 uur'" in rows
    assert "topics loodwit topic_rules" in rows
    shown = json.loads(invoke("source", "test", "metaal", "--json", "--config", config_file).stdout)
    assert shown["articles"][0]["where"]["body"].startswith("the text in ")
    assert not config_file.with_name("tweeklank.db").exists()


def test_trying_out_what_does_not_work_says_which_part(
    invoke: Callable[..., Result], site: Site, config_file: Path
) -> None:
    site.publish("lood", "zink")
    config_file.write_text(config_file.read_text() + 'article_links = ".weg a"\n')
    done = invoke("source", "test", "metaal", "--config", config_file)
    assert done.exit_code == 1
    assert "no link matches article_links = '.weg a'" in done.stdout
    done = invoke("source", "test", "zilver", "--config", config_file)
    assert refusal(done, ConfigError).endswith("there is no source 'zilver'; known are: metaal.")
