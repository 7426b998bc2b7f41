"""The command line: one sentence for every mistake, exit codes that a scheduler can rely on."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline.conftest import Command, Site
from tweeklank import __version__


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_no_configuration_is_told_with_exit_code_2(tweeklank: Command) -> None:
    done = tweeklank("sync")
    assert done.returncode == 2
    assert one_sentence(done) == "tweeklank: config.toml: there is no such file; name yours with --config PATH."


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[collect]", "[collect", "not valid TOML"),
        ("contact =", "contct =", "did you mean 'contact'?"),
        ("listing =", 'article_links = "a[["\nlisting =', "is not a CSS selector"),
        ("http://127", "htp://127", "must be a web address"),
        ("[collect]", '[translate]\nglossary = "weg.toml"\n[collect]', "weg.toml: there is no such file"),
        ("[collect]", '[store]\nurl = "onzin"\n[collect]', "is not a database address"),
    ],
)
def test_a_mistake_in_the_configuration_is_one_sentence(
    tweeklank: Command, config_file: Path, site: Site, old: str, new: str, told: str
) -> None:
    site.publish("lood")
    config_file.write_text(config_file.read_text().replace(old, new, 1))
    done = tweeklank("sync", "--config", config_file)
    assert told in done.stderr + done.stdout
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr


def test_an_unknown_command_and_an_unknown_option_are_usage_errors(tweeklank: Command) -> None:
    assert tweeklank("snyc").returncode == 2
    assert tweeklank("sync", "--confg", "x").returncode == 2


def test_debug_shows_the_traceback(tweeklank: Command) -> None:
    done = tweeklank("--debug", "sync")
    assert done.returncode != 0
    assert "Traceback" in done.stderr


def test_help_comes_at_once(tweeklank: Command) -> None:
    tweeklank("--help")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = tweeklank("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Of the processor 0.1 s on an idle machine; the promise is 0.3 s, and a busy machine gets some more.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0
    assert "Dutch covenant news" in done.stdout
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tweeklank", "--help"], capture_output=True, text=True, check=True
    ).stderr
    for heavy in ("sqlalchemy", "httpx", "ctranslate2", "bs4", "feedgen", "rich"):
        assert f" {heavy}\n" not in loaded, f"help imports {heavy}"


def test_version(tweeklank: Command) -> None:
    assert tweeklank("--version").stdout == f"tweeklank {__version__}\n"


def test_text_from_stdin_is_translated_line_by_line(tweeklank: Command) -> None:
    done = tweeklank("translate", stdin="De vakbonden zijn tevreden.\n\nHet kabinet wil meer huizen bouwen.\n")
    assert done.returncode == 0, done.stderr
    first, empty, second = done.stdout.splitlines()
    assert "unions" in first
    assert empty == ""
    assert second.split()[0] == "The"


def test_the_model_in_use_is_shown_with_its_card(tweeklank: Command) -> None:
    done = tweeklank("model", "info")
    assert done.returncode == 0
    assert done.stdout.startswith("Tweeklank nl→en")
    assert "FLORES" in done.stdout
    listed = json.loads(tweeklank("model", "list", "--json").stdout)
    assert [model["name"] for model in listed] == [done.stdout.split("  (")[0]]


def test_sources_are_listed(tweeklank: Command, config_file: Path, site: Site) -> None:
    assert tweeklank("source", "list", "--config", config_file).stdout.split() == ["metaal", f"{site.base}/nieuws"]


def test_a_sync_with_the_builtin_model_stays_under_700_megabytes(
    tweeklank: Command, config_file: Path, site: Site
) -> None:
    site.publish(*[f"metaal-{number}" for number in range(12)])
    assert tweeklank("sync", "--config", config_file).returncode == 0
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert peak < 700
