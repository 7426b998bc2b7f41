"""An output folder with a file of each kind, and real servers on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

_START = """
import sys
from pathlib import Path
from tweeklank.config import load_config
from tweeklank.serve import run
run(load_config(Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]))
"""
CONFIG = """
[publication]
base_url = "http://127.0.0.1:8000/"
output = "feeds"

[collect]
contact = "mailto:redactie@example.org"

[[sources]]
id = "fietsen"
title = { nl = "Fietsconvenant", en = "Bicycle Agreement" }
listing = "https://fietsen.example/nieuws/"
"""
LONG_AGO = 1_735_689_600  # 2025-01-01T00:00:00Z


@dataclass
class Server:
    """A server's process, and what it has said so far."""

    process: subprocess.Popen[str]
    base: str
    said: Path
    client: httpx.Client

    def log(self) -> str:
        return self.said.read_text()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, **headers)

    def ask(self, method: str, path: str, **headers: str) -> httpx.Response:
        named = {"accept-encoding": "identity"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, self.base + path, headers=named)

    def raw(self, request: bytes) -> bytes:
        """Sends bytes as they are, which clients would tidy up, and returns all that comes back."""
        host, port = self.base.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            with suppress(ConnectionError):  # a server that is fed up closes before it has heard all
                connection.sendall(request)
            return _everything(connection)

    def target(self, target: str) -> tuple[int, bytes]:
        """Status and body for a request target that is sent as it is."""
        answer = self.raw(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode("latin-1"))
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), body


def _everything(connection: socket.socket) -> bytes:
    received = b""
    with suppress(ConnectionError):
        while part := connection.recv(65536):
            received += part
    return received


def write(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(file, (LONG_AGO, LONG_AGO))
    return file


def feed(title: str = "Convenantnieuws") -> str:
    entries = "".join(f"<entry><title>Bericht {number}</title></entry>\n" for number in range(200))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>\n{entries}</feed>\n'


def fill(folder: Path) -> None:
    """One file of each kind, and some that must never be seen."""
    write(folder, "nl.atom.xml", feed())
    write(folder, "en.rss.xml", "<rss/>" + " " * 2000)
    write(folder, "en.json", '{"version": "https://jsonfeed.org/version/1.1"}' + " " * 2000)
    write(folder, "fietsen/nl.atom.xml", feed("Fietsen"))
    write(folder, "index.html", "<!doctype html><title>Nieuws</title>" + "<p>Bericht</p>" * 100)
    write(folder, "nl/index.html", "<!doctype html><title>Nieuws</title>" + "<p>Bericht</p>" * 100)
    write(folder, "embed.html", "<!doctype html><title>Kader</title>" + " " * 500)
    write(folder, "embed.js", "// component\n" * 100)
    write(folder, "style.css", "p { margin: 0 }\n" * 100)
    write(folder, "site.js", "// page\n" * 100)
    write(folder, "favicon.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    write(folder, "subscriptions.opml", '<opml version="2.0"/>' + " " * 500)
    write(folder, "sitemap.xml", "<urlset/>" + " " * 500)
    write(folder, "robots.txt", "User-agent: *\n")
    write(folder, ".tweeklank-0123abcd", "half a fee")
    write(folder, ".git/config.txt", "private")
    write(folder, "tweeklank.db", "private")
    write(folder, "config.toml", "private")
    write(folder.parent, "outside.txt", "private")
    (folder / "link.txt").symlink_to(folder.parent / "outside.txt")
    (folder / "up").symlink_to(folder.parent)


@contextmanager
def process(command: list[str], base: str, said: Path) -> Iterator[Server]:
    """A server's process from when it answers until it is no longer wanted."""
    with said.open("w") as output:
        # Caddy keeps its last configuration in the home folder.
        own_home = os.environ | {"HOME": str(said.parent), "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": ""}
        started = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, text=True, env=own_home)
    try:
        # Each request on its own connection; no proxy of whoever runs the tests.
        alone = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(verify=False, trust_env=False, timeout=10, limits=alone) as client:
            server = Server(started, base, said, client)
            _wait_for(server)
            yield server
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
            try:
                started.wait(15)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def _wait_for(server: Server) -> None:
    host, port = server.base.removeprefix("http://").split(":")
    for _ in range(200):
        if server.process.poll() is not None:
            pytest.fail(f"the server ended: {server.log()}")
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the server does not answer: {server.log()}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def tweeklank(folder: Path) -> Iterator[Server]:
    """`tweeklank serve` over ``folder``, without its command line."""
    config = folder.parent / "config.toml"
    config.write_text(CONFIG.replace('"feeds"', f'"{folder.name}"'))
    port = free_port()
    command = [sys.executable, "-c", _START, str(config), str(port)]
    with process(command, f"http://127.0.0.1:{port}", folder.parent / "serve.log") as server:
        yield server
