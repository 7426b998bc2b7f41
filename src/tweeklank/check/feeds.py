"""What has been published: whether it is well-formed, complete, at home where it says, and fresh."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser

from tweeklank.check.finding import Finding, fine, problem, warning
from tweeklank.config import Config
from tweeklank.store import StoreError, read_store

_FRESH = timedelta(days=2)
_REPUBLISH = "run tweeklank sync, which writes it anew"
_XML, _JSON = (".atom.xml", ".rss.xml"), (".json",)


def check_feeds(config: Config, now: datetime) -> Iterator[Finding]:
    """One finding for each feed that is not as it should be, or one for all."""
    output = config.publication.output
    files = [file for file in sorted(output.rglob("*")) if file.name.endswith(_XML + _JSON)]
    if not files:
        yield warning("feeds", f"{output} holds none yet", "run tweeklank sync")
        return
    faults = 0
    for file in files:
        path = file.relative_to(output).as_posix()
        for fault in _faults(file, config.publication.base_url + path):
            faults += 1
            yield problem(f"feed {path}", fault, _REPUBLISH)
    if not faults:
        yield fine("feeds", f"{len(files)} in {output} are well-formed and complete")
    yield _freshness(config, now)


def _faults(file: Path, address: str) -> Iterator[str]:
    try:
        content = file.read_bytes()
    except OSError as error:
        yield f"cannot be read ({error.strerror})"
        return
    yield from _of_json(content, address) if file.name.endswith(_JSON) else _of_xml(content, address)


def _of_xml(content: bytes, address: str) -> Iterator[str]:
    # A stream, for feedparser takes bytes for the name of a file.
    parsed = feedparser.parse(io.BytesIO(content))
    if parsed.bozo or not parsed.version:
        yield f"is not a well-formed feed ({parsed.get('bozo_exception', 'of no known format')})"
        return
    if not parsed.feed.get("title"):
        yield "has no title"
    own = [link.href for link in parsed.feed.get("links", ()) if link.rel == "self"]
    yield from _misplaced(own[0] if own else "", address)
    yield from _of_entries([(entry.get("id"), entry.get("title"), entry.get("link")) for entry in parsed.entries])


def _of_json(content: bytes, address: str) -> Iterator[str]:
    """JSON Feed 1.1."""
    try:
        parsed: Any = json.loads(content)
        version, items = str(parsed["version"]), parsed["items"]
        entries = [(item.get("id"), item.get("title"), item.get("url")) for item in items]
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        yield f"is not a well-formed JSON Feed ({error})"
        return
    if not version.startswith("https://jsonfeed.org/version/1"):
        yield f"is of another format than JSON Feed ({version})"
    yield from _misplaced(str(parsed.get("feed_url", "")), address)
    yield from _of_entries(entries)


def _misplaced(own: str, address: str) -> Iterator[str]:
    if own != address:
        yield f"says that it stands at {own or 'no address'}, and not at {address}"


def _of_entries(entries: list[tuple[str | None, str | None, str | None]]) -> Iterator[str]:
    """What readers need of each entry: an id of its own, a title, and where it leads to."""
    ids = Counter(entry[0] for entry in entries)
    for name, count in (
        ("an id", sum(not one for one, _, _ in entries)),
        ("a title", sum(not one for _, one, _ in entries)),
        ("a link", sum(not one for _, _, one in entries)),
    ):
        if count:
            yield f"has {count} entries without {name}"
    twice = [one for one, count in ids.items() if one and count > 1]
    if twice:
        yield f"has the id {twice[0]} more than once"


def _freshness(config: Config, now: datetime) -> Finding:
    """Whether syncs still run: feeds without news stay as they are, so their own age tells nothing."""
    try:
        with read_store(config.store_url) as store:
            finished = [run["finished"] for run in store.runs.last(20) if run["finished"]]
    except StoreError:
        finished = []
    if not finished:
        return warning("freshness", "no sync is known to have ended", "run tweeklank sync")
    age = now - max(finished)
    if age > _FRESH:
        return warning("freshness", f"the last sync ended {age.days} days ago", "let syncs run by themselves")
    return fine("freshness", f"the last sync ended {age.total_seconds() / 3600:.1f} hours ago")
