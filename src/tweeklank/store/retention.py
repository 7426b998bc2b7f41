"""Articles that have left the publication: withdrawn by their publisher, or to be forgotten.

A withdrawn article is kept as it was, and comes back if its page does. One that stands on the sites
of several sources (see ``duplicates``) is withdrawn when the last of its pages is gone. Of a
forgotten one only its addresses, its id and hashes of its words are left (see ``forgetting``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Select, literal, select, update

from tweeklank.article import Deleted, address_key, article_slug
from tweeklank.store.duplicates import COPIES, entry_of, exchange, is_withdrawn, live_copies
from tweeklank.store.schema import address, article, forgotten, membership

FORGOTTEN_ADDRESSES: Select[str] = select(address.c.key).where(address.c.article.in_(select(forgotten.c.article)))


def withdraw(connection: Connection, article_id: int, now: datetime) -> bool:
    """Takes an article out of the publication; False if it was out already, or goes on with a page on another site."""
    for copy in live_copies(connection, article_id)[:1]:
        exchange(connection, article_id, copy, now)
        take_out(connection, copy, now)
        return False
    return take_out(connection, article_id, now) and entry_of(connection, article_id) == article_id


def take_out(connection: Connection, article_id: int, now: datetime) -> bool:
    """Takes an article out of the publication, whether it stands elsewhere or not; False if it was out already."""
    published = (article.c.id == article_id, article.c.withdrawn.is_(None))
    return connection.execute(update(article).where(*published).values(withdrawn=now, unsettled=True)).rowcount > 0


def take_back(connection: Connection, article_id: int, now: datetime) -> bool:
    """Puts an article into the publication again; False if its entry was never out."""
    entry = entry_of(connection, article_id)
    if entry == article_id:
        return _put_back(connection, entry, now)
    if not is_withdrawn(connection, entry):
        _put_back(connection, article_id, now)
        return False
    exchange(connection, entry, article_id, now)
    return _put_back(connection, entry, now)


def _put_back(connection: Connection, article_id: int, now: datetime) -> bool:
    withdrawn = connection.execute(select(article.c.withdrawn).where(article.c.id == article_id)).scalar_one()
    if withdrawn is None:
        return False
    back = {"withdrawn": None, "returned": max(now, withdrawn + timedelta(seconds=1)), "unsettled": True}
    connection.execute(update(article).where(article.c.id == article_id).values(back))
    return True


@dataclass(frozen=True)
class Unsettled:
    """An article that left the publication or came back, which older files of the output do not show yet."""

    article: int
    tag: str
    withdrawn: bool
    forgotten: bool

    @property
    def slug(self) -> str:
        return article_slug(self.tag)


class Retention:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def deleted(self, most: int, source: str | None = None, since: datetime | None = None) -> list[Deleted]:
        """The articles that left last, the last one first; of one source, and only those that left ``since``."""
        query = select(article.c.tag, article.c.withdrawn).where(
            article.c.withdrawn.is_not(None), article.c.id.not_in(COPIES)
        )
        if source is not None:
            query = query.where(article.c.id.in_(select(membership.c.article).where(membership.c.source == source)))
        if since is not None:
            query = query.where(article.c.withdrawn >= since)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(article.c.withdrawn.desc(), article.c.id.desc()).limit(most))
            return [Deleted(row.tag, row.withdrawn) for row in rows]

    def unsettled(self) -> list[Unsettled]:
        """What publishing has to look for in the files of earlier publications."""
        changed = (article.c.unsettled.is_(True), article.c.id.not_in(COPIES))
        is_forgotten = select(literal(1)).where(forgotten.c.article == article.c.id).exists()
        query = select(article.c.id, article.c.tag, article.c.withdrawn, is_forgotten.label("forgotten"))
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(*changed).order_by(article.c.id))
            return [Unsettled(row.id, row.tag, row.withdrawn is not None, bool(row.forgotten)) for row in rows]

    def settle(self, done: Iterable[Unsettled]) -> None:
        """Notes that the output folder shows what became of these."""
        ids = [one.article for one in done]
        if not ids:
            return
        with self._engine.begin() as connection:
            connection.execute(update(article).where(article.c.id.in_(ids)).values(unsettled=False))

    def is_forgotten(self, urls: Iterable[str], text_fingerprint: str) -> bool:
        """Whether a page is of an article that was to be forgotten: by its addresses, or by its words.

        One that is found at a new address is known by that from then on.
        """
        keys = {address_key(url) for url in urls if url}
        by_words = select(forgotten.c.article).where(forgotten.c.text_fingerprint == text_fingerprint)
        by_address = select(address.c.article).where(
            address.c.key.in_(keys), address.c.article.in_(select(forgotten.c.article))
        )
        with self._engine.begin() as connection:
            found = connection.execute(by_address).scalar() or connection.execute(by_words).scalar()
            if found is None:
                return False
            know_addresses(connection, found, keys)
            return True


def know_addresses(connection: Connection, article_id: int, keys: Iterable[str]) -> None:
    """Notes under which addresses an article was found; those of other articles stay theirs."""
    wanted = set(keys)
    known = set(connection.execute(select(address.c.key).where(address.c.key.in_(wanted))).scalars())
    for key in sorted(wanted - known):
        connection.execute(address.insert().values(key=key, article=article_id))
