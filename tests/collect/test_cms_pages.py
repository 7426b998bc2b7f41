"""Pages as real content management systems write them."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tweeklank.article import Article
from tweeklank.collect.dates import AMSTERDAM
from tweeklank.collect.extract import extract
from tweeklank.collect.text import PageError, plain_text

PAGES = Path(__file__).parent / "pages"
BASE = "https://www.waterveen.example"
EXPECTED = {
    "wordpress_elementor": {
        "title": "Kledingketens delen fabriekslijst", "lead": "", "date": "2025-03-11 09:15", "author": "Wies Bremer", "topics": (),
        "image": ("https://textielpact.example/wp-content/uploads/2025/03/naaiatelier-1024x683.jpg", "Naaisters aan lange tafels",
                  "Een naaiatelier in Tirupur", "Wies Bremer"),
        "first": "Zeven kledingketens", "last": "een werkende vakbond is.",
    },
    "drupal": {
        "title": "Natuursteensector zet vervolgstap",
        "lead": "Importeurs van natuursteen gaan hun groeves in India laten keuren door lokale organisaties. Dat spraken zij maandag af.",
        "date": "2023-09-05 12:00", "author": "", "topics": ("India", "Keuring"),
        "image": (f"{BASE}/sites/default/files/styles/large/public/groeve.jpg?itok=abc", "Een groeve met blokken graniet",
                  "Granietgroeve bij Ongole", "Jelle Wiersma"),
        "first": "De keuringen beginnen in november.", "last": "worden binnen een dag gemeld.",
    },
    "overheid": {
        "title": "Kabinet steunt plan voor verantwoorde batterijen",
        "lead": "Het kabinet trekt 6 miljoen euro uit voor een plan van batterijmakers en maatschappelijke organisaties.",
        "date": "2024-02-29 12:00", "author": "", "topics": (), "image": None,
        "first": "Met het geld wordt in vier landen", "last": "Op 15 april 2024 is er een bijeenkomst in Den Haag voor bedrijven die willen meedoen.",
    },
    "joomla": {
        "title": "Hout uit Gabon nu te volgen tot de stam", "lead": "", "date": "2022-11-08 09:00", "author": "Super User", "topics": (),
        "image": ("https://hout.example/index.php/nieuws/images/stammen.jpg", "Gestapelde boomstammen", "", ""),
        "first": "Wie in Nederland een deur", "last": "bij negen zagerijen.",
    },
    "nextjs": {
        "title": "Pensioenfondsen vragen mijnbouwers om opheldering",
        "lead": "Elf fondsen schreven een brief aan zes mijnbouwbedrijven over de gevolgen van nieuwe mijnen voor inheemse volken.",
        "date": "2025-01-20 07:00", "author": "Ilse Kok, Ben Ali", "topics": ("mijnbouw", "pensioen"),
        "image": (f"{BASE}/_next/image?url=%2Fmedia%2Fmijn.jpg&w=1080&q=75", "Een open mijn van bovenaf", "", "Ben Ali"),
        "first": "De fondsen beheren samen", "last": "tot drie gesprekken.",
    },
    "tabellen": {
        "title": "Kwekers betalen voortaan per uur", "lead": "", "date": "2011-05-12 00:00", "author": "", "topics": (), "image": None,
        "first": "Rozenkwekers in Kenia stappen over", "last": "Jaar Loon per uur 2010 0,48 euro 2011 0,71 euro",
    },
    "persdienst": {
        "title": "Verzekeraars publiceren eerste klachtenoverzicht", "lead": "", "date": "2024-10-03 10:00", "author": "", "topics": (),
        "image": ("https://pers.example/uploads/klachten.png", "", "", ""),
        "first": "AMSTERDAM, 3 oktober 2024 – Acht verzekeraars", "last": "verschijnt voortaan ieder halfjaar. ###",
    },
    "gemeente": {
        "title": "Gemeente koopt alleen nog eerlijke werkkleding",
        "lead": "De gemeente Waterveen tekent het Convenant Werkkleding. Hesjes, laarzen en uniformen komen voortaan uit fabrieken die zijn gecontroleerd.",
        "date": "2019-04-17 15:45", "author": "", "topics": (),
        "image": (f"{BASE}/media/hesje.jpg", "Twee stratenmakers met oranje hesjes", "Stratenmakers aan het werk in de Dorpsstraat", ""),
        "first": "Wethouder Jansma zette maandag", "last": "Oude kleding wordt eerst opgedragen.",
    },
    "eigen_cms": {
        "title": "Eerste zakken cacao met herkomstbewijs gelost", "lead": "", "date": "2020-12-07 00:00", "author": "", "topics": (),
        "image": ("https://cdn.cacao.example/foto/zakken_groot.jpg", "", "Zakken cacao in de haven", "Koen Prins"),
        "first": "In Amsterdam zijn deze week", "last": "hun inkoopprijs niet wilden tonen.",
    },
}  # fmt: skip


def read(name: str) -> Article:
    return extract((PAGES / f"{name}.html").read_text("utf-8"), f"{BASE}/nieuws/{name}")


@pytest.mark.parametrize("name", EXPECTED)
def test_every_field_is_found_as_the_cms_wrote_it(name: str) -> None:
    found, text = read(name), plain_text(read(name).body)
    image = found.image and (found.image.url, found.image.alt, found.image.caption, found.image.credit)
    assert {
        "title": found.title,
        "lead": found.lead,
        "date": f"{found.published.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}" if found.published else "",
        "author": found.author,
        "topics": found.topics,
        "image": image,
        "first": text[: len(EXPECTED[name]["first"])],
        "last": text[-len(EXPECTED[name]["last"]) :],
    } == EXPECTED[name]


def test_structure_survives_every_cms() -> None:
    assert "<h3>Samen op bezoek</h3>" in read("wordpress_elementor").body
    assert "<strong>Dat leverde zelden iets op</strong>" in read("drupal").body
    assert read("drupal").body.count("<li>") == 2
    assert read("drupal").english_url == f"{BASE}/en/news/stone-sector-next-step"
    assert 'href="https://hout.example/index.php/nieuws/index.php/over/bijdragen"' in read("joomla").body
    assert "<blockquote>" in read("persdienst").body
    assert "<table>" in read("tabellen").body
    assert read("tabellen").body.count("<p>") == 3
    assert "<h2>Tussenhandel</h2>" in read("eigen_cms").body
    assert read("gemeente").canonical == f"{BASE}/nieuws/eerlijke-werkkleding"


SENTENCE = "De deelnemers van het convenant hebben afgesproken om misstanden in de keten aan te pakken. "
HUGE = {
    "one paragraph": "<p>" + SENTENCE * 50_000 + "</p>",
    "many paragraphs": f"<p>{SENTENCE * 20}</p>" * 2_400,
    "loose text between line breaks": f"{SENTENCE * 15}<img src='/a.jpg'><br><br>" * 2_500,
    "links": "".join(f"<a href='/{n}'>{SENTENCE * 5}</a> {SENTENCE}" for n in range(4_500)),
    "headings of other articles": "<h2>Lees ook</h2><div class='intro'>kort</div>" * 4_500,
    "half-closed tags": f"<p><b><i>{SENTENCE * 15}" * 3_000,
}


@pytest.mark.parametrize("kind", HUGE)
def test_a_huge_page_is_read_in_seconds(kind: str) -> None:
    html = f"<html><body><article><h1>Groot</h1>{HUGE[kind]}</article></body></html>"
    started = time.process_time()
    with suppress(PageError):
        extract(html, f"{BASE}/nieuws/groot")
    # Coverage traces every line, which takes several times as long.
    assert time.process_time() - started < (10 if sys.gettrace() is None else 60)
