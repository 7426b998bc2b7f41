"""Where a source shows its articles: listings, a feed or a sitemap, and which links to articles are in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Set
from datetime import datetime

from tweeklank.article import address_key
from tweeklank.collect import discover, paging, repair
from tweeklank.collect.choose import is_wanted
from tweeklank.collect.discover import DiscoverError
from tweeklank.collect.http import MOST_BYTES, Answer, Client, FetchError
from tweeklank.collect.layout import LayoutChangedError, listing_changed
from tweeklank.collect.listings import Bounds, read_listing
from tweeklank.collect.reading import in_thread
from tweeklank.collect.report import SourceReport
from tweeklank.collect.text import PageError
from tweeklank.config import Source
from tweeklank.store import Store
from tweeklank.store.links import Found
from tweeklank.store.pages import Validators

_MOST_SITEMAPS = 20
_UNFINISHED = "+"  # after the rules that a listing was read by: older pages of it could not be had


class Overview:
    """What one source shows in one sync; ``enough`` articles of a listing will do."""

    def __init__(
        self, source: Source, client: Client, store: Store, report: SourceReport, now: datetime, enough: int
    ) -> None:
        self.source, self.client, self.store, self.report = source, client, store, report
        self.now, self.enough = now, enough
        self.rules = _rules(source)

    async def look(self) -> None:
        """Asks for what is shown if it changed, and stores the links. Validators are stored after them: a sync
        that is interrupted in between asks again. Raises FetchError and PageError."""
        url = self.source.url
        kept = self.store.pages.kept(self._key(url))
        if kept and kept.body.rstrip(_UNFINISHED) != self.rules:
            self.store.links.reconsider(self.source.id, self.now)
        if self.source.listings:
            await self._follow_listings()
            return
        answer = await self._get_if_changed(url, discover.MOST_XML if self.source.sitemap else MOST_BYTES)
        if answer.not_modified:
            self.report.not_modified = True
            return
        try:
            if self.source.sitemap:
                await self._follow_sitemap(answer)
            else:
                await self._follow_feed(answer)
        except DiscoverError as error:
            raise await self._explained(error, answer.text) from error

    def validators(self, key: str) -> Validators | None:
        """What to ask with for a page that was read before, by the rules of now."""
        kept = self.store.pages.kept(key)
        return kept.validators if kept and kept.body == self.rules else None

    async def links_on(self, answer: Answer, listing: str) -> list[Found]:
        """The articles of a document of a feed, or of a page of the listing that begins at ``listing``.

        Raises PageError.
        """
        if self.source.feed:
            return await in_thread(discover.from_feed, answer.body, answer.url)
        return await self._links_in(paging.articles_in(answer.text, answer.media_type), answer.url, listing)

    def show(self, found: Iterable[Found]) -> None:
        """Stores links, those that are not wanted as such."""
        shown: dict[bool, list[Found]] = {True: [], False: []}
        for link in found:
            shown[is_wanted(self.source, link.url, link.title, link.dated)].append(link)
        self.store.links.remember(self.source.id, shown[True], self.now)
        self.store.links.leave(self.source.id, shown[False], self.now)

    async def _get_if_changed(self, url: str, most: int = MOST_BYTES) -> Answer:
        """A listing, feed or sitemap. One that this source has read, by other rules than now, is asked for anew."""
        validators = self.validators(self._key(url))
        return await self.client.get(url, local=self.source.local, validators=validators, most=most)

    def _remember(self, url: str, answer: Answer) -> None:
        self.store.pages.remember(self._key(url), self.now, answer.validators, body=self.rules)

    def _key(self, url: str) -> str:
        """Two sources that share a listing have each to read it."""
        return f"{url}#{self.source.id}"

    async def _explained(self, error: DiscoverError, text: str) -> PageError:
        """The error, or that the layout changed if the source did show articles before."""
        shown = len(self.store.links.known(self.source.id))
        changed = await in_thread(listing_changed, shown, str(error), text, self.source.article_links)
        return LayoutChangedError(changed) if changed else error

    def _show_whole(self, found: Iterable[Found]) -> None:
        """Stores all links that there are, and has what they lack looked at."""
        links = list(found)
        self.show(links)
        self.store.links.compare(self.source.id, (address_key(link.url) for link in links), self.now)

    async def _follow_listings(self) -> None:
        # What is known before the first of them: an article in two listings is no old one in the second.
        known, changed = self.store.links.known(self.source.id), 0
        failed: dict[str, FetchError | PageError] = {}
        for url in self.source.listings:
            try:
                answer = await self._get_if_changed(url)
                if not answer.not_modified:
                    changed += 1
                    await self._follow_listing(url, answer, known)
            except (FetchError, PageError) as error:
                failed[url] = error
        self.report.not_modified = not changed and not failed
        whole = failed.pop(self.source.url) if len(failed) == len(self.source.listings) else None
        for url, failure in failed.items():
            self.report.failed(url, failure)
        if whole:
            raise whole

    async def _follow_listing(self, url: str, answer: Answer, known: Set[str]) -> None:
        """The articles of a listing, and of its older pages while all is new. If one of these cannot be had,
        the next sync goes through them as if all were new."""
        kept = self.store.pages.kept(self._key(url))
        resumed = kept is not None and kept.body == self.rules + _UNFINISHED

        async def get(further: str) -> Answer:
            return await self.client.get(further, local=self.source.local)

        async def read_links(html: str, at: str) -> list[Found]:
            return await self._links_in(html, at, answer.url)

        reading = await read_listing(
            answer, get, read_links, Bounds(self.source.pages, self.enough, frozenset() if resumed else known)
        )
        # What one of several listings lacks may stand in another.
        show = self._show_whole if len(self.source.listings) == 1 and not reading.broken_off else self.show
        show(reading.found.values())
        self._remember(url, answer)
        if reading.broken_off:
            self.report.failed(*reading.broken_off)
            self.store.pages.remember(self._key(url), self.now, body=self.rules + _UNFINISHED)

    async def _links_in(self, html: str, url: str, listing: str) -> list[Found]:
        selector = self.source.article_links
        try:
            return await in_thread(discover.from_listing, html, url, selector, listing)
        except DiscoverError as error:
            known = self.store.links.known(self.source.id) if selector and url == listing else set()
            mended = await in_thread(repair.links_without_selector, html, url, listing, known) if known else None
            if mended is None:
                raise (await self._explained(error, html) if url == listing else error) from error
        self.report.noticed(
            f"{url}: article_links = {selector!r} matches nothing any more; the links found without it are taken, "
            f"{mended.known} of {len(mended.found)} are known; take it out of the configuration, or correct it"
        )
        return mended.found

    async def _follow_feed(self, answer: Answer) -> None:
        self._show_whole(await self.links_on(answer, answer.url))
        self._remember(self.source.url, answer)

    async def _follow_sitemap(self, answer: Answer) -> None:
        """The articles of a sitemap, or of the newest changed ones of those that an index names."""
        sitemap = await in_thread(discover.read_sitemap, answer.body, answer.url)
        pages, read, failed = list(sitemap.pages), [(self.source.url, answer)], False
        for further in sitemap.sitemaps[:_MOST_SITEMAPS]:
            try:
                part = await self._get_if_changed(further, discover.MOST_XML)
                if not part.not_modified:
                    pages += (await in_thread(discover.read_sitemap, part.body, part.url)).pages
                    read.append((further, part))
            except (FetchError, PageError) as error:
                self.report.failed(further, error)
                failed = True
        if pages or not sitemap.sitemaps:
            found = await in_thread(discover.news_pages, pages, self.source.article_links)
            show = self.show if sitemap.sitemaps else self._show_whole
            show(found)
        for url, part in read[1:] if failed else read:
            self._remember(url, part)


def _rules(source: Source) -> str:
    """A name for all that decides which articles a source gives and how they are read."""
    rules = (
        source.id, source.article_links, sorted(source.select.items()), source.english, source.listings, source.pages,
        source.include, source.exclude, source.since, sorted(source.topic_rules.items()),
    )  # fmt: skip
    return hashlib.sha256(repr(rules).encode()).hexdigest()
