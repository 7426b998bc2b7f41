"""Topics that a page shows without announcing them to machines."""

from __future__ import annotations

import pytest

from tweeklank.collect.extract import extract

TEXT = "".join(
    f"<p>De ondertekenaars van het Touwconvenant spreken in artikel {n} af dat zij hun leveranciers jaarlijks "
    "bezoeken en daarover verslag doen aan de commissie.</p>"
    for n in range(1, 6)
)
OTHERS = '<div class="kaart"><div><a href="/thema/vis">Vis</a></div><h3><a href="/n/vis">Vissers tekenen</a></h3></div>'


def topics(labels: str, text: str = TEXT) -> tuple[str, ...]:
    page = f"<main><article><h1>Touwslagers tekenen</h1>{labels}<div>{text}</div></article>{OTHERS}</main>"
    html = f"<html lang='nl'><head><title>Touwslagers tekenen</title></head><body>{page}</body></html>"
    return extract(html, "https://touw.example/nieuws/1").topics


@pytest.mark.parametrize(
    "address", ["/thema/arbeid", "/nl/themas/arbeid/", "/tag/arbeid", "/categorie/arbeid?page=1", "/dossiers/arbeid"]
)
def test_a_label_that_leads_to_a_list_of_articles_is_a_topic(address: str) -> None:
    assert topics(f"<div>Thema: <a href='{address}'>Arbeid</a></div>") == ("Arbeid",)


def test_all_labels_of_a_list_are_taken() -> None:
    labels = "<ul><li><a href='/tag/touw'>Touw</a></li><li><a href='/tag/hennep'>Hennep</a></li></ul>"
    assert topics(labels) == ("Touw", "Hennep")


@pytest.mark.parametrize(
    "around",
    [
        "<nav><a href='/thema/arbeid'>Arbeid</a></nav>",
        f"<div>{OTHERS}</div>",
        "<div><a href='/contact/arbeid'>Arbeid</a></div>",
        f"<p>{'Touw is sterk en licht, zeggen de slagers. ' * 3}Zie <a href='/thema/arbeid'>arbeid</a>.</p>",
    ],
)
def test_menus_teasers_other_links_and_running_text_are_no_topics(around: str) -> None:
    assert topics(around) == ()


def test_what_a_page_announces_goes_before_what_it_shows() -> None:
    announced = '<meta property="article:tag" content="Hennep">'
    html = (
        f"<html><head>{announced}</head><body><article><h1>Touw</h1><div><a href='/tag/x'>X</a></div>{TEXT}</article>"
    )
    assert extract(html, "https://touw.example/nieuws/1").topics == ("Hennep",)
