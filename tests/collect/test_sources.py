"""From listing, feed or sitemap to stored articles, and what happens to them later."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from covenant_site import WORDS, Desk, Reply, Site, article_page, moved, page, source

from tweeklank.article import Language
from tweeklank.collect import Collected
from tweeklank.config import EnglishRule

Sync = Callable[..., Collected]
XML = "application/xml"
ENGLISH_WORDS = (
    "The participants in the agreement have decided to work together to identify and tackle abuses in the chain.",
    "According to the chair this is an important step, but much has to be done before the goals are met.",
    "In a year it will be seen which companies have carried out their plans and which of them lag behind.",
)


def english_page(title: str) -> str:
    return article_page(title, body="".join(f"<p>{words}</p>" for words in ENGLISH_WORDS), lang="en")


def urlset(*rows: tuple[str, str]) -> bytes:
    inner = "".join(f"<url><loc>{loc}</loc><lastmod>{changed}</lastmod></url>" for loc, changed in rows)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'.encode()


def sitemap_index(*rows: tuple[str, str]) -> bytes:
    inner = "".join(f"<sitemap><loc>{loc}</loc><lastmod>{changed}</lastmod></sitemap>" for loc, changed in rows)
    return f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</sitemapindex>'.encode()


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ("listing", "<html><body><main><p>Er zijn geen berichten.</p></main></body></html>"),
        ("feed", '<rss version="2.0"><channel><title>Leeg</title></channel></rss>'),
        ("feed", "<html><body>Geen feed</body></html>"),
        ("feed", '<rss version="2.0"><channel><item><title>Zonder adres</title></item></channel></rss>'),
        ("sitemap", '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'),
        ("sitemap", "<html><body>Geen sitemap"),
        ("sitemap", '<?xml version="1.0" encoding="klingon"?><urlset/>'),
    ],
)
def test_a_source_in_which_nothing_is_found_says_so(where: str, body: str, site: Site, sync: Sync) -> None:
    (failure,) = sync(source(**{where: site.add("/lijst", body)})).failures
    assert failure.startswith(f"{site.base}/lijst: ")


def test_a_listing_without_matches_for_its_selector_names_the_selector(site: Site, sync: Sync) -> None:
    site.article("/nieuws/a")
    (failure,) = sync(source(listing=site.listing("/nieuws/a"), article_links="h4.weg a")).failures
    assert "article_links = 'h4.weg a'; has the page's layout changed?" in failure


def test_article_links_may_name_the_elements_around_the_links(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/x/a", "A")
    site.article("/x/b", "B")
    listing = site.add(
        "/nieuws/", '<main><div class="kaart"><a href="/x/a">A</a></div><p><a href="/x/b">B</a></p></main>'
    )
    sync(source(listing=listing, article_links=".kaart"))
    assert desk.titles() == {"A"}


def test_a_new_selector_counts_even_if_the_listing_did_not_change(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/a", "A")
    site.article("/nieuws/b", "B")
    listing = site.listing("/nieuws/a", "/nieuws/b")
    sync(source(listing=listing, article_links="a[href$=a]"))
    sync(source(listing=listing, article_links="main a"))
    assert desk.titles() == {"A", "B"}


def test_two_sources_may_share_a_listing_though_it_did_not_change(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/a", "A")
    site.article("/nieuws/b", "B")
    listing = site.listing("/nieuws/a", "/nieuws/b")
    one = source("een", listing=listing, article_links="a[href$=a]")
    sync(one)
    sync(one, source("twee", listing=listing, article_links="a[href$=b]"))
    assert (desk.titles("een"), desk.titles("twee")) == ({"A"}, {"B"})


def test_max_articles_are_taken_and_the_rest_at_the_next_syncs(site: Site, sync: Sync, desk: Desk) -> None:
    paths = [f"/nieuws/{letter}" for letter in "abcde"]
    for path in paths:
        site.article(path, path[-1])
    listing = site.listing(*paths)
    reports = [sync(source(listing=listing), most=2).sources[0] for _ in range(3)]
    assert [(report.new, report.waiting) for report in reports] == [(2, 3), (2, 1), (1, 0)]
    assert desk.titles() == set("abcde")


def test_a_listing_whose_links_were_not_stored_is_read_again(
    site: Site, sync: Sync, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.article("/nieuws/a", "A")
    listing = site.listing("/nieuws/a")
    with monkeypatch.context() as broken:
        broken.setattr(desk.store.links, "remember", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(BaseException):  # noqa: B017
            sync(source(listing=listing))
    sync(source(listing=listing))
    assert desk.titles() == {"A"}


def test_what_stops_the_store_stops_the_sync_with_its_own_error(
    site: Site, sync: Sync, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullError(Exception):
        pass

    def full(*_: object) -> None:
        raise FullError

    site.article("/nieuws/a")
    monkeypatch.setattr(desk.store.articles, "keep", full)
    with pytest.raises(FullError):
        sync(source(listing=site.listing("/nieuws/a")))


def test_a_changed_teaser_brings_a_new_revision_with_a_later_date(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/a", "Oude titel")
    listing = site.listing("/nieuws/a")
    sync(source(listing=listing))
    before = desk.articles()[0]
    site.article("/nieuws/a", "Nieuwe titel")
    site.add(
        "/nieuws/",
        '<main><ul><li><a href="/nieuws/a">Nieuwe titel bij het bericht over convenanten</a></li></ul></main>',
    )
    assert sync(source(listing=listing, article_links="main a")).sources[0].changed == 1
    after = desk.articles()[0]
    assert after.words.title == "Nieuwe titel"
    assert after.id == before.id
    assert after.updated > before.updated


@pytest.mark.parametrize("words", ["3 uur geleden", "gisteren"])
def test_a_teaser_that_only_grows_older_is_no_change(words: str, site: Site, sync: Sync) -> None:
    def listing(age: str) -> str:
        return site.add(
            "/nieuws/", f'<main><ul><li><a href="/nieuws/a">Bericht over het convenant</a> {age}</li></ul></main>'
        )

    site.article("/nieuws/a")
    sync(source(listing=listing("1 uur geleden"), article_links="main a"))
    site.forget()
    sync(source(listing=listing(words), article_links="main a"))
    assert site.asked("/nieuws/a") == []


def test_a_silent_correction_is_found_at_a_later_visit(
    site: Site, sync: Sync, desk: Desk, days_later: Callable[[float], None]
) -> None:
    site.article("/nieuws/a", "Fout", date="")
    listing = site.listing("/nieuws/a")
    sync(source(listing=listing))
    site.article("/nieuws/a", "Verbeterd", date="")
    sync(source(listing=listing))
    assert desk.titles() == {"Fout"}
    days_later(1.6)
    assert sync(source(listing=listing)).sources[0].changed == 1
    assert desk.titles() == {"Verbeterd"}


def test_a_revisit_of_an_unchanged_article_is_one_conditional_request(
    site: Site, sync: Sync, days_later: Callable[[float], None]
) -> None:
    site.article("/nieuws/a", date="")
    listing = site.listing("/nieuws/a")
    sync(source(listing=listing))
    site.forget()
    days_later(1.6)
    assert sync(source(listing=listing)).sources[0].unchanged == 1
    assert [r.conditional for r in site.asked("/nieuws/a")] == [True]


def test_an_article_that_moved_keeps_its_id(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/oud", "Verhuisd bericht")
    sync(source(listing=site.listing("/nieuws/oud")))
    before = desk.articles()[0].id
    site.add("/nieuws/oud", moved("/nieuws/2024/nieuw", 301))
    site.article("/nieuws/2024/nieuw", "Verhuisd bericht")
    sync(source(listing=site.listing("/nieuws/2024/nieuw")))
    assert [entry.id for entry in desk.articles()] == [before]


def test_an_old_address_that_redirects_is_the_same_article(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/nieuw", "Bericht")
    site.add("/nieuws/oud", moved("/nieuws/nieuw"))
    sync(source(listing=site.listing("/nieuws/oud", "/nieuws/nieuw")))
    assert len(desk.articles()) == 1


@pytest.mark.parametrize("canonical", ["/", "/nieuws/vast", "https://elders.example/nieuws/a", "http://[kapot"])
def test_one_canonical_address_on_every_page_merges_nothing(canonical: str, site: Site, sync: Sync, desk: Desk) -> None:
    for letter in "abc":
        body = "".join(f"<p>{words} Bericht {letter}.</p>" for words in WORDS)
        site.add(
            f"/nieuws/{letter}", article_page(letter, body=body, head=f'<link rel="canonical" href="{canonical}">')
        )
    sync(source(listing=site.listing("/nieuws/a", "/nieuws/b", "/nieuws/c")))
    assert desk.titles() == {"a", "b", "c"}
    assert len({entry.id for entry in desk.articles()}) == 3


def test_an_rss_feed_is_read_with_relative_and_tracking_addresses(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/berichten/a", "A")
    site.article("/berichten/b", "B")
    items = f"<item><title>A</title><link>/berichten/a</link></item><item><title>B</title><link>{site.base}/berichten/b?utm_source=rss</link></item>"
    feed = site.add("/feed/", page(f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>', XML))
    sync(source(feed=feed))
    assert desk.titles() == {"A", "B"}
    assert site.asked("/berichten/b?utm_source=rss") == []


def test_an_atom_feed_is_read(site: Site, sync: Sync, desk: Desk) -> None:
    link = site.article("/berichten/a", "A")
    entry = f'<entry><title>A</title><id>x</id><updated>2024-06-18T00:00:00Z</updated><link href="{link}"/></entry>'
    sync(
        source(
            feed=site.add(
                "/feed/", page(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>{entry}</feed>', XML)
            )
        )
    )
    assert desk.titles() == {"A"}


def test_a_feed_is_never_taken_for_the_name_of_a_file(site: Site, sync: Sync, tmp_path, desk: Desk) -> None:
    site.article("/geheim", "Geheim")
    secret = tmp_path / "geheim.xml"
    secret.write_text(
        f'<rss version="2.0"><channel><item><title>x</title><link>{site.base}/geheim</link></item></channel></rss>'
    )
    collected = sync(source(feed=site.add("/feed/", page(str(secret), XML))))
    assert "not a readable RSS or Atom feed" in collected.failures[0]
    assert desk.titles() == set()


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";" * 1}{("&" + chr(97 + n) + ";") * 9}">' for n in range(9)
    )
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("trick", [LAUGHS, OUTSIDE], ids=["billion laughs", "external entity"])
@pytest.mark.parametrize("where", ["sitemap", "feed"])
def test_entities_are_not_expanded(trick: str, where: str, site: Site, sync: Sync) -> None:
    inner = (
        "<urlset><url><loc>http://127.0.0.1/&j;</loc></url></urlset>"
        if where == "sitemap"
        else '<rss version="2.0"><channel><title>&j;</title></channel></rss>'
    )
    collected = sync(source(**{where: site.add("/x", page(trick + inner, XML))}))
    assert len(collected.failures) == 1
    assert "root:" not in collected.failures[0]


@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_gives_the_pages_below_its_news_folder(packed: bool, site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/actueel/a", "A")
    site.article("/over-ons", "Over ons")
    site.article("/en/actueel/a", "In English")
    rows = [(site.base + path, "2024-06-18") for path in ("/actueel/a", "/over-ons", "/en/actueel/a", "/actueel/")]
    body = urlset(*rows)
    sync(source(sitemap=site.add("/sitemap.xml", page(gzip.compress(body) if packed else body, XML))))
    assert desk.titles() == {"A"}


def test_article_links_choose_from_a_sitemap(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/x/a", "A")
    site.article("/y/b", "B")
    body = urlset((site.base + "/x/a", ""), (site.base + "/y/b", ""))
    sync(source(sitemap=site.add("/sitemap.xml", page(body, XML)), article_links="main a[href*='/x/']"))
    assert desk.titles() == {"A"}


def test_the_last_changed_pages_of_a_sitemap_come_first(site: Site, sync: Sync, desk: Desk) -> None:
    for letter in "abc":
        site.article(f"/nieuws/{letter}", letter)
    rows = [(f"{site.base}/nieuws/{letter}", f"2024-06-0{day}") for day, letter in enumerate("abc", 1)]
    sync(source(sitemap=site.add("/sitemap.xml", page(urlset(*rows), XML))), most=1)
    assert desk.titles() == {"c"}


def test_a_sitemap_that_calls_every_page_new_brings_no_second_visit(site: Site, sync: Sync) -> None:
    paths = [f"/nieuws/{number}" for number in range(6)]
    for path in paths:
        site.article(path)

    def sitemap(moment: str) -> str:
        return site.add("/sitemap.xml", page(urlset(*((site.base + path, moment) for path in paths)), XML))

    sync(source(sitemap=sitemap("2024-06-18T10:00:00Z")))
    site.forget()
    sync(source(sitemap=sitemap("2024-06-19T10:00:00Z")))
    assert site.asked(*paths) == []


def test_a_sitemap_index_leads_to_its_sitemaps_and_a_broken_one_costs_only_itself(
    site: Site, sync: Sync, desk: Desk
) -> None:
    site.article("/nieuws/a", "A")
    good = site.add("/goed.xml", page(urlset((site.base + "/nieuws/a", "2024-06-18")), XML))
    broken = site.add("/stuk.xml", page("<urlset", XML))
    index = site.add("/sitemap.xml", page(sitemap_index((broken, "2024-06-19"), (good, "2024-06-18")), XML))
    (failure,) = sync(source(sitemap=index)).failures
    assert failure.startswith(broken)
    assert desk.titles() == {"A"}


def with_alternate(site: Site, target: str) -> None:
    site.article("/nieuws/a", "Nederlands", head=f'<link rel="alternate" hreflang="en" href="{target}">')


def test_the_publishers_english_version_is_found_by_hreflang(site: Site, sync: Sync, desk: Desk) -> None:
    with_alternate(site, "/en/news/a")
    site.add("/en/news/a", english_page("In English"))
    sync(source(listing=site.listing("/nieuws/a")))
    (english,) = desk.articles(Language.EN)
    assert (english.words.title, english.origin) == ("In English", "publisher")


def test_a_language_switch_on_the_page_counts_as_hreflang(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/a", "A", head='</head><body><a hreflang="en" href="/en/news/a">English</a>')
    site.add("/en/news/a", english_page("In English"))
    sync(source(listing=site.listing("/nieuws/a")))
    assert len(desk.articles(Language.EN)) == 1


def test_the_publishers_english_version_is_found_by_the_sources_rule(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nl/nieuws/a", "Nederlands")
    site.add("/en/news/a", english_page("In English"))
    sync(
        source(listing=site.listing("/nl/nieuws/a", at="/nl/nieuws/"), english=EnglishRule("/nl/nieuws/", "/en/news/"))
    )
    assert desk.articles(Language.EN)[0].words.title == "In English"


@pytest.mark.parametrize(
    "answer",
    [
        Reply(status=404),
        Reply(status=500),
        page(article_page("Nederlands")),
        page(article_page("Page not found")),
        moved("/en/"),
        moved("/en/news/"),
        page(b"%PDF", "application/pdf"),
    ],
    ids=["404", "500", "the Dutch page", "404 that says 200", "front page", "list", "a file"],
)
def test_missing_english_is_no_failure(answer: Reply, site: Site, sync: Sync, desk: Desk) -> None:
    with_alternate(site, "/en/news/a")
    site.add("/en/", english_page("Welcome"))
    site.add("/en/news/", english_page("News"))
    site.add("/en/news/a", answer)
    collected = sync(source(listing=site.listing("/nieuws/a")))
    assert collected.failures == []
    assert desk.titles() == {"Nederlands"}
    assert desk.articles(Language.EN) == []


def test_english_that_appears_later_is_found_at_the_next_visit(
    site: Site, sync: Sync, desk: Desk, days_later: Callable[[float], None]
) -> None:
    site.article("/nieuws/a", "A", date="", head='<link rel="alternate" hreflang="en" href="/en/a">')
    listing = site.listing("/nieuws/a")
    sync(source(listing=listing))
    site.add("/en/a", english_page("Later"))
    days_later(1.6)
    assert sync(source(listing=listing)).sources[0].changed == 1
    assert desk.articles(Language.EN)[0].words.title == "Later"


SELECT_PAGE = """<html><head><title>Site</title></head><body><main>
<h1>Rubriek</h1><h2 class="kop">Eigen titel</h2><div class="datum">18 jun. 2024 | 14.30 uur</div><div class="baas">Ans</div>
<p class="top">Eigen inleiding bij dit bericht.</p><span class="t">loon</span><span class="t">keten</span>
<div class="plaat"><img src="/a.jpg" alt="Foto"></div><img src="/b.jpg">
<div class="tekst"><p>{}</p><p>{}</p></div><div class="rest"><p>{}</p></div></main></body></html>""".format(*WORDS)
SELECT = {
    "title": ".kop", "lead": ".top", "body": ".tekst", "date": ".datum", "image": ".plaat", "author": ".baas", "topics": ".t",
}  # fmt: skip


def test_a_picture_that_the_site_announces_for_every_page_is_of_none_of_them(
    site: Site, sync: Sync, desk: Desk
) -> None:
    """Nothing in its name tells; once a few articles have it, those that do not show it go without."""
    announced = '<meta property="og:image" content="/media/8f3a.jpg">'
    paths = [f"/nieuws/{name}" for name in "abcde"]
    for path in paths:
        site.article(path, head=announced)
    shown = '<figure><img src="/media/8f3a.jpg" alt="De haven"></figure>' + "".join(
        f"<p>{words}</p>" for words in WORDS
    )
    site.article("/nieuws/f", head=announced, body=shown)
    sync(source(listing=site.listing(*paths[:3])))
    assert [bool(entry.image) for entry in desk.articles()] == [True] * 3
    sync(source(listing=site.listing(*paths, "/nieuws/f")))
    pictured = {entry.words.title[-1] for entry in desk.articles() if entry.image}
    assert pictured == {"a", "b", "c", "f"}


def test_every_configured_selector_is_obeyed(site: Site, sync: Sync, desk: Desk) -> None:
    site.add("/nieuws/a", SELECT_PAGE)
    sync(source(listing=site.listing("/nieuws/a"), select=SELECT, topics=("metaal",)))
    (entry,) = desk.articles()
    assert (entry.words.title, entry.words.lead, entry.author) == (
        "Eigen titel",
        "Eigen inleiding bij dit bericht.",
        "Ans",
    )
    assert entry.published.isoformat() == "2024-06-18T12:30:00+00:00"
    assert entry.image.url == f"{site.base}/a.jpg"
    assert entry.topics == ("metaal", "loon", "keten")
    assert entry.words.body == f"<p>{WORDS[0]}</p>\n<p>{WORDS[1]}</p>"


@pytest.mark.parametrize("name", ["title", "body"])
def test_a_selector_that_no_longer_matches_is_reported(name: str, site: Site, sync: Sync) -> None:
    site.add("/nieuws/a", SELECT_PAGE)
    (failure,) = sync(source(listing=site.listing("/nieuws/a"), select={name: ".weg"})).failures
    assert f"nothing matches select.{name} = '.weg'; has the page's layout changed?" in failure


def test_a_page_with_far_too_many_elements_costs_only_itself(site: Site, sync: Sync, desk: Desk) -> None:
    site.article("/nieuws/vol", body="<i>x</i>" * 100_000)
    site.article("/nieuws/a", "A")
    collected = sync(source(listing=site.listing("/nieuws/vol", "/nieuws/a")))
    assert "has more than 10000 elements" in collected.failures[0]
    assert desk.titles() == {"A"}
