"""The polite client: says who it is, obeys robots.txt, waits its turn, asks only for what changed."""

from __future__ import annotations

import asyncio
import email.utils
import re
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import httpx
import stamina
from bs4.dammit import EncodingDetector, UnicodeDammit
from protego import Protego

from tweeklank import __version__
from tweeklank.article import TweeklankError
from tweeklank.collect.network import NotPublicError, transport
from tweeklank.config import Collect, is_web_address
from tweeklank.store.pages import KeptPage, Pages, Validators

MOST_BYTES = 5_000_000
MOST_REDIRECTS = 5
LONGEST_URL = 2000  # characters
ROBOTS_BYTES = 500_000  # RFC 9309, section 2.5
ROBOTS_AGE = timedelta(hours=24)  # RFC 9309, section 2.4
LONGEST_PAUSE = 120.0  # seconds; a host that asks for more is left alone until the next sync
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})
_PRODUCT = "Tweeklank"


class FetchError(TweeklankError):
    """A page could not be had. The message is one clause, without the address."""


class _TryAgainError(Exception):
    """An answer, or the lack of one, that may be better next time. ``pause``: seconds asked for, if any."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass(frozen=True)
class Retries:
    """How often, and with what first and longest pause in seconds, a request is made again."""

    attempts: int = 4
    first: float = 1.0
    longest: float = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back. ``url`` is where the redirects ended; a 304 has no body."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes = field(default=b"", repr=False)

    @property
    def not_modified(self) -> bool:
        return self.status == httpx.codes.NOT_MODIFIED

    @property
    def validators(self) -> Validators:
        return Validators(self.headers.get("etag", ""), self.headers.get("last-modified", ""))

    @property
    def media_type(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        return decode(self.body, self.headers.get("content-type", ""))


def decode(body: bytes, content_type: str = "") -> str:
    """Text of a page. Valid UTF-8 is UTF-8, whatever the server says; then header, meta tag, a guess."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = re.search(r"charset=[\"']?([\w-]+)", content_type, re.IGNORECASE)
        in_page = EncodingDetector.find_declared_encoding(body, is_html=True, search_entire_document=False)
        hints = [name for name in (declared and declared[1], in_page) if name]
        # Pages that call themselves ISO 8859-1 use the larger Windows set (WHATWG Encoding, section 4.2).
        hints = ["windows-1252" if re.fullmatch(r"(?i)iso-?8859-1|latin-?1|ascii", h) else h for h in hints]
        hints = [h for h in hints if not re.fullmatch(r"(?i)utf-?8", h)]
        text = UnicodeDammit(body, override_encodings=hints, is_html=True).unicode_markup
        return text if text is not None else body.decode("windows-1252", "replace")


class _Host:
    """One host's turn: a single request at a time, and a pause between two."""

    def __init__(self, delay: float) -> None:
        self.lock, self.delay, self.next_turn = asyncio.Lock(), delay, 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        async with self.lock:
            await asyncio.sleep(max(0.0, self.next_turn - time.monotonic()))
            try:
                yield
            finally:
                self.next_turn = max(self.next_turn, time.monotonic() + self.delay)

    def pause(self, seconds: float) -> None:
        self.next_turn = max(self.next_turn, time.monotonic() + seconds)


class Client:
    """Fetches pages for one sync. Use as an async context manager."""

    def __init__(self, settings: Collect, pages: Pages, retries: Retries | None = None) -> None:
        self._settings, self._pages, self._retries = settings, pages, retries or Retries()
        self._hosts: dict[str, _Host] = {}
        self._robots: dict[str, asyncio.Task[Protego | None]] = {}
        self._clients: dict[bool, httpx.AsyncClient] = {}
        self._stack = AsyncExitStack()
        self.requests = 0
        self.bytes = 0

    async def __aenter__(self) -> Client:
        for local in (False, True):
            client = httpx.AsyncClient(
                transport=transport(local=local),
                timeout=self._settings.timeout,
                follow_redirects=False,
                headers={
                    "User-Agent": f"{_PRODUCT}/{__version__} (+{self._settings.contact})",
                    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
                    "Accept-Language": "nl, en;q=0.5",
                    "Accept-Encoding": "gzip, br",
                },
            )
            self._clients[local] = await self._stack.enter_async_context(client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def get(self, url: str, *, local: bool = False, validators: Validators | None = None) -> Answer:
        """A page, with redirects followed. ``validators`` make the request conditional (RFC 9110, 13.1).

        Raises FetchError: forbidden by robots.txt, not reachable, too large, not public, or an error status.
        """
        return await self._follow("GET", url, local, _conditional(validators))

    async def head(self, url: str, *, local: bool = False) -> Answer:
        """Only the headers of an address, redirects followed. Raises FetchError like ``get``."""
        return await self._follow("HEAD", url, local, {})

    async def _follow(self, method: str, url: str, local: bool, headers: dict[str, str]) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            if not is_web_address(url) or len(url) > LONGEST_URL:
                raise FetchError(f"leads to {url[:80]!r}, which is not a web address")
            if not await self._allowed(url, local):
                raise FetchError("forbidden by the site's robots.txt")
            answer = await self._patiently(method, url, local, headers)
            if answer.status not in (301, 302, 303, 307, 308):
                break
            url = urljoin(url, answer.headers.get("location", ""))
        else:
            raise FetchError(f"redirects more than {MOST_REDIRECTS} times")
        if answer.status >= 400:
            raise FetchError(f"the server answered {answer.status} {httpx.codes.get_reason_phrase(answer.status)}")
        return answer

    async def _patiently(
        self,
        method: str,
        url: str,
        local: bool,
        headers: dict[str, str],
        most: int = MOST_BYTES,
    ) -> Answer:
        """One request, made again with growing pauses while the failure looks temporary."""
        host = self._hosts.setdefault(urlsplit(url).netloc.lower(), _Host(self._settings.delay))
        attempts = stamina.retry_context(
            on=_pause_before_retry,
            attempts=self._retries.attempts,
            timeout=None,
            wait_initial=self._retries.first,
            wait_max=self._retries.longest,
            wait_jitter=self._retries.first,
        )
        try:
            async for attempt in attempts:
                with attempt:
                    async with host.turn():
                        try:
                            return await self._once(method, url, local, headers, most)
                        except _TryAgainError as error:
                            host.pause(error.pause or 0.0)
                            raise
        except _TryAgainError as error:
            raise FetchError(str(error)) from error
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def _once(self, method: str, url: str, local: bool, headers: dict[str, str], most: int) -> Answer:
        self.requests += 1
        try:
            async with self._clients[local].stream(method, url, headers=headers) as response:
                if response.status_code in _TEMPORARY:
                    raise _TryAgainError(
                        f"the server answered {response.status_code} {response.reason_phrase}",
                        _retry_after(response.headers.get("retry-after", "")),
                    )
                body = bytearray()
                if response.status_code < 300:
                    async with asyncio.timeout(self._settings.timeout * 5):
                        async for part in response.aiter_bytes():
                            body += part
                            if len(body) > most:
                                raise FetchError(f"is larger than {most / 1e6:g} MB")
                self.bytes += response.num_bytes_downloaded
                return Answer(url, response.status_code, response.headers, bytes(body))
        except NotPublicError as error:
            raise FetchError(f"{error}; write local = true if the source is meant to be there") from error
        except TimeoutError as error:
            raise _TryAgainError("the answer takes too long") from error
        except httpx.DecodingError as error:
            raise FetchError("the answer is compressed in a broken way") from error
        except (httpx.TransportError, ssl.SSLError) as error:
            raise _TryAgainError(_plainly(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise FetchError(str(error) or type(error).__name__) from error

    async def _allowed(self, url: str, local: bool) -> bool:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = asyncio.ensure_future(self._read_robots(origin, local))
        robots = await self._robots[origin]
        if robots is None:
            raise FetchError("the site's robots.txt cannot be had, so nothing is taken from it now")
        return bool(robots.can_fetch(url, _PRODUCT))

    async def _read_robots(self, origin: str, local: bool) -> Protego | None:
        """The rules of an origin, kept for a day; None if they cannot be had (RFC 9309, section 2.3.1)."""
        url, now = f"{origin}/robots.txt", datetime.now(UTC)
        kept = self._pages.kept(url)
        if kept is None or now - kept.fetched > ROBOTS_AGE:
            try:
                answer = await self._robots_answer(url, local)
                body = answer.text if answer.status < 300 else ""
                kept = KeptPage(answer.status, body, now)
                self._pages.remember(url, now, status=answer.status, body=body)
            except FetchError:
                if kept is None:
                    return None
        robots = Protego.parse(kept.body)
        host = self._hosts.setdefault(urlsplit(origin).netloc.lower(), _Host(self._settings.delay))
        host.delay = max(host.delay, min(float(robots.crawl_delay(_PRODUCT) or 0), LONGEST_PAUSE))
        return robots

    async def _robots_answer(self, url: str, local: bool) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._patiently("GET", url, local, {}, ROBOTS_BYTES)
            if answer.status not in (301, 302, 303, 307, 308):
                break
            url = urljoin(url, answer.headers.get("location", ""))
        return answer


def _conditional(validators: Validators | None) -> dict[str, str]:
    headers = {}
    if validators and validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators and validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def _retry_after(value: str) -> float | None:
    """Seconds to wait (RFC 9110, section 10.2.3): a number or a date."""
    if value.strip().isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return max(0.0, (moment - datetime.now(moment.tzinfo or UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _pause_before_retry(error: Exception) -> bool | float:
    """For stamina: False is "give up", True "wait as usual", a number the seconds that the server asked for."""
    if not isinstance(error, _TryAgainError):
        return False
    if error.pause is None:
        return True
    return error.pause if error.pause <= LONGEST_PAUSE else False


def _plainly(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if "CERTIFICATE" in str(error).upper() or isinstance(error, ssl.SSLError):
        return f"the connection is not secure: {error}"
    return f"no connection: {str(error) or type(error).__name__}"
