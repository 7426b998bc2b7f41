"""No entity of a hostile file grows, and none of them reaches into files or networks, wherever XML is read."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from tweeklank.collect.body import find_body
from tweeklank.collect.discover import DiscoverError, from_feed, from_listing, read_sitemap
from tweeklank.collect.sanitise import clean_html
from tweeklank.collect.text import parse
from tweeklank.translate.corrections import CorrectionsError, read_corrections

URL = "https://convenant.example/x"
SECRET = "een geheim uit een bestand"
ENTRY = "https://convenant.example/nieuws/"


def laughs(levels: int = 9) -> str:
    more = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(levels))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{more}<!ENTITY t "&l{levels};">]>'


def tricks(folder: Path) -> dict[str, str]:
    """Prologs that give the entity &t; a meaning that it should not get."""
    secret = folder / "geheim.txt"
    secret.write_text(SECRET)
    outside = folder / "buiten.dtd"
    outside.write_text(f'<!ENTITY t "{SECRET}">')
    return {
        "billion laughs": laughs(),
        "quadratic": f'<!DOCTYPE x [<!ENTITY t "{"ha" * 50_000}">]>',
        "file": f'<!DOCTYPE x [<!ENTITY t SYSTEM "{secret.as_uri()}">]>',
        "network": '<!DOCTYPE x [<!ENTITY t SYSTEM "http://127.0.0.1:9/t">]>',
        "outside type": f'<!DOCTYPE x SYSTEM "{outside.as_uri()}">',
        "parameter": f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{outside.as_uri()}">%p;]>',
        "after a comment": f"<!-- <a> -->\n<?x y?>{laughs()}",
    }


TRICKS = [
    "billion laughs", "quadratic", "file", "network", "outside type", "parameter", "after a comment",
]  # fmt: skip
BODIES = {
    "rss": f'<rss version="2.0"><channel><item><title>{"&t;" * 500}</title><link>{ENTRY}&t;</link></item></channel></rss>',
    "atom": f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{"&t;" * 500}</title><link href="{ENTRY}&t;"/></entry></feed>',
    "sitemap": f"<urlset>{f'<url><loc>{ENTRY}&t;</loc></url>' * 500}</urlset>",
    "tmx": '<tmx><body><tu><tuv xml:lang="nl"><seg>&t;</seg></tuv><tuv xml:lang="en"><seg>&t;</seg></tuv></tu></body></tmx>',
}
HOW = {
    "plain": lambda text: text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-7": lambda text: b'<?xml version="1.0" encoding="utf-7"?>' + text.encode("utf-7"),
    "ebcdic": lambda text: f'<?xml version="1.0" encoding="cp037"?>{text}'.encode("cp037"),
}


def read(kind: str, content: bytes, folder: Path) -> str:
    """All that a reader makes of it."""
    if kind == "tmx":
        file = folder / "x.tmx"
        file.write_bytes(content)
        return repr(read_corrections(file))
    return repr(read_sitemap(content, URL) if kind == "sitemap" else from_feed(content, URL))


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("kind", BODIES)
def test_entities_mean_nothing_anywhere(kind: str, trick: str, how: str, tmp_path: Path) -> None:
    content = HOW[how](tricks(tmp_path)[trick] + BODIES[kind])
    tracemalloc.start()
    begun = time.monotonic()
    try:
        made = read(kind, content, tmp_path)
    except (DiscoverError, CorrectionsError) as error:
        made = str(error)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert SECRET not in made
    assert "haha" not in made
    assert most < 20_000_000
    assert time.monotonic() - begun < 20


def test_a_packed_sitemap_is_no_way_around(tmp_path: Path) -> None:
    with pytest.raises(DiscoverError):
        read_sitemap(gzip.compress((laughs() + BODIES["sitemap"]).encode()), URL)


def test_a_feed_with_a_mere_document_type_is_read() -> None:
    old = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss-0.91.dtd">'
    body = f'<?xml version="1.0"?>\n{old}<rss version="0.91"><channel><item><title>é</title><link>{ENTRY}1</link></item></channel></rss>'
    assert [found.url for found in from_feed(body.encode(), URL)] == [f"{ENTRY}1"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "windows-1252"])
def test_a_feed_is_read_in_its_own_charset(charset: str) -> None:
    body = (
        f'<?xml version="1.0" encoding="{charset}"?><rss version="2.0"><channel><item>'
        f"<title>Coöperatie</title><link>{ENTRY}coöperatie</link></item></channel></rss>"
    )
    assert [found.url for found in from_feed(body.encode(charset), URL)] == [f"{ENTRY}coöperatie"]


def test_what_is_included_stays_out(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text(SECRET)
    include = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" parse="text" href="{secret.as_uri()}"/>'
    for kind, body in BODIES.items():
        try:
            made = read(kind, body.replace("&t;", include).encode(), tmp_path)
        except (DiscoverError, CorrectionsError) as error:
            made = str(error)
        assert SECRET not in made, kind


PAGES: dict[str, Callable[[str], object]] = {
    "page": parse,
    "body": lambda text: find_body(parse(text), text),
    "listing": lambda text: from_listing(text, URL, "a"),
    "cleaning": lambda text: clean_html(text, URL),
}


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("reader", PAGES)
def test_entities_mean_nothing_in_pages(reader: str, trick: str, tmp_path: Path) -> None:
    text = f"{tricks(tmp_path)[trick]}<html><body><p>{'Een zin die lang genoeg is. ' * 10}&t;</p><a href='/a'>&t;</a></body></html>"
    made = str(PAGES[reader](text))
    assert SECRET not in made
    assert made.count("ha") <= text.count("ha")
