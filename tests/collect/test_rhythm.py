"""Sources that fail or fall silent are asked less often, and what brings them back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from covenant_site import Desk, Reply, Site, source

from tweeklank.collect import Collected
from tweeklank.collect.http import Retries
from tweeklank.config import Source

Sync = Callable[..., Collected]
AT_ONCE = Retries(attempts=1)


@pytest.fixture
def broken(site: Site, sync: Sync) -> Source:
    """A source that has failed three times in a row."""
    failing = source(listing=site.base + "/weg/")
    for failures in (1, 2, 3):
        (report,) = sync(failing).sources
        assert (len(report.failures), bool(report.next_try)) == (1, failures == 3)
    site.forget()
    return failing


def test_a_source_that_keeps_failing_is_not_asked_and_that_is_no_failure(
    site: Site, sync: Sync, desk: Desk, broken: Source
) -> None:
    (report,) = sync(broken).sources
    assert (report.rested, report.failures, site.asked()) == (True, [], [])
    state = desk.store.sources.state("bron")
    assert (state.failures, state.last_error) == (3, "the server answered 404 Not Found")
    assert state.next_try
    assert report.next_try == state.next_try.isoformat(timespec="seconds")


def test_after_its_rest_it_is_asked_again_and_success_brings_it_back(
    site: Site, sync: Sync, desk: Desk, broken: Source, days_later: Callable[[float], None]
) -> None:
    site.listing("/nieuws/een", at="/weg/")
    site.article("/nieuws/een")
    days_later(0.05)
    (report,) = sync(broken).sources
    assert (report.rested, report.new, report.next_try) == (False, 1, "")
    state = desk.store.sources.state("bron")
    assert (state.failures, state.last_error) == (0, "")
    assert state.last_success == state.last_news == state.last_try


def test_a_rest_does_not_hold_for_other_sources(site: Site, sync: Sync, broken: Source) -> None:
    site.listing("/nieuws/een")
    site.article("/nieuws/een")
    reports = sync(broken, source("andere", listing=site.base + "/nieuws/")).sources
    assert [(report.rested, report.new) for report in reports] == [(True, 0), (False, 1)]


def test_a_source_that_was_mended_in_the_configuration_is_asked_at_once(site: Site, sync: Sync, broken: Source) -> None:
    site.listing("/nieuws/een")
    site.article("/nieuws/een")
    assert sync(source(listing=site.base + "/nieuws/")).sources[0].new == 1


def test_a_page_that_fails_does_not_make_its_source_rest(site: Site, sync: Sync) -> None:
    listing = site.listing("/nieuws/kapot")
    for _ in range(4):
        (report,) = sync(source(listing=listing)).sources
        assert (report.rested, report.next_try) == (False, "")


def test_a_server_that_asks_to_be_left_alone_is(site: Site, sync: Sync) -> None:
    listing = site.add("/nieuws/", lambda _: Reply(status=503, headers={"Retry-After": "7200"}))
    (report,) = sync(source(listing=listing), retries=AT_ONCE).sources
    assert "503" in report.failures[0]
    assert report.next_try
    site.forget()
    assert sync(source(listing=listing)).sources[0].rested
    assert site.asked() == []


def test_a_source_that_has_long_been_quiet_is_asked_less_often_until_it_has_news(
    site: Site, sync: Sync, days_later: Callable[[float], None]
) -> None:
    listing = site.listing("/nieuws/een")
    site.article("/nieuws/een")
    site.article("/nieuws/twee")
    quiet = source(listing=listing)
    assert sync(quiet).sources[0].new == 1
    days_later(28)
    assert sync(quiet).sources[0].next_try
    assert sync(quiet).sources[0].rested
    site.listing("/nieuws/een", "/nieuws/twee")
    days_later(28.2)
    (report,) = sync(quiet).sources
    assert (report.rested, report.new, report.next_try) == (False, 1, "")
