"""From a page to an Article. Configured selectors are obeyed; what they leave out is found here."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from tweeklank.article import (
    Article,
    Image,
    Language,
    address_key,
    reads_as,
    same_host,
    without_tracking,
)
from tweeklank.collect.body import find_body, take_out_foreign
from tweeklank.collect.byline import byline_author, is_date_line, is_small_line
from tweeklank.collect.dates import parse_date
from tweeklank.collect.linked_data import Metas, article_data, meta, read_metas, text_of, texts_of
from tweeklank.collect.page_data import article_in_data
from tweeklank.collect.pictures import captions, find_image, frame, is_aside, same_picture
from tweeklank.collect.same_article import is_version_of
from tweeklank.collect.sanitise import clean_html, picture_source
from tweeklank.collect.text import (
    PageError,
    class_names,
    joined,
    linked_length,
    page_base,
    parse,
    plain_text,
    tidy,
    words,
)
from tweeklank.collect.topics import labels
from tweeklank.collect.tree import around, elements, elements_after, first, has_word, holds, marked, texts
from tweeklank.collect.walls import is_consent, is_list_of_files, take_out_wall
from tweeklank.collect.written_title import make_heading, standing_alone, title_part
from tweeklank.config import EnglishRule

SHORTEST_BODY = 80  # characters; less is a teaser, a wall or an error page
_LONGEST_TITLE = 500
_SHORTEST_LEAD = 40
_LONGEST_LEAD = 1200
_LONGEST_DATE_LINE = 60
_INLINE = ("span", "time", "em", "i", "strong", "b", "font")
_MOST_TOPICS = 12
_MOST_KEYWORDS = 6
_LEAD_CLASS = re.compile(
    r"(?:^|[-_])(?:intro|introductie|introduction|introtext|inleiding|lead|lede|leadtext|samenvatting|summary|standfirst|chapeau|aanhef|deck|excerpt"
    r"|subtitle|subtitel|subkop|onderkop)"
    r"(?:$|[-_])|[a-z](?:Intro|Lead|Summary|Subtitle)$"
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


class ExtractError(PageError):
    """A page that does not hold an article. One clause, without the address."""


@dataclass
class _Page:
    """A page while it is being read; ``soup`` stays as it came, but for what is marked or taken
    out before anything is read from it. ``heading`` and ``body`` are found on the way."""

    html: str
    url: str
    select: Mapping[str, str]
    soup: BeautifulSoup = field(init=False)
    data: dict[str, Any] = field(init=False)
    metas: Metas = field(init=False)
    base: str = field(init=False)
    heading: Tag | None = None
    body: Tag | None = None

    def __post_init__(self) -> None:
        self.soup = parse(self.html)
        self.data = article_data(self.soup)
        self.metas = read_metas(self.soup)
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
    _read_data(page)
    title = _title(page)
    if not title:
        raise ExtractError("no title found")
    if _NOT_FOUND.match(title):
        raise ExtractError(f"an error page: {title[:80]!r}")
    if _WALL.match(title):
        raise ExtractError(f"a wall, not an article: {title[:80]!r}")
    page.heading = _heading(page, title)
    page.body = page.chosen("body") or page.body or find_body(page.soup, page.html)
    wall = take_out_wall(page.soup, page.body)
    image = find_image(page, page.chosen("image"))
    body, lead = _body_and_lead(page, title, image)
    if wall:
        body = f"{body}\n{clean_html(f'<p>{escape(wall)}</p>', page.base)}"
    _refuse_what_is_no_article(page, f"{lead} {plain_text(body)}")
    return Article(
        url=url,
        canonical=_canonical(page),
        title=title,
        lead=lead,
        body=body,
        language=language,
        published=_published(page),
        modified=parse_date(text_of(page.data.get("dateModified")) or meta(page.metas, "article:modified_time")),
        image=image,
        author=_author(page),
        topics=tuple(_topics(page))[:_MOST_TOPICS],
        english_url=_english_url(page, english),
        taken_from=_taken_from(page),
    )


def _read_data(page: _Page) -> None:
    """Takes an article out of the page's JSON where the page itself has no text yet for want of a script."""
    if page.select.get("body") or len(" ".join(map(words, elements(page.soup, "p")))) >= SHORTEST_BODY:
        return
    page.data, page.body = article_in_data(page.soup, page.url, page.data)


def _refuse_what_is_no_article(page: _Page, text: str) -> None:
    if is_consent(text):
        raise ExtractError("a cookie wall, without the article behind it")
    if page.body is not None and is_list_of_files(page.body):
        raise ExtractError("a list of files to download, with no text of its own; only pages become articles")
    if len(text) >= SHORTEST_BODY:
        return
    if re.search(r"cookie", page.soup.get_text(" ")[:5000], re.IGNORECASE):
        raise ExtractError("no article found, perhaps a cookie wall")
    raise ExtractError("no article text found; name it with select.body")


def _title(page: _Page) -> str:
    """The chosen one, else the heading that the page announces to machines, else what it announces."""
    chosen = page.chosen("title")
    if chosen:
        return words(chosen)[:_LONGEST_TITLE]
    announced = plain_text(text_of(page.data.get("headline"))) or meta(page.metas, "og:title", "twitter:title")
    written = tidy(page.soup.title.get_text()) if page.soup.title else ""
    headings = [text for h in elements(page.soup, "h1", "h2")[:40] if (text := words(h))]
    told = [heading for heading in headings if heading in (announced or written)]
    told = told or [text for h in elements(page.soup, "h1") if _alike(text := words(h), announced)]
    if told:
        # The longest, for the name of the site is in many titles too.
        return max(told, key=len)[:_LONGEST_TITLE]
    bare = _without_site(announced, meta(page.metas, "og:site_name")) if announced else ""
    main = [text for h in elements(page.soup, "h1")[:5] if (text := words(h))]
    site, host = meta(page.metas, "og:site_name"), urlsplit(page.url).hostname or ""
    part = "" if bare or main else title_part(written[:_LONGEST_TITLE], page.soup, site, host)
    shown = part or _before_site(written[:_LONGEST_TITLE])
    if not (bare or main or part) and _is_site_name(shown, page.url):
        # Pages older than their site's notion of titles: the first heading of any rank.
        main = [text for h in elements(page.soup, "h2", "h3")[:1] if (text := words(h))]
    return (bare or next(iter(main), "") or shown)[:_LONGEST_TITLE]


def _heading(page: _Page, title: str) -> Tag | None:
    """Where the article begins. A line that says the title becomes a heading on a page that has none."""
    same = next((h for h in elements(page.soup, "h1", "h2", "h3") if words(h) == title), None)
    heading = same or first(page.soup, "h1")
    place = standing_alone(page.soup, title) if heading is None else None
    return heading if place is None else make_heading(page.soup, place)


_SEPARATOR = re.compile(r"(?<!\s)\s++[|–—·»-](?=\s)")


def _before_site(title: str) -> str:
    """What stands before the last separator; of hyphens, which titles have too, before the first behind all others."""
    last = max(map(title.rfind, "|–—·»"))
    ends = (found.start() for found in _SEPARATOR.finditer(title) if found.end() > last)
    return title[: next(ends, len(title))]


def _without_site(title: str, site: str) -> str:
    return title.removesuffix(site).rstrip(" |–—·»-") or title if site else title


def _is_site_name(title: str, url: str) -> bool:
    name = re.sub(r"\W", "", title).lower()
    return bool(name) and name in re.sub(r"[^\w.]", "", urlsplit(url).hostname or "")


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
    _take_out_dates(body)
    if not lead and not chosen_lead:
        lead = _summary(page, words(body)) or _bold_lead(body) or _lead_before(page, page.body)
    _take_out_text(body, lead)
    return clean_html(body.decode_contents(), page.base), lead


def _lead_element(page: _Page) -> Tag | None:
    """The element that the page itself marks as the introduction: after the title, before the text ends, no list of
    links."""
    for element in _until_end_of_body(page):
        marked = element.get("itemprop") == "description" or any(map(_LEAD_CLASS.search, class_names(element)))
        if marked and _is_lead(element):
            return element
    return None


def _bold_lead(body: Tag) -> str:
    """A first paragraph that is wholly bold."""
    paragraph = first(body, "p")
    bold = first(paragraph, "strong", "b") if paragraph else None
    text = words(bold) if bold else ""
    return text if paragraph and text == words(paragraph) and _is_lead(paragraph) else ""


def _until_end_of_body(page: _Page) -> Iterator[Tag]:
    """The elements after the title, without those that follow the body."""
    held, inside = {id(e) for e in (elements(page.body) if page.body else ())}, False
    for element in elements_after(page.heading or page.soup):
        within = id(element) in held
        if inside and not within:
            return
        inside = within
        yield element


def _is_lead(element: Tag) -> bool:
    if element.name in ("body", "main", "article", "ul", "nav", "a", "h1", "meta", "img") or is_aside(element):
        return False
    text = words(element)
    return (
        _SHORTEST_LEAD <= len(text) <= _LONGEST_LEAD
        and linked_length(element) < len(text) / 2
        and not holds(element, "h1", "ul", "form")
    )


def _summary(page: _Page, text: str) -> str:
    """What the page announces as its summary, unless the text itself says it near its beginning."""
    own = plain_text(text_of(page.data.get("description")))
    summary = own or plain_text(meta(page.metas, "description", "og:description"))
    if len(summary) > _LONGEST_LEAD or not (own or _is_about(summary, page, text)):
        return ""
    sentences = re.split(r"(?<=[.!?])\s+", summary)
    start = text[:_LONGEST_LEAD]
    repeated = sum(len(s) for s in sentences if s.rstrip(" .…!?") in start) > len(summary) / 2
    # A summary that repeats how the text begins would be read twice.
    return "" if repeated or start.startswith(summary[:60].rstrip(" .…")) else summary


def _is_about(summary: str, page: _Page, text: str) -> bool:
    """Whether a summary is of this article and not of the site: some of its longer words are in the text too."""
    host = urlsplit(page.url).hostname or ""
    telling = {w for w in re.findall(r"\w{5,}", summary.lower()) if w not in host}
    told = {w[:6] for w in re.findall(r"\w{5,}", f"{words(page.heading) if page.heading else ''} {text}".lower())}
    return len(summary) >= _SHORTEST_LEAD and sum(w[:6] in told for w in telling) >= 0.3 * len(telling)


def _lead_before(page: _Page, body: Tag) -> str:
    """The paragraph between title and body: some layouts put the first one in a box of its own."""
    heading = page.heading
    if heading is None or any(parent is body for parent in heading.parents):
        return ""
    for element in elements_after(heading, "p", body.name):
        if element is body:
            return ""
        if element.name == "p" and around(element, "figure") is None and _is_lead(element):
            text = words(element)
            return "" if parse_date(text) and len(text) < _LONGEST_DATE_LINE else text
    return ""


def _take_out_text(body: Tag, text: str) -> None:
    """Removes the element that says exactly ``text``: the lead is stored by itself."""
    if text:
        for element in elements(body, "p", "div", "strong", "h2", "section"):
            if words(element) == text:
                element.decompose()
                return


def _take_out_dates(body: Tag) -> None:
    """A short first line that is only a date or a name, such as "Nieuwsbericht | 18-06-2024"."""
    for element in elements(body, "p", "div", *_INLINE)[:8]:
        if element.attrs is not None and is_small_line(words(element)) and _has_line_to_itself(element, body):
            element.decompose()


def _has_line_to_itself(element: Tag, body: Tag) -> bool:
    for siblings in (element.previous_siblings, element.next_siblings):
        for sibling in siblings:
            if isinstance(sibling, Tag) and sibling.name not in (*_INLINE, "a"):
                break
            if sibling.get_text().strip():
                return element.name in ("p", "div")
    parent = element.parent
    inline = parent is not None and parent is not body and parent.name in _INLINE
    return not inline or (isinstance(parent, Tag) and _has_line_to_itself(parent, body))


def _take_out_image(body: Tag, page: _Page, image: Image | None) -> None:
    for picture in elements(body, "img") if image else []:
        if image and same_picture(page.address(picture_source(picture)), image.url):
            for caption in captions(picture, body):
                caption.decompose()
            if picture.attrs is not None:
                (frame(picture, body) or picture).decompose()
            return


def _published(page: _Page) -> datetime | None:
    chosen = page.chosen("date")
    if chosen:
        return parse_date(str(chosen.get("datetime") or chosen.get("content") or "")) or parse_date(words(chosen))
    announced = text_of(page.data.get("datePublished")) or meta(
        page.metas,
        "article:published_time",
        "datePublished",
        "dcterms.issued",
        "DCTERMS.issued",
        "dcterms.date",
        "date",
    )
    return parse_date(announced) or _marked_date(page) or _shown_date(page)


def _marked_date(page: _Page) -> datetime | None:
    element = next(marked(page.soup, "itemprop", "datePublished"), None)
    if element is None:
        return None
    return parse_date(str(element.get("datetime") or element.get("content") or "")) or parse_date(words(element))


def _shown_date(page: _Page) -> datetime | None:
    """The date that stands near the title: in a <time>, or in a short line of text."""
    place = page.heading or page.body
    if place is None:
        return None
    for time in elements(around(place, "article", "main") or page.soup, "time")[:3]:
        if not _in_list_of_others(time):
            date = parse_date(str(time.get("datetime", ""))) or parse_date(words(time))
            if date:
                return date
    return _short_line_date(page, place)


def _short_line_date(page: _Page, place: Tag) -> datetime | None:
    """The date in a short line near the title; where no title is shown, in a line of its own near the first text."""
    after = islice(texts(place.next_elements), 25)
    near = [*_before_end_of_body(page, after), *islice(texts(place.previous_elements), 12)]
    for text in near:
        line = tidy(str(text)[:200])
        parent = text.parent
        if len(line) < 6 or not isinstance(parent, Tag) or parent.name in ("script", "style", "a", "title"):
            continue
        short = page.heading and len(line) <= 80 and len(re.sub(r"[^a-z]", "", line.lower())) <= 45
        date = parse_date(line) if short or is_date_line(line) else None
        if date and not _in_list_of_others(parent):
            return date
    return None


def _before_end_of_body(page: _Page, strings: Iterable[NavigableString]) -> Iterator[NavigableString]:
    inside = False
    for string in strings:
        within = any(parent is page.body for parent in string.parents)
        if inside and not within:
            return
        inside = within
        yield string


def _in_list_of_others(element: Tag) -> bool:
    """Whether an element belongs to a teaser of another article; a list without links does not, nor an own footer."""
    if around(element, "aside", "nav", "a") is not None:
        return True
    footer = around(element, "footer")
    if footer is not None and around(footer, "article") is None:
        return True
    item = around(element, "li")
    return item is not None and holds(item.parent or item, "a")


def _author(page: _Page) -> str:
    chosen = page.chosen("author")
    if chosen:
        return words(chosen)
    named = texts_of(_as_list(page.data.get("author"))) or [meta(page.metas, "author", "article:author")]
    shown = None if any(named) else _author_element(page.soup)
    names = [name for name in named if not joined("", name)] or []
    return ", ".join(dict.fromkeys(names))[:200] or (
        words(shown)[:200] if shown else byline_author(page.heading, page.body)
    )


def _author_element(soup: BeautifulSoup) -> Tag | None:
    found = (e for e in elements(soup) if has_word(e, "itemprop", "author") or has_word(e, "rel", "author"))
    return next(found, None)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _topics(page: _Page) -> Iterator[str]:
    """Each topic once, whatever its letter case."""
    selector = page.select.get("topics")
    if selector:
        announced = [words(element) for element in page.soup.select(selector)]
    else:
        announced = [*texts_of(page.data.get("articleSection")), *texts_of(page.data.get("keywords"))]
        announced += [*page.metas.get("article:section", []), *page.metas.get("article:tag", [])]
        announced += [words(a) for a in marked(page.soup, "rel", "tag", "a")]
        keywords = texts_of(meta(page.metas, "keywords"))
        # A long list is for search engines.
        announced = announced or (keywords if len(keywords) <= _MOST_KEYWORDS else [])
        announced = announced or list(labels(page.heading))
    seen: set[str] = set()
    for topic in announced:
        if topic.lower() not in seen and 2 <= len(topic) <= 60:
            seen.add(topic.lower())
            yield topic


def _canonical(page: _Page) -> str:
    """The publisher's own address for the page, if it is one of this site and not just its front page."""
    url = _named_original(page)
    if not url or not same_host(url, page.url) or _is_front(url):
        return without_tracking(page.url)
    return without_tracking(url)


def _taken_from(page: _Page) -> str:
    """The page of another site that a page names as its original."""
    url = _named_original(page)
    return "" if not url or same_host(url, page.url) or _is_front(url) else without_tracking(url)


def _named_original(page: _Page) -> str:
    links = (link for link in marked(page.soup, "rel", "canonical", "link") if link.has_attr("href"))
    return next((page.address(link["href"]) for link in links), "")


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return (
        parts.path.strip("/").lower() in ("", "nl", "en", "index.html", "index.php", "nl-nl", "en-gb")
        and not parts.query
    )


def _english_url(page: _Page, rule: EnglishRule | None) -> str:
    """Where the publisher's English version is: what hreflang says, else what the source's rule says."""
    for link in elements(page.soup, "link", "a"):
        if not re.match(r"en\b", str(link.get("hreflang", "")), re.IGNORECASE):
            continue
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

    Sites answer for a missing translation with the Dutch text, their front page, another article or an error page.
    """
    try:
        english = extract(html, url, language=Language.EN)
    except PageError:
        return None
    if not reads_as(Language.EN, f"{english.lead} {plain_text(english.body)}") or not is_version_of(english, dutch):
        return None
    return english
