"""What must hold for any text: dates, sanitising, credits, addresses, discovery."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from tweeklank.article import address_key
from tweeklank.collect.credits import split_credit
from tweeklank.collect.dates import AMSTERDAM, parse_date
from tweeklank.collect.discover import DiscoverError, from_feed, from_listing, news_pages, read_sitemap
from tweeklank.collect.extract import extract
from tweeklank.collect.sanitise import clean_html
from tweeklank.collect.text import PageError, tidy
from tweeklank.store.links import Found

DUTCH = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]
SHORT = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
ALL_DAYS = [date(1990, 1, 1) + timedelta(days=n) for n in range((date(2101, 1, 1) - date(1990, 1, 1)).days)]
FORMS = {
    "18 juni 2024": lambda d: f"{d.day} {DUTCH[d.month - 1]} {d.year}",
    "dinsdag 18 jun. 2024": lambda d: f"dinsdag {d.day} {SHORT[d.month - 1]}. {d.year}",
    "18-06-2024": lambda d: f"{d:%d-%m-%Y}",
    "18/6/2024": lambda d: f"{d.day}/{d.month}/{d.year}",
    "18.06.2024": lambda d: f"{d:%d.%m.%Y}",
    "2024-06-18": lambda d: d.isoformat(),
    "June 18, 2024": lambda d: f"{ENGLISH[d.month - 1]} {d.day}, {d.year}",
    "18 June 2024": lambda d: f"{d.day} {ENGLISH[d.month - 1]} {d.year}",
    "Nieuwsbericht | 18-06-2024 |": lambda d: f"Nieuwsbericht | {d:%d-%m-%Y} |",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_day_of_eleven_decades_is_read_back(form: str) -> None:
    write = FORMS[form]
    assert all(
        (found := parse_date(write(day))) is not None and found.astimezone(AMSTERDAM).date() == day for day in ALL_DAYS
    )


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("18 jun. 2024 | 14.30 uur", "2024-06-18T12:30:00+00:00"),
        ("18 januari 2024, 14:30", "2024-01-18T13:30:00+00:00"),
        ("18 juni 2024 om 9 uur", "2024-06-18T07:00:00+00:00"),
        ("2024-06-18T14:30:00+0200", "2024-06-18T12:30:00+00:00"),
        ("2024-06-18 14:30", "2024-06-18T12:30:00+00:00"),
        ("Tue, 18 Jun 2024 12:30:00 GMT", "2024-06-18T12:30:00+00:00"),
        ("June 18, 2024 2:30 pm", "2024-06-18T12:30:00+00:00"),
        ("18-06-24", "2024-06-17T22:00:00+00:00"),
        ("18-06-98", "1998-06-17T22:00:00+00:00"),
        ("18 juni '24", "2024-06-17T22:00:00+00:00"),
        ("Gepubliceerd op 18 juni 2024.", "2024-06-17T22:00:00+00:00"),
        ("18 juni 2024, 10.000 deelnemers", "2024-06-17T22:00:00+00:00"),
        ("31 maart 2024 02:30", "2024-03-31T01:30:00+00:00"),
        ("27 oktober 2024 02:30", "2024-10-27T00:30:00+00:00"),
        ("27 oktober 2024 04:00", "2024-10-27T03:00:00+00:00"),
    ],
)
def test_times_are_those_of_amsterdam_summer_and_winter(text: str, moment: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.astimezone(UTC).isoformat() == moment


@pytest.mark.parametrize(
    "text", ["", "31 februari 2024", "32-13-2024", "geen datum", "06-12345678", "versie 1.2.3", "2024"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


DATE_LIKE = st.text(alphabet="0123456789-/.: |'TZ+,janfebmrtdecuur ²٣", max_size=60)


@given(st.one_of(st.text(), DATE_LIKE))
def test_no_text_trips_up_the_reading_of_dates(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.astimezone(UTC).tzinfo is not None


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 30)))  # noqa: DTZ001
def test_iso_moments_are_read_back(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert parse_date(aware.isoformat()) == aware


NAMES = [
    "p",
    "div",
    "span",
    "b",
    "i",
    "a",
    "img",
    "ul",
    "li",
    "ol",
    "table",
    "tr",
    "td",
    "th",
    "h1",
    "h2",
    "blockquote",
    "br",
    "script",
    "style",
    "svg",
    "math",
    "figure",
    "figcaption",
    "q",
    "dl",
    "dd",
    "dt",
    "pre",
    "font",
    "center",
    "section",
    "picture",
    "iframe",
    "form",
]
URLS = [
    "/a", "x?utm_source=1&b=2#c", "javascript:alert(1)", "JaVaScRiPt:x", "java\tscript:x", "data:text/html,x", "http:", "//host/x",
    "http://[", "mailto:a@b.nl", "MAILTO:a@b.nl", "tel:1", "#x", "http:x", "https:///x", " ", "vbscript:x", "file:///etc/passwd",
]  # fmt: skip
WORD = st.sampled_from(
    [
        "woord",
        " ",
        "\u00a0",
        "\u00ad",
        "<",
        "&amp;",
        "&#xD800;",
        "é",
        "💧",
        "]]>",
        "<!-- x -->",
        "\n",
        "</p>",
        "</div>",
        "</b>",
        "</table>",
    ]
)


@st.composite
def element(draw: st.DrawFn, inside: st.SearchStrategy[str]) -> str:
    name = draw(st.sampled_from(NAMES))
    attributes = draw(
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["href", "src", "data-src", "srcset", "onclick", "style", "class", "lang", "width", "role"]
                ),
                st.sampled_from([*URLS, "1", "presentation"]),
            ),
            max_size=2,
        )
    )
    written = "".join(f' {key}="{value}"' for key, value in attributes)
    close = draw(st.sampled_from([f"</{name}>", f"</{name}>", ""]))
    return f"<{name}{written}>{draw(inside)}{close}"


MARKUP = st.recursive(
    WORD, lambda inner: st.lists(st.one_of(inner, element(inner)), max_size=4).map("".join), max_leaves=25
)
ALLOWED = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "caption", "figure",
    "figcaption", "img", "a", "strong", "em", "sub", "sup", "abbr", "br", "span",
}  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.text(max_size=100), MARKUP))
def test_clean_html_is_small_safe_and_absolute(html: str) -> None:
    soup = BeautifulSoup(clean_html(html, "https://example.nl/nieuws/a"), "html.parser")
    for tag in soup.find_all(True):
        assert tag.name in ALLOWED
        assert set(tag.attrs) <= {"href", "src", "alt", "colspan", "rowspan", "title", "start", "lang"}
        for address in (tag.get("href"), tag.get("src")):
            assert address is None or re.match(r"https?://[^/]|mailto:", str(address))


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.text(max_size=100), MARKUP))
def test_cleaning_what_is_clean_changes_nothing(html: str) -> None:
    once = clean_html(html, "https://example.nl/nieuws/a")
    assert clean_html(once, "https://example.nl/nieuws/a") == once


SHOWN = st.sampled_from(
    ["p", "div", "span", "b", "i", "a", "ul", "li", "h2", "blockquote", "section", "center", "dl", "dd"]
)


@settings(deadline=None)
@given(
    st.recursive(
        st.just(" woord "), lambda inner: st.tuples(SHOWN, inner, inner).map(lambda t: f"<{t[0]}>{t[1]}</{t[0]}>{t[2]}")
    )
)
def test_cleaning_loses_no_words(html: str) -> None:
    cleaned = BeautifulSoup(clean_html(html, "https://example.nl/"), "html.parser").get_text(" ")
    assert cleaned.split() == ["woord"] * html.count("woord")


@given(st.text())
def test_caption_and_credit_say_nothing_that_was_not_there(caption: str) -> None:
    text, credit = split_credit(caption)
    assert text in tidy(caption)
    assert credit in tidy(caption)


@pytest.mark.parametrize(
    ("caption", "parts"),
    [
        (
            "Lassen in de werkplaats © Shutterstock / Robert Kneschke",
            ("Lassen in de werkplaats", "Shutterstock / Robert Kneschke"),
        ),
        ("De haven (foto: Anouk Terpstra)", ("De haven", "Anouk Terpstra")),
        ("Foto: Marloes Dijkhof", ("", "Marloes Dijkhof")),
        ("Beeld: © Programmabureau", ("", "Programmabureau")),
        ("De ondertekening. Foto door Jan Jansen.", ("De ondertekening", "Jan Jansen")),
        ("Een foto van de haven", ("Een foto van de haven", "")),
        ("", ("", "")),
    ],
)
def test_a_credit_is_told_from_its_caption(caption: str, parts: tuple[str, str]) -> None:
    assert split_credit(caption) == parts


PATHS = st.lists(st.text(alphabet="abcxyz0189-_~é ", min_size=1, max_size=6), max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)
QUERIES = st.dictionaries(
    st.text(alphabet="abxyz", min_size=1, max_size=3), st.text(alphabet="xyz019", min_size=1, max_size=3), max_size=3
)


@given(PATHS, QUERIES)
def test_addresses_of_one_page_have_one_key(path: str, query: dict[str, str]) -> None:
    pairs = [f"{key}={value}" for key, value in query.items()]
    plain = f"https://example.nl{path}" + ("?" + "&".join(pairs) if pairs else "")
    dressed = f"http://WWW.Example.nl:80{path}/?" + "&".join([*reversed(pairs), "utm_source=x", "fbclid=1"]) + "#midden"
    assert address_key(plain) == address_key(dressed)


@given(PATHS, QUERIES)
def test_the_key_of_a_key_is_itself(path: str, query: dict[str, str]) -> None:
    key = address_key(f"https://example.nl{path}?" + "&".join(f"{k}={v}" for k, v in query.items()))
    assert address_key(f"https://{key}") == key


LINKED = MARKUP.map(
    lambda html: f"<html><body>{html}<a href='/nieuws/een-twee-drie'>een twee drie vier</a></body></html>"
)


@settings(deadline=None)
@given(st.one_of(st.text(), MARKUP, LINKED))
def test_no_listing_trips_up_discovery(html: str) -> None:
    for selector in ("", "a", "*"):
        with suppress(DiscoverError):
            from_listing(html, "https://example.nl/nieuws/", selector)


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(),
        st.text().map(str.encode),
        MARKUP.map(
            lambda m: f'<rss version="2.0"><channel><item><link>http://[</link>{m}</item></channel></rss>'.encode(
                "utf-8", "replace"
            )
        ),
    )
)
def test_no_bytes_trip_up_feeds_and_sitemaps(body: bytes) -> None:
    with suppress(DiscoverError):
        from_feed(body, "https://example.nl/feed")
    for packed in (body, b"\x1f\x8b" + body):
        with suppress(DiscoverError):
            read_sitemap(packed, "https://example.nl/sitemap.xml")


@given(st.lists(st.sampled_from(["https://a.nl/nieuws/x", "https://a.nl/en/x", "https://a.nl/x"]), max_size=4))
def test_no_sitemap_trips_up_the_choice_of_news(urls: list[str]) -> None:
    with suppress(DiscoverError):
        news_pages([Found(url) for url in urls], "main a")
    with suppress(DiscoverError):
        news_pages([Found(url) for url in urls])


@settings(deadline=None, max_examples=50)
@given(MARKUP)
def test_no_markup_trips_up_extraction(html: str) -> None:
    with suppress(PageError):
        extract(
            f"<html><body><h1>Titel</h1>{html}{'<p>woorden genoeg voor een bericht</p>' * 5}</body></html>",
            "https://example.nl/a",
        )
