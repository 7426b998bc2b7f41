"""Pages and widget in a real Chromium: on another origin, under a strict policy, from disk."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from chromium import needs_chromium, page_in_chromium, served
from devtools import Tab
from newsroom import Newsroom

from tweeklank.collect.dates import AMSTERDAM

pytestmark = needs_chromium

POLICY = "default-src 'self'; img-src *; connect-src 'self' {origin}; script-src 'self' {origin}; frame-src {origin}"
PARTNER = """<!doctype html><html lang="nl"><title>Partner</title>
<script type="module" src="{origin}/embed.js"></script><script type="module" src="probe.js"></script>
<tweeklank-feed id="good" src="{origin}/en.json" lang="en" items="1"></tweeklank-feed>
<tweeklank-feed id="topic" src="{origin}/nl.json" topic="FIETSEN"></tweeklank-feed>
<tweeklank-feed id="none" src="{origin}/nl.json" topic="onbekend"></tweeklank-feed>
<tweeklank-feed id="gone" src="{origin}/gone.json"><a href="/fallback">Lees het daar</a></tweeklank-feed>
<tweeklank-feed id="nasty" src="nasty.json" lang="en"></tweeklank-feed>
<iframe src="{origin}/embed.html?lang=en&amp;items=1" title="Nieuws" height="77"></iframe>
"""
PROBE = """
const seen = () => Object.fromEntries([...document.querySelectorAll("tweeklank-feed")].map((feed) => [feed.id, {
  text: feed.shadowRoot?.textContent,
  links: [...(feed.shadowRoot?.querySelectorAll("a") ?? [])].map((link) => link.getAttribute("href")),
  elements: feed.shadowRoot?.querySelectorAll("img, script, b").length,
  border: feed.shadowRoot?.querySelector("li") && getComputedStyle(feed.shadowRoot.querySelector("li")).borderBottomStyle,
  slots: feed.shadowRoot?.querySelectorAll("slot").length,
}]));
const result = document.createElement("pre");
document.body.append(result);
setInterval(() => {
  result.textContent = JSON.stringify({ feeds: seen(), height: document.querySelector("iframe").style.height });
}, 100);
"""
PROBED = "JSON.parse(document.querySelector('pre')?.textContent || '{}')"
SETTLED = f"""(({{ feeds, height }}) => height && feeds.good.border && feeds.topic.links.length && feeds.nasty.links.length
  && feeds.none.text.includes("Er zijn") && feeds.gone.text.includes("Het nieuws"))({PROBED})"""
NASTY = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "<img src=x onerror=alert(1)>",
    "home_page_url": "javascript:alert(2)",
    "items": [
        {
            "id": "1",
            "url": "javascript:alert(3)",
            "title": "<b>vet</b><script>alert(4)</script>",
            "date_published": "ooit",
        },
        {"id": "2", "url": "/elders", "title": "Zonder adres", "tags": [7]},
    ],
}


def test_a_partner_site_shows_the_news_under_a_strict_policy(two_articles: Newsroom, tmp_path: Path, tab: Tab) -> None:
    two_articles.publish()
    partner = tmp_path / "partner"
    partner.mkdir()
    (partner / "probe.js").write_text(PROBE, "utf-8")
    (partner / "nasty.json").write_text(json.dumps(NASTY), "utf-8")
    with served(two_articles.output) as origin, served(partner, POLICY.format(origin=origin)) as site:
        (partner / "index.html").write_text(PARTNER.format(origin=origin), "utf-8")
        tab.open(f"{site}/index.html")
        tab.wait_for(SETTLED)
        seen = tab.value(PROBED)
    feeds = seen["feeds"]

    assert "Our own English" in feeds["good"]["text"]
    assert "Frames from Vietnam" not in feeds["good"]["text"]
    assert feeds["good"]["links"] == ["https://fietsen.example/en/news/1", "https://example.org/convenant/en/"]
    assert feeds["good"]["border"] == "solid", "its style sheet is refused"
    assert "Bericht 2" in feeds["topic"]["text"]
    assert "Meer van Convenantnieuws" in feeds["topic"]["text"]
    assert feeds["none"]["text"] == "Er zijn nog geen berichten."
    assert feeds["gone"]["text"] == "Het nieuws kon niet worden geladen."
    assert feeds["gone"]["slots"] == 1
    assert "<b>vet</b><script>" in feeds["nasty"]["text"]
    assert feeds["nasty"]["links"] == [None, None, None]
    assert feeds["nasty"]["elements"] == 0
    assert 0 < int(seen["height"].removesuffix("px")) < 400


def test_search_works_from_disk_without_a_server(two_articles: Newsroom, tmp_path: Path) -> None:
    two_articles.publish()
    file = two_articles.output / "en" / "index.html"
    page = page_in_chromium(f"file://{file}?q={quote('fráMES  vietnam')}", tmp_path / "profile")
    assert page.xpath("//form[contains(@class, 'filter')]/@hidden") == []
    shown = [entry.findtext(".//h2/a") for entry in page.xpath("//*[@data-entry][not(@hidden)]")]
    assert shown == ["Frames from Vietnam"]
    assert page.findtext(".//output") == "1 article"


def test_a_page_without_a_server_for_its_pictures_has_no_holes(two_articles: Newsroom, tmp_path: Path) -> None:
    two_articles.publish()
    with served(two_articles.output, "default-src 'self'; img-src *") as site:
        page = page_in_chromium(f"{site}/nl/bericht-1-cc99743d.html", tmp_path / "profile")
        builder = page_in_chromium(f"{site}/en/embed.html", tmp_path / "profile")
    assert page.xpath("//figure") == []
    assert [button.get("hidden") for button in page.xpath("//button[@data-copy]")] == [None] * 5
    assert 'lang="en" items="5"' in builder.xpath("//textarea")[0].text_content()


def test_the_widget_counts_days_as_the_pages_do_wherever_the_visitor_is(
    two_articles: Newsroom, tmp_path: Path, tab: Tab
) -> None:
    """Articles with a day and no time are dated midnight in the Netherlands."""
    midnight = datetime.now(AMSTERDAM).replace(hour=0, minute=0, second=0, microsecond=0)
    later = midnight + timedelta(hours=23, minutes=59)
    dates = [midnight, midnight - timedelta(days=1), later, datetime(2026, 1, 18, tzinfo=AMSTERDAM)]
    items = [
        {"id": str(i), "title": "x", "url": "https://a.example/", "date_published": date.astimezone(UTC).isoformat()}
        for i, date in enumerate(dates)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items}
    two_articles.publish()
    (two_articles.output / "days.json").write_text(json.dumps(feed), "utf-8")
    widget = '<script type="module" src="embed.js"></script><tweeklank-feed src="days.json" lang="en"></tweeklank-feed>'
    (two_articles.output / "days.html").write_text(f"<!doctype html><title>Days</title>{widget}", "utf-8")
    shown = "[...document.querySelector('tweeklank-feed').shadowRoot.querySelectorAll('time')].map(t => t.textContent)"
    with served(two_articles.output) as site:
        for place in ("Europe/London", "Asia/Tokyo", "America/Los_Angeles"):
            tab.do("Emulation.setTimezoneOverride", timezoneId=place)
            tab.open(f"{site}/days.html")
            tab.wait_for(f"{shown}.length === 4")
            assert tab.value(shown) == ["today", "yesterday", "today", "18 January 2026"], place
    tab.do("Emulation.setTimezoneOverride", timezoneId="")
