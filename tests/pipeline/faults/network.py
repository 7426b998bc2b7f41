"""What servers and networks do wrong, each to one host, while the other hosts work."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.pipeline.faults.newsroom import Newsroom, tell
from tests.pipeline.faults.site import ARTICLES, LISTING, ROBOTS, Fault, Host, running

Handler = BaseHTTPRequestHandler

PLACES = {"listing": LISTING, "articles": ARTICLES, "robots.txt": ROBOTS}


def _head(handler: Handler, status: str, **fields: object) -> None:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    handler.wfile.write(f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nConnection: close\r\n{lines}\r\n".encode())


def _reset(handler: Handler, body: bytes) -> None:
    """Ends the connection with a reset in the middle of the body."""
    _head(handler, "200 OK", Content_Length=len(body))
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def _drip(handler: Handler, body: bytes) -> None:
    _head(handler, "200 OK", Content_Length=len(body) + 1000)
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def _silent(handler: Handler, body: bytes) -> None:
    handler.connection.settimeout(20)
    handler.connection.recv(1)  # until the client gives up


def _endless(handler: Handler, body: bytes) -> None:
    _head(handler, "200 OK")
    while True:
        handler.wfile.write(b"<p>meer</p>" * 10_000)


_PACKED = gzip.compress(b"<p>meer</p>" * 1_000_000)


def _bomb(handler: Handler, body: bytes) -> None:
    _head(handler, "200 OK", Content_Encoding="gzip", Content_Length=len(_PACKED))
    handler.wfile.write(_PACKED)


def _loop(handler: Handler, body: bytes) -> None:
    _head(handler, "302 Found", Location=handler.path, Content_Length=0)


def _too_many(handler: Handler, body: bytes) -> None:
    _head(handler, "429 Too Many Requests", Content_Length=0)


def _too_many_with_rest(handler: Handler, body: bytes) -> None:
    _head(handler, "429 Too Many Requests", Retry_After=1, Content_Length=0)


def _too_many_for_an_hour(handler: Handler, body: bytes) -> None:
    _head(handler, "429 Too Many Requests", Retry_After=3600, Content_Length=0)


def gone(handler: Handler, body: bytes) -> None:
    _head(handler, "404 Not Found", Content_Length=0)


def _broken(handler: Handler, body: bytes) -> None:
    _head(handler, "503 Service Unavailable", Content_Length=0)


def _promises_more(handler: Handler, body: bytes) -> None:
    _head(handler, "200 OK", Content_Length=2 * len(body))
    handler.wfile.write(body)


def _promises_less(handler: Handler, body: bytes) -> None:
    _head(handler, "200 OK", Content_Length=len(body) * 2 // 3, ETag='"half"')
    handler.wfile.write(body)


def _garbage(handler: Handler, body: bytes) -> None:
    handler.wfile.write(b"\x16\x03\x01 geen antwoord\r\n\r\n" + body)


FAULTS: dict[str, tuple[Fault, str]] = {
    "connection reset in mid-body": (_reset, "no connection"),
    "slow loris: a byte at a time": (_drip, "takes too long"),
    "no answer at all": (_silent, "no answer in time"),
    "endless body": (_endless, "larger than"),
    "gzip bomb (11 MB in 21 kB)": (_bomb, "larger than"),
    "redirect loop": (_loop, "redirects more than"),
    "429 without Retry-After": (_too_many, "429"),
    "429, Retry-After 1 second": (_too_many_with_rest, "429"),
    "429, Retry-After an hour": (_too_many_for_an_hour, "429"),
    "503": (_broken, "503"),
    "Content-Length too large": (_promises_more, "no connection"),
    "Content-Length too small": (_promises_less, "breaks off in the middle"),
    "no HTTP at all": (_garbage, "no connection"),
}
"""How a host fails, and what a sync says of it."""

# Of rules only the beginning counts (RFC 9309), a loop is none, and a page is no rule: the site stays open.
_HARMLESS_RULES = {"endless body", "redirect loop", "Content-Length too small"}


@contextmanager
def _hosts(wanted: int) -> Iterator[list[Host]]:
    with ExitStack() as stack:
        yield [stack.enter_context(running()) for _ in range(wanted)]


def storm(
    folder: Path, cases: list[tuple[str, str]], healthy: int, timeout: float = 20
) -> dict[tuple[str, str], list[str]]:
    """One sync of as many hosts as there are cases, each failing in its own way, and of healthy ones.

    The healthy ones must come out whole, each other one must have its cause told, and after all
    is well again the next sync must complete the work. Returns what was told, by fault and place.
    Raises AssertionError.
    """
    with _hosts(len(cases) + healthy) as hosts:
        story = tell(folder, hosts, range(1), range(1, 2))
        for (name, place), host in zip(cases, hosts, strict=False):
            host.fail(PLACES[place], FAULTS[name][0])
            if place == "robots.txt":
                host.pages[ROBOTS] = "User-agent: *\nDisallow: /geheim\n" * 40
        newsroom = story.begin(folder / "storm", timeout=timeout)
        _forget_rules(newsroom)
        done = newsroom.sync()
        assert done.code == 1, f"exit code {done.code}: {done.errors}"
        reports = done.summary["sources"]
        for report in reports[len(cases) :]:
            assert (report["new"], report["failures"]) == (1, []), report
        told = {case: report["failures"] for case, report in zip(cases, reports, strict=False)}
        for (name, place), failures in told.items():
            _is_told(name, place, failures)
        files = newsroom.files()
        for name, content in story.old.items():
            assert name in files, f"{name} is gone"
            assert b"</html>" in content or not name.endswith(".html")
        for host in hosts:
            host.heal()
        story.completes(newsroom)
    return told


def _is_told(name: str, place: str, failures: list[str]) -> None:
    if place == "robots.txt" and name in _HARMLESS_RULES:
        return
    assert failures, f"{name} ({place}) was not told"
    assert all("\n" not in failure for failure in failures)
    assert any(FAULTS[name][1] in failure for failure in failures), f"{name} ({place}): {failures}"


def _forget_rules(newsroom: Newsroom) -> None:
    """Rules are asked for once a day; this is the next one."""
    newsroom.change("DELETE FROM page WHERE url LIKE '%/robots.txt'")


def all_cases() -> list[tuple[str, str]]:
    return [(name, place) for name in FAULTS for place in PLACES]


def unreachable(folder: Path) -> Counter[str]:
    """A name that is not known, a port at which nobody listens, a certificate that nobody vouches for."""
    told = Counter[str]()
    with ExitStack() as stack:
        healthy, secure = stack.enter_context(running()), stack.enter_context(running(_self_signed(folder)))
        story = tell(folder, [healthy])
        with running() as closed:
            pass
        hosts = [healthy, Host("http://bestaat-niet.invalid"), closed, secure]
        newsroom = story.begin(folder / "try")
        newsroom.hosts = hosts
        newsroom.configure(timeout=2)
        done = newsroom.sync()
        assert done.code == 1, done.errors
        good, *others = (source["failures"] for source in done.summary["sources"])
        assert good == []
        for failures, cause in zip(others, ("not known", "no connection", "not secure"), strict=True):
            assert len(failures) == 1, failures
            assert cause in failures[0], failures
            told[cause] += 1
        newsroom.hosts = [healthy]
        newsroom.configure()
        newsroom.sync().went_well()
        # The empty feeds of the other three stay where they are: others may link to them.
        assert story.after.items() <= newsroom.files().items()
    return told


def _self_signed(folder: Path) -> ssl.SSLContext:
    folder.mkdir(parents=True, exist_ok=True)
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
