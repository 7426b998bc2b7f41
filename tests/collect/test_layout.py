"""A site that has been rebuilt is told of as such, with the part of the page that no longer matches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from covenant_site import Desk, Reply, Site, article_page, source
from hypothesis import given
from hypothesis import strategies as st

from tweeklank.collect import Collected
from tweeklank.collect.layout import ArticlesEvidence, articles_changed, broken_part, listing_changed
from tweeklank.store.articles import Length

Sync = Callable[..., Collected]
PATHS = [f"/nieuws/bericht-{number}" for number in range(6)]
LONG = "".join(f"<p>Zin {number} van een lang bericht over de afspraken in het convenant.</p>" for number in range(20))
DAY = datetime(2026, 6, 1, tzinfo=UTC)


def lengths(*characters: int) -> list[Length]:
    """Of articles found a day apart, the last one first."""
    return [Length(DAY - timedelta(days=number), length) for number, length in enumerate(characters)]


def listing(*paths: str, classes: str = "lijst") -> str:
    rows = "".join(f'<li><a href="{path}">Bericht over het convenant</a></li>' for path in paths)
    return f"<title>Nieuws van de sector</title><main><ul class='{classes}'>{rows}</ul></main>"


def test_a_listing_that_used_to_show_articles_and_shows_none_has_changed(site: Site, sync: Sync, desk: Desk) -> None:
    for path in PATHS[:2]:
        site.article(path)
    where = source(listing=site.add("/nieuws/", listing(*PATHS[:2])), article_links="main ul.lijst a")
    assert sync(where).failures == []
    # None of these is known, so the links that are found without the selector are not trusted (see repair).
    site.add("/nieuws/", listing(*PATHS[2:4], classes="kaarten"))
    (failure,) = sync(where).failures
    assert failure.startswith(f"{site.base}/nieuws/: changed layout: no link matches article_links = 'main ul.lijst a'")
    assert "articles shown before: 2" in failure
    assert "'main' is there, 'ul.lijst' is not" in failure
    assert "'Nieuws van de sector'" in failure
    assert desk.store.sources.state("bron").last_error in failure


def test_a_listing_never_understood_has_not_changed() -> None:
    assert listing_changed(0, "no links", "<p>Leeg</p>", "main a") == ""


def test_a_feed_that_has_become_a_page_has_changed(site: Site, sync: Sync) -> None:
    item = f"<item><title>Een</title><link>{site.article('/a')}</link></item>"
    where = source(feed=site.add("/feed", f'<rss version="2.0"><channel><title>Feed</title>{item}</channel></rss>'))
    assert sync(where).failures == []
    site.add("/feed", "<html><title>Nieuwe site</title><body>Welkom</body></html>")
    (failure,) = sync(where).failures
    assert "changed layout: " in failure
    assert "'Nieuwe site'" in failure


def test_pages_in_which_a_selector_no_longer_finds_the_body_have_changed(site: Site, sync: Sync) -> None:
    where = source(listing=site.listing(*PATHS[:3]), select={"body": "article"})
    for path in PATHS[:3]:
        site.article(path)
    (report,) = sync(where).sources
    assert report.changed_layout == ""
    for path in PATHS[:3]:
        # Nothing that is stored can prove that the article may be read without the selector (see repair).
        site.add(path, Reply(status=404))
    site.listing(*PATHS[:4])
    site.add(PATHS[3], article_page("Vierde").replace("<article>", "<div>").replace("</article>", "</div>"))
    (report,) = sync(where).sources
    assert "nothing matches select.body = 'article'" in (report.changed_layout or "")
    assert any("changed layout: the only page read gave no article, as 3 did before" in f for f in report.failures)


def test_new_articles_that_are_stubs_of_what_they_were_have_changed_and_idle_syncs_say_nothing_more(
    site: Site, sync: Sync, days_later: Callable[[float], None]
) -> None:
    where = source(listing=site.listing(*PATHS[:4]))
    for number, path in enumerate(PATHS):
        short = f"<p>Alleen de inleiding van bericht {number} is nog te lezen, want de rest van de tekst is weg.</p>"
        site.article(path, body=LONG if number < 4 else short)
    assert sync(where).sources[0].changed_layout == ""
    days_later(0.01)
    site.listing(*PATHS)
    (report,) = sync(where).sources
    assert "the newest 2 articles have" in (report.changed_layout or "")
    assert "their body, which is found by itself" in (report.changed_layout or "")
    (report,) = sync(where).sources
    assert report.changed_layout is None
    assert report.failures == []


@pytest.mark.parametrize(
    ("selector", "part"),
    [
        ("main a[href*='/nieuws/']", "'main' is there, \"a[href*='/nieuws/']\" is not"),
        ("main > div.lijst li a", "'main' is there, 'div.lijst' is not"),
        (".weg", "'.weg' is not there"),
        ("main:has(p) p:not(.x, .y)", ""),
        ("main p, .weg", ""),
    ],
)
def test_the_part_of_a_selector_that_no_longer_matches_is_named(selector: str, part: str) -> None:
    page = BeautifulSoup("<main><p>Tekst</p></main>", "lxml")
    assert broken_part(page, selector) == part


@given(st.text(alphabet="ab .#[]()='\"*,>+~:\\", max_size=30))
def test_whatever_is_called_a_selector_does_not_break_the_search(selector: str) -> None:
    assert isinstance(broken_part(BeautifulSoup("<main><p>Tekst</p></main>", "lxml"), selector), str)


@pytest.mark.parametrize(
    ("evidence", "changed"),
    [
        (ArticlesEvidence(lengths(100, 90, 2000, 1800, 2200), read=1), True),
        # One short article is just short.
        (ArticlesEvidence(lengths(100, 2100, 2000, 1800, 2200), read=1), False),
        # Two before them tell nothing of what is usual.
        (ArticlesEvidence(lengths(100, 90, 2000, 1800), read=1), False),
        # Where articles are always short, a shorter one is nothing special.
        (ArticlesEvidence(lengths(60, 60, 300, 300, 300), read=1), False),
        (ArticlesEvidence(lengths(2000, 2000, 2000), read=1, unreadable=("no article text found", "x")), False),
        (ArticlesEvidence(lengths(2000, 2000, 2000), unreadable=("no article text found", "x")), True),
        (ArticlesEvidence(lengths(2000, 2000, 2000), unreadable=("no article text found",)), None),
        (ArticlesEvidence(lengths(2000, 2000), unreadable=("no article text found", "x")), None),
    ],
)
def test_what_articles_tell_of_a_layout(evidence: ArticlesEvidence, changed: bool | None) -> None:
    verdict = articles_changed(evidence)
    assert verdict is None if changed is None else bool(verdict) is changed
