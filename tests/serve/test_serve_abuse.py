"""What nobody should get, however it is asked for. Requests are sent byte by byte as written here."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from webservers import feed

SECRET = b"private"


@pytest.mark.parametrize(
    "target",
    [
        "/../outside.txt", "/nl/../../outside.txt", "/nl/../../../../../../etc/passwd", "/..", "/nl/..",
        "/%2e%2e/outside.txt", "/%2E%2E%2Foutside.txt", "/..%2foutside.txt", "/nl%2f..%2f..%2foutside.txt",
        "/%252e%252e/outside.txt", "/%252e%252e%252foutside.txt", "/..%252foutside.txt", "/%25252e%25252e/outside.txt",
        "/..\\outside.txt", "/..%5coutside.txt", "/nl\\..\\..\\outside.txt", "/%c0%ae%c0%ae/outside.txt", "/%uff0e%uff0e/outside.txt",
        "//outside.txt", "//etc/passwd", "///etc/passwd", "/./../outside.txt", "/nl/./index.html", "/%2e/nl.atom.xml",
        "/nl.atom.xml%00", "/nl.atom.xml%00.html", "/%00", "/nl.atom.xml%0a", "/nl.atom.xml/", "/nl.atom.xml/x",
        "/link.txt", "/up/outside.txt", "/up/feeds/nl.atom.xml", "/up", "/up/",
        "/.tweeklank-0123abcd", "/%2etweeklank-0123abcd", "/.git/config.txt", "/.git/", "/.git",
        "/tweeklank.db", "/config.toml", "/~root/", "/nl.atom.xml~", "/NL.ATOM.XML", "/%ff%fe", "/%", "/%zz", "/nl.atom.xml;x",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder_or_to_what_is_hidden(server, target):
    status, body = server.target(target)
    assert status in (400, 404)
    assert SECRET not in body
    assert b"root:" not in body


@pytest.mark.parametrize("target", ["http://other.example/nl.atom.xml", "*", "nl.atom.xml", "?", "#"])
def test_a_target_that_is_no_path_finds_nothing(server, target):
    assert server.target(target)[0] in (400, 404)


def test_an_address_in_other_spelling_leads_nowhere_else(server):
    status, body = server.target("/nl%2eatom%2exml?x=../../etc/passwd#y")
    assert (status, body.decode()) == (200, feed())


@pytest.mark.parametrize("length", [300, 5_000, 14_000])
def test_a_long_address_is_not_found(server, length):
    assert server.target("/" + "a" * length)[0] == 404
    assert server.target("/" + "a/" * (length // 2))[0] == 404


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: nonsense\r\n\r\n",
        b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200 + b"\r\n\r\n",
    ],
)
def test_a_request_that_is_none_is_refused_and_the_connection_closed(server, request_bytes):
    assert server.raw(request_bytes).startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))


@pytest.mark.parametrize(
    "flood",
    [
        b"GET /" + b"a" * 2_000_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 2_000_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 300_000 + b"\r\n",
    ],
)
def test_headers_without_end_are_cut_off(server, flood):
    assert server.raw(flood)[:12] in (b"", b"HTTP/1.1 400")
    assert server.get("/nl.atom.xml").elapsed.total_seconds() < 10


def test_many_headers_cost_little(server):
    request = (
        b"GET /nl.atom.xml HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        + b"If-None-Match: x\r\nX: a\r\n" * 3000
        + b"\r\n"
    )
    began = time.monotonic()
    assert server.raw(request)[:12] in (b"HTTP/1.1 200", b"HTTP/1.1 400")
    assert time.monotonic() - began < 10


def test_hostile_conditions_cost_no_time(server):
    for headers in (
        {"if_none_match": '"' * 9000},
        {"if_none_match": 'W/"a' * 2000},
        {"accept_encoding": ";q=" * 3000},
        {"accept_encoding": "br;q=0.0000000000001," * 500},
        {"if_modified_since": "Thu," * 2000},
    ):
        answer = server.get("/nl.atom.xml", **headers)
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() < 10


def test_clients_that_leave_half_way_do_no_harm(server):
    host, port = server.base.removeprefix("http://").split(":")
    for _ in range(50):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"GET /nl.atom.xml HTTP/1.1\r\nHost: a\r\n\r\n")
    assert server.get("/nl.atom.xml").text == feed()
    assert "Traceback" not in server.log()


def test_many_clients_at_once_all_get_the_whole_file(server):
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda _: server.get("/nl.atom.xml", accept_encoding="br"), range(80)))
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, feed())}
