"""Pages without headings: which part of <title> is the article's, and where its date stands."""

from __future__ import annotations

import time

import pytest
from covenant_site import WORDS

from tweeklank.article import Article
from tweeklank.collect.dates import AMSTERDAM
from tweeklank.collect.extract import extract
from tweeklank.collect.text import plain_text

URL = "https://www.rietpact.example/berichten/12"
TEXT = "".join(f"<p>{sentence}</p>" for sentence in WORDS)
TITLE = "Snijders krijgen per kilo betaald"


def read(written: str, before: str = "", after: str = "", url: str = URL) -> Article:
    return extract(
        f"<html><head><title>{written}</title></head><body>{before}<div>{TEXT}</div>{after}</body></html>", url
    )


@pytest.mark.parametrize(
    ("written", "before", "after"),
    [
        (f"Stichting Dak en Land — {TITLE}", f"<b>{TITLE}</b>", ""),
        (f"{TITLE} | Stichting Dak en Land", f"<div>{TITLE}</div>", ""),
        (f"Stichting Dak en Land: {TITLE}", f"<table><tr><td>{TITLE}<br></td></tr></table>", ""),
        (f"Stichting Dak en Land — Berichten — {TITLE}", "<font size=5>Snijders krijgen<br>per kilo betaald</font>", ""),
        (f"Stichting Dak en Land — {TITLE}", "<img src='/logo.gif' alt='Logo Stichting Dak en Land'>", ""),
        (f"Stichting Dak en Land — {TITLE}", "<a href='/'><img src='/k.gif' alt='Stichting Dak en Land'></a>", ""),
        (f"Stichting Dak en Land — {TITLE}", "", "<div>© 2024 Stichting Dak en Land, Veenwouden</div>"),
        (f"Stichting Dak en Land — {TITLE}", "", "<footer><p>Stichting Dak en Land</p></footer>"),
        (f"Riet Pact — {TITLE}", "", ""),
        (f"Stichting Dak en Land — {TITLE}", f"<div>Stichting Dak en Land</div><b>{TITLE}</b>", "<p>© Stichting Dak en Land</p>"),
        (TITLE, "", ""),
    ],
)  # fmt: skip
def test_the_title_is_what_the_page_shows_or_what_the_site_is_not_called(written: str, before: str, after: str) -> None:
    article = read(written, before, after)
    assert article.title == TITLE
    assert plain_text(article.body) == " ".join(WORDS)


@pytest.mark.parametrize(
    "line", ["<p>3 mei 2021</p>", "Veenwouden, 3 mei 2021<br>", "<div>Nieuwsbericht | 03-05-2021</div>"]
)
def test_a_date_alone_in_a_line_is_that_of_the_article(line: str) -> None:
    for article in (read(TITLE, before=line), read(f"Dak en Land — {TITLE}", f"<b>{TITLE}</b><br>{line}")):
        assert article.published is not None
        assert f"{article.published.astimezone(AMSTERDAM):%Y-%m-%d}" == "2021-05-03"


def test_a_date_in_a_sentence_is_not() -> None:
    assert read(TITLE, before="<p>Op 3 mei 2021 werd het plan bekend.</p>").published is None


def test_a_title_of_many_parts_takes_no_minutes() -> None:
    begun = time.process_time()
    read(" | ".join(["een twee"] * 60), before="<div>een</div>" * 4_000)
    assert time.process_time() - begun < 20
