"""The collection of saved pages: what is read of them stays at least this good."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from scoring import COLLECTION, FIELDS, Score, saved_pages, score, tweeklank

from tweeklank.article import Article
from tweeklank.collect.credits import read_caption, split_credit
from tweeklank.collect.dates import AMSTERDAM
from tweeklank.collect.extract import ExtractError, extract
from tweeklank.collect.same_article import is_version_of
from tweeklank.collect.text import plain_text

FLOORS = {
    "title": 0.98,
    "date": 0.98,
    "lead": 0.95,
    "image": 0.95,
    "caption": 0.95,
    "credit": 0.95,
    "author": 0.95,
    "topics": 0.95,
}
HELD_OUT_FLOORS = FLOORS | {"lead": 0.92}
LATER_FLOORS = FLOORS | {"image": 0.7, "caption": 0.7, "credit": 0.85, "author": 0.6, "topics": 0.8}


@pytest.fixture(scope="module")
def scored() -> Score:
    return score(tweeklank, saved_pages())


@pytest.fixture(scope="module")
def held_out() -> Score:
    return score(tweeklank, saved_pages(COLLECTION / "held-out"))


@pytest.fixture(scope="module")
def later() -> Score:
    return score(tweeklank, saved_pages(COLLECTION / "held-out-later"))


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_read_as_well_as_before(name: str, scored: Score, held_out: Score, later: Score) -> None:
    assert scored.fields[name].f1 >= FLOORS[name], scored.wrong
    assert held_out.fields[name].f1 >= HELD_OUT_FLOORS[name], held_out.wrong
    assert later.fields[name].f1 >= LATER_FLOORS[name], later.wrong


def test_bodies_hold_the_article_and_nothing_else(scored: Score, held_out: Score, later: Score) -> None:
    assert scored.body[2] >= 0.98, scored.wrong
    assert held_out.body[2] >= 0.97, held_out.wrong
    assert later.body[2] >= 0.96, later.wrong


def test_pages_without_an_article_are_refused(scored: Score) -> None:
    assert scored.refused.recall == 1.0, scored.wrong


def page(name: str) -> tuple[str, str]:
    saved = next(saved for saved in saved_pages() if saved.name == name)
    return saved.html, saved.url


def test_a_wall_and_a_list_of_files_are_told_apart() -> None:
    with pytest.raises(ExtractError, match="a cookie wall"):
        extract(*page("cookiemuur-verzekeraar"))
    with pytest.raises(ExtractError, match="a list of files"):
        extract(*page("pdf-lijst-steenkool"))


def test_a_teaser_ends_with_the_publishers_own_word_on_who_may_read_on() -> None:
    article = extract(*page("betaalmuur-vakblad"))
    assert article.body.endswith("<p>Dit artikel is alleen voor abonnees.</p>")
    assert "Abonneer nu" not in article.body


def test_an_article_about_members_is_no_teaser() -> None:
    html, url = page("vakbond-cao-magazijn")
    text = "Dit artikel uit de cao geldt alleen voor leden, zegt de bond."
    article = extract(html.replace("Wat betekent dit voor jou?", text), url)
    assert text in plain_text(article.body)
    assert "gemiddelde van je uren" in article.body


@pytest.mark.parametrize(
    ("written", "caption", "credit"),
    [
        ("Foto: Lieke Ottens. De haven bij nacht", "De haven bij nacht", "Lieke Ottens"),
        ("Beeld: J. de Wit / ANP. De haven bij nacht", "De haven bij nacht", "J. de Wit / ANP"),
        ("De haven bij nacht (foto LK/De Wit)", "De haven bij nacht", "LK/De Wit"),
        ("Foto Mohamed Nour. De haven bij nacht.", "De haven bij nacht.", "Mohamed Nour"),
        ("Foto van de haven bij nacht", "Foto van de haven bij nacht", ""),
        ("Beeld uit de film. De haven bij nacht", "Beeld uit de film. De haven bij nacht", ""),
    ],
)
def test_a_credit_is_found_before_and_after_its_caption(written: str, caption: str, credit: str) -> None:
    assert split_credit(written) == (caption, credit)


@pytest.mark.parametrize(
    ("under", "caption", "credit"),
    [
        ('<figcaption class="image__copyright"><span>Belgofoto</span></figcaption>', "", "Belgofoto"),
        ('<figcaption class="image__copyright">Een haven bij nacht</figcaption>', "Een haven bij nacht", ""),
        ('<figcaption class="tekst">Belgofoto</figcaption>', "Belgofoto", ""),
    ],
)
def test_a_name_is_the_credit_where_the_class_says_that_one_stands_there(under: str, caption: str, credit: str) -> None:
    caption_element = BeautifulSoup(under, "lxml").figcaption
    assert caption_element is not None
    assert read_caption(caption_element) == (caption, credit)


DUTCH = Article(
    url="https://a.example/nl", canonical="https://a.example/nl", title="Kwekers in Naivasha krijgen 0,71 euro per uur",
    body="<p>De rozenkwekers van Naivasha betalen sinds 12 mei 0,71 euro per uur, zegt Grace Wanjiru van de bond.</p>"
    "<p>Het gaat om 3.400 plukkers op 14 kwekerijen. Bij Oserian begint het in juni.</p>",
    published=datetime(2024, 5, 14, tzinfo=AMSTERDAM),
)  # fmt: skip


def test_an_english_version_tells_the_same_numbers_and_names() -> None:
    version = replace(
        DUTCH, title="Growers in Naivasha to pay €0.71 an hour",
        body="<p>Rose growers around Naivasha have paid 0.71 euros an hour since 12 May, says Grace Wanjiru of the union. "
        "It concerns 3,400 pickers at 14 farms.</p>",
    )  # fmt: skip
    assert is_version_of(version, DUTCH)


def test_another_long_english_page_behind_the_link_is_no_version() -> None:
    about = replace(
        DUTCH, title="About the Flower Agreement", published=None,
        body="<p>The Flower Agreement was signed in 2019 by companies, trade unions and the Dutch government. Its office is "
        "in The Hague, at Bezuidenhout 60, and its chair is Willem Haverkamp. Members report every year to the Council.</p>",
    )  # fmt: skip
    assert not is_version_of(about, DUTCH)
    assert not is_version_of(replace(about, body=about.body * 8), DUTCH)
