"""Time and memory of publishing, and of a sync without news, by the number of stored articles.

    python benchmarks/scale.py [--articles 100 1000 10000] [--store postgresql+psycopg://…]

The articles are put straight into an empty store. Each line is of a process of its own: its seconds
by the clock and of the processor, start included, and its peak memory. A store given by --store must
be an empty database, and takes one number of articles.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from sqlalchemy import insert

from tweeklank.article import Article, address_key, entry_tag
from tweeklank.collect.discover import from_listing
from tweeklank.store import open_store, schema
from tweeklank.store.open import connected, parsed

_DAY = datetime(2006, 1, 1, tzinfo=UTC)
_FAR = datetime(2100, 1, 1, tzinfo=UTC)
_PORTION = 2000
_SHOWN = 50  # links in the listing
_PARAGRAPH = "<p>De bedrijven en vakbonden in dit convenant spreken af dat zij misstanden in de keten voorkomen.</p>"
_PUBLISH = """
import sys
from pathlib import Path
from tweeklank.config import load_config
from tweeklank.publish import publish
from tweeklank.store import open_store
config = load_config(Path(sys.argv[1]))
with open_store(config.store_url) as store:
    publish(config, store)
"""
_CONFIG = """
[publication]
base_url = "https://example.org/nieuws/"
[collect]
contact = "mailto:redactie@example.org"
delay = 0
[store]
url = "{store}"
[[sources]]
id = "metaal"
listing = "{base}/nieuws"
local = true
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--store", default="")
    chosen = parser.parse_args()
    print("articles  what                       s   cpu s     MB  requests")
    for count in chosen.articles:
        with tempfile.TemporaryDirectory() as name, _site(count) as base:
            store = chosen.store or f"sqlite:///{name}/tweeklank.db"
            config = Path(name) / "config.toml"
            config.write_text(_CONFIG.format(store=store, base=base))
            _fill(store, base, count)
            publish = [sys.executable, "-c", _PUBLISH, str(config)]
            sync = [sys.executable, "-m", "tweeklank", "sync", "--json", "--config", str(config)]
            _report(count, "publish, empty folder", *_measured(publish))
            _report(count, "publish, all the same", *_measured(publish))
            _measured(sync)  # reads the listing
            _report(count, "sync without news", *_measured(sync))


def _report(count: int, what: str, printed: str, *figures: float) -> None:
    requests = ""
    if printed:
        summary = json.loads(printed)
        assert summary["files"]["written"] == summary["translated"]["articles"] == len(summary["failures"]) == 0
        requests = str(summary["requests"])
    seconds, cpu, memory = figures
    print(f"{count:>8}  {what:<22}{seconds:>6.1f}{cpu:>8.1f}{memory:>7.0f}{requests:>10}", flush=True)


def _measured(command: list[str]) -> tuple[str, float, float, float]:
    """What a process printed, its seconds by the clock and of the processor, and its peak memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, printed
    return printed, time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _fill(store: str, base: str, count: int) -> None:
    """Articles with a translation each, all taken long ago."""
    stamps = {one.url: one.stamp for one in from_listing(_listing(count), f"{base}/nieuws", "")}
    engine = connected(parsed(store))
    with open_store(store):
        for start in range(0, count, _PORTION):
            rows = [_rows(base, number, stamps) for number in range(start + 1, min(start + _PORTION, count) + 1)]
            with engine.begin() as connection:
                for table in ("article", "address", "membership", "revision", "translation", "link"):
                    connection.execute(insert(schema.metadata.tables[table]), [row[table] for row in rows])
    engine.dispose()


def _rows(base: str, number: int, stamps: dict[str, str]) -> dict[str, dict[str, Any]]:
    url = f"{base}/nieuws/bericht-{number}"
    title, body = f"Bericht {number} over de keten", f"<p>Dit is bericht {number}.</p>" + 12 * _PARAGRAPH
    made, key = _DAY + timedelta(hours=number), address_key(url)
    article = Article(url=url, canonical=url, title=title, body=body)
    words = {"title": title, "lead": "Zij spraken af.", "body": body}
    marks = {"fingerprint": article.fingerprint(), "text_fingerprint": article.text_fingerprint()}
    return {
        "article": {"tag": entry_tag(url, made.year), "first_source": "metaal", "published": made, "first_seen": made},
        "address": {"key": key, "article": number},
        "membership": {"source": "metaal", "article": number, "published": made},
        "revision": {
            "article": number, "language": "nl", "url": url, "author": "", "topics": ["metaal"], "updated": made,
            **marks, **words,
        },
        "translation": {
            "revision": number, "sentences": 14, "kept": 0, "updated": made, "made": made, "model": "Tweeklank nl→en",
            "glossary": "g", "alt": "", "caption": "", **words,
        },
        "link": {
            "source": "metaal", "key": key, "url": url, "next_visit": _FAR, "article": number,
            "stamp": stamps.get(url, ""), "taken_stamp": stamps.get(url, ""),
        },
    }  # fmt: skip


def _listing(count: int) -> str:
    newest = range(count, max(0, count - _SHOWN), -1)
    rows = (f'<li><a href="/nieuws/bericht-{n}">Bericht {n} over de keten</a></li>' for n in newest)
    return f"<html><body><main><h1>Nieuws</h1><ul>{''.join(rows)}</ul></main></body></html>"


@contextmanager
def _site(count: int) -> Iterator[str]:
    """A listing of the newest articles, which never changes."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = b""
            if self.path != "/nieuws":
                self.send_response(404)
            elif self.headers.get("If-None-Match") == '"1"':
                self.send_response(304)
            else:
                body = _listing(count).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("ETag", '"1"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    main()
