"""Addresses that sources have shown, and which of them are due for a visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, and_, func, insert, or_, select, update

from tweeklank.article import address_key
from tweeklank.store.schema import article, link

REVISITS = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
"""How long after it was published an article is looked at again for silent corrections."""

_LONGEST_REST = timedelta(days=32)  # between two tries of a link that fails
_PATIENCE = 3  # failures in a row after which a link is tried less and less often
_NEVER = timedelta(days=36_500)


@dataclass(frozen=True)
class Found:
    """A link as a listing, feed or sitemap shows it. ``stamp`` changes when its teaser or date does.

    ``title`` and ``dated`` are what is shown with it, if anything; the date is that of publication, in a
    sitemap without news that of the last change.
    """

    url: str
    stamp: str = ""
    title: str = ""
    dated: datetime | None = None


@dataclass(frozen=True)
class DueLink:
    """A link to visit; ``known`` tells whether an article was taken from it before."""

    id: int
    url: str
    stamp: str
    known: bool


class Links:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def remember(self, source: str, found: Iterable[Found], now: datetime) -> int:
        """Stores what a source shows now; returns how many links are new. Order is kept."""
        new = 0
        with self._engine.begin() as connection:
            shown = connection.execute(select(link.c.key, link.c.stamp).where(link.c.source == source))
            known = {row.key: row.stamp for row in shown}
            for item in found:
                key = address_key(item.url)
                if key not in known:
                    connection.execute(
                        insert(link).values(source=source, key=key, url=item.url, stamp=item.stamp, next_visit=now)
                    )
                    known[key] = item.stamp
                    new += 1
                elif known[key] != item.stamp:
                    changed = update(link).where(link.c.source == source, link.c.key == key)
                    connection.execute(changed.values(url=item.url, stamp=item.stamp, next_visit=now))
        return new

    def leave(self, source: str, found: Iterable[Found], now: datetime) -> None:
        """Stores links that are shown and not wanted, so that they are known, and not visited."""
        shown = list(found)
        self.remember(source, shown, now)
        with self._engine.begin() as connection:
            for item in shown:
                unwanted = update(link).where(
                    link.c.source == source, link.c.key == address_key(item.url), link.c.article.is_(None)
                )
                connection.execute(unwanted.values(taken_stamp=link.c.stamp, next_visit=now + _NEVER))

    def set_aside(self, due: DueLink, now: datetime) -> None:
        """Notes a visit to what turned out not to be wanted: no other follows until it is shown differently."""
        with self._engine.begin() as connection:
            left = update(link).where(link.c.id == due.id)
            connection.execute(left.values(taken_stamp=due.stamp, failures=0, next_visit=now + _NEVER))

    def reconsider(self, source: str, now: datetime) -> None:
        """Makes all links that were left or set aside due: what is wanted has changed."""
        with self._engine.begin() as connection:
            left = update(link).where(
                link.c.source == source, link.c.article.is_(None), link.c.taken_stamp.is_not(None)
            )
            connection.execute(left.values(taken_stamp=None, next_visit=now))

    def known(self, source: str) -> set[str]:
        """The keys of all addresses that a source has shown (see ``address_key``)."""
        with self._engine.connect() as connection:
            return set(connection.execute(select(link.c.key).where(link.c.source == source)).scalars())

    def due(self, source: str, now: datetime, most: int) -> list[DueLink]:
        """Links to visit: ``most`` of those that changed or are due for another look, and ``most`` new ones.

        What was never taken waits no longer than a link that fails: a date beyond that comes from a
        clock that was wrong.
        """
        in_time = or_(
            link.c.next_visit <= now,
            and_(_untaken(), or_(link.c.failures == 0, link.c.next_visit > now + _LONGEST_REST)),
        )
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(link).where(link.c.source == source, in_time).order_by(link.c.next_visit, link.c.id)
            ).all()
        due = [DueLink(row.id, row.url, row.stamp, row.article is not None) for row in rows]
        return [d for d in due if d.known][:most] + [d for d in due if not d.known][:most]

    def taken(self, due: DueLink, article_id: int | None, now: datetime) -> None:
        """Notes a visit that went well. ``article_id`` None: the article has not changed."""
        with self._engine.begin() as connection:
            row = connection.execute(select(link).where(link.c.id == due.id)).one()
            owner = article_id if article_id is not None else row.article
            published = connection.execute(select(article.c.published).where(article.c.id == owner)).scalar_one()
            connection.execute(
                update(link)
                .where(link.c.id == due.id)
                .values(taken_stamp=due.stamp, article=owner, failures=0, next_visit=_next_visit(published, now))
            )

    def failed(self, due: DueLink, now: datetime) -> None:
        """Notes a visit that failed: tried again at the next sync, after some failures less often."""
        with self._engine.begin() as connection:
            failures = connection.execute(select(link.c.failures).where(link.c.id == due.id)).scalar_one() + 1
            days = min(2 ** (failures - _PATIENCE), _LONGEST_REST.days)
            pause = timedelta(0) if failures < _PATIENCE else timedelta(days=days)
            connection.execute(
                update(link).where(link.c.id == due.id).values(failures=failures, next_visit=now + pause)
            )

    def waiting(self, source: str) -> int:
        """How many links of a source were shown but never taken."""
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(link).where(link.c.source == source, _untaken())
            return connection.execute(query).scalar_one()


def _untaken() -> ColumnElement[bool]:
    return or_(link.c.taken_stamp.is_(None), link.c.taken_stamp != link.c.stamp)


def _next_visit(published: datetime, now: datetime) -> datetime:
    """The next of REVISITS, counted from publication; at least a day from now."""
    for pause in REVISITS:
        if published + pause > now + timedelta(hours=12):
            return published + pause
    return now + _NEVER
