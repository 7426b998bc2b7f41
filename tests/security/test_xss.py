"""No script of a hostile site runs where its news is read, and nothing is asked of anybody else.

All vectors are articles of one site on loopback, collected by the real client, published, and every
page opened in Chromium, without a policy of the server's that could help.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from chromium import needs_chromium, served
from covenant_site import SOON, Site, page, running_site
from devtools import Tab, browser
from lxml import etree, html
from vectors import EVIL, RUN, TEXT, Vector, vectors

from tweeklank.article import Language, Translation
from tweeklank.collect import collect
from tweeklank.config import Config, load_config
from tweeklank.publish import publish, write
from tweeklank.store import Store, open_store
from tweeklank.translate import translate

VECTORS = list(vectors())
FOR_THE_MODEL = ("title-00", "parts-00", "body-88", "address-06")
SETTINGS = """
[publication]
base_url = "{base}/"
entries = 1000
[collect]
contact = "mailto:redactie@example.org"
delay = 0
max_articles = 1000
[[sources]]
id = "lijst"
listing = "{site}/nieuws/"
article_links = "main a"
local = true
[[sources]]
id = "feed"
feed = "{site}/feed/"
local = true
"""
HOOK = """
for (const name of ["xss", "alert", "confirm", "prompt", "print", "open", "eval"]) {
  Object.defineProperty(window, name, { value: () => { throw new Error(`a hostile script ran ${name}`); } });
}
"""
# What a document holds that no script of ours put there to harm: a list of complaints about a root.
AUDIT = """
((document) => {
  const found = [];
  const own = (address) => TRUSTED.includes(new URL(address).origin);
  const bad = /^(?:on.*|style|srcdoc|formaction|action|xlink:href|background|ping|poster|srcset|is|slot|contenteditable)$/i;
  const check = (element) => {
    const say = (what) => found.push(`${what}: ${element.outerHTML.slice(0, 200)}`);
    if (element.namespaceURI !== "http://www.w3.org/1999/xhtml") say("other namespace");
    const name = element.localName;
    if (["object", "embed", "applet", "frame", "svg", "math", "noscript", "template", "style", "base", "video", "audio"].includes(name)
        && !(name === "base" && element.target && !element.hasAttribute("href"))) say("element");
    for (const { name: attribute } of element.attributes) {
      // The widget sets the height of its frame.
      if (bad.test(attribute) && !(name === "iframe" && attribute === "style")) say(`attribute ${attribute}`);
    }
    for (const attribute of ["href", "src"]) {
      if (!element.hasAttribute(attribute)) continue;
      const protocol = new URL(element[attribute] || element.getAttribute(attribute), document.baseURI).protocol;
      if (!["http:", "https:", ...(name === "a" ? ["mailto:"] : [])].includes(protocol)) say(protocol);
    }
    if (name === "script" && !(element.src ? own(element.src) : element.type === "application/ld+json")) say("script");
    if (name === "link" && element.rel === "stylesheet" && !own(element.href)) say("style sheet");
    if (name === "iframe" && !own(element.src)) say("frame");
    if (name === "meta" && element.httpEquiv) say("pragma");
    if (element.shadowRoot) element.shadowRoot.querySelectorAll("*").forEach(check);
  };
  document.querySelectorAll("*").forEach(check);
  return found;
})
"""
# Many pages at once, in frames: opening them one by one takes five times as long.
IN_FRAMES = f"""
Promise.all(PATHS.map((path) => new Promise((done) => {{
  const frame = document.createElement("iframe");
  frame.onload = () => {{
    done([path, {AUDIT}(frame.contentDocument)]);
    setTimeout(() => frame.remove());
  }};
  frame.src = `/${{path}}`;
  document.body.append(frame);
}}))).then(Object.fromEntries)
"""
TAGS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "caption", "figure",
    "figcaption", "img", "a", "strong", "em", "sub", "sup", "abbr", "br", "span", "small", "div", "hr",
}  # fmt: skip
ATTRIBUTES = {
    "href",
    "src",
    "alt",
    "title",
    "lang",
    "hreflang",
    "colspan",
    "rowspan",
    "start",
    "scope",
    "width",
    "valign",
}
_NAMESPACES = {"atom": "http://www.w3.org/2005/Atom", "content": "http://purl.org/rss/1.0/modules/content/"}


@dataclass
class Publication:
    """What was made of the vectors, the address where it is served, and that of the hostile site."""

    folder: Path
    base: str
    site: str

    def paths(self, pattern: str) -> list[str]:
        return sorted(file.relative_to(self.folder).as_posix() for file in self.folder.rglob(pattern))


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publication]:
    folder = tmp_path_factory.mktemp("xss")
    output = folder / "feeds"
    output.mkdir()
    with served(output) as base, running_site() as site, pytest.MonkeyPatch.context() as patch:
        patch.setattr(write.os, "fsync", lambda _: None)
        _set_up(site, VECTORS)
        (folder / "config.toml").write_text(SETTINGS.format(base=base, site=site.base), "utf-8")
        config = load_config(folder / "config.toml")
        with open_store(f"sqlite:///{folder}/news.db") as store:
            collected = asyncio.run(collect(config, store, retries=SOON))
            assert collected.failures == []
            _translate(config, store)
            publish(config, store)
        yield Publication(output, base, site.base)


def _set_up(site: Site, found: list[Vector]) -> None:
    """Half of the articles in a listing, half in a feed; one in five has the same vector in its publisher's English."""
    site.add("/foto.png", page(b"\x89PNG", "image/png"))
    for number, vector in enumerate(found):
        head = f'<link rel="alternate" hreflang="en" href="/en/{vector.name}">' if number % 5 == 0 else ""
        site.add(f"/nieuws/{vector.name}", vector.page.replace("<head>", f"<head>{head}", 1))
        site.add(f"/en/{vector.name}", vector.page.replace(TEXT, "").replace("</time>", f"</time>{ENGLISH}", 1))
    links = "".join(
        f'<li><a href="/nieuws/{vector.name}">{RUN}"><script>{RUN}</script></a></li>' for vector in found[::2]
    )
    site.add("/nieuws/", f"<main><ul>{links}</ul></main>")
    items = "".join(
        f"<item><title>&lt;script&gt;{RUN}&lt;/script&gt;</title><link>{site.base}/nieuws/{vector.name}</link>"
        f"<description>{escape(escape(vector.page))}</description></item>"
        for vector in found[1::2]
    )
    site.add(
        "/feed/", page(f'<rss version="2.0"><channel><title>{escape(RUN)}</title>{items}</channel></rss>', "text/xml")
    )


ENGLISH = "".join(
    f"<p>{words}</p>"
    for words in (
        "The participants of the agreement have decided that they are to find abuses in the chain and to act on them.",
        "That is an important step for the chair, but there is still much to be done to reach the goals of the parties.",
        "In a year it will be clear which of the companies have carried out their plans and which are still behind.",
    )
)


def _translate(config: Config, store: Store) -> None:
    """A few articles by the model; for the others it is as if it had left all words as they are."""
    for waiting in store.translations.waiting():
        if not any(name in waiting.words.title for name in FOR_THE_MODEL):
            words = replace(waiting.words, title=f"EN {waiting.words.title}")
            store.translations.keep(waiting.revision, Translation(words, "model", "g"), datetime.now(UTC))
    assert translate(config, store).articles == len(FOR_THE_MODEL)


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as tab:
        tab.do("Page.addScriptToEvaluateOnNewDocument", source=HOOK)
        yield tab


def test_there_are_many_vectors_and_each_is_an_article_in_both_languages(publication: Publication) -> None:
    assert len(VECTORS) >= 150
    feeds = [json.loads((publication.folder / f"{language}.json").read_bytes()) for language in Language]
    assert [len(feed["items"]) for feed in feeds] == [len(VECTORS)] * 2
    assert {item["_tweeklank"]["origin"] for item in feeds[1]["items"]} == {"machine", "publisher"}


@needs_chromium
def test_the_vectors_would_run_where_nothing_is_done_about_them(tab: Tab, tmp_path: Path) -> None:
    """So that silence means something."""
    harmful = 0
    with served(tmp_path) as base:
        for vector in VECTORS[:20]:
            (tmp_path / f"{vector.name}.html").write_text(vector.page, "utf-8")
            tab.open(f"{base}/{vector.name}.html")
            harmful += any("hostile script ran" in complaint for complaint in tab.complaints)
            tab.complaints.clear()
    assert harmful >= 10
    assert any(address.startswith(EVIL) for address in tab.requests)


@needs_chromium
def test_no_script_runs_on_any_page(publication: Publication, tab: Tab) -> None:
    tab.requests.clear()
    tab.complaints.clear()
    pages = publication.paths("*.html")
    assert len(pages) > 2 * len(VECTORS)
    open_all = IN_FRAMES.replace("TRUSTED", json.dumps([publication.base]))
    tab.open(f"{publication.base}/embed.html")
    for some in (pages[start : start + 30] for start in range(0, len(pages), 30)):
        assert tab.value(open_all.replace("PATHS", json.dumps(some))) == {path: [] for path in some}
        assert tab.complaints == [], some
    assert _elsewhere(tab, publication) == set()


@needs_chromium
def test_no_script_runs_in_a_feed_that_is_opened(publication: Publication, tab: Tab) -> None:
    tab.complaints.clear()
    for path in publication.paths("*.xml"):
        tab.open(f"{publication.base}/{path}")
        expression = "document.getElementsByTagNameNS('http://www.w3.org/1999/xhtml', '*').length"
        if not path.endswith("sitemap.xml"):
            assert tab.value(expression) == 0, path
        assert tab.value("document.getElementsByTagNameNS('http://www.w3.org/2000/svg', '*').length") == 0
    assert tab.complaints == []


@needs_chromium
def test_no_script_runs_in_a_reader_that_trusts_feeds_or_on_a_partner_site(
    publication: Publication, tab: Tab, tmp_path: Path
) -> None:
    tab.requests.clear()
    tab.complaints.clear()
    with served(tmp_path) as partner:
        audit = f"{AUDIT}(document)".replace("TRUSTED", json.dumps([publication.base, partner]))
        for number, (path, contents) in enumerate(_contents(publication)):
            file = tmp_path / f"reader-{number}.html"
            articles = "\n".join(f"<article>{content}</article>" for content in contents)
            file.write_text(f'<!doctype html><meta charset="utf-8"><title>Lezer</title>{articles}', "utf-8")
            tab.open(f"{partner}/{file.name}")
            assert tab.value("document.querySelectorAll('body > article').length") == len(contents), path
            assert tab.value(audit) == [], path
        (tmp_path / "partner.html").write_text(PARTNER.format(base=publication.base), "utf-8")
        tab.open(f"{partner}/partner.html")
        full = "[...document.querySelectorAll('tweeklank-feed')].every((f) => f.shadowRoot?.querySelectorAll('li').length > 150)"
        tab.wait_for(full)
        assert tab.value(audit) == []
        assert tab.complaints == []
        assert _elsewhere(tab, publication, partner) == set()


PARTNER = """<!doctype html><html lang="nl"><meta charset="utf-8"><title>Partner</title>
<script type="module" src="{base}/embed.js"></script>
<tweeklank-feed src="{base}/nl.json" items="1000"></tweeklank-feed>
<tweeklank-feed src="{base}/en.json" lang="en" items="1000"></tweeklank-feed>
<iframe src="{base}/embed.html?lang=nl&amp;items=1000" title="Nieuws"></iframe>
"""


def _elsewhere(tab: Tab, publication: Publication, *own: str) -> set[str]:
    """The requests that went to others than the publication and the site that its pictures come from."""
    known = (publication.base, publication.site, "about:", *own)
    return {address for address in tab.requests if not address.startswith(known)}


def _contents(publication: Publication) -> Iterator[tuple[str, list[str]]]:
    """The HTML of the entries of every feed: what readers show."""
    for path in publication.paths("*.json"):
        yield path, [item["content_html"] for item in json.loads((publication.folder / path).read_bytes())["items"]]
    for path in publication.paths("*.atom.xml"):
        found = etree.parse(publication.folder / path).findall("atom:entry/atom:content", _NAMESPACES)
        assert {content.get("type") for content in found} == {"html"}
        yield path, [content.text or "" for content in found]
    for path in publication.paths("*.rss.xml"):
        root = etree.parse(publication.folder / path)
        yield path, [content.text or "" for content in root.findall("channel/item/content:encoded", _NAMESPACES)]
        yield path, [content.text or "" for content in root.findall("channel/item/description")]


def test_feeds_hold_allowed_elements_attributes_and_schemes_only(publication: Publication) -> None:
    count = 0
    for path, contents in _contents(publication):
        for content in contents:
            count += 1
            for element in html.fragment_fromstring(content, create_parent="div").iter():
                assert element.tag in TAGS, f"{path}: {html.tostring(element)!r}"
                assert set(element.attrib) <= ATTRIBUTES, f"{path}: {html.tostring(element)!r}"
                for name in {"href", "src"} & set(element.attrib):
                    _must_be_web(element.attrib[name], path)
    assert count > 10 * len(VECTORS)


def test_every_address_in_a_feed_is_one_of_the_web(publication: Publication) -> None:
    for path in publication.paths("*.xml"):
        for element in etree.parse(publication.folder / path).getroot().iter(etree.Element):
            name = element.tag.rpartition("}")[2]
            for key in {"href", "url", "xmlUrl", "htmlUrl"} & set(element.attrib):
                _must_be_web(element.attrib[key], path)
            if name in ("loc", "link") and element.text:
                _must_be_web(element.text, path)
    for path in publication.paths("*.json"):
        for value in _values(json.loads((publication.folder / path).read_bytes())):
            _must_be_web(value, path)


def _values(data: object, key: str = "") -> Iterator[str]:
    """The texts in JSON whose key says that they are addresses."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _values(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _values(value, key)
    elif isinstance(data, str) and re.search(r"url$|^(?:image|page|favicon)$", key):
        yield data


def _must_be_web(address: str, where: str) -> None:
    assert urlsplit(address).scheme in ("http", "https", "mailto"), f"{where}: {address}"
    assert not re.search(r"[\x00-\x20\x7f\"<>`\\]", address), f"{where}: {address}"
