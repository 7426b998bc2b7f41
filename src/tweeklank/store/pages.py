"""The memory of conditional requests: validators of pages, and robots.txt files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from tweeklank.article import bounded
from tweeklank.store.schema import page


@dataclass(frozen=True)
class Validators:
    """What to send with the next request for an address (RFC 9110, section 13.1)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class KeptPage:
    """What is kept of an answer: all of a robots.txt, of others what is needed to ask only for what changed."""

    status: int
    body: str
    fetched: datetime
    validators: Validators = Validators()


class Pages:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def kept(self, url: str) -> KeptPage | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(page).where(page.c.url == bounded(url))).one_or_none()
        return KeptPage(row.status, row.body, row.fetched, Validators(row.etag, row.last_modified)) if row else None

    def remember(
        self, url: str, now: datetime, validators: Validators | None = None, status: int = 200, body: str = ""
    ) -> None:
        """Replaces what is known of an address; without validators the next request is unconditional."""
        validators = validators or Validators()
        with self._engine.begin() as connection:
            connection.execute(delete(page).where(page.c.url == bounded(url)))
            connection.execute(
                insert(page).values(
                    url=bounded(url),
                    etag=validators.etag,
                    last_modified=validators.last_modified,
                    fetched=now,
                    status=status,
                    # PostgreSQL has no place for NUL in a text.
                    body=body.replace("\0", ""),
                )
            )
