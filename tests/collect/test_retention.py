"""Which pages count as gone, and what is asked of a site to find out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from covenant_site import Desk, Reply, Site, article_page, in_turn, moved, page, source, with_etag

from tweeklank.collect import Collected

Sync = Callable[..., Collected]
NEW = "2026-11-20T09:00:00+01:00"


def sources_of(site: Site, *paths: str) -> dict[str, object]:
    return {"listing": site.listing(*paths)}


@pytest.fixture
def gone(site: Site, sync: Sync, days_later: Callable[[float], None]) -> Callable[..., list[int]]:
    """Takes an article, puts something else in its place, and syncs so often; how many were withdrawn each time."""

    def run(reply: Reply | Callable[..., Reply], times: int = 4) -> list[int]:
        site.article("/nieuws/a", "A", date=NEW)
        site.article("/nieuws/b", "B", date=NEW)
        news = source(listing=site.listing("/nieuws/a", "/nieuws/b"))
        sync(news)
        site.add("/nieuws/a", reply)
        found = []
        for number in range(times):
            days_later(40 + 500 * number)
            report = sync(news).sources[0]
            found.append(report.withdrawn)
        return found

    return run


@pytest.mark.parametrize(
    ("reply", "withdrawn"),
    [
        (Reply(status=404), [0, 0, 1, 0]),
        (Reply(status=410), [1, 0, 0, 0]),
        (moved("/"), [0, 0, 1, 0]),
        (moved("/nieuws/"), [0, 0, 1, 0]),
        (Reply(status=403), [0, 0, 0, 0]),
        (Reply(status=500), [0, 0, 0, 0]),
        (Reply(parts=iter(()), reset=True), [0, 0, 0, 0]),
        (page("<h1>leeg</h1>"), [0, 0, 0, 0]),
    ],
    ids=["404", "410", "front page", "listing", "forbidden", "broken", "no answer", "no article"],
)
def test_only_a_site_that_says_so_withdraws_an_article(
    gone: Callable[..., list[int]], site: Site, desk: Desk, reply: Reply, withdrawn: list[int]
) -> None:
    site.add("/", page("<html><body><main><h1>Welkom</h1></main></body></html>"))
    assert gone(reply) == withdrawn
    assert desk.titles() == ({"B"} if any(withdrawn) else {"A", "B"})


def test_three_times_in_a_row_means_in_a_row(gone: Callable[..., list[int]]) -> None:
    there = page(article_page("A", date=NEW))
    missing = Reply(status=404)
    assert gone(in_turn(missing, missing, there, missing, missing, missing), 7) == [0, 0, 0, 0, 0, 1, 0]


def test_a_page_that_robots_may_not_read_is_not_gone(site: Site, desk: Desk, gone: Callable[..., list[int]]) -> None:
    site.add("/robots.txt", in_turn(Reply(status=404), page("User-agent: *\nDisallow: /nieuws/a\n", "text/plain")))
    assert gone(Reply(status=404)) == [0, 0, 0, 0]
    assert desk.titles() == {"A", "B"}


def test_an_article_that_moved_without_a_redirect_is_not_withdrawn(
    site: Site, sync: Sync, desk: Desk, days_later: Callable[[float], None]
) -> None:
    site.article("/nieuws/a", "A", date=NEW)
    sync(source(listing=site.listing("/nieuws/a")))
    (before,) = desk.articles()
    site.article("/nieuws/nieuw/a", "A", date=NEW)
    site.add("/nieuws/a", Reply(status=410))
    moved_to = source(listing=site.listing("/nieuws/nieuw/a"))
    for number in range(3):
        days_later(40 * number)
        assert sync(moved_to).sources[0].withdrawn == 0
    assert [entry.id for entry in desk.articles()] == [before.id]


def test_one_that_comes_back_unchanged_is_asked_for_politely_and_taken_back(
    site: Site, sync: Sync, desk: Desk, days_later: Callable[[float], None]
) -> None:
    there = with_etag(page(article_page("A", date=NEW)))
    site.add("/nieuws/a", there)
    news = source(listing=site.listing("/nieuws/a"))
    sync(news)
    site.add("/nieuws/a", Reply(status=410))
    days_later(40)
    assert sync(news).sources[0].withdrawn == 1
    assert desk.articles() == []
    site.add("/nieuws/a", there)
    site.forget()
    days_later(80)
    report = sync(news).sources[0]
    assert (report.returned, report.unchanged, report.failures) == (1, 1, [])
    assert all(request.conditional for request in site.asked("/nieuws/a"))
    (back,) = desk.articles()
    assert back.updated > back.published


def test_what_a_list_leaves_out_between_others_is_looked_at_at_once(
    site: Site, sync: Sync, days_later: Callable[[float], None]
) -> None:
    paths = [f"/nieuws/{day:02}" for day in range(9, 0, -1)]
    for path in paths:
        site.article(path, f"Van {path}", date=f"2024-06-{path[-2:]}T09:00:00+02:00")
    sync(source(listing=site.listing(*paths)))
    site.forget()
    # The second newest has left the list, and the oldest for want of room.
    site.article("/nieuws/10", "Nieuw", date="2024-06-10T09:00:00+02:00")
    sync(source(listing=site.listing("/nieuws/10", paths[0], *paths[2:-1])))
    assert [request.path for request in site.asked() if request.path in paths] == [paths[1]]
