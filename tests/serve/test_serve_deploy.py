"""The ready files for nginx and Caddy, run for real over the same folder: they answer as `tweeklank serve` does."""

from __future__ import annotations

import gzip
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from webservers import feed, fill, free_port, process, tweeklank

DEPLOY = Path(__file__).parents[2] / "deploy"
EVERY_PATH = (
    "/nl.atom.xml", "/fietsen/nl.atom.xml", "/en.rss.xml", "/en.json", "/", "/index.html", "/nl/", "/embed.html", "/embed.js",
    "/style.css", "/site.js", "/favicon.svg", "/subscriptions.opml", "/sitemap.xml", "/robots.txt",
)  # fmt: skip
SAME = (
    "content-type", "cache-control", "access-control-allow-origin", "access-control-expose-headers", "content-security-policy",
    "x-frame-options", "x-content-type-options", "referrer-policy", "last-modified", "content-length",
)  # fmt: skip


@contextmanager
def nginx(folder, work):
    """nginx with the ready file, its three marked lines changed."""
    program, port = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"), free_port()
    if not program:
        pytest.skip("nginx is not installed; apt-get install nginx-light")
    ready = (DEPLOY / "nginx/tweeklank.conf").read_text()
    ready = _changed(ready, "listen      80;", f"listen 127.0.0.1:{port};")
    ready = _changed(ready, "    listen      [::]:80;\n", "")
    ready = _changed(ready, "/var/lib/tweeklank/feeds", str(folder))
    temporary = "".join(
        f"{name}_temp_path {work}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Started by root, nginx would serve as www-data, who may not enter a test's folder.
    (work / "nginx.conf").write_text(
        f"daemon off;\nuser root;\nmaster_process off;\npid {work}/pid;\nerror_log stderr;\nevents {{ }}\n"
        f"http {{\naccess_log off;\n{temporary}{ready}\n}}\n"
    )
    with process(
        [program, "-p", str(work), "-c", str(work / "nginx.conf")], f"http://127.0.0.1:{port}", work / "log"
    ) as server:
        yield server


@contextmanager
def caddy(folder, work):
    """Caddy with the ready file, its two marked lines changed, and without certificates."""
    program, port = shutil.which("caddy"), free_port()
    if not program:
        pytest.skip("Caddy is not installed; apt-get install caddy")
    ready = (DEPLOY / "caddy/Caddyfile").read_text()
    ready = _changed(ready, "\nexample.org {", f"\nhttp://127.0.0.1:{port} {{")
    ready = _changed(ready, "/var/lib/tweeklank/feeds", str(folder))
    (work / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n{ready}")
    command = [program, "run", "--adapter", "caddyfile", "--config", str(work / "Caddyfile")]
    with process(command, f"http://127.0.0.1:{port}", work / "log") as server:
        yield server


def _changed(text, old, new):
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the ready file"
    return text.replace(old, new)


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def both(request, tmp_path_factory):
    """Ours and another server over one folder."""
    work = tmp_path_factory.mktemp("deployed")
    fill(work / "feeds")
    with tweeklank(work / "feeds") as ours, request.param(work / "feeds", work) as theirs:
        yield ours, theirs


@pytest.mark.parametrize("path", EVERY_PATH)
def test_every_file_comes_with_the_same_headers(both, path):
    answers = [server.get(path) for server in both]
    assert answers[0].status_code == answers[1].status_code == 200
    assert answers[0].content == answers[1].content
    ours, theirs = ({name: answer.headers.get(name) for name in SAME} for answer in answers)
    assert ours == theirs


@pytest.mark.parametrize("path", EVERY_PATH)
def test_other_sites_are_answered_alike(both, path):
    names = (
        "allow",
        "access-control-allow-origin",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "access-control-max-age",
    )
    answers = [server.ask("OPTIONS", path, origin="https://partner.example") for server in both]
    ours, theirs = ((answer.status_code, [answer.headers.get(name) for name in names]) for answer in answers)
    assert ours == theirs


@pytest.mark.parametrize("path", ["/nl.atom.xml", "/nl/", "/style.css"])
def test_a_reader_that_comes_back_gets_a_304(both, path):
    for server in both:
        for coding in ("identity", "gzip"):
            first = server.get(path, accept_encoding=coding)
            for condition in (
                {"if_none_match": first.headers["etag"]},
                {"if_none_match": f'"other", {first.headers["etag"]}'},
                {"if_modified_since": first.headers["last-modified"]},
            ):
                again = server.get(path, accept_encoding=coding, **condition)
                assert (again.status_code, again.content) == (304, b"")
                assert again.headers["cache-control"] == first.headers["cache-control"]
                assert again.headers.get("access-control-allow-origin") == first.headers.get(
                    "access-control-allow-origin"
                )
            assert server.get(path, accept_encoding=coding, if_none_match='"other"').status_code == 200


def test_feeds_go_out_packed(both):
    for server in both:
        with server.client.stream("GET", f"{server.base}/nl.atom.xml", headers={"Accept-Encoding": "gzip"}) as answer:
            packed = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["vary"]
        assert gzip.decompress(packed).decode() == feed()
        etags = answer.headers["etag"], server.get("/nl.atom.xml").headers["etag"]
        assert etags[0].startswith("W/") or etags[0] != etags[1]


@pytest.mark.parametrize("path", ["/nl.atom.xml", "/en.rss.xml"])
def test_a_browser_that_opens_a_feed_gets_xml_that_it_can_style(both, path):
    for server in both:
        opened = server.get(path, sec_fetch_dest="document")
        assert opened.status_code == 200
        assert opened.headers["content-type"] == "application/xml; charset=utf-8"
        assert opened.content == server.get(path).content
        assert "+xml" in server.get(path, sec_fetch_dest="empty").headers["content-type"]
        assert "Sec-Fetch-Dest" in ", ".join(opened.headers.get_list("vary"))


def test_a_part_of_a_file_is_never_given(both):
    for server in both:
        assert server.get("/nl.atom.xml", range="bytes=0-9").status_code == 200


def test_a_folder_without_its_slash_leads_to_the_folder(both):
    for server in both:
        answer = server.get("/nl")
        assert answer.status_code in (301, 308)
        assert answer.headers["location"] in ("./nl/", "/nl/", "nl/")


@pytest.mark.parametrize(
    "target",
    ["/none", "/none/", "/.git/config.txt", "/.tweeklank-0123abcd", "/nl/../.git/config.txt", "/tweeklank.db", "/config.toml",
     "/%2e%2e/outside.txt", "/../outside.txt", "/%252e%252e/outside.txt", "/..%5coutside.txt", "/nl.atom.xml%00"],
)  # fmt: skip
def test_what_is_not_published_is_not_served(both, target):
    for server in both:
        status, body = server.target(target)
        assert status in (400, 404)
        assert b"private" not in body


def test_what_is_missing_is_kept_by_no_cache(both):
    for server in both:
        answer = server.get("/none.html")
        assert answer.headers.get("cache-control", "no-cache") == "no-cache"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed_from_outside(both, method):
    for server in both:
        answer = server.ask(method, "/nl.atom.xml")
        assert answer.status_code == 405
        assert {name.strip() for name in answer.headers["allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}


def test_links_out_of_the_folder_are_not_followed(both):
    for server in both:
        if server.process.args[0].endswith("caddy"):
            continue  # follows links; its ready file says so
        status, body = server.target("/link.txt")
        assert status in (403, 404)
        assert b"private" not in body
