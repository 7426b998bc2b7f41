"""What is secret in an address stays out of logs, reports and feeds."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from covenant_site import WORDS, Desk, article_page, moved, running_site, source
from newsroom import CONFIG

from tweeklank.article import tellable
from tweeklank.collect.http import LONGEST_URL
from tweeklank.config import ConfigError, load_config
from tweeklank.store import open_store

SECRET = "zeergeheim123"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"https://jan:{SECRET}@x.example/a: 404", "https://x.example/a: 404"),
        (f"http://{SECRET}@x.example", "http://x.example"),
        (f"http://jan:{SECRET}@nog@x.example/a@b", "http://x.example/a@b"),
        (f"https://x.example/feed?token={SECRET}&p=2", "https://x.example/feed?token=…&p=2"),
        (f"https://x.example/feed?p=2&Access_Token={SECRET}: weg", "https://x.example/feed?p=2&Access_Token=…"),
        (f"'https://x.example/?api-key={SECRET}#sessionid={SECRET}'", "'https://x.example/?api-key=…#sessionid=…"),
        ("https://x.example/nieuws?id=12&pagina=3#top", "https://x.example/nieuws?id=12&pagina=3#top"),
        ("mailto:jan@x.example", "mailto:jan@x.example"),
    ],
)
def test_an_address_is_told_without_its_secrets(said: str, told: str) -> None:
    assert tellable(said).startswith(told)
    assert SECRET not in tellable(said)


@pytest.mark.parametrize("key", ["listing", "base_url", "feed", "hub"])
def test_no_setting_takes_an_address_with_a_password(key: str, tmp_path: Path) -> None:
    text = CONFIG.replace('author = "Redactie Tweeklank"', 'hub = "https://hub.example/"')
    for written in ("https://fietsen.example", "https://example.org", "https://koffie.example", "https://hub.example"):
        bad = text.replace(written, written.replace("https://", f"https://jan:{SECRET}@"))
        (tmp_path / "config.toml").write_text(bad, "utf-8")
        with pytest.raises(ConfigError, match="name and password") as told:
            load_config(tmp_path / "config.toml")
        assert SECRET not in str(told.value)


def test_neither_logs_nor_reports_nor_articles_hold_a_secret(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with running_site() as site, open_store(f"sqlite:///{tmp_path}/news.db") as store:
        desk, host = Desk(store, tmp_path), site.base.removeprefix("http://")
        links = f'<p>{WORDS[0]} <a href="http://jan:{SECRET}@{host}/rapport">Lees het rapport.</a></p>' * 3
        picture = f'<meta property="og:image" content="http://jan:{SECRET}@{host}/foto.png">'
        site.add("/nieuws/a", article_page("A", body=links, head=picture))
        site.add("/nieuws/b", moved(f"http://jan:{SECRET}@{host}/weg?token={SECRET}"))
        site.add("/nieuws/c", moved(f"ftp://jan:{SECRET}@{host}/x?token={SECRET}"))
        site.add("/nieuws/d", moved(f"/nieuws/?token={SECRET}"))
        targets = [f"http://jan:{SECRET}@{host}/nieuws/a", *(f"/nieuws/{name}" for name in "bcd")]
        site.listing(*targets)
        site.add(f"/nieuws/?token={SECRET}", site.routes["/nieuws/"])
        collected = asyncio.run(
            desk.collect(
                source(listing=f"{site.base}/nieuws/?token={SECRET}", article_links="main a"),
                source("weg", feed=f"{site.base}/feed?key={SECRET}"),
            )
        )
        (entry,) = desk.articles()
        assert len(collected.failures) == 4
        assert SECRET not in repr(collected) + repr(entry)
        assert f'href="{site.base}/rapport"' in entry.words.body
    assert "HTTP Request" in caplog.text
    assert SECRET not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("tweeklank", "httpx"))
    )


def test_an_address_without_end_is_no_address(tmp_path: Path) -> None:
    with running_site() as site, open_store(f"sqlite:///{tmp_path}/news.db") as store:
        desk = Desk(store, tmp_path)
        long = "/nieuws/" + "a" * LONGEST_URL
        body = "".join(f'<p>{words} <a href="{long}">Lees meer hierover.</a></p>' for words in WORDS)
        site.article("/nieuws/a", "A", body=body, head=f'<meta property="og:image" content="{long}.png">')
        site.listing("/nieuws/a", long)
        collected = asyncio.run(desk.collect(source(listing=f"{site.base}/nieuws/", article_links="main a")))
        (entry,) = desk.articles()
        assert collected.failures == []
        assert entry.image is None
        assert "aaaa" not in entry.words.body
