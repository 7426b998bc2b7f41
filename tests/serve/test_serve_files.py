"""What clients are given: types, validators, codings, headers. A real server process on loopback."""

from __future__ import annotations

import gzip

import brotli
import pytest
from webservers import feed

TYPES = {
    "/nl.atom.xml": "application/atom+xml; charset=utf-8",
    "/fietsen/nl.atom.xml": "application/atom+xml; charset=utf-8",
    "/en.rss.xml": "application/rss+xml; charset=utf-8",
    "/en.json": "application/feed+json",
    "/": "text/html; charset=utf-8",
    "/nl/": "text/html; charset=utf-8",
    "/embed.html": "text/html; charset=utf-8",
    "/embed.js": "text/javascript; charset=utf-8",
    "/style.css": "text/css; charset=utf-8",
    "/favicon.svg": "image/svg+xml; charset=utf-8",
    "/subscriptions.opml": "text/x-opml; charset=utf-8",
    "/sitemap.xml": "application/xml; charset=utf-8",
    "/robots.txt": "text/plain; charset=utf-8",
}
SHARED = ("/nl.atom.xml", "/en.rss.xml", "/en.json", "/embed.js", "/embed.html")


@pytest.mark.parametrize(("path", "media_type"), TYPES.items())
def test_every_kind_of_file_has_its_type_and_is_not_guessed_at(server, path, media_type):
    answer = server.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "server" not in answer.headers


def test_a_reader_that_comes_back_downloads_nothing(server):
    first = server.get("/nl.atom.xml")
    again = server.get("/nl.atom.xml", if_none_match=f'"other", {first.headers["etag"]}')
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "last-modified", "cache-control", "vary", "access-control-allow-origin"):
        assert again.headers[name] == first.headers[name]
    assert "content-type" not in again.headers
    assert server.get("/nl.atom.xml", if_modified_since=first.headers["last-modified"]).status_code == 304


def test_several_lines_of_entity_tags_are_one_list(server):
    etag = server.get("/nl.atom.xml").headers["etag"]
    request = f'GET /nl.atom.xml HTTP/1.1\r\nHost: a\r\nIf-None-Match: "x"\r\nIf-None-Match: {etag}\r\nConnection: close\r\n\r\n'
    assert server.raw(request.encode()).startswith(b"HTTP/1.1 304")


def test_a_head_says_what_a_get_would(server):
    got, asked = (server.ask(method, "/nl.atom.xml", accept_encoding="br") for method in ("GET", "HEAD"))
    assert asked.content == b""
    assert {k: v for k, v in asked.headers.items() if k != "date"} == {
        k: v for k, v in got.headers.items() if k != "date"
    }
    assert (
        server.ask("HEAD", "/nl.atom.xml", if_none_match=server.get("/nl.atom.xml").headers["etag"]).status_code == 304
    )


@pytest.mark.parametrize(("coding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_feeds_go_out_packed_and_each_coding_has_its_own_entity_tag(server, coding, unpack):
    head, _, body = server.raw(
        f"GET /nl.atom.xml HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {coding}\r\nConnection: close\r\n\r\n".encode()
    ).partition(b"\r\n\r\n")
    assert f"content-encoding: {coding}".encode() in head
    assert b"vary: Accept-Encoding, Sec-Fetch-Dest" in head
    assert len(body) < len(feed()) / 5
    assert unpack(body).decode() == feed()
    plain, packed = server.get("/nl.atom.xml"), server.get("/nl.atom.xml", accept_encoding=coding)
    assert packed.headers["etag"] != plain.headers["etag"]
    assert server.get("/nl.atom.xml", accept_encoding=coding, if_none_match=packed.headers["etag"]).status_code == 304
    assert server.get("/nl.atom.xml", accept_encoding=coding, if_none_match=plain.headers["etag"]).status_code == 200


def test_a_file_of_a_few_bytes_goes_out_as_it_is(server):
    assert "content-encoding" not in server.get("/robots.txt", accept_encoding="br, gzip").headers


def test_a_part_of_a_file_is_never_given(server):
    for asked in ("bytes=0-9", "bytes=-1", "bytes=0-0,1-1,2-2", "bytes=9-0", "bytes=" + "0-," * 2000, "lines=1"):
        answer = server.get("/nl.atom.xml", range=asked)
        assert (answer.status_code, answer.text) == (200, feed())
    assert answer.headers["accept-ranges"] == "none"


def test_news_is_fresh_for_minutes_and_assets_for_an_hour(server):
    assert server.get("/nl.atom.xml").headers["cache-control"] == "public, max-age=300, stale-while-revalidate=3600"
    assert server.get("/").headers["cache-control"] == "public, max-age=300, stale-while-revalidate=3600"
    assert server.get("/style.css").headers["cache-control"] == "public, max-age=3600, stale-while-revalidate=86400"


@pytest.mark.parametrize("path", SHARED)
def test_other_sites_may_read_feeds_and_what_is_made_for_embedding(server, path):
    assert server.get(path, origin="https://partner.example").headers["access-control-allow-origin"] == "*"
    preflight = server.ask("OPTIONS", path, origin="https://partner.example", access_control_request_method="GET")
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in preflight.headers["access-control-allow-headers"]


@pytest.mark.parametrize("path", ["/", "/nl/", "/style.css", "/site.js", "/subscriptions.opml", "/none", "/metrics"])
def test_other_sites_may_not_read_anything_else(server, path):
    for method in ("GET", "OPTIONS"):
        answer = server.ask(method, path, origin="https://partner.example")
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_pages_are_not_framed_and_the_frame_is(server):
    for path in ("/", "/nl/", "/none"):
        page = server.get(path)
        assert page.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    frame = server.get("/embed.html")
    assert "x-frame-options" not in frame.headers
    assert "frame-ancestors *" in frame.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"] + frame.headers["content-security-policy"]


def test_a_folder_without_its_slash_leads_to_the_folder(server):
    answer = server.get("/nl?q=fiets")
    assert (answer.status_code, answer.headers["location"]) == (301, "./nl/?q=fiets")
    assert server.get("/fietsen").status_code == 404


def test_what_is_not_there_gets_a_page_in_both_languages(server):
    answer = server.get("/en/<script>")
    assert answer.status_code == 404
    assert "geen pagina" in answer.text
    assert "no page" in answer.text
    assert "script" not in answer.text
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "BREW"])
def test_nothing_can_be_changed_from_outside(server, method):
    answer = server.ask(method, "/nl.atom.xml")
    assert answer.status_code == 405
    assert {name.strip() for name in answer.headers["allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
