"""What goes to the log: JSON lines where nobody watches, text for people, and no secrets in either."""

from __future__ import annotations

import json
import logging
import os
import pty
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from tweeklank import logs

SECRETS = [
    ("https://jan:geheim1@example.org/nieuws", "https://example.org/nieuws"),
    ("postgresql+psycopg://tweeklank:geheim1@db/tweeklank", "postgresql+psycopg://db/tweeklank"),
    ("https://geheim1@example.org/", "https://example.org/"),
    ("https://a.nl/feed?token=geheim1&page=2", "https://a.nl/feed?token=…&page=2"),
    ("https://a.nl/feed?page=2&api_key=geheim1#top", "https://a.nl/feed?page=2&api_key=…#top"),
    ("https://a.nl/?X-Amz-Signature=geheim1: no answer", "https://a.nl/?X-Amz-Signature=…: no answer"),
    ("Authorization: Bearer geheim1.geheim1", "Authorization: Bearer …"),
]
PROGRAM = """
import logging, structlog, sys
from tweeklank import logs
logs.configure(logging.WARNING)
logs.tell_more()
with structlog.contextvars.bound_contextvars(run=7):
    logging.getLogger("tweeklank.collect").info("source visited", extra={"source": "metaal", "new": 2})
    structlog.get_logger("other").warning("of another package", url="https://jan:geheim1@example.org/")
    logging.getLogger("httpx").info("far too much")
try:
    raise ValueError("https://a.nl/?token=geheim1")
except ValueError:
    logging.getLogger("tweeklank.schedule").exception("unexpected")
"""


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("tweeklank")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], root.level, ours.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize(("text", "shown"), SECRETS)
def test_passwords_and_tokens_are_hidden_wherever_they_stand(text: str, shown: str) -> None:
    event = {"event": text, "nested": {"list": [text]}, "error": ValueError(text)}
    hidden = logs.hide_secrets(None, "info", dict(event))
    assert hidden == {"event": shown, "nested": {"list": [shown]}, "error": shown}


@pytest.mark.parametrize(
    "text",
    [
        "https://www.example.org/nieuws/@vakbond?page=2&sort=datum",
        "mail to iemand@example.org",
        "metaal: https://example.org/nieuws: the server answered 404 Not Found",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert logs.hide_secrets(None, "info", {"event": text}) == {"event": text}


@given(st.text(st.characters(exclude_characters="/?#\"'<>", exclude_categories=["Z", "C"]), min_size=1))
def test_no_password_gets_through(password: str) -> None:
    event = logs.hide_secrets(None, "info", {"event": f"see https://iemand:{password}@example.org/ now"})
    assert event["event"] == "see https://example.org/ now"


def test_where_nobody_watches_a_line_is_an_object_with_the_run_and_stdout_stays_clean() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == ""
    ours, other, failure = map(json.loads, done.stderr.splitlines())
    assert (ours["run"], ours["source"], ours["new"], ours["level"]) == (7, "metaal", 2, "info")
    assert (ours["message"], ours["logger"]) == ("source visited", "tweeklank.collect")
    assert ours["time"].endswith("Z")
    assert (other["run"], other["url"]) == (7, "https://example.org/")
    assert "run" not in failure
    assert "ValueError: https://a.nl/?token=…" in failure["exception"]
    assert "geheim1" not in done.stderr


def test_on_a_terminal_lines_are_for_people() -> None:
    terminal, end = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stderr=end) as process:
        os.close(end)
        said = ""
        try:
            while part := os.read(terminal, 10_000):
                said += part.decode()
        except OSError:  # on Linux the end of a terminal is an error
            pass
        assert process.wait(120) == 0
    os.close(terminal)
    assert "source visited" in said
    assert "{" not in said.splitlines()[0]
    assert "Traceback" in said
    assert "geheim1" not in said


@pytest.mark.usefixtures("_logging_as_before")
def test_debugging_tells_everything() -> None:
    logs.configure(logging.DEBUG)
    logs.tell_more()
    assert logging.getLogger("tweeklank.collect").isEnabledFor(logging.DEBUG)
    assert logging.getLogger("httpx").isEnabledFor(logging.DEBUG)
