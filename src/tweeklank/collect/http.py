"""The polite client: says who it is, obeys robots.txt, waits its turn, asks only for what changed."""

from __future__ import annotations

import asyncio
import email.utils
import logging
import re
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import httpx
import stamina
from protego import Protego

from tweeklank import __version__
from tweeklank.article import TweeklankError, tellable, without_login
from tweeklank.collect.encoding import PackedWronglyError, TooLargeError, decode, unpack
from tweeklank.collect.network import ForbiddenAddressError, NotPublicError, transport
from tweeklank.collect.text import LONGEST_URL
from tweeklank.config import Collect, is_web_address
from tweeklank.store.pages import KeptPage, Pages, Validators

MOST_BYTES = 5_000_000
MOST_REDIRECTS = 5
ROBOTS_BYTES = 500_000  # RFC 9309, section 2.5
ROBOTS_AGE = timedelta(hours=24)  # RFC 9309, section 2.4
LONGEST_PAUSE = 120.0  # seconds; a host that asks for more is left alone until the next sync
MOST_FAILURES = 3  # requests in a row that failed with all their retries
_TIMEOUTS_PER_ANSWER = 5  # a server may not hold a request longer than this, however steadily it drips
_OVERLOADED = frozenset({429, 503})
_GONE = frozenset({404, 410})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PRODUCT = "Tweeklank"

# By itself stamina tells of retries through structlog where that is installed, which prints to stdout.
stamina.instrumentation.set_on_retry_hooks([stamina.instrumentation.LoggingOnRetryHook])


class _Discreet(logging.Filter):
    """Keeps secrets out of what httpx logs of each request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = tellable(record.getMessage()), None
        return True


logging.getLogger("httpx").addFilter(_Discreet())


class FetchError(TweeklankError):
    """A page could not be had. The message is one clause, without the address.

    ``asked_for``: seconds that the server wants to be left alone.
    """

    def __init__(self, reason: str, asked_for: float = 0.0) -> None:
        super().__init__(reason)
        self.asked_for = asked_for


class GoneError(FetchError):
    """The site says that there is no such page; ``for_good`` that it will not come back (RFC 9110, 15.5.11)."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


class HostClosedError(FetchError):
    """A host is left alone until the next sync; nothing was asked of it."""


class _TryAgainError(Exception):
    """An answer, or the lack of one, that may be better next time.

    ``pause``: seconds asked for, if any; ``whole_host``: whether other pages will hardly fare better.
    """

    def __init__(self, reason: str, pause: float | None = None, *, whole_host: bool = True) -> None:
        super().__init__(reason)
        self.pause, self.whole_host = pause, whole_host


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
    def length(self) -> int:
        """The size that the server announces, in bytes; 0 where it does not."""
        announced = self.headers.get("content-length", "")
        return int(announced) if re.fullmatch(r"[0-9]{1,15}", announced) else 0

    @property
    def text(self) -> str:
        return decode(self.body, self.headers.get("content-type", ""))


@dataclass(frozen=True)
class _Request:
    """``most``: bytes of the answer, packed or not; more is an error, or with ``cut`` left out."""

    method: str
    url: str
    local: bool
    headers: dict[str, str] = field(default_factory=dict)
    most: int = MOST_BYTES
    cut: bool = False


class _Host:
    """One host's turn: a single request at a time, and a pause between two."""

    def __init__(self, delay: float) -> None:
        self.delay, self.closed, self.asked_for = delay, "", 0.0
        self._lock, self._last, self._not_before, self._failures = asyncio.Lock(), float("-inf"), 0.0, 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        async with self._lock:
            if not self.closed:
                await asyncio.sleep(max(0.0, max(self._last + self.delay, self._not_before) - time.monotonic()))
            if self.closed:
                raise HostClosedError(self.closed, self.asked_for)
            try:
                yield
            finally:
                self._last = time.monotonic()

    def pause(self, seconds: float) -> None:
        if seconds > LONGEST_PAUSE:
            self.closed = f"the server asks for {seconds:.0f} seconds of rest; left alone until the next sync"
            self.asked_for = max(self.asked_for, seconds)
        self._not_before = max(self._not_before, time.monotonic() + seconds)

    def failed(self, reason: str) -> None:
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            self.closed = self.closed or f"{reason}, {MOST_FAILURES} times in a row; left alone until the next sync"

    def answered(self) -> None:
        self._failures = 0


class Client:
    """Fetches pages for one sync. Use as an async context manager. ``heard`` is told of every page that was had."""

    def __init__(
        self,
        settings: Collect,
        pages: Pages,
        retries: Retries | None = None,
        heard: Callable[[Answer], None] = lambda _: None,
    ) -> None:
        self._settings, self._pages, self._retries = settings, pages, retries or Retries()
        self._heard = heard
        self._hosts: dict[str, _Host] = {}
        self._robots: dict[tuple[str, bool], asyncio.Task[Protego]] = {}
        self._clients: dict[bool, httpx.AsyncClient] = {}
        self._stack = AsyncExitStack()
        self.requests = 0
        self.bytes = 0

    async def __aenter__(self) -> Client:
        # Reading the certificates takes longer than a request; once is enough.
        trusted = httpx.create_ssl_context()
        for local in (False, True):
            client = httpx.AsyncClient(
                transport=transport(trusted, local=local),
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
        for task in self._robots.values():
            task.cancel()
        await asyncio.gather(*self._robots.values(), return_exceptions=True)
        await self._stack.aclose()

    async def get(
        self, url: str, *, local: bool = False, validators: Validators | None = None, most: int = MOST_BYTES
    ) -> Answer:
        """A page, with redirects followed. ``validators`` make the request conditional (RFC 9110, 13.1).

        Raises FetchError: forbidden by robots.txt, not reachable, too large, not public, or an error status.
        """
        return await self._follow(_Request("GET", url, local, _conditional(validators), most))

    async def head(self, url: str, *, local: bool = False) -> Answer:
        """Only the headers of an address, redirects followed. Raises FetchError like ``get``."""
        return await self._follow(_Request("HEAD", url, local))

    async def _follow(self, request: _Request) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            _must_be_fetchable(request.url)
            if not (await self._rules(request.url, request.local)).can_fetch(request.url, _PRODUCT):
                raise FetchError("forbidden by the site's robots.txt")
            answer = await self._patiently(request)
            if answer.status not in _REDIRECTS:
                break
            request = _redirected(request, answer)
        else:
            raise FetchError(f"redirects more than {MOST_REDIRECTS} times")
        if answer.status >= 400:
            said = f"the server answered {answer.status} {httpx.codes.get_reason_phrase(answer.status)}"
            if answer.status in _GONE:
                raise GoneError(said, for_good=answer.status == httpx.codes.GONE)
            raise FetchError(said)
        self._heard(answer)
        return answer

    def _host(self, url: str) -> _Host:
        parts = urlsplit(url)
        name = f"{parts.hostname}:{parts.port or ''}"
        return self._hosts.setdefault(name, _Host(self._settings.delay))

    async def _patiently(self, request: _Request) -> Answer:
        """One request, made again with growing pauses while the failure looks temporary."""
        host = self._host(request.url)
        attempts = stamina.retry_context(
            on=_pause_before_retry,
            attempts=self._retries.attempts if request.method == "GET" else 1,
            timeout=None,
            wait_initial=self._retries.first,
            wait_max=self._retries.longest,
            wait_jitter=self._retries.first,
        )
        try:
            async for attempt in attempts:
                with attempt:
                    async with host.turn():
                        answer = await self._once(request, host)
                    host.answered()
                    return answer
        except _TryAgainError as error:
            if error.whole_host and request.method == "GET":
                host.failed(str(error))
            raise FetchError(str(error), error.pause or 0.0) from error
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def _once(self, request: _Request, host: _Host) -> Answer:
        self.requests += 1
        try:
            async with asyncio.timeout(self._settings.timeout * _TIMEOUTS_PER_ANSWER):
                return await self._exchange(request)
        except _TryAgainError as error:
            host.pause(error.pause or 0.0)
            raise
        except NotPublicError as error:
            raise FetchError(f"{error}; write local = true if the source is meant to be there") from error
        except ForbiddenAddressError as error:
            raise FetchError(str(error)) from error
        except TimeoutError as error:
            raise _TryAgainError("the answer takes too long") from error
        except TooLargeError as error:
            raise FetchError(f"is larger than {request.most / 1e6:g} MB") from error
        except PackedWronglyError as error:
            raise FetchError(f"the answer is compressed in a broken way ({error})") from error
        except (httpx.TransportError, ssl.SSLError) as error:
            raise _TryAgainError(_plainly(error)) from error
        except httpx.InvalidURL as error:
            raise FetchError(f"leads to what is not a web address ({error})") from error
        except (httpx.HTTPError, UnicodeError) as error:
            raise FetchError(str(error) or type(error).__name__) from error

    async def _exchange(self, request: _Request) -> Answer:
        client = self._clients[request.local]
        async with client.stream(request.method, request.url, headers=request.headers) as response:
            if _is_temporary(response.status_code):
                raise _TryAgainError(
                    f"the server answered {response.status_code} {response.reason_phrase}",
                    _retry_after(response.headers.get("retry-after", "")),
                    whole_host=response.status_code in _OVERLOADED,
                )
            body = await self._body(request, response) if response.status_code < 300 else b""
            return Answer(request.url, response.status_code, response.headers, body)

    async def _body(self, request: _Request, response: httpx.Response) -> bytes:
        """What came over the wire, unpacked here: httpx would let a few bytes grow to gigabytes."""
        packed = bytearray()
        async for part in response.aiter_raw():
            self.bytes += len(part)
            packed += part
            if len(packed) > request.most:
                break
        encoding = response.headers.get("content-encoding", "")
        if request.cut and not encoding:
            return bytes(packed[: request.most])
        if len(packed) > request.most:
            raise TooLargeError
        # Unpacking and reading megabytes takes time that other hosts' timeouts should not pay for.
        return await asyncio.to_thread(unpack, bytes(packed), encoding, request.most)

    async def _rules(self, url: str, local: bool) -> Protego:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        key = (origin, local)
        if key not in self._robots:
            self._robots[key] = asyncio.ensure_future(self._read_robots(origin, local))
        return await asyncio.shield(self._robots[key])

    async def _read_robots(self, origin: str, local: bool) -> Protego:
        """The rules of an origin, kept for a day. Raises FetchError if they cannot be had: then the origin
        counts as closed (RFC 9309, section 2.3.1.4)."""
        url, now = f"{origin}/robots.txt", datetime.now(UTC)
        kept = self._pages.kept(url)
        # Of rules from the future nobody knows how old they are: a clock was wrong when they came.
        if kept is None or not timedelta(0) <= now - kept.fetched <= ROBOTS_AGE:
            try:
                answer = await self._robots_answer(_Request("GET", url, local, most=ROBOTS_BYTES, cut=True))
                kept = KeptPage(answer.status, answer.text if answer.status < 300 else "", now)
                self._pages.remember(url, now, status=kept.status, body=kept.body)
            except FetchError as error:
                if kept is None:
                    raise HostClosedError(f"the site's robots.txt cannot be had ({error})", error.asked_for) from error
        rules = Protego.parse(kept.body)
        host = self._host(origin)
        host.delay = max(host.delay, min(float(rules.crawl_delay(_PRODUCT) or 0), LONGEST_PAUSE))
        return rules

    async def _robots_answer(self, request: _Request) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            _must_be_fetchable(request.url)
            answer = await self._patiently(request)
            if answer.status not in _REDIRECTS:
                break
            request = _redirected(request, answer)
        return answer


def _must_be_fetchable(url: str) -> None:
    if not is_web_address(url) or len(url) > LONGEST_URL:
        raise FetchError(f"leads to {tellable(url)[:80]!r}, which is not a web address")


def _redirected(request: _Request, answer: Answer) -> _Request:
    try:
        target = urljoin(request.url, answer.headers.get("location", ""))
        return replace(request, url=without_login(target))
    except ValueError as error:
        raise FetchError(f"redirects to no address at all ({error})") from error


def _is_temporary(status: int) -> bool:
    return status in (408, 425, 429) or (status >= 500 and status != httpx.codes.NOT_IMPLEMENTED)


def _conditional(validators: Validators | None) -> dict[str, str]:
    headers = {}
    if validators and validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators and validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def _retry_after(value: str) -> float | None:
    """Seconds to wait (RFC 9110, section 10.2.3): a number or a date."""
    if re.fullmatch(r"[0-9]{1,15}", value.strip()):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return max(0.0, (moment - datetime.now(moment.tzinfo or UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
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
