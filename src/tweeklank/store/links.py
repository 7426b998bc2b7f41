"""Addresses that sources have shown, and which of them are due for a visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, func, insert, or_, select, update

from tweeklank.article import address_key
from tweeklank.store.retention import FORGOTTEN_ADDRESSES, take_back, withdraw
from tweeklank.store.schema import article, link

REVISITS = tuple(timedelta(days=days) for days in (1, 3, 7, 30, 90, 180))
"""How long after it was published an article is looked at again: for silent corrections, and whether it is there."""
YEARLY = timedelta(days=365)

_MOST_DOUBTFUL = 10  # articles that are looked at again, each time that a list changes
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
            unwanted = set(connection.execute(FORGOTTEN_ADDRESSES).scalars())
            for item in found:
                key = address_key(item.url)
                if key in unwanted:
                    continue
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

    def set_aside(self, due: DueLink, now: datetime, language: str | None = None) -> None:
        """Notes a visit to what turned out not to be wanted: no other follows until it is shown differently.

        ``language``: the one for which it is not wanted, if that is why.
        """
        left = {"taken_stamp": due.stamp, "failures": 0, "next_visit": now + _NEVER, "left_out": language}
        with self._engine.begin() as connection:
            connection.execute(update(link).where(link.c.id == due.id).values(left))

    def reconsider(self, source: str, now: datetime, language: str | None = None) -> None:
        """Makes due what was left or set aside, or only that for its ``language``: what is wanted has changed."""
        left = [link.c.source == source, link.c.article.is_(None), link.c.taken_stamp.is_not(None)]
        if language is not None:
            left.append(link.c.left_out == language)
        with self._engine.begin() as connection:
            again = {"taken_stamp": None, "next_visit": now, "left_out": None}
            connection.execute(update(link).where(*left).values(again))

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
                select(link)
                .where(link.c.source == source, in_time)
                # What a source shows differently comes before another look at what it does not.
                .order_by(~_untaken(), link.c.next_visit, link.c.id)
            ).all()
        due = [DueLink(row.id, row.url, row.stamp, row.article is not None) for row in rows]
        return [d for d in due if d.known][:most] + [d for d in due if not d.known][:most]

    def taken(self, due: DueLink, article_id: int | None, now: datetime) -> bool:
        """Notes a visit that went well. ``article_id`` None: the article has not changed.

        Tells whether the article was withdrawn, and so has come back.
        """
        with self._engine.begin() as connection:
            row = connection.execute(select(link).where(link.c.id == due.id)).one()
            owner = article_id if article_id is not None else row.article
            published = connection.execute(select(article.c.published).where(article.c.id == owner)).scalar_one()
            connection.execute(
                update(link)
                .where(link.c.id == due.id)
                .values(
                    taken_stamp=due.stamp, article=owner, failures=0, gone=0, left_out=None,
                    next_visit=_next_visit(published, now, due.id),
                )
            )  # fmt: skip
            return take_back(connection, owner, now)

    def failed(self, due: DueLink, now: datetime, *, answered: bool = False) -> None:
        """Notes a visit that failed: tried again at the next sync, after some failures less often.

        ``answered``: the page is there, and no article could be made of it.
        """
        with self._engine.begin() as connection:
            _try_less(connection, due, now)
            if answered:
                connection.execute(update(link).where(link.c.id == due.id).values(gone=0))

    def gone(self, due: DueLink, now: datetime, enough: int) -> bool:
        """Notes that a site said of an article's page that it is no more; tells whether that withdraws the article.

        It does after ``enough`` visits in a row, if no other address of the article is alive; those
        that were not looked at since are due then.
        """
        with self._engine.begin() as connection:
            _try_less(connection, due, now)
            own = connection.execute(select(link).where(link.c.id == due.id)).one()
            connection.execute(update(link).where(link.c.id == due.id).values(gone=own.gone + 1))
            if own.gone + 1 < enough:
                return False
            elsewhere = (link.c.article == own.article, link.c.key != own.key, link.c.gone < enough)
            if connection.execute(select(link.c.id).where(*elsewhere).limit(1)).first() is None:
                return withdraw(connection, own.article, now)
            unseen = (*elsewhere, link.c.gone == 0, link.c.next_visit > now)
            connection.execute(update(link).where(*unseen).values(next_visit=now))
            return False

    def compare(self, source: str, shown: Iterable[str], now: datetime) -> None:
        """Makes articles due of which a source's list says that they have left, or come back.

        ``shown`` is the whole list (keys; see ``address_key``). What it should show and does not are
        the articles published after half of those that it shows: older ones make room for new
        ones, and a list may begin with some that were pinned to its top.
        """
        with self._engine.begin() as connection:
            known = (
                select(link.c.id, link.c.key, link.c.article, article.c.published, article.c.withdrawn)
                .join(article, article.c.id == link.c.article)
                .where(link.c.source == source)
                .order_by(article.c.published.desc())
            )
            keys, rows = set(shown), connection.execute(known).all()
            there = {row.article: row.published for row in rows if row.key in keys}
            middle = sorted(there.values())[len(there) // 2] if there else now
            back = [row.id for row in rows if row.withdrawn and row.key in keys]
            missing = [
                row.id for row in rows if not row.withdrawn and row.article not in there and row.published > middle
            ]
            doubtful = [*missing[:_MOST_DOUBTFUL], *back[:_MOST_DOUBTFUL]]
            due = update(link).where(link.c.id.in_(doubtful), link.c.next_visit > now)
            connection.execute(due.values(next_visit=now))

    def remove(self, due: DueLink) -> None:
        """Takes out the link to an article that was to be forgotten."""
        with self._engine.begin() as connection:
            connection.execute(delete(link).where(link.c.id == due.id))

    def dates(self, source: str, keys: Iterable[str]) -> list[datetime]:
        """When the articles behind these links were published (keys: see ``address_key``); not of those never taken."""
        shown = set(keys)
        query = select(link.c.key, article.c.published).join(article, article.c.id == link.c.article)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(link.c.source == source))
            return [row.published for row in rows if row.key in shown]

    def waiting(self, source: str) -> int:
        """How many links of a source were shown but never taken."""
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(link).where(link.c.source == source, _untaken())
            return connection.execute(query).scalar_one()


def _try_less(connection: Connection, due: DueLink, now: datetime) -> None:
    failures = connection.execute(select(link.c.failures).where(link.c.id == due.id)).scalar_one() + 1
    days = min(2 ** (failures - _PATIENCE), _LONGEST_REST.days)
    pause = timedelta(0) if failures < _PATIENCE else timedelta(days=days)
    connection.execute(update(link).where(link.c.id == due.id).values(failures=failures, next_visit=now + pause))


def _untaken() -> ColumnElement[bool]:
    return or_(link.c.taken_stamp.is_(None), link.c.taken_stamp != link.c.stamp)


def _next_visit(published: datetime, now: datetime, number: int) -> datetime:
    """The next of REVISITS, counted from publication, and then once a year; at least half a day from now.

    The yearly visits to articles that came in together are spread over a quarter of a year by
    their ``number``.
    """
    for pause in REVISITS:
        if published + pause > now + timedelta(hours=12):
            return published + pause
    return now + YEARLY + timedelta(days=number % 90)
