"""Each part of an article is shown with the place on the page that it was taken from."""

from __future__ import annotations

from pathlib import Path

import pytest
from covenant_site import WORDS, article_page, source

from tweeklank.collect.evidence import explain
from tweeklank.collect.extract import extract
from tweeklank.config import EnglishRule

URL = "https://convenant.example/nieuws/a"
PAGES = Path(__file__).parent / "pages"


def evidence(html: str, **settings: object) -> dict[str, str]:
    chosen = source(**settings)
    article = extract(html, URL, chosen.select, english=chosen.english)
    return dict(explain(html, article, chosen))


LD = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A", "datePublished": "2024-06-18T10:00:00Z",'
    ' "image": "/foto.jpg", "author": {"name": "Noor Hamers"}, "keywords": "goud, zink"}</script>'
)
METAS = (
    '<meta property="article:published_time" content="2024-06-18"><meta property="og:image" content="/foto.jpg">'
    '<meta name="author" content="Noor Hamers"><meta name="description" content="Deelnemers van het convenant pakken misstanden aan, en dat staat nergens anders zo.">'
)
SHOWN = (
    '<div class="intro">Twaalf bedrijven zetten vandaag hun naam onder het nieuwe convenant.</div>'
    '<figure><img src="/foto.jpg" alt=""><figcaption>Een pen. Foto: Noor Hamers</figcaption></figure>'
    + "".join(f"<p>{words}</p>" for words in WORDS)
)


@pytest.mark.parametrize(
    ("html", "settings", "part", "where"),
    [
        (article_page("A"), {}, "title", "h1"),
        (article_page("A"), {"select": {"title": "main h1"}}, "title", "select.title = 'main h1'"),
        (article_page("A", head=LD), {}, "date", "JSON-LD datePublished"),
        (article_page("A", head=METAS), {}, "date", "meta article:published_time"),
        (article_page("A"), {}, "date", "time '2024-06-18T14:30:00+02:00'"),
        (article_page("A", head=LD), {"select": {"date": "time"}}, "date", "select.date = 'time'"),
        (
            article_page("A", date="", body="<p class='d'>Nieuwsbericht | 18 juni 2024</p>" + SHOWN),
            {},
            "date",
            "p.d 'Nieuwsbericht | 18 juni 2024'",
        ),
        (article_page("A", body=SHOWN), {}, "lead", "div.intro"),
        (article_page("A", head=METAS), {}, "lead", "meta description"),
        (article_page("A"), {}, "body", "the text in article"),
        (article_page("A"), {"select": {"body": "main article"}}, "body", "select.body = 'main article'"),
        (article_page("A", head=LD), {}, "image", "JSON-LD image"),
        (article_page("A", head=METAS), {}, "image", "meta og:image"),
        (article_page("A", body=SHOWN), {}, "image", "img"),
        (article_page("A", body=SHOWN), {}, "credit", "behind the picture's caption"),
        (article_page("A", head=LD), {}, "author", "JSON-LD author"),
        (article_page("A", head=METAS), {}, "author", "meta author"),
        (article_page("A", head=LD), {}, "topics", "JSON-LD"),
        (
            article_page("A", head='<link rel="alternate" hreflang="en" href="/en/a">'),
            {},
            "english",
            "link hreflang=en",
        ),
        (article_page("A"), {"english": EnglishRule("/nieuws/", "/en/news/")}, "english", "the source's rule english"),
    ],
)
def test_a_part_is_shown_with_its_place(html: str, settings: dict[str, object], part: str, where: str) -> None:
    assert evidence(html, **settings)[part] == where


def test_parts_that_an_article_lacks_have_no_place() -> None:
    assert set(evidence(article_page("A", date=""))) == {"title", "body"}


@pytest.mark.parametrize("file", sorted(PAGES.glob("*.html")), ids=lambda file: file.stem)
def test_every_part_of_real_life_pages_has_its_place(file: Path) -> None:
    html = file.read_text("utf-8", errors="replace")
    chosen = source()
    article = extract(html, URL)
    shown = explain(html, article, chosen)
    taken = {"title": article.title, "date": article.published, "lead": article.lead, "body": article.body,
             "image": article.image, "author": article.author, "topics": article.topics}  # fmt: skip
    assert {part for part, value in taken.items() if value} <= set(shown)
    assert shown["title"] != "found in the page's text"
    assert shown.get("date") != "found in the page's text"
