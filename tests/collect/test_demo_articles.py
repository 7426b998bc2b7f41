"""Every article of the sample site, field by field, and nothing foreign in it."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from tweeklank.article import Article, Language
from tweeklank.collect.dates import AMSTERDAM
from tweeklank.collect.extract import extract
from tweeklank.collect.text import plain_text
from tweeklank.demo.server import SITE

BASE = "http://127.0.0.1:8000"
FOREIGN = re.compile(
    r"deel (?:dit|deze)|dit delen|linkedin|afdrukken|gerelateerd|lees ook|meer nieuws|nieuwsbrief|reacties?\b|geplaatst op|cookie"
    r"|persvoorlichting|getagd|recente berichten|was deze informatie|verzonnen|share this|more news|newsletter|zie ook",
    re.IGNORECASE,
)
HAMERS, ZANDSTRA = "Noor Hamers / Beeldbank Fietsconvenant", "Pieter Zandstra / Fietsconvenant"
ARTICLES = {
    "fietsen/nieuws/fietsconvenant-ondertekend": (
        "Fietsbranche tekent convenant voor eerlijke productieketens", "Zevenentwintig fietsbedrijven, twee vakbonden", "2026-06-18 14:30",
        ("fiets-wiel", "Een simpel ding, totdat je het uit elkaar haalt", HAMERS), "", ("Convenant",),
        "De ondertekenaars verkopen samen", "staan op de pagina Over het convenant .",
    ),
    "fietsen/nieuws/drie-nieuwe-deelnemers": (
        "Drie nieuwe deelnemers, waaronder de eerste deelfietsaanbieder", "Deelfietscoöperatie Spaakstad, accubouwer", "2026-10-07 10:00",
        ("fiets-wiel", "Deelfietsen gaan gemiddeld 3,5 jaar mee, een gewone stadsfiets veel langer", HAMERS), "", ("Deelnemers",),
        "De drie verschillen nogal", "bereikbaar van 9.00 tot 17.00 uur.",
    ),
    "fietsen/nieuws/nulmeting-herkomst-onderdelen": (
        "Nulmeting: merken kennen hun framebouwer, maar zelden de aluminiumsmelterij", "Deelnemers aan het Fietsconvenant weten van 92",
        "2026-11-12 13:45", ("fiets-banden", "Van één op de zeven banden is de rubberplantage bekend", ZANDSTRA), "", ("Rapportage",),
        "De cijfers zijn een nulmeting", "verschijnt in november 2027.",
    ),
    "fietsen/nieuws/uitspraak-ontslagen-bandenfabriek": (
        "Klachtencommissie: importeur moet meebetalen na ontslagen in bandenfabriek", "Bandenimporteur Ravenhorst Rubber heeft te weinig",
        "2026-09-22 16:00", ("fiets-banden", "Buitenbanden in het distributiecentrum van een importeur", "Beeldbank Fietsconvenant"), "",
        ("Klachten",), "Stichting Ketenwerk diende de klacht", "hoe u zelf een klacht indient.",
    ),
    "fietsen/nieuws/webinar-leefbaar-loon": (
        "Webinar op 17 september: een leefbaar loon in de lasserij", "Hoeveel moet een lasser in een framefabriek verdienen", "2026-08-27 09:00",
        ("fiets-frame", "Lassen van een frame in de werkplaats", HAMERS), "", ("Agenda",),
        "In framefabrieken ligt het loon meestal", "vanaf 1 oktober bij ons opvragen.",
    ),
    "fietsen/nieuws/werkbezoek-framefabrieken-vietnam": (
        "‘Bij de spuiterij ruik je meteen of het klopt’", "Zes inkopers van Nederlandse fietsmerken", "2026-09-03 11:15",
        ("fiets-frame", "In de lasserij werken 840 mensen, verdeeld over twee ploegen", ZANDSTRA), "", ("Praktijk",),
        "Het is kwart over zeven", "tijdens het webinar van 17 september .",
    ),
    "havens/actueel/elektrische-sleepboot-oosterdiep": (
        "Aan boord van de Marit: ‘Je hoort nu pas hoeveel lawaai we altijd maakten’", "In de haven van Oosterdiep vaart sinds 12 oktober",
        "2026-11-17 16:00", ("haven-golven", "", "Havenbedrijf Oosterdiep"), "", (),
        "Kapitein Douwe Riemersma haalt", "‘Ze belde of we ermee waren gestopt.’",
    ),
    "havens/actueel/tweede-subsidieronde-walstroom": (
        "Tweede subsidieronde walstroom: € 18,5 miljoen voor kades en aansluitingen", "Havenbedrijven en terminals kunnen vanaf 15 juni",
        "2026-06-02 10:00", ("haven-containers", "", "Klimaatconvenant Zeehavens / Wietse Brandsma"), "", (),
        "Met walstroom kunnen schepen", "staat op Over het klimaatconvenant .",
    ),
    "havens/actueel/uitstoot-meten-vijf-stappen": (
        "Zo meet u de uitstoot van uw terminal in vijf stappen", "Alle terminals die meedoen aan het klimaatconvenant", "", None, "", (),
        "Reken de eerste keer op ongeveer", "leest u bij Over het klimaatconvenant .",
    ),
    "havens/actueel/uitstoot-zeehavens-2025": (
        "Uitstoot zeehavens daalt met 1,9 procent, doel voor 2027 raakt uit zicht", "De elf havens in het Klimaatconvenant Zeehavens",
        "2026-11-03 09:15", ("haven-kranen", "", "Programmabureau / Anouk Terpstra"), "", (),
        "De havens en hun 64 aangesloten terminals", "staat in deze handreiking .",
    ),
    "koffie/berichten/dilemma-kinderen-in-de-koffietuin": (
        "Dilemma: er lopen kinderen tussen de koffiestruiken. Wat nu?", "Een inkoper ziet tijdens de pluk kinderen", "2026-10-06 08:45",
        ("koffie-heuvel", "De pluk duurt hier van half september tot eind november", "Stella Byaruhanga"), "Jorinde Maas",
        ("Dilemma", "kinderarbeid", "leefbaar inkomen"), "Elk kwartaal leggen we een dilemma", "Wat had ú gedaan? Mail de redactie .",
    ),
    "koffie/berichten/factsheet-ontbossing": (
        "Factsheet ontbossing: wat u als brander moet kunnen laten zien", "", "2026-09-01 09:00",
        ("koffie-heuvel", "Koffietuinen grenzen vaak direct aan bos", "Emeka Adriaanse"), "Redactie Eerlijke Koffie",
        ("Nieuws", "Factsheet", "ontbossing", "branders"), "Met de Europese ontbossingsverordening", "Hij is geen juridisch advies.",
    ),
    "koffie/berichten/interview-berthe-akkerhuis": (
        "“Ik dacht dat ik mijn boeren kende. Ik kende mijn importeur”", "Berthe Akkerhuis leidt de derde generatie", "2026-07-14 07:30",
        ("koffie-kop", "Proeftafel in de branderij: zes monsters, één lepel", "Thijs Wagenvoort"), "Thijs Wagenvoort",
        ("Interview", "branders", "contracten"), "Berthe Akkerhuis (52) leidt", "staat in het jaarverslag 2025 .",
    ),
    "koffie/berichten/jaarverslag-2025": (
        "Jaarverslag 2025: herkomst van koffie vaker bekend, contracten blijven kort", "", "2026-06-09 10:05",
        ("koffie-bonen", "", "Marloes Dijkhof"), "Jorinde Maas", ("Nieuws", "Jaarverslag", "cijfers", "contracten", "klachten"),
        "Van twee op de drie kilo’s koffie", "aan te vragen via ons contactformulier .",
    ),
    "koffie/berichten/onderzoek-inkomenskloof-koffieboeren": (
        "Onderzoek: hogere koffieprijs dicht maar een derde van de inkomenskloof", "", "2026-11-03 10:00",
        ("koffie-bonen", "", "Marloes Dijkhof / Kompas & Keten"), "Redactie Eerlijke Koffie",
        ("Nieuws", "Onderzoek", "leefbaar inkomen", "cijfers"), "Ook als branders de volledige", "durven boeren hun oude struiken niet te rooien.",
    ),
}  # fmt: skip
ENGLISH = [
    "fietsen/en/news/baseline-origin-components",
    "fietsen/en/news/bicycle-agreement-signed",
    "havens/en/updates/uitstoot-zeehavens-2025",
]


def read(path: str, language: Language = Language.NL) -> Article:
    html = (SITE / path / "index.html").read_text("utf-8").replace("{{base}}", BASE)
    return extract(html, f"{BASE}/{path}/", language=language)


@pytest.mark.parametrize("path", ARTICLES)
def test_every_field_of_a_sample_article_is_found(path: str) -> None:
    title, lead, date, image, author, topics, first, last = ARTICLES[path]
    article, text = read(path), plain_text(read(path).body)
    assert (article.title, article.author, article.topics) == (title, author, topics)
    assert article.lead.startswith(lead)
    assert bool(article.lead) is bool(lead)
    assert article.published == (datetime.fromisoformat(date).replace(tzinfo=AMSTERDAM) if date else None)
    assert text.startswith(first)
    assert text.endswith(last)
    assert article.canonical == f"{BASE}/{path}/"
    found = article.image
    assert (found and (found.url, found.caption, found.credit)) == (
        image and (f"{BASE}/static/img/{image[0]}.jpg", image[1], image[2])
    )
    assert found is None or found.alt


@pytest.mark.parametrize("path", [*ARTICLES, *ENGLISH])
def test_nothing_foreign_stands_in_a_sample_article(path: str) -> None:
    article = read(path)
    text = plain_text(article.body)
    assert not FOREIGN.search(text)
    assert f">{article.title}<" not in article.body
    assert not article.lead or article.lead not in text
    assert "<img" not in article.body


def test_no_sample_article_is_left_out() -> None:
    folders = {str(file.parent.relative_to(SITE)) for file in SITE.glob("*/*/*/index.html")}
    assert {path for path in folders if "/en/" not in path} == set(ARTICLES)
