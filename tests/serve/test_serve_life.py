"""A server's life: publications while it serves, what it tells, how it starts and stops."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from webservers import CONFIG, feed, fill, tweeklank, write

from tweeklank.config import load_config
from tweeklank.publish.write import Output
from tweeklank.serve import ServeError, run


@pytest.fixture
def published(tmp_path):
    made = tmp_path / "feeds"
    fill(made)
    return made


def test_a_publication_during_downloads_never_gives_a_mixed_file(published):
    """Each version is one letter, over and over; a mixture would show more than one."""
    size, done, seen = 200_000, threading.Event(), []

    def publish():
        letter = 0
        while not done.is_set():
            Output(published).put("nl.atom.xml", b"abcdefghij"[letter : letter + 1] * size)
            letter = (letter + 1) % 10

    Output(published).put("nl.atom.xml", b"x" * size)
    with tweeklank(published) as server:
        publisher = threading.Thread(target=publish)
        publisher.start()
        try:
            end = time.monotonic() + 2
            while time.monotonic() < end:
                for coding in ("identity", "br", "gzip"):
                    answer = server.get("/nl.atom.xml", accept_encoding=coding)
                    seen.append((answer.headers["etag"].strip('"').split("-")[0], answer.content))
        finally:
            done.set()
            publisher.join()
    assert all(len(content) == size and len(set(content)) == 1 for _, content in seen)
    assert len({content[:1] for _, content in seen}) > 3
    tags = {}
    assert all(tags.setdefault(tag, content) == content for tag, content in seen), "one entity tag for two contents"


def test_a_change_is_served_at_once_and_the_old_entity_tag_is_no_longer_good(published):
    with tweeklank(published) as server:
        before = server.get("/nl.atom.xml")
        Output(published).put("nl.atom.xml", feed("Nieuwer").encode())
        after = server.get("/nl.atom.xml", if_none_match=before.headers["etag"])
        assert (after.status_code, after.text) == (200, feed("Nieuwer"))
        write(published, "nl.atom.xml", feed())
        assert server.get("/nl.atom.xml").headers["etag"] == before.headers["etag"]
        (published / "nl.atom.xml").unlink()
        assert server.get("/nl.atom.xml", if_none_match="*").status_code == 404


def test_a_client_that_keeps_its_connection_does_not_wait(published):
    """Nagle's algorithm and a client's delayed acknowledgement together would cost 40 ms for each answer."""
    with tweeklank(published) as server, httpx.Client(base_url=server.base, trust_env=False) as client:
        client.get("/nl.atom.xml")
        # Each of them would wait, so the fastest tells.
        assert min(client.get("/nl.atom.xml").elapsed.total_seconds() for _ in range(25)) < 0.03


def test_health_follows_the_folder(tmp_path):
    folder = tmp_path / "feeds"
    with tweeklank(folder) as server:
        assert server.get("/").status_code == 404
        unwell = server.get("/healthz")
        assert (unwell.status_code, unwell.json()["status"]) == (503, "unavailable")
        folder.mkdir()
        assert "tweeklank sync" in server.get("/healthz").json()["reason"]
        fill(folder)
        well = server.get("/healthz")
        assert (well.status_code, well.json()) == (200, {"status": "ok", "feeds": 2})
        assert well.headers["cache-control"] == "no-store"


def test_metrics_count_what_was_asked(published):
    with tweeklank(published) as server:
        etag = server.get("/nl.atom.xml").headers["etag"]
        server.get("/nl.atom.xml", if_none_match=etag)
        server.ask("HEAD", "/nl.atom.xml")
        server.get("/")
        server.get("/none")
        answer = server.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = text_string_to_metric_families(answer.text)
    told = {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}
    assert told["tweeklank_http_requests_total", "feed", "200"] == 2
    assert told["tweeklank_http_requests_total", "feed", "304"] == 1
    assert told["tweeklank_http_requests_total", "page", "200"] == 1
    assert told["tweeklank_http_requests_total", "none", "404"] == 1
    assert told["tweeklank_http_response_bytes_total", "feed"] == len(feed())
    assert told["tweeklank_http_not_modified_total",] == 1
    assert told["tweeklank_feeds",] == 2
    assert told["tweeklank_newest_feed_age_seconds",] > 86_400


def test_the_log_has_one_line_of_json_for_each_request_and_no_whole_address(published):
    with tweeklank(published) as server:
        server.get("/nl.atom.xml", user_agent='Reader "1"\\')
        server.target('/%0a%0d{"forged":true}')
        said = server.log().splitlines()
    assert "serving" in said[0]
    line, forged = (json.loads(text) for text in said[1:])
    assert (line["method"], line["path"], line["status"], line["kind"]) == ("GET", "/nl.atom.xml", 200, "feed")
    assert (line["bytes"], line["client"]) == (len(feed()), "127.0.0.0")
    assert forged["path"] == '/\n\r{"forged":true}'


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_finishes_a_download_and_ends_well(published, number):
    write(published, "nl.atom.xml", b"a" * 30_000_000)
    with tweeklank(published) as server:
        host, port = server.base.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(b"GET /nl.atom.xml HTTP/1.1\r\nHost: a\r\n\r\n")
            received = len(client.recv(1000))
            server.process.send_signal(number)
            time.sleep(0.3)
            with pytest.raises(OSError):
                socket.create_connection((host, int(port)), timeout=1)
            while part := client.recv(1_000_000):
                received += len(part)
        assert received > 30_000_000
        assert server.process.wait(10) == 0
        assert "Traceback" not in server.log()


def test_a_taken_port_is_told_in_one_sentence(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            ServeError, match=rf"^cannot listen on port {port} of 127\.0\.0\.1 \(.+\); choose .+--port.+\.$"
        ):
            run(load_config(file), "127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 8000), ("no such host", 8000)])
def test_an_address_that_is_not_ours_is_told_in_one_sentence(tmp_path, host, port):
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    with pytest.raises(ServeError, match="cannot listen"):
        run(load_config(file), host, port)
