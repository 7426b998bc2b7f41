"""From a page to an Article. Configured selectors are obeyed; what they leave out is found here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from tweeklank.article import (
    Article,
    Image,
    Language,
    TweeklankError,
    address_key,
    reads_as,
    same_host,
    without_tracking,
)
from tweeklank.collect.body import find_body, take_out_foreign
from tweeklank.collect.dates import parse_date
from tweeklank.collect.linked_data import article_data, meta, metas, text_of, texts_of
from tweeklank.collect.sanitise import clean_html, plain_text
from tweeklank.config import EnglishRule, is_web_address

SHORTEST_BODY = 80  # characters; less is a teaser, a wall or an error page
_LONGEST_TITLE = 500
_MOST_TOPICS = 12
_LEADS = "[class*=intro], [class*=lead], [class*=inleiding], [class*=samenvatting], [itemprop=description]"
_NOT_FOUND = re.compile(
    r"\b404\b|pagina (?:is )?niet gevonden|niet \(meer\) (?:gevonden|beschikbaar)|page not found|bestaat niet"
    r"|not be found",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:[\s(\[|–-]|^)(?:©|\(c\)|copyright:?|(?:foto(?:graaf|grafie)?|beeld|bron|illustratie|credits?|photo|image)\s*(?::|©|door\b|by\b))"
    r"\s*(?P<credit>[^|()\[\]]{2,120}?)[)\]]?\s*\.?$",
    re.IGNORECASE,
)
_IMAGE_TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
    ".webp": "image/webp", ".svg": "image/svg+xml", ".avif": "image/avif",
}  # fmt: skip


class ExtractError(TweeklankError):
    """A page that does not hold an article. One clause, without the address."""


@dataclass
class _Page:
    """A page while it is being read. ``body`` is taken apart, ``soup`` stays as it came."""

    html: str
    url: str
    select: Mapping[str, str]
    soup: BeautifulSoup = field(init=False)
    data: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.soup = BeautifulSoup(self.html, "lxml")
        self.data = article_data(self.soup)

    def chosen(self, name: str) -> Tag | None:
        """The element that the source's own selector names, if it has one."""
        selector = self.select.get(name)
        if not selector:
            return None
        found = self.soup.select_one(selector)
        if found is None and name in ("title", "body"):
            raise ExtractError(f"nothing matches select.{name} = {selector!r}; has the page's layout changed?")
        return found


def extract(
    html: str,
    url: str,
    select: Mapping[str, str] | None = None,
    language: Language = Language.NL,
    english: EnglishRule | None = None,
) -> Article:
    """Reads an article out of a page.

    Raises ExtractError if the page holds none: an error page that calls itself 200, a cookie
    or login wall, a listing, or a page whose layout no longer matches the selectors.
    """
    page = _Page(html, url, select or {})
    title = _title(page)
    if not title:
        raise ExtractError("no title found")
    if _NOT_FOUND.search(title):
        raise ExtractError(f"an error page: {title[:80]!r}")
    image = _image(page)
    body, lead = _body_and_lead(page, title, image)
    if len(plain_text(f"{lead} {body}")) < SHORTEST_BODY:
        if re.search(r"cookie", page.soup.get_text(" ")[:5000], re.IGNORECASE):
            raise ExtractError("no article found, perhaps a cookie wall")
        raise ExtractError("no article text found; name it with select.body")
    return Article(
        url=url,
        canonical=_canonical(page),
        title=title,
        lead=lead,
        body=body,
        language=language,
        published=_published(page),
        modified=parse_date(text_of(page.data.get("dateModified")) or meta(page.soup, "article:modified_time")),
        image=image,
        author=_author(page),
        topics=tuple(dict.fromkeys(_topics(page)))[:_MOST_TOPICS],
        english_url=_english_url(page, english),
    )


def _title(page: _Page) -> str:
    chosen = page.chosen("title")
    if chosen:
        return _words(chosen)[:_LONGEST_TITLE]
    headings = [_words(h) for h in page.soup.select("article h1, main h1, h1") if _words(h)]
    announced = plain_text(text_of(page.data.get("headline"))) or meta(page.soup, "og:title", "twitter:title")
    written = page.soup.title.get_text() if page.soup.title else ""
    if len(set(headings)) == 1:
        return headings[0][:_LONGEST_TITLE]
    for heading in headings:
        if heading in announced or heading in written:
            return heading[:_LONGEST_TITLE]
    bare = re.split(r"\s+[|–—·»-]\s+(?=[^|–—·»]*$)", announced or " ".join(written.split()))[0]
    return (bare or next(iter(headings), ""))[:_LONGEST_TITLE]


def _words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def _body_and_lead(page: _Page, title: str, image: Image | None) -> tuple[str, str]:
    chosen_lead = page.chosen("lead")
    lead_element = chosen_lead or _lead_element(page)
    lead = _words(lead_element) if lead_element else ""
    found = page.chosen("body") or find_body(page.soup, page.html)
    if found is None:
        return "", lead
    body = BeautifulSoup(str(found), "lxml").find(found.name)
    if not isinstance(body, Tag):
        return "", lead
    take_out_foreign(body, title)
    _take_out_image(body, image)
    _take_out_text(body, lead)
    _take_out_dates(body)
    html = clean_html(body.decode_contents(), page.url)
    if lead or chosen_lead:
        return html, lead
    summary = _summary(page)
    # A summary that only repeats how the text begins would be read twice.
    return html, "" if plain_text(html).startswith(summary[:60].rstrip(" .…")) else summary


def _lead_element(page: _Page) -> Tag | None:
    """The paragraph that the page itself marks as the introduction."""
    for element in page.soup.select(_LEADS):
        text = _words(element)
        if 40 <= len(text) <= 1200 and element.name not in ("body", "main", "article", "ul", "nav", "a"):
            linked = sum(len(_words(a)) for a in element.find_all("a"))
            aside = element.find_parent(["nav", "aside", "footer", "header", "li"])
            if linked < len(text) / 2 and not element.find(["h1", "ul", "form"]) and not aside:
                return element
    return None


def _summary(page: _Page) -> str:
    announced = text_of(page.data.get("description")) or meta(page.soup, "description", "og:description")
    return plain_text(announced)


def _take_out_text(body: Tag, text: str) -> None:
    """Removes the element that says exactly ``text``: the lead is stored by itself."""
    if text:
        for element in body.find_all(["p", "div", "strong", "h2", "section"]):
            if _words(element) == text:
                element.decompose()
                return


def _take_out_dates(body: Tag) -> None:
    """A short first line that is only a date, such as "Nieuwsbericht | 18-06-2024"."""
    for element in body.find_all(["p", "span", "div", "time"], limit=6):
        text = _words(element) if element.attrs is not None else ""
        if text and len(text) < 60 and parse_date(text):
            element.decompose()


def _take_out_image(body: Tag, image: Image | None) -> None:
    for picture in body.find_all("img") if image else []:
        if picture.attrs is not None and image and _same_picture(str(picture.get("src", "")), image.url):
            figure = picture.find_parent("figure") or _caption_box(picture)
            (figure or picture).decompose()
            return


def _caption_box(picture: Tag) -> Tag | None:
    """An element that holds one picture and little text: a caption without <figure>."""
    for parent in list(picture.parents)[:3]:
        classes = " ".join(parent.get("class") or [])
        if re.search(r"caption|image|afbeelding|foto|figure|media|picture", classes) and len(_words(parent)) < 300:
            return parent
    return None


def _published(page: _Page) -> datetime | None:
    chosen = page.chosen("date")
    if chosen:
        return parse_date(str(chosen.get("datetime") or chosen.get("content") or "")) or parse_date(_words(chosen))
    announced = text_of(page.data.get("datePublished")) or meta(
        page.soup, "article:published_time", "datePublished", "dcterms.issued", "DCTERMS.issued", "dcterms.date", "date"
    )
    return parse_date(announced) or _shown_date(page)


def _shown_date(page: _Page) -> datetime | None:
    """The date that stands near the title: in a <time>, or in a short line of text."""
    heading = page.soup.select_one("article h1, main h1, h1")
    if heading is None:
        return None
    around = heading.find_parent(["article", "main"]) or page.soup.body or page.soup
    for time in around.find_all("time", limit=3):
        if not _in_list_of_others(time):
            date = parse_date(str(time.get("datetime", ""))) or parse_date(_words(time))
            if date:
                return date
    return _short_line_date(heading)


def _short_line_date(heading: Tag) -> datetime | None:
    near = [*heading.find_all_next(string=True, limit=25), *heading.find_all_previous(string=True, limit=12)]
    for text in near:
        line = " ".join(str(text).split())
        parent = text.parent
        if 6 <= len(line) <= 80 and isinstance(parent, Tag) and parent.name not in ("script", "style", "a", "title"):
            date = parse_date(line)
            letters = re.sub(r"[^a-z]", "", line.lower())
            if date and len(letters) <= 45 and not _in_list_of_others(parent):
                return date
    return None


def _in_list_of_others(element: Tag) -> bool:
    """Whether an element belongs to a teaser of another article."""
    return element.find_parent(["li", "aside", "nav", "footer", "a"]) is not None


def _image(page: _Page) -> Image | None:
    chosen = page.chosen("image")
    if chosen is not None:
        element = chosen if chosen.name == "img" else chosen.find("img")
        src = _source(element) if isinstance(element, Tag) else ""
    else:
        src = (
            text_of(page.data.get("image"), "url", "contentUrl", "@id")
            or meta(page.soup, "og:image:secure_url", "og:image", "twitter:image")
            or _first_picture(page)
        )
    try:
        url = urljoin(page.url, src.strip())
    except ValueError:
        return None
    if not src or not is_web_address(url):
        return None
    shown = next(
        (img for img in page.soup.find_all("img") if _same_picture(_source(img), url)),
        None,
    )
    alt = str(shown.get("alt", "")) if shown else meta(page.soup, "og:image:alt")
    caption, credit = split_credit(_caption(shown) if shown else "")
    suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
    return Image(url, " ".join(alt.split()), caption, credit, _IMAGE_TYPES.get(suffix, "image/jpeg"))


def _source(picture: Tag) -> str:
    return str(picture.get("data-src") or picture.get("src") or "")


def _first_picture(page: _Page) -> str:
    for picture in page.soup.select("article figure img, main figure img, article img, main img"):
        src = _source(picture)
        if src and not src.startswith("data:") and not _in_list_of_others(picture):
            width = str(picture.get("width", ""))
            if not (width.isdigit() and int(width) < 100) and "logo" not in src.lower():
                return src
    return ""


def _same_picture(a: str, b: str) -> bool:
    """Whether two addresses show one picture, perhaps in two sizes."""

    def stem(url: str) -> str:
        name = PurePosixPath(urlsplit(url).path).stem.lower()
        return re.sub(r"[-_](?:\d+x\d+|scaled|large|medium|small|thumb(?:nail)?)$", "", name)

    return bool(a and b) and stem(a) == stem(b) != ""


def _caption(picture: Tag) -> str:
    figure = picture.find_parent("figure")
    if figure is not None:
        caption = figure.find("figcaption")
        return _words(caption) if isinstance(caption, Tag) else ""
    box = _caption_box(picture)
    return _words(box) if box else ""


def split_credit(caption: str) -> tuple[str, str]:
    """A caption and its credit: "Lassen © Shutterstock / X" → ("Lassen", "Shutterstock / X")."""
    caption = " ".join(caption.split())
    match = _CREDIT.search(caption)
    if not match:
        return caption, ""
    return caption[: match.start()].rstrip(" ([|–-.,") or "", match["credit"].strip(" .,:©")


def _author(page: _Page) -> str:
    chosen = page.chosen("author")
    if chosen:
        return _words(chosen)
    named = text_of(page.data.get("author"), "name") or meta(page.soup, "author", "article:author")
    return "" if is_web_address(named) else named[:200]


def _topics(page: _Page) -> list[str]:
    selector = page.select.get("topics")
    if selector:
        return [_words(element) for element in page.soup.select(selector) if _words(element)]
    announced = [*texts_of(page.data.get("articleSection")), *texts_of(page.data.get("keywords"))]
    announced += [*metas(page.soup, "article:section"), *metas(page.soup, "article:tag")]
    announced += [_words(a) for a in page.soup.select("a[rel~=tag]")]
    by_key = {topic.lower(): topic for topic in reversed(announced) if 2 <= len(topic) <= 60}
    return list(reversed(by_key.values()))


def _canonical(page: _Page) -> str:
    """The publisher's own address for the page, if it is one of this site and not just its front page."""
    link = page.soup.find("link", rel="canonical")
    url = urljoin(page.url, str(link.get("href", ""))) if isinstance(link, Tag) and link.get("href") else ""
    if not is_web_address(url) or not same_host(url, page.url) or urlsplit(url).path.strip("/") in ("", "nl", "en"):
        return without_tracking(page.url)
    return without_tracking(url)


def _english_url(page: _Page, rule: EnglishRule | None) -> str:
    """Where the publisher's English version is: what hreflang says, else what the source's rule says."""
    for link in page.soup.find_all("link", hreflang=re.compile(r"^en\b", re.IGNORECASE)):
        url = urljoin(page.url, str(link.get("href", "")))
        if (
            is_web_address(url)
            and urlsplit(url).path.strip("/") not in ("", "en")
            and address_key(url) != address_key(page.url)
        ):
            return without_tracking(url)
    canonical = _canonical(page)
    if rule and rule.dutch in canonical:
        return canonical.replace(rule.dutch, rule.english, 1)
    return ""


def extract_english(html: str, url: str, dutch: Article) -> Article | None:
    """The publisher's English version of ``dutch``; None if the page is not one.

    Sites answer for a missing translation with the Dutch text, their front page or an error page.
    """
    try:
        english = extract(html, url, language=Language.EN)
    except ExtractError:
        return None
    text = plain_text(f"{english.lead} {english.body}")
    if not reads_as(Language.EN, text) or len(text) < 0.3 * len(plain_text(f"{dutch.lead} {dutch.body}")):
        return None
    return english
