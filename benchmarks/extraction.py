"""Fields and text that Tweeklank and other extractors find in the saved pages of tests/collect/collection/.

    python benchmarks/extraction.py             # Tweeklank and trafilatura
    python benchmarks/extraction.py --wrong     # and what Tweeklank has wrong, page by page (not of those held out)
    python benchmarks/extraction.py --without-held-out

newspaper4k and readability-lxml are compared where they are installed. They are no dependencies; to have them beside
Tweeklank's own without touching its environment, let a throwaway one look into it:

    .venv/bin/python -m venv /tmp/peers
    /tmp/peers/bin/pip install newspaper4k readability-lxml lxml_html_clean
    .venv/bin/python -c "import site; print(site.getsitepackages()[0])" \
        > "$(/tmp/peers/bin/python -c 'import site; print(site.getsitepackages()[0])')/tweeklank.pth"
    PYTHONPATH=src /tmp/peers/bin/python benchmarks/extraction.py

Cells are precision / recall over all pages; a peer without a field has none. A date is right if its day is. Speed is
pages per second of processor time, the best of ten rounds, in which the programs take turns.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urljoin

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "collect"))
from scoring import COLLECTION, FIELDS, Found, Score, saved_pages, score, tweeklank

from tweeklank.collect.dates import AMSTERDAM, parse_date
from tweeklank.collect.text import plain_text

Reader = Callable[[str, str], Found | None]
_ROUNDS = 10


def trafilatura(html: str, url: str) -> Found | None:
    from trafilatura import bare_extraction  # noqa: PLC0415

    found = bare_extraction(html, url=url, include_comments=False, include_tables=True, with_metadata=True)
    if found is None:
        return None
    return {
        "title": found.title,
        "lead": found.description,
        "date": found.date,
        "image": urljoin(url, found.image or ""),
        "author": found.author,
        "topics": [*(found.categories or []), *(found.tags or [])],
        "body": found.text or "",
    }


def newspaper4k(html: str, url: str) -> Found | None:
    from newspaper import Article  # noqa: PLC0415

    found = Article(url, language="nl", fetch_images=False)
    found.download(input_html=html)
    found.parse()
    published = parse_date(str(found.publish_date or ""))
    return {
        "title": found.title,
        "lead": found.meta_description,
        "date": f"{published.astimezone(AMSTERDAM):%Y-%m-%d}" if published else "",
        "image": urljoin(url, found.top_image or ""),
        "author": ", ".join(found.authors),
        "topics": [*(found.tags or [])],
        "body": found.text,
    }


def readability(html: str, url: str) -> Found | None:
    from readability import Document  # noqa: PLC0415

    found = Document(html, url=url)
    return {"title": found.short_title(), "body": plain_text(found.summary())}


def readers() -> dict[str, Reader]:
    found: dict[str, Reader] = {"Tweeklank": tweeklank, "trafilatura": trafilatura}
    if find_spec("newspaper"):
        found["newspaper4k"] = newspaper4k
    if find_spec("readability"):
        found["readability-lxml"] = readability
    return found


def speeds(readers: dict[str, Reader]) -> dict[str, float]:
    """Pages per second of processor time, each program's best round. They take turns, so that what else the machine
    does slows all of them."""
    pages = saved_pages()
    best = dict.fromkeys(readers, float("inf"))
    for _ in range(_ROUNDS):
        for name, read in readers.items():
            started = time.process_time()
            for page in pages:
                read(page.html, page.url)
            best[name] = min(best[name], time.process_time() - started)
    return {name: len(pages) / seconds for name, seconds in best.items()}


def rows(scores: list[Score]) -> list[list[str]]:
    """One row for each field, one cell for each program."""
    table = []
    for name in FIELDS:
        tallies = [one.fields[name] for one in scores]
        table.append([name, *(f"{t.precision:.2f} / {t.recall:.2f}" if t.given else "" for t in tallies)])
    bodies = [one.body for one in scores]
    table.append(["body, words", *(f"{precision:.3f} / {recall:.3f}" for precision, recall, _ in bodies)])
    table.append(["body, F1", *(f"{f1:.3f}" for _, _, f1 in bodies)])
    if scores[0].refused.there:
        table.append(["no article, refused", *(f"{s.refused.right:.0f} of {s.refused.there:.0f}" for s in scores)])
    return table


def show(title: str, names: list[str], table: list[list[str]]) -> None:
    print(f"\n| {title} | {' | '.join(names)} |\n|---|{'--:|' * len(names)}")
    for row in table:
        print(f"| {' | '.join(row)} |")


def main() -> None:
    warnings.simplefilter("ignore")
    found = readers()
    names = list(found)
    for title, folder in (
        ("pages", COLLECTION),
        ("held out", COLLECTION / "held-out"),
        ("held out later", COLLECTION / "held-out-later"),
    ):
        if "--without-held-out" in sys.argv and folder is not COLLECTION:
            continue
        pages = saved_pages(folder)
        scores = [score(read, pages) for read in found.values()]
        show(f"{len(pages)} {title}", names, rows(scores))
        if "--wrong" in sys.argv and folder is COLLECTION:
            print("", *scores[0].wrong, sep="\n")
    print("\npages/s:", ", ".join(f"{name} {speed:.0f}" for name, speed in speeds(found).items()))


if __name__ == "__main__":
    main()
