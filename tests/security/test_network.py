"""A hostile site cannot make this machine ask things of places that only this machine can reach."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from covenant_site import Desk, Reply, Site, moved, page, running_site, source

from tweeklank.collect import Collected, network
from tweeklank.collect.network import holds_keys, is_public
from tweeklank.config import load_config
from tweeklank.publish import Published
from tweeklank.publish.websub import announce
from tweeklank.store import open_store

PUBLIC = "93.184.215.14"
Sync = Callable[..., Collected]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_store(f"sqlite:///{tmp_path}/news.db") as store:
        yield Desk(store, tmp_path)


@pytest.fixture
def inside() -> Iterator[Site]:
    """What only this machine can reach."""
    with running_site() as site:
        yield site


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that passes for a public one: its name has a public address, where a connection arrives at loopback."""
    with running_site("nieuws.example") as site:
        _resolve(monkeypatch, lambda host: PUBLIC if host == "nieuws.example" else "")
        connect = network.httpcore.AnyIOBackend.connect_tcp

        async def redirected(self: object, host: str, *arguments: object) -> object:
            return await connect(self, "127.0.0.1" if host == PUBLIC else host, *arguments)

        monkeypatch.setattr(network.httpcore.AnyIOBackend, "connect_tcp", redirected)
        yield site


def _resolve(patch: pytest.MonkeyPatch, answer: Callable[[str], str]) -> None:
    """A name server: what ``answer`` leaves empty is looked up as always."""
    real = asyncio.BaseEventLoop.getaddrinfo

    async def getaddrinfo(self: asyncio.BaseEventLoop, host: str, port: int, **more: object) -> list:
        address = answer(host)
        if address:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        return await real(self, host, port, **more)

    patch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0.1.2.3",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.192", "192.0.2.1", "198.18.0.1", "168.63.129.16", "100.100.100.200",
        "::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::", "5f00::1", "4000::1",
    ],
)  # fmt: skip
def test_no_address_inside_passes_for_a_public_one(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", PUBLIC, "2606:4700::1111", "64:ff9b::101:101", "2002:101:101::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)
    assert not holds_keys(address)


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254", "fe80::a9fe:a9fe%1", "192.0.0.192", "100.100.100.200"],
)  # fmt: skip
def test_not_even_a_local_source_may_ask_a_cloud_for_keys(address: str, sync: Sync) -> None:
    assert holds_keys(address)
    host = f"[{address.partition('%')[0]}]" if ":" in address else address
    failures = sync(source(listing=f"http://{host}/latest/meta-data/"))
    assert "which no source can be" in failures.failures[0]


@pytest.fixture
def sync(desk: Desk) -> Sync:
    return lambda *sources: asyncio.run(desk.collect(*sources))


DISGUISES = [
    "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001",
    "0177.0.0.1", "127.0.0.1.", "0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "①②⑦.⓪.⓪.①",
    "１２７.0.0.1", "127。0。0。1", "%31%32%37.0.0.1", "nieuws.example@127.0.0.1", "nieuws.example%40@127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", DISGUISES)
def test_a_public_source_reaches_no_loopback_in_disguise(host: str, inside: Site, sync: Sync) -> None:
    port = inside.base.rpartition(":")[2]
    collected = sync(source(listing=f"http://{host}:{port}/nieuws/", local=False))
    assert len(collected.failures) == 1
    assert inside.requests == []


@pytest.mark.parametrize("host", DISGUISES[:16])
def test_no_redirect_leads_inside(host: str, inside: Site, outside: Site, sync: Sync) -> None:
    """Neither of a listing, an article, an English version or a picture, nor of robots.txt; nor a link to there."""
    port = inside.base.rpartition(":")[2]
    there = f"http://{host}:{port}"
    english = f'<link rel="alternate" hreflang="en" href="{there}/english">'
    outside.article("/nieuws/a", "A", head=f'{english}<meta property="og:image" content="{there}/foto.png">')
    english = '<link rel="alternate" hreflang="en" href="/naar-binnen-engels">'
    outside.article("/nieuws/b", "B", head=f'{english}<meta property="og:image" content="/naar-binnen.png">')
    for path in ("/naar-binnen-engels", "/naar-binnen.png", "/nieuws/c", "/lijst", "/sitemap-2.xml"):
        outside.add(path, moved(f"{there}/x"))
    links = outside.listing("/nieuws/a", "/nieuws/b", "/nieuws/c", f"{there}/nieuws/d")
    index = "".join(
        f"<sitemap><loc>{loc}</loc></sitemap>" for loc in (f"{outside.base}/sitemap-2.xml", f"{there}/s.xml")
    )
    sitemap = outside.add("/sitemap.xml", page(f"<sitemapindex>{index}</sitemapindex>", "text/xml"))
    collected = sync(
        source("een", listing=links, article_links="main a", local=False),
        source("twee", listing=f"{outside.base}/lijst", local=False),
        source("drie", sitemap=sitemap, local=False),
    )
    assert inside.requests == []
    assert collected.sources[0].new == 2
    assert len(collected.failures) >= 4


def test_robots_txt_leads_nowhere_inside(inside: Site, outside: Site, sync: Sync) -> None:
    outside.add("/robots.txt", moved(f"{inside.base}/robots.txt"))
    collected = sync(source(listing=outside.listing("/nieuws/a"), local=False))
    assert "robots.txt cannot be had" in collected.failures[0]
    assert inside.requests == []


def test_a_name_that_changes_its_mind_is_asked_once_for_each_connection(
    inside: Site, monkeypatch: pytest.MonkeyPatch, sync: Sync
) -> None:
    """DNS rebinding: public when it is looked at, private when it is connected to."""
    answers, connected = [PUBLIC], []
    _resolve(monkeypatch, lambda host: answers.pop() if host == "wissel.example" and answers else "127.0.0.1")
    connect = network.httpcore.AnyIOBackend.connect_tcp

    async def watched(self: object, host: str, *arguments: object) -> object:
        connected.append(host)
        if host == PUBLIC:
            raise network.httpcore.ConnectError("niemand")
        return await connect(self, host, *arguments)

    monkeypatch.setattr(network.httpcore.AnyIOBackend, "connect_tcp", watched)
    port = inside.base.rpartition(":")[2]
    sync(source(listing=f"http://wissel.example:{port}/nieuws/", local=False))
    assert connected == [PUBLIC]
    assert inside.requests == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    inside: Site, monkeypatch: pytest.MonkeyPatch, sync: Sync
) -> None:
    async def both(self: object, host: str, port: int, **_: object) -> list:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in (PUBLIC, "127.0.0.1")]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", both)
    port = inside.base.rpartition(":")[2]
    assert "not a public address" in sync(source(listing=f"http://x.example:{port}/", local=False)).failures[0]
    assert inside.requests == []


def test_a_proxy_of_the_environment_is_no_way_around(inside: Site, monkeypatch: pytest.MonkeyPatch, sync: Sync) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, inside.base)
    sync(source(listing="http://127.0.0.1:9/nieuws/", local=False))
    assert inside.requests == []


@pytest.mark.parametrize("scheme", ["file", "ftp", "gopher", "data", "javascript", "unix", "ws"])
def test_no_scheme_but_http_and_https_is_followed(scheme: str, inside: Site, sync: Sync, tmp_path: Path) -> None:
    secret = tmp_path / "geheim.html"
    secret.write_text("<h1>Geheim</h1>")
    inside.add("/nieuws/a", moved(f"{scheme}://{secret}"))
    collected = sync(source(listing=inside.listing("/nieuws/a")))
    assert "not a web address" in collected.failures[0]


def test_a_hub_leads_nowhere_else(inside: Site, tmp_path: Path) -> None:
    """Whom to tell is the operator's choice; whom a hub would have told instead is not asked."""
    with running_site() as hub:
        asked: list[str] = []
        hub.add("/hub", Reply(status=307, headers={"Location": inside.base}))
        (tmp_path / "config.toml").write_text(
            f'[publication]\nbase_url = "https://example.org/"\nhub = "{hub.base}/hub"\n'
            '[collect]\ncontact = "mailto:a@example.org"\n[[sources]]\nid = "a"\nlisting = "https://example.org/"\n'
        )
        config = load_config(tmp_path / "config.toml")
        patch = pytest.MonkeyPatch()
        patch.setattr(httpx.Client, "post", _counting(asked, httpx.Client.post))
        failures = announce(config, Published(1, 0, (config.publication.output / "nl.atom.xml",)))
        patch.undo()
    assert asked == [f"{hub.base}/hub"]
    assert len(failures) == 1
    assert inside.requests == []


def _counting(asked: list[str], post: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    def counted(self: httpx.Client, url: str, **more: object) -> httpx.Response:
        asked.append(url)
        return post(self, url, **more)

    return counted
