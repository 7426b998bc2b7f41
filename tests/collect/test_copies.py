"""Two sites with the same release, over real HTTP: one entry, and the original's where a site names it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from covenant_site import Desk, Site, source
from tests.test_likeness import STORY, TEXTS

from tweeklank.article import Place
from tweeklank.collect import Collected
from tweeklank.collect.extract import extract

Sync = Callable[..., Collected]


def put(site: Site, path: str, *names: str, head: str = "") -> str:
    title, *rest = (TEXTS["paragraphs"][name] for name in names)
    site.listing(path)
    return site.article(path, title, body="".join(f"<p>{paragraph}</p>" for paragraph in rest), head=head)


def test_the_second_site_adds_a_place_and_no_entry(site: Site, other_site: Site, sync: Sync, desk: Desk) -> None:
    first = put(site, "/nieuws/zand", *STORY)
    ser, ministry = (source(name, listing=f"{one.base}/nieuws/") for name, one in (("ser", site), ("mini", other_site)))
    sync(ser)
    second = put(other_site, "/nieuws/akkoord", "zand-t2", *STORY[1:], "zand-noot")
    reports = sync(ser, ministry).sources
    assert [(report.new, report.copies) for report in reports] == [(0, 0), (0, 1)]
    (entry,) = desk.articles(source="mini")
    assert (entry.url, entry.elsewhere) == (first, (Place("mini", second),))
    # Each page is looked at again by itself.
    assert [(report.changed, report.copies) for report in sync(ser, ministry).sources] == [(0, 0), (0, 0)]


def test_a_site_that_names_the_original_hands_the_entry_over_to_it(
    site: Site, other_site: Site, sync: Sync, desk: Desk
) -> None:
    original = put(site, "/nieuws/zand", *STORY)
    copy = put(other_site, "/nieuws/akkoord", *STORY, head=f'<link rel="canonical" href="{original}">')
    ser, ministry = (source(name, listing=f"{one.base}/nieuws/") for name, one in (("ser", site), ("mini", other_site)))
    sync(ministry)
    (before,) = desk.articles()
    assert before.url == copy
    sync(ministry, ser)
    (after,) = desk.articles()
    assert (after.id, after.url, after.elsewhere) == (before.id, original, (Place("mini", copy),))
    assert [report.news for report in sync(ministry, ser).sources] == [False, False]


@pytest.mark.parametrize(
    ("canonical", "original"),
    [
        ("https://ser.example/nieuws/zand?utm_source=x", "https://ser.example/nieuws/zand"),
        ("https://bron.example/ander-adres", ""),
        ("https://ser.example/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_an_original_is_a_page_of_another_site(canonical: str, original: str) -> None:
    paragraphs = "".join(f"<p>{TEXTS['paragraphs'][name]}</p>" for name in STORY[1:])
    html = f'<html><head><link rel="canonical" href="{canonical}"></head><body><main><h1>Zand</h1>{paragraphs}</main></body></html>'
    assert extract(html, "https://bron.example/nieuws/zand").taken_from == original
