"""Requests per second of `tweeklank serve` beside nginx, over the same files and with the same headers.

    python benchmarks/serve.py [--seconds 3] [--clients 8]

The clients are feed readers: nine requests in ten come with the entity tag of the last visit, as
readers' do between two publications. One process asks, over connections that stay open; it shares
the machine with the server, so compare the lines with each other, not with other machines.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[1]
ENTRIES = 50
_SERVE = """
import sys
from pathlib import Path
from tweeklank.config import load_config
from tweeklank.serve import run
run(load_config(Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]))
"""
_CONFIG = """
[publication]
base_url = "http://127.0.0.1/"
[collect]
contact = "mailto:redactie@example.org"
[[sources]]
id = "fietsen"
listing = "https://fietsen.example/nieuws/"
"""
PATHS = ("/nl.atom.xml", "/en.rss.xml", "/en.json", "/nl/", "/style.css")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--clients", type=int, default=8)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        work.chmod(0o755)
        _fill(work / "feeds")
        print("server      known coding    requests/s   304    MB/s  p50 ms  p99 ms")
        for label, server in (("tweeklank", _tweeklank), ("nginx", _nginx)):
            with server(work) as port:
                for known in (10, 9, 0):
                    for coding in ("gzip", "identity"):
                        measured = _measure(port, known, coding, chosen.seconds, chosen.clients)
                        print(f"{label:10} {known * 10:>5}% {coding:9} {measured}")


def _fill(folder: Path) -> None:
    """A publication as large as a real one: 50 entries of about 3 kB."""
    words = "De deelnemers van het convenant onderzoeken samen de risico's in hun ketens, zo bleek dinsdag."
    entries = ""
    for number in range(ENTRIES):
        body = "".join(f"&lt;p&gt;{number * line} {words}&lt;/p&gt;" for line in range(28))
        entries += f"<entry><title>Bericht {number}</title><content type='html'>{body}</content></entry>\n"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
    (folder / "nl").mkdir(parents=True)
    for name in ("nl.atom.xml", "en.rss.xml", "en.json"):
        (folder / name).write_text(feed)
    (folder / "nl/index.html").write_text(f"<!doctype html><title>Nieuws</title>{entries[:40_000]}")
    shutil.copy(ROOT / "src/tweeklank/publish/static/style.css", folder)


@contextmanager
def _tweeklank(work: Path) -> Iterator[int]:
    (work / "config.toml").write_text(_CONFIG)
    port = _free_port()
    with _running([sys.executable, "-c", _SERVE, str(work / "config.toml"), str(port)], port, work):
        yield port


@contextmanager
def _nginx(work: Path) -> Iterator[int]:
    """nginx with the ready file, one worker, and a log as `tweeklank serve` writes one."""
    program, port = shutil.which("nginx", path="/usr/sbin:/usr/bin"), _free_port()
    if not program:
        sys.exit("nginx is not installed; apt-get install nginx-light")
    ready = (ROOT / "deploy/nginx/tweeklank.conf").read_text()
    ready = ready.replace("listen      80;", f"listen 127.0.0.1:{port};").replace("    listen      [::]:80;\n", "")
    ready = ready.replace("/var/lib/tweeklank/feeds", str(work / "feeds"))
    (work / "nginx.conf").write_text(
        f"daemon off;\nuser root;\nworker_processes 1;\npid {work}/pid;\nerror_log stderr;\nevents {{ }}\n"
        f"http {{\naccess_log {work}/access.log;\nkeepalive_requests 1000000;\n{ready}\n}}\n"
    )
    with _running([program, "-p", str(work), "-c", str(work / "nginx.conf")], port, work):
        yield port


@contextmanager
def _running(command: list[str], port: int, work: Path) -> Iterator[None]:
    with (work / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _measure(port: int, known: int, coding: str, seconds: float, clients: int) -> str:
    """Asks for a while; ``known`` of ten requests are conditional."""
    tags = {path: _Connection(port).ask(path, coding, None)[1] for path in PATHS}
    counts: Counter[str] = Counter()
    took: list[float] = []
    end = time.perf_counter() + seconds
    threads = [Thread(target=_visit, args=(port, known, coding, tags, end, counts, took)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.sort()
    total, p50, p99 = len(took), took[len(took) // 2] * 1000, took[len(took) * 99 // 100] * 1000
    share, megabytes = counts["304"] / total, counts["bytes"] / seconds / 1e6
    return f"{total / seconds:>10.0f} {share:>5.0%} {megabytes:>7.1f} {p50:>7.2f} {p99:>7.2f}"


def _visit(
    port: int, known: int, coding: str, tags: dict[str, str], end: float, counts: Counter[str], took: list[float]
) -> None:
    connection, number = _Connection(port), 0
    while (began := time.perf_counter()) < end:
        path = PATHS[number % len(PATHS)]
        status, _, size = connection.ask(path, coding, tags[path] if number % 10 < known else None)
        took.append(time.perf_counter() - began)
        counts[status] += 1
        counts["bytes"] += size
        number += 1


class _Connection:
    """A connection that stays open, with as little work per request as Python can do."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))

    def ask(self, path: str, coding: str, etag: str | None) -> tuple[str, str, int]:
        """Status, entity tag and size of the answer."""
        condition = f"If-None-Match: {etag}\r\n" if etag else ""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {coding}\r\n{condition}\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        status = lines[0].split()[1]
        size = self._body(body, fields) if status == "200" else 0
        return status, fields.get("etag", ""), size

    def _body(self, body: bytes, fields: dict[str, str]) -> int:
        if "content-length" in fields:
            length, size = int(fields["content-length"]), len(body)
            while size < length:
                size += len(self._more())
            return size
        # nginx packs as it sends, in chunks; the last one is empty.
        while not body.endswith(b"\r\n0\r\n\r\n"):
            body += self._more()
        return len(body)

    def _more(self) -> bytes:
        part = self._socket.recv(262_144)
        if not part:
            sys.exit("the server closed the connection")
        return part


if __name__ == "__main__":
    main()
