"""The domain: what an article, its translation and a feed entry are. No input or output here."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit


class TweeklankError(Exception):
    """Anything that goes wrong and that a user can mend: one clear sentence, no traceback."""


class Language(StrEnum):
    """The languages of feeds, as BCP 47 tags."""

    NL = "nl"
    EN = "en"

    @property
    def other(self) -> Language:
        return Language.EN if self is Language.NL else Language.NL


class Origin(StrEnum):
    """Where the words of an entry come from."""

    ORIGINAL = "original"
    """The publisher's article, which is in Dutch, or else has no Dutch version."""
    PUBLISHER = "publisher"
    """The publisher's own English version."""
    MACHINE = "machine"
    """Machine translation of the Dutch article."""


@dataclass(frozen=True)
class Image:
    """An article's picture. ``length`` is in bytes; 0 where the server does not tell."""

    url: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    media_type: str = ""
    length: int = 0


@dataclass(frozen=True)
class Article:
    """One article as one page shows it, in the language of that page.

    ``body`` is sanitised HTML with absolute URLs and without the image, title and lead.
    ``canonical`` is the address the publisher wants it known by; ``english_url`` that of the
    publisher's own English version, if the page names one; ``taken_from`` that of the original, if
    the page names one on another site. Dates are aware.
    """

    url: str
    canonical: str
    title: str
    body: str
    lead: str = ""
    language: Language = Language.NL
    published: datetime | None = None
    modified: datetime | None = None
    image: Image | None = None
    author: str = ""
    topics: tuple[str, ...] = ()
    english_url: str = ""
    taken_from: str = ""

    def fingerprint(self) -> str:
        """Equal for two versions of an article that read the same."""
        image = self.image and (self.image.url, self.image.alt, self.image.caption, self.image.credit)
        published = self.published and self.published.astimezone(UTC)
        parts = (self.title, self.lead, self.body, image, self.author, self.topics, published)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def text_fingerprint(self) -> str:
        """Equal for two pages with the same title and words, whatever their markup and address."""
        words = re.findall(r"\w+", f"{self.title} {self.lead} {without_tags(self.body)}".lower())
        return hashlib.sha256(" ".join(words).encode()).hexdigest()


def without_tags(html: str, gap: str = " ") -> str:
    """HTML with ``gap`` in the place of each tag; in time that grows with its length, however many tags only begin."""
    return re.sub(r"<[^<>]*>", gap, html)


@dataclass(frozen=True)
class Rendering:
    """The parts of an article that carry words, in one language. ``body`` is HTML, the rest plain text."""

    title: str
    lead: str = ""
    body: str = ""
    alt: str = ""
    caption: str = ""

    @classmethod
    def of(cls, article: Article) -> Rendering:
        image = article.image or Image("")
        return cls(article.title, article.lead, article.body, image.alt, image.caption)


@dataclass(frozen=True)
class Translation:
    """The English rendering of a Dutch article by a machine.

    ``model`` and ``glossary`` name the versions that made it. ``kept`` counts the sentences that
    failed their checks and stand in Dutch, marked with ``lang="nl"``; ``sentences`` counts all.
    """

    rendering: Rendering
    model: str
    glossary: str
    sentences: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Place:
    """A page on which an article stands, and the source that showed it."""

    source: str
    url: str


@dataclass(frozen=True)
class Entry:
    """One item of a feed, in one language.

    ``id`` is a tag: URI (RFC 4151) that never changes. ``original_url`` is the page of the original,
    which is the Dutch one if there is one; ``url`` the page in the entry's language where there is
    one, else that of the original too.
    ``updated`` is when the words or the picture last changed. ``kept`` counts the machine's
    ``sentences`` that stand in Dutch; ``needs_review``: too many for the publication's settings.
    ``elsewhere``: where other sources have the same article.
    """

    id: str
    source: str
    language: Language
    origin: Origin
    words: Rendering
    url: str
    original_url: str
    published: datetime
    updated: datetime
    image: Image | None = None
    author: str = ""
    topics: tuple[str, ...] = ()
    model: str = ""
    sentences: int = 0
    kept: int = 0
    needs_review: bool = False
    sources: tuple[str, ...] = field(default=())
    elsewhere: tuple[Place, ...] = ()

    @property
    def tag(self) -> str:
        """The id without the language: what all entries of an article share."""
        return self.id.rsplit(":", 1)[0]

    @property
    def slug(self) -> str:
        """A name for this article's page that is the same in both languages and never changes."""
        return article_slug(self.tag)


@dataclass(frozen=True)
class Deleted:
    """An article that feeds held and no longer do. ``tag`` is its id without the language; ``when`` it left."""

    tag: str
    when: datetime

    @property
    def slug(self) -> str:
        return article_slug(self.tag)


def article_slug(tag: str) -> str:
    """The name of an article's page, from its tag."""
    last = re.sub(r"[^a-z0-9]+", "-", tag.rsplit("/", 1)[-1].lower()).strip("-")[:60].strip("-")
    return f"{last or 'bericht'}-{hashlib.sha256(tag.encode()).hexdigest()[:8]}"


_TRACKING = re.compile(
    r"^(utm_\w+|pk_\w+|mtm_\w+|piwik_\w+|at_\w+|mc_[ce]id|_hs\w+|fbclid|gclid|dclid|msclkid|igshid|yclid"
    r"|wt_?mc\w*|cmpid|ref|referrer|source|share|replytocom|sessionid|phpsessid|jsessionid)$",
    re.IGNORECASE,
)
_LONGEST_KEY = 1900  # bytes; an index of PostgreSQL takes 2,700
_DEFAULT_PORTS = {"http": 80, "https": 443}


def without_tracking(url: str) -> str:
    """The address without fragment, tracking parameters and session ids."""
    parts = urlsplit(url)
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)])
    path = re.sub(r";jsessionid=[^/?]*", "", parts.path, flags=re.IGNORECASE)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def without_login(url: str) -> str:
    """The address without the name and password that may stand before its host."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url


_SECRET = re.compile(
    r"(?P<name>[?&;#][^?&;#=\s]{0,40}(?:token|key|secret|pass|pw|auth|sig|session|sid|cred|jwt|code)[^?&;#=\s]{0,40}=)"
    r"[^&;#\s'\"<>]*[^&;#\s'\"<>:.,]",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"(?<=//)[^/?#\s@]*@(?:[^/?#\s@]*@)*")


def tellable(text: str) -> str:
    """A text for logs and reports: the addresses in it without logins, and without the values of keys and tokens."""
    return _SECRET.sub(r"\g<name>…", _LOGIN.sub("", text))


def address_key(url: str) -> str:
    """What two addresses of the same page have in common.

    Scheme, ``www.``, letter case of the host, default port, trailing slash, index file, order of
    the query and tracking do not count (RFC 3986, section 6.2, and practice).
    """
    parts = urlsplit(without_tracking(url))
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    port = parts.port
    if port and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._")
    path = re.sub(r"/(?:index|default)\.(?:html?|php|aspx?)$", "/", path).rstrip("/")
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return bounded(f"{host}{path}?{query}" if query else f"{host}{path}")


def bounded(text: str) -> str:
    """The text itself; of one that no database takes as a key, its beginning and a hash."""
    if len(text.encode("utf-8", "replace")) <= _LONGEST_KEY:
        return text
    return f"{text[:200]}#{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"


def same_host(a: str, b: str) -> bool:
    """Whether two addresses are of one site, ``www.`` or not."""
    return address_key(a).split("/")[0].split("?")[0] == address_key(b).split("/")[0].split("?")[0]


def entry_tag(url: str, year: int) -> str:
    """The tag: URI of an article (RFC 4151), without the language: made once, from its first address."""
    host, _, path = address_key(url).partition("/")
    name, _, port = host.partition(":")
    specific = f"{port}/{path}" if port else path
    return f"tag:{name.encode('idna').decode()},{year}:{specific or '/'}"


def entry_id(tag: str, language: Language) -> str:
    return f"{tag}:{language}"


def later(now: datetime, before: datetime) -> datetime:
    """The moment of a change: now, or just after the last one if that was dated in the future."""
    return max(now, before + timedelta(seconds=1))


_SMALL_WORDS = {
    Language.NL: frozenset("de het een en van is dat niet op aan met voor zijn wordt worden ook naar bij door".split()),  # noqa: SIM905
    Language.EN: frozenset("the a and of to that not on with for are be also at by from this which has".split()),  # noqa: SIM905
}


def reads_as(language: Language, text: str) -> bool:
    """Whether the small words of a text are rather those of ``language`` than of the other one."""
    words = re.findall(r"[a-z]+", text.lower())
    dutch, english = (sum(w in small for w in words) for small in _SMALL_WORDS.values())
    return dutch >= english if language is Language.NL else english > dutch
