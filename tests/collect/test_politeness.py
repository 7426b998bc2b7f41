"""How the client treats the sites it visits."""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from covenant_site import Desk, Reply, Site, in_turn, page, running_site, source

from tweeklank import __version__
from tweeklank.collect import Collected
from tweeklank.collect.network import is_public

Sync = Callable[..., Collected]


def robots(site: Site, text: str) -> None:
    site.add("/robots.txt", page(text, "text/plain"))


def test_every_request_says_who_asks_and_how_to_reach_them(site: Site, sync: Sync) -> None:
    site.article("/nieuws/a")
    sync(source(listing=site.listing("/nieuws/a")))
    agents = {request.headers["user-agent"] for request in site.requests}
    assert agents == {f"Tweeklank/{__version__} (+mailto:redactie@example.org)"}


def test_what_robots_txt_forbids_is_not_asked_for(site: Site, sync: Sync, desk: Desk) -> None:
    robots(site, "User-agent: *\nDisallow: /nieuws/intern\n")
    site.article("/nieuws/intern")
    site.article("/nieuws/open", "Open")
    collected = sync(source(listing=site.listing("/nieuws/intern", "/nieuws/open")))
    assert "forbidden by the site's robots.txt" in collected.failures[0]
    assert site.asked("/nieuws/intern") == []
    assert desk.titles() == {"Open"}


def test_rules_for_tweeklank_itself_count(site: Site, sync: Sync) -> None:
    robots(site, "User-agent: *\nAllow: /\n\nUser-agent: tweeklank\nDisallow: /\n")
    collected = sync(source(listing=site.listing("/nieuws/a")))
    assert "forbidden" in collected.failures[0]
    assert site.asked() == []


def test_a_crawl_delay_is_kept_from_the_first_page_on(site: Site, sync: Sync) -> None:
    robots(site, "User-agent: *\nCrawl-delay: 0.3\n")
    site.article("/nieuws/a")
    sync(source(listing=site.listing("/nieuws/a")))
    moments = [request.begun for request in site.requests]
    assert all(later - earlier >= 0.28 for earlier, later in pairwise(moments))
    assert len(moments) == 3


@pytest.mark.parametrize("reply", [Reply(status=404), Reply(status=403), page("<h1>Welkom</h1>")])
def test_a_site_without_rules_may_be_read(reply: Reply, site: Site, sync: Sync, desk: Desk) -> None:
    site.add("/robots.txt", reply)
    site.article("/nieuws/a", "A")
    sync(source(listing=site.listing("/nieuws/a")))
    assert desk.titles() == {"A"}


@pytest.mark.parametrize("reply", [Reply(status=500), Reply(status=503), Reply(parts=iter([b"User"]), reset=True)])
def test_a_site_whose_rules_cannot_be_had_is_left_alone(reply: Reply, site: Site, sync: Sync) -> None:
    site.add("/robots.txt", reply)
    collected = sync(source(listing=site.listing("/nieuws/a")))
    assert "robots.txt cannot be had" in collected.failures[0]
    assert site.asked() == []


def test_an_unreachable_site_is_one_failure_in_plain_words(sync: Sync, desk: Desk) -> None:
    with running_site() as gone:
        listing = gone.base + "/nieuws/"
    (failure,) = sync(source(listing=listing)).failures
    assert failure.startswith(f"{listing}: the site's robots.txt cannot be had (no connection")


def test_of_huge_rules_the_beginning_counts(site: Site, sync: Sync) -> None:
    robots(site, "User-agent: *\nDisallow: /nieuws/intern\n" + "# lang\n" * 100_000)
    site.article("/nieuws/intern")
    site.article("/nieuws/a")
    collected = sync(source(listing=site.listing("/nieuws/intern", "/nieuws/a")))
    assert collected.sources[0].new == 1
    assert "forbidden" in collected.failures[0]


def test_rules_are_asked_for_once_a_day(site: Site, sync: Sync, days_later: Callable[[float], None]) -> None:
    robots(site, "User-agent: *\nAllow: /\n")
    site.article("/nieuws/a")
    listing = site.listing("/nieuws/a")
    sync(source(listing=listing))
    sync(source(listing=listing))
    assert len(site.asked("/robots.txt")) == 1
    days_later(1.1)
    sync(source(listing=listing))
    assert len(site.asked("/robots.txt")) == 2


def test_yesterdays_rules_hold_while_todays_cannot_be_had(
    site: Site, sync: Sync, days_later: Callable[[float], None]
) -> None:
    robots(site, "User-agent: *\nAllow: /\n")
    listing = site.listing("/nieuws/a")
    sync(source(listing=listing))
    site.add("/robots.txt", Reply(status=500))
    site.article("/nieuws/a")
    days_later(1.1)
    assert sync(source(listing=listing)).sources[0].new == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_for(status: int, form: str, site: Site, sync: Sync, desk: Desk) -> None:
    later = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    busy = Reply(status=status, headers={"Retry-After": "1" if form == "seconds" else later})
    site.article("/nieuws/a", "A")
    site.add("/nieuws/a", in_turn(busy, page_of(site, "/nieuws/a")))
    started = time.monotonic()
    assert sync(source(listing=site.listing("/nieuws/a"))).failures == []
    assert desk.titles() == {"A"}
    assert time.monotonic() - started >= 0.7


def page_of(site: Site, path: str) -> Reply:
    route = site.routes[path]
    return route if isinstance(route, Reply) else route(type("Any", (), {"headers": {}})())


def test_a_site_that_asks_for_an_hour_of_rest_gets_it_at_once(site: Site, sync: Sync, desk: Desk) -> None:
    site.add("/nieuws/a", Reply(status=429, headers={"Retry-After": "3600"}))
    site.article("/nieuws/b", "B")
    started = time.monotonic()
    collected = sync(source(listing=site.listing("/nieuws/a", "/nieuws/b")))
    assert time.monotonic() - started < 5
    assert len(site.asked("/nieuws/a")) == 1
    assert site.asked("/nieuws/b") == []
    assert "asks for 3600 seconds of rest" in collected.failures[1]
    site.article("/nieuws/a", "A")
    assert sync(source(listing=site.base + "/nieuws/")).sources[0].new == 2


def test_a_site_that_fails_three_times_in_a_row_is_left_alone(site: Site, sync: Sync) -> None:
    paths = [f"/nieuws/{number}" for number in range(8)]
    for path in paths:
        site.add(path, Reply(status=503))
    collected = sync(source(listing=site.listing(*paths)))
    assert len(site.asked(*paths)) == 9
    assert len(collected.failures) == 4
    assert "3 times in a row" in collected.failures[-1]


def test_broken_pages_do_not_make_a_site_unreachable(site: Site, sync: Sync, desk: Desk) -> None:
    for number in range(5):
        site.add(f"/nieuws/{number}", Reply(status=500))
    site.article("/nieuws/goed", "Goed")
    sync(source(listing=site.listing(*(f"/nieuws/{number}" for number in range(5)), "/nieuws/goed")))
    assert desk.titles() == {"Goed"}


def test_a_connection_that_breaks_in_mid_page_is_tried_again(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/a", "A")
    whole = page_of(site, "/nieuws/a")
    half = Reply(whole.body[:200], headers=whole.headers, announced=len(whole.body), reset=True)
    site.add("/nieuws/a", in_turn(half, whole))
    assert sync(source(listing=site.listing("/nieuws/a"))).failures == []
    assert desk.titles() == {"A"}


def test_half_a_page_is_never_taken_for_a_whole_one(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/a", "A")
    whole = page_of(site, "/nieuws/a")
    site.add("/nieuws/a", Reply(whole.body, headers=whole.headers, announced=len(whole.body) + 500))
    assert "no connection" in sync(source(listing=site.listing("/nieuws/a"))).failures[0]
    assert desk.titles() == set()


def test_a_server_that_does_not_answer_in_time_costs_that_page(site: Site, sync: Sync, desk: Desk) -> None:
    site.add("/nieuws/traag", Reply(b"x", wait=1))
    site.article("/nieuws/a", "A")
    collected = sync(source(listing=site.listing("/nieuws/traag", "/nieuws/a")), patience=0.3)
    assert "no answer in time" in collected.failures[0]
    assert desk.titles() == {"A"}


def test_a_server_that_drips_is_not_waited_for_endlessly(site: Site, sync: Sync) -> None:
    def drip():
        while True:
            yield b"."

    site.add("/nieuws/traag", Reply(parts=drip(), pause=0.05, headers={"Content-Type": "text/html"}))
    collected = sync(source(listing=site.listing("/nieuws/traag")), patience=0.1)
    assert "takes too long" in collected.failures[0]


def test_a_second_sync_asks_once_for_the_listing_and_for_no_article(site: Site, sync: Sync) -> None:
    for path in ("/nieuws/a", "/nieuws/b"):
        site.article(path)
    listing = site.listing("/nieuws/a", "/nieuws/b")
    assert sync(source(listing=listing)).sources[0].new == 2
    site.forget()
    collected = sync(source(listing=listing))
    assert [(r.path, r.conditional) for r in site.requests] == [("/nieuws/", True)]
    assert (collected.sources[0].not_modified, collected.requests) == (True, 1)


def test_last_modified_serves_where_there_is_no_etag(site: Site, sync: Sync) -> None:
    site.article("/nieuws/a")
    listing = site.listing("/nieuws/a")
    moment = "Tue, 18 Jun 2024 12:30:00 GMT"
    listed = page_of(site, "/nieuws/")

    def answer(request):
        if request.headers.get("if-modified-since") == moment:
            return Reply(status=304)
        return Reply(listed.body, headers={"Content-Type": "text/html", "Last-Modified": moment})

    site.add("/nieuws/", answer)
    sync(source(listing=listing))
    assert sync(source(listing=listing)).sources[0].not_modified


def test_one_host_is_asked_one_thing_at_a_time_with_the_delay_kept(site: Site, sync: Sync) -> None:
    sources = []
    for number in range(2):
        site.article(f"/nieuws/{number}")
        sources.append(source(f"bron{number}", listing=site.listing(f"/nieuws/{number}", at=f"/lijst/{number}")))
    sync(*sources, delay=0.1)
    asked = sorted(site.requests, key=lambda request: request.begun)
    assert len(asked) == 5
    assert all(later.begun - earlier.ended >= 0.08 for earlier, later in pairwise(asked))


def test_hosts_are_asked_in_parallel(site: Site, other_site: Site, sync: Sync) -> None:
    listings = []
    for each in (site, other_site):
        each.article("/nieuws/a")
        listings.append(source(f"bron{len(listings)}", listing=each.listing("/nieuws/a")))
    slow = Reply(b"", 404, wait=0.4)
    site.add("/robots.txt", slow)
    other_site.add("/robots.txt", slow)
    sync(*listings)
    (one,), (other,) = site.asked("/robots.txt"), other_site.asked("/robots.txt")
    assert abs(one.begun - other.begun) < 0.3


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/x", "javascript:1", "http://[kapot", "http://x:99999/"]
)
def test_a_redirect_to_no_web_address_is_refused(target: str, site: Site, sync: Sync) -> None:
    site.add("/nieuws/a", Reply(status=302, headers={"Location": target}))
    (failure,) = sync(source(listing=site.listing("/nieuws/a"))).failures
    assert "not a web address" in failure or "no address at all" in failure
    assert len(site.asked("/nieuws/a")) == 1


def test_a_redirect_loop_ends(site: Site, sync: Sync) -> None:
    site.add("/nieuws/a", Reply(status=302, headers={"Location": "/nieuws/b"}))
    site.add("/nieuws/b", Reply(status=302, headers={"Location": "/nieuws/a"}))
    assert "redirects more than 5 times" in sync(source(listing=site.listing("/nieuws/a"))).failures[0]


def test_a_redirect_to_another_host_is_followed_under_that_hosts_rules(
    site: Site, other_site: Site, sync: Sync, desk: Desk
) -> None:
    site.add("/nieuws/a", Reply(status=301, headers={"Location": other_site.article("/nieuws/a", "Verhuisd")}))
    site.add("/nieuws/b", Reply(status=301, headers={"Location": other_site.article("/intern/b")}))
    robots(other_site, "User-agent: *\nDisallow: /intern/\n")
    collected = sync(source(listing=site.listing("/nieuws/a", "/nieuws/b")))
    assert desk.titles() == {"Verhuisd"}
    assert "forbidden" in collected.failures[0]
    assert other_site.asked("/intern/b") == []


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_source_that_is_not_local_reaches_no_private_host(name: str, sync: Sync) -> None:
    with running_site(name) as inside:
        collected = sync(source(listing=inside.listing("/nieuws/a"), local=False))
        assert inside.requests == []
    assert "not a public address; write local = true" in collected.failures[0]


def test_a_local_and_a_public_source_on_one_host_do_not_share_a_verdict(site: Site, sync: Sync) -> None:
    site.article("/nieuws/a")
    listing = site.listing("/nieuws/a")
    collected = sync(source("ver", listing=listing, local=False), source("hier", listing=listing))
    assert [report.new for report in collected.sources] == [0, 1]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("1.1.1.1", True), ("2606:4700::1111", True), ("64:ff9b::101:101", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False),
        ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("224.0.0.1", False),
    ],
)  # fmt: skip
def test_only_public_addresses_are_public_in_whatever_dress(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_nothing_stays_open_after_a_sync_that_was_cut_short(site: Site, desk: Desk, tmp_path: Path) -> None:
    site.add("/robots.txt", Reply(b"", 404, wait=0.5))
    listing = site.listing("/nieuws/a")

    async def cut_short() -> int:
        task = asyncio.create_task(desk.collect(source("a", listing=listing), source("b", listing=listing)))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return len(asyncio.all_tasks())

    assert asyncio.run(cut_short()) == 1
