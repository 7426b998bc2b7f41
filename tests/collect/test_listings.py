"""Which links of a listing page are its articles, found without configuration."""

from __future__ import annotations

import time
from urllib.parse import urljoin

import pytest

from tweeklank.collect.discover import from_listing

FRAME = """<html><body><header><nav><ul><li><a href="/">Home</a></li><li><a href="/nieuws">Nieuws over het convenant en de keten</a></li>
<li><a href="/over/wie-zijn-wij-precies">Wie wij zijn en wat wij voor de keten doen</a></li></ul></nav></header>{}
<div class="cookie-balk"><a href="/cookies/lees-alles-over-onze-cookies">Lees alles over onze cookies</a></div>
<footer><a href="/privacy/verklaring-over-de-privacy">Lees onze verklaring over uw privacy</a><a href="https://elders.example/nieuws/a-b-c">Elders</a></footer></body></html>"""
LISTINGS = {
    "cards with a date and a button": (
        "https://a.example/nieuws",
        "".join(
            f'<div class="card"><h3><a href="/nieuws/{slug}">{title}</a></h3><time>1 juni 2024</time><a class="btn" href="/nieuws/{slug}">Lees meer</a></div>'
            for slug, title in [("loon", "Hoger loon"), ("mijn", "Mijn dicht"), ("akkoord-getekend", "Akkoord getekend")]
        ),
        ["/nieuws/loon", "/nieuws/mijn", "/nieuws/akkoord-getekend"],
    ),
    "articles outside the listing's folder": (
        "https://a.example/actueel",
        "<main>" + "".join(
            f'<article><a href="/{slug}"><h2>{slug.replace("-", " ")}</h2><p>12-03-2024</p></a></article>'
            for slug in ("sector-zet-nieuwe-stap", "partijen-tekenen-een-akkoord", "rapport-over-de-keten")
        ) + "</main>",
        ["/sector-zet-nieuwe-stap", "/partijen-tekenen-een-akkoord", "/rapport-over-de-keten"],
    ),
    "dates in the addresses": (
        "https://a.example/actueel/nieuws",
        "<ul>" + "".join(
            f'<li><a href="/actueel/nieuws/{path}">{path.rsplit("/")[-1]}</a></li>'
            for path in ("2024/06/18/akkoord", "2024/05/02/rapport", "2023/12/01/verslag")
        ) + "</ul>",
        ["/actueel/nieuws/2024/06/18/akkoord", "/actueel/nieuws/2024/05/02/rapport", "/actueel/nieuws/2023/12/01/verslag"],
    ),
    "dates in the addresses, outside the listing's folder": (
        "https://a.example/pers",
        "<ul>" + "".join(
            f'<li><a href="/nieuws/{path}">Een bericht over {path[-5:]} vandaag</a></li>' for path in ("2024/06/akkoord", "2024/05/rapport")
        ) + "</ul>",
        ["/nieuws/2024/06/akkoord", "/nieuws/2024/05/rapport"],
    ),
    "numbers instead of names": (
        "http://a.example/nieuws/index.php",
        "<table>" + "".join(
            f'<tr><td>0{n}-02-2012</td><td><a href="bericht.php?id=201{n}">Bericht nummer {n} over de keten</a></td></tr>' for n in (1, 2)
        ) + "</table>",
        ["/nieuws/bericht.php?id=2011", "/nieuws/bericht.php?id=2012"],
    ),
    "a listing with only one article": (
        "https://a.example/nieuws/",
        '<main><a href="/nieuws/eerste-bericht-van-ons">Eerste bericht</a></main>',
        ["/nieuws/eerste-bericht-van-ons"],
    ),
    "filters and pages around the list": (
        "https://a.example/nl/nieuws",
        '<aside class="filters"><a href="/nl/nieuws/thema/kinderarbeid-in-de-keten">Kinderarbeid in de keten (12)</a></aside><ol>'
        + "".join(f'<li><h2><a href="/nl/nieuws/{s}">{s} in de keten vandaag</a></h2></li>' for s in ("a", "b", "c"))
        + '</ol><div class="pagination"><a href="/nl/nieuws?page=2">Volgende pagina met berichten</a></div>',
        ["/nl/nieuws/a", "/nl/nieuws/b", "/nl/nieuws/c"],
    ),
    "files among the articles": (
        "https://a.example/berichten",
        "<ul>" + "".join(
            f'<li>3 mei 2024 <a href="/berichten/{path}">Verslag van een dag in de haven</a></li>' for path in ("een", "rapport.pdf", "foto.jpg", "twee")
        ) + "</ul>",
        ["/berichten/een", "/berichten/twee"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTINGS)
def test_the_articles_of_a_listing_are_found_in_its_order(kind: str) -> None:
    url, html, paths = LISTINGS[kind]
    found = from_listing(FRAME.format(html), url)
    assert [link.url for link in found] == [urljoin(url, path) for path in paths]


def test_a_stamp_is_that_of_the_own_teaser_only() -> None:
    def stamps(second: str) -> list[str]:
        items = (
            f'<li><a href="/nieuws/een">Een</a> 1 mei 2024</li><li><a href="/nieuws/twee">{second}</a> 2 mei 2024</li>'
        )
        return [link.stamp for link in from_listing(f"<main><ul>{items}</ul></main>", "https://a.example/nieuws/")]

    before, after = stamps("Twee"), stamps("Twee, verbeterd")
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_a_huge_listing_is_read_in_seconds() -> None:
    links = "".join(f'<a href="/nieuws/bericht-{n}-over-de-keten">Bericht {n}</a> 18 juni 2024 ' for n in range(9_000))
    started = time.process_time()
    found = from_listing(f"<main><div>{links}</div></main>", "https://a.example/nieuws/")
    assert len(found) == 2000
    assert time.process_time() - started < 10
