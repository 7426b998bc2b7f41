"""A source whose layout changed mends itself as long as its stored articles prove it right; else it says what is lost."""

from __future__ import annotations

from collections.abc import Callable

from covenant_site import WORDS, Desk, Site, article_page, source

from tweeklank.collect import Collected

Sync = Callable[..., Collected]
PATHS = ("/nieuws/a", "/nieuws/b", "/nieuws/c")


def listing(site: Site, kind: str, *paths: str) -> str:
    rows = "".join(
        f'<div class="{kind}"><h3><a href="{path}">Bericht over het convenant: {path[-1]}</a></h3></div>'
        for path in paths
    )
    return site.add("/nieuws/", f"<html><body><main><h1>Nieuws</h1>{rows}</main></body></html>")


def article(site: Site, path: str, kind: str) -> None:
    words = "".join(f"<p>{words} (bericht {path})</p>" for words in WORDS)
    site.add(path, article_page(f"Bericht {path[-1]}", body=f'<div class="{kind}">{words}</div>'))


def taken(site: Site, sync: Sync, **more: object) -> str:
    for path in PATHS:
        article(site, path, "oud")
    first = listing(site, "rij", *PATHS)
    assert sync(source(listing=first, **more)).failures == []
    return first


def test_a_listing_whose_selector_is_lost_is_read_without_it(site: Site, sync: Sync, desk: Desk) -> None:
    first = taken(site, sync, article_links=".rij a")
    article(site, "/nieuws/d", "oud")
    listing(site, "kaart", "/nieuws/d", *PATHS)
    collected = sync(source(listing=first, article_links=".rij a"))
    assert collected.failures == []
    (notice,) = collected.sources[0].notices
    assert "article_links = '.rij a' matches nothing any more" in notice
    assert "3 of 4 are known" in notice
    assert "Bericht d" in desk.titles()


def test_a_listing_with_unknown_links_only_is_not_trusted(site: Site, sync: Sync, desk: Desk) -> None:
    first = taken(site, sync, article_links=".rij a")
    listing(site, "kaart", "/nieuws/x", "/nieuws/y")
    (failure,) = sync(source(listing=first, article_links=".rij a")).failures
    assert "changed layout: no link matches article_links = '.rij a'" in failure
    assert site.asked("/nieuws/x") == []


def test_articles_whose_selector_is_lost_are_read_without_it(site: Site, sync: Sync, desk: Desk) -> None:
    select = {"body": ".oud"}
    first = taken(site, sync, select=select)
    for path in (*PATHS, "/nieuws/d", "/nieuws/e"):
        article(site, path, "nieuw")
    listing(site, "rij", "/nieuws/d", "/nieuws/e", *PATHS)
    collected = sync(source(listing=first, select=select))
    assert collected.failures == []
    (notice,) = collected.sources[0].notices
    assert "select.body = '.oud' matches nothing any more" in notice
    assert {"Bericht d", "Bericht e"} <= desk.titles()


def test_articles_that_read_differently_without_the_selector_fail_with_its_name(
    site: Site, sync: Sync, desk: Desk
) -> None:
    select = {"body": ".oud"}
    first = taken(site, sync, select=select)
    other = "".join(
        f"<p>Heel andere woorden staan nu op deze pagina, nummer {n} van een lange reeks.</p>" for n in range(5)
    )
    for path in (*PATHS, "/nieuws/d", "/nieuws/e"):
        site.add(path, article_page(f"Bericht {path[-1]}", body=f'<div class="nieuw">{other}</div>'))
    listing(site, "rij", "/nieuws/d", "/nieuws/e", *PATHS)
    site.forget()
    collected = sync(source(listing=first, select=select))
    assert len(collected.failures) == 3  # each page, and that the layout changed
    assert all("nothing matches select.body = '.oud'" in failure for failure in collected.failures)
    assert collected.sources[0].notices == []
    # The proof is looked for once, not for each article.
    assert len(site.asked(*PATHS)) == 1


def test_a_new_source_with_a_wrong_selector_is_not_mended(site: Site, sync: Sync, desk: Desk) -> None:
    for path in PATHS:
        article(site, path, "oud")
    collected = sync(source(listing=listing(site, "rij", *PATHS), select={"body": ".fout"}))
    assert len(collected.failures) == 3
    assert desk.titles() == set()
