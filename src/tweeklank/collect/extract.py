"""From a page to an Article. Configured selectors are obeyed; what they leave out is found here."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag

from tweeklank.article import (
    Article,
    Image,
    Language,
    address_key,
    reads_as,
    same_host,
    without_tracking,
)
from tweeklank.collect.body import find_body, is_foreign, take_out_foreign
from tweeklank.collect.dates import parse_date, without_date
from tweeklank.collect.linked_data import article_data, meta, metas, text_of, texts_of
from tweeklank.collect.sanitise import clean_html, picture_source
from tweeklank.collect.text import PageError, class_names, joined, page_base, parse, plain_text, tidy, words
from tweeklank.config import EnglishRule

SHORTEST_BODY = 80  # characters; less is a teaser, a wall or an error page
_LONGEST_TITLE = 500
_LONGEST_LEAD = 1200
_LONGEST_DATE_LINE = 60
_MOST_TOPICS = 12
_LONGEST_CAPTION = 1000
_LEAD_CLASS = re.compile(
    r"(?:^|[-_])(?:intro|introductie|introduction|introtext|inleiding|lead|lede|leadtext|samenvatting|summary|standfirst|chapeau|aanhef)"
    r"(?:$|[-_])|[a-z](?:Intro|Lead|Summary)$"
)
_NOT_FOUND = re.compile(
    r"(?:fout|error)?[ :-]*404(?=$| ?[-–|:.,]| pagina| page| not| niet)"
    r"|.*\bpagina (?:is )?niet (?:meer )?(?:gevonden|beschikbaar)|(?:deze|de) pagina bestaat niet"
    r"|.*\bpage (?:was )?not found|.*\b(?:could not|cannot|can't) be found|(?:this|the) page (?:does not|doesn't) exist"
    r"|(?:niet gevonden|not found)$|oeps\b|sorry\b.*\bpagina",
    re.IGNORECASE,
)
_WALL = re.compile(
    r"(?:.*\b)?(?:cookies? (?:accepteren|toestaan|instellen)|(?:wij|we) gebruiken cookies"
    r"|cookie-?(?:melding|muur|wall|instellingen|voorkeuren|toestemming)|privacy-?(?:instellingen|voorkeuren)"
    r"|access denied|toegang geweigerd|just a moment|are you a robot)\b"
    r"|(?:cookies?|inloggen|log in|login|aanmelden|even geduld.*|onderhoud)$",
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


class ExtractError(PageError):
    """A page that does not hold an article. One clause, without the address."""


@dataclass
class _Page:
    """A page while it is being read; ``soup`` stays as it came. ``heading`` and ``body`` are found on the way."""

    html: str
    url: str
    select: Mapping[str, str]
    soup: BeautifulSoup = field(init=False)
    data: dict[str, Any] = field(init=False)
    base: str = field(init=False)
    heading: Tag | None = None
    body: Tag | None = None

    def __post_init__(self) -> None:
        self.soup = parse(self.html)
        self.data = article_data(self.soup)

        self.base = page_base(self.soup, self.url)

    def address(self, written: object) -> str:
        """The absolute address of what the page calls ``written``; nothing if it is none."""
        return joined(self.base, str(written or ""))

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

    Raises PageError if the page holds none: an error page that calls itself 200, a cookie
    or login wall, a listing, or a page whose layout no longer matches the selectors.
    """
    page = _Page(html, url, select or {})
    title = _title(page)
    if not title:
        raise ExtractError("no title found")
    if _NOT_FOUND.match(title):
        raise ExtractError(f"an error page: {title[:80]!r}")
    if _WALL.match(title):
        raise ExtractError(f"a wall, not an article: {title[:80]!r}")
    page.heading = _heading(page, title)
    page.body = page.chosen("body") or find_body(page.soup, page.html)
    image = _image(page)
    body, lead = _body_and_lead(page, title, image)
    if len(lead) + len(plain_text(body)) < SHORTEST_BODY:
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
        topics=tuple(_topics(page))[:_MOST_TOPICS],
        english_url=_english_url(page, english),
    )


def _title(page: _Page) -> str:
    """The chosen one, else the heading that the page announces to machines, else what it announces."""
    chosen = page.chosen("title")
    if chosen:
        return words(chosen)[:_LONGEST_TITLE]
    announced = plain_text(text_of(page.data.get("headline"))) or meta(page.soup, "og:title", "twitter:title")
    written = tidy(page.soup.title.get_text()) if page.soup.title else ""
    headings = [text for h in page.soup.select("h1, h2", limit=40) if (text := words(h))]
    told = [heading for heading in headings if heading in (announced or written)]
    told = told or [text for h in page.soup.select("h1") if _alike(text := words(h), announced)]
    if told:
        # The longest, for the name of the site is in many titles too.
        return max(told, key=len)[:_LONGEST_TITLE]
    bare = _without_site(announced, meta(page.soup, "og:site_name")) if announced else ""
    main = [text for h in page.soup.select("article h1, main h1, h1", limit=5) if (text := words(h))]
    return (bare or next(iter(main), "") or re.split(_BEFORE_SITE, written[:_LONGEST_TITLE])[0])[:_LONGEST_TITLE]


def _heading(page: _Page, title: str) -> Tag | None:
    """Where the article begins."""
    same = next((h for h in page.soup.find_all(["h1", "h2", "h3"]) if words(h) == title), None)
    return same or page.soup.select_one("article h1, main h1, h1")


_BEFORE_SITE = re.compile(r"\s+[|–—·»-]\s+(?=[^|–—·»]*$)")


def _without_site(title: str, site: str) -> str:
    return title.removesuffix(site).rstrip(" |–—·»-") or title if site else title


def _alike(a: str, b: str) -> bool:
    """Whether two titles share most of their words."""
    mine, other = (set(re.findall(r"\w+", text.lower())) for text in (a, b))
    return len(mine & other) > 0.5 * max(len(mine), len(other))


def _body_and_lead(page: _Page, title: str, image: Image | None) -> tuple[str, str]:
    chosen_lead = page.chosen("lead")
    lead_element = chosen_lead or _lead_element(page)
    lead = words(lead_element) if lead_element else ""
    if page.body is None:
        return "", lead
    body = copy.copy(page.body)
    take_out_foreign(body, title)
    _take_out_image(body, page, image)
    _take_out_text(body, lead)
    _take_out_dates(body)
    html = clean_html(body.decode_contents(), page.base)
    if lead or chosen_lead:
        return html, lead
    return html, _summary(page, plain_text(html[: 3 * _LONGEST_LEAD])) or _lead_before(page, page.body)


def _lead_element(page: _Page) -> Tag | None:
    """The element that the page itself marks as the introduction: after the title, no list of links."""
    for element in page.heading.find_all_next(True) if page.heading else page.soup.find_all(True):
        marked = element.get("itemprop") == "description" or any(map(_LEAD_CLASS.search, class_names(element)))
        if marked and _is_lead(element):
            return element
    return None


def _is_lead(element: Tag) -> bool:
    if element.name in ("body", "main", "article", "ul", "nav", "a", "h1", "meta", "img") or _is_aside(element):
        return False
    text = words(element)
    linked = sum(len(words(a)) for a in element.find_all("a"))
    return 40 <= len(text) <= _LONGEST_LEAD and linked < len(text) / 2 and not element.find(["h1", "ul", "form"])


def _is_aside(element: Tag) -> bool:
    """Whether an element stands in a part of the page that is not the article; its own header is."""
    parents = [element, *element.parents]
    return any(e.name == "li" or (e.name != "header" and is_foreign(e)) for e in parents)


def _summary(page: _Page, text: str) -> str:
    """What the page announces as its summary, unless the text itself says it near its beginning."""
    announced = text_of(page.data.get("description")) or meta(page.soup, "description", "og:description")
    summary = plain_text(announced)
    if len(summary) > _LONGEST_LEAD:
        return ""
    sentences = re.split(r"(?<=[.!?])\s+", summary)
    start = text[:_LONGEST_LEAD]
    repeated = sum(len(s) for s in sentences if s.rstrip(" .…!?") in start) > len(summary) / 2
    # A summary that repeats how the text begins would be read twice.
    return "" if repeated or start.startswith(summary[:60].rstrip(" .…")) else summary


def _lead_before(page: _Page, body: Tag) -> str:
    """The paragraph between title and body: some layouts put the first one in a box of its own."""
    heading = page.heading
    if heading is None or any(parent is body for parent in heading.parents):
        return ""
    for element in heading.find_all_next(["p", body.name]):
        if element is body:
            return ""
        if element.name == "p" and element.find_parent("figure") is None and _is_lead(element):
            text = words(element)
            return "" if parse_date(text) and len(text) < _LONGEST_DATE_LINE else text
    return ""


def _take_out_text(body: Tag, text: str) -> None:
    """Removes the element that says exactly ``text``: the lead is stored by itself."""
    if text:
        for element in body.find_all(["p", "div", "strong", "h2", "section"]):
            if words(element) == text:
                element.decompose()
                return


def _take_out_dates(body: Tag) -> None:
    """A short first line that is only a date, such as "Nieuwsbericht | 18-06-2024"."""
    for element in body.find_all(["p", "span", "div", "time", "em", "i", "strong", "b"], limit=8):
        if element.attrs is not None and _is_date_line(words(element)) and _has_line_to_itself(element, body):
            element.decompose()


def _has_line_to_itself(element: Tag, body: Tag) -> bool:
    for siblings in (element.previous_siblings, element.next_siblings):
        for sibling in siblings:
            if isinstance(sibling, Tag) and sibling.name not in ("span", "time", "em", "i", "strong", "b", "a"):
                break
            if sibling.get_text().strip():
                return element.name in ("p", "div")
    parent = element.parent
    inline = parent is not None and parent is not body and parent.name in ("span", "em", "i", "strong", "b")
    return not inline or (isinstance(parent, Tag) and _has_line_to_itself(parent, body))


def _is_date_line(line: str) -> bool:
    """Whether a line only tells a date: "Geplaatst op 18 juni 2024 door de redactie", but no sentence."""
    if not line or len(line) >= _LONGEST_DATE_LINE or not parse_date(line):
        return False
    rest = without_date(line)
    return len(re.findall(r"[^\W\d_]+", rest)) <= 6 and not re.search(r"[.!?]\s*$", rest)


def _take_out_image(body: Tag, page: _Page, image: Image | None) -> None:
    for picture in body.find_all("img") if image else []:
        if image and _same_picture(page.address(picture_source(picture)), image.url):
            (_frame(picture) or picture).decompose()
            return


def _frame(picture: Tag) -> Tag | None:
    """The element that holds one picture and little text: a figure, or a box with a caption."""
    figure = picture.find_parent("figure")
    if figure is not None:
        return figure
    for parent in list(picture.parents)[:3]:
        if _PICTURE_CLASS.search(" ".join(class_names(parent))) and len(words(parent)) < 300:
            return parent
    return None


_PICTURE_CLASS = re.compile(r"caption|image|afbeelding|foto|figure|media|picture", re.IGNORECASE)


def _published(page: _Page) -> datetime | None:
    chosen = page.chosen("date")
    if chosen:
        return parse_date(str(chosen.get("datetime") or chosen.get("content") or "")) or parse_date(words(chosen))
    announced = text_of(page.data.get("datePublished")) or meta(
        page.soup, "article:published_time", "datePublished", "dcterms.issued", "DCTERMS.issued", "dcterms.date", "date"
    )
    return parse_date(announced) or _marked_date(page) or _shown_date(page)


def _marked_date(page: _Page) -> datetime | None:
    marked = page.soup.select_one("[itemprop=datePublished]")
    if marked is None:
        return None
    return parse_date(str(marked.get("datetime") or marked.get("content") or "")) or parse_date(words(marked))


def _shown_date(page: _Page) -> datetime | None:
    """The date that stands near the title: in a <time>, or in a short line of text."""
    heading = page.heading
    if heading is None:
        return None
    around = heading.find_parent(["article", "main"]) or page.soup.body or page.soup
    for time in around.find_all("time", limit=3):
        if not _in_list_of_others(time):
            date = parse_date(str(time.get("datetime", ""))) or parse_date(words(time))
            if date:
                return date
    return _short_line_date(heading)


def _short_line_date(heading: Tag) -> datetime | None:
    near = [*heading.find_all_next(string=True, limit=25), *heading.find_all_previous(string=True, limit=12)]
    for text in near:
        line = tidy(str(text)[:200])
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
    url = page.address(_image_address(page))
    if not url:
        return None
    pictures = page.soup.find_all("img")
    shown = next((img for img in pictures if _same_picture(page.address(picture_source(img)), url)), None)
    alt = str(shown.get("alt", "")) if shown else meta(page.soup, "og:image:alt")
    caption, credit = split_credit(_caption(shown) if shown else "")
    suffix = PurePosixPath(urlsplit(_original(url)).path).suffix.lower()
    return Image(url, tidy(alt), caption, credit, _IMAGE_TYPES.get(suffix, "image/jpeg"))


def _image_address(page: _Page) -> str:
    chosen = page.chosen("image")
    if chosen is not None:
        picture = chosen if chosen.name in ("img", "meta") else chosen.find("img")
        return (picture_source(picture) or str(picture.get("content", ""))) if isinstance(picture, Tag) else ""
    return (
        text_of(page.data.get("image"), "url", "contentUrl")
        or meta(page.soup, "og:image:secure_url", "og:image", "twitter:image")
        or _first_picture(page)
    )


def _first_picture(page: _Page) -> str:
    for picture in _pictures(page):
        src = picture_source(picture)
        if src and "logo" not in src.lower() and not _is_icon(picture) and not _is_aside(picture):
            return src
    return ""


def _pictures(page: _Page) -> Iterator[Tag]:
    """The pictures between title and body, then those of the body."""
    if page.heading is not None and page.body is not None:
        for element in page.heading.find_all_next(["img", page.body.name]):
            if element is page.body:
                break
            if element.name == "img" and element.find_parent("a") is None:
                yield element
    if page.body is not None:
        yield from page.body.find_all("img")


def _is_icon(picture: Tag) -> bool:
    return any(re.fullmatch(r"[0-9]{1,2}", str(picture.get(side, ""))) for side in ("width", "height"))


def _original(url: str) -> str:
    """The picture behind a resizing service that names it in its query, as Next.js does."""
    return next(iter(parse_qs(urlsplit(url).query).get("url", [])), url)


def _same_picture(a: str, b: str) -> bool:
    """Whether two addresses show one picture, perhaps in two sizes."""

    def stem(url: str) -> str:
        name = PurePosixPath(urlsplit(_original(url)).path).stem.lower()
        return re.sub(r"[-_](?:\d+x\d+|scaled|large|medium|small|thumb(?:nail)?)$", "", name)

    return bool(a and b) and stem(a) == stem(b) != ""


def _caption(picture: Tag) -> str:
    frame = _frame(picture)
    if frame is None:
        return ""
    caption = frame.find("figcaption") or frame
    return words(caption)[:_LONGEST_CAPTION] if isinstance(caption, Tag) else ""


def split_credit(caption: str) -> tuple[str, str]:
    """A caption and its credit: "Lassen © Shutterstock / X" → ("Lassen", "Shutterstock / X")."""
    caption = tidy(caption)[:_LONGEST_CAPTION]
    match = _CREDIT.search(caption)
    if not match:
        return caption, ""
    return caption[: match.start()].rstrip(" ([|–-.,") or "", match["credit"].strip(" .,:©")


def _author(page: _Page) -> str:
    chosen = page.chosen("author")
    if chosen:
        return words(chosen)
    named = texts_of(_as_list(page.data.get("author"))) or [meta(page.soup, "author", "article:author")]
    shown = page.soup.select_one("[itemprop=author], [rel~=author]") if not any(named) else None
    names = [name for name in named if not joined("", name)] or []
    return ", ".join(dict.fromkeys(names))[:200] or (words(shown)[:200] if shown else "")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _topics(page: _Page) -> Iterator[str]:
    """Each topic once, whatever its letter case."""
    selector = page.select.get("topics")
    if selector:
        announced = [words(element) for element in page.soup.select(selector)]
    else:
        announced = [*texts_of(page.data.get("articleSection")), *texts_of(page.data.get("keywords"))]
        announced += [*metas(page.soup, "article:section"), *metas(page.soup, "article:tag")]
        announced += [words(a) for a in page.soup.select("a[rel~=tag]")]
    seen: set[str] = set()
    for topic in announced:
        if topic.lower() not in seen and 2 <= len(topic) <= 60:
            seen.add(topic.lower())
            yield topic


def _canonical(page: _Page) -> str:
    """The publisher's own address for the page, if it is one of this site and not just its front page."""
    link = page.soup.find("link", rel="canonical", href=True)
    url = page.address(link.get("href")) if isinstance(link, Tag) else ""
    if not url or not same_host(url, page.url) or _is_front(url):
        return without_tracking(page.url)
    return without_tracking(url)


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return (
        parts.path.strip("/").lower() in ("", "nl", "en", "index.html", "index.php", "nl-nl", "en-gb")
        and not parts.query
    )


def _english_url(page: _Page, rule: EnglishRule | None) -> str:
    """Where the publisher's English version is: what hreflang says, else what the source's rule says."""
    for link in page.soup.find_all(["link", "a"], hreflang=re.compile(r"^en\b", re.IGNORECASE), href=True):
        url = page.address(link.get("href"))
        switch = link.name == "link" or re.fullmatch(
            r"(?:.*\b)?(?:english|engels|en)\b.*", words(link)[:30], re.IGNORECASE
        )
        if url and switch and not _is_front(url) and address_key(url) != address_key(page.url):
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
    except PageError:
        return None
    text = f"{english.lead} {plain_text(english.body)}"
    if not reads_as(Language.EN, text) or len(text) < 0.3 * len(f"{dutch.lead} {plain_text(dutch.body)}"):
        return None
    return english
