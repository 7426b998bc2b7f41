"""Forgetting an article: its words leave the store, and the output folder at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from tweeklank.article import TweeklankError
from tweeklank.config import Config
from tweeklank.publish import publish
from tweeklank.publish.status import publish_status
from tweeklank.publish.websub import announce
from tweeklank.store import Store, open_store
from tweeklank.store.lock import alone


class UnknownArticleError(TweeklankError):
    """No article was ever known under an address."""


@dataclass(frozen=True)
class Known:
    """An article to forget: its title, empty if it is forgotten already, and the addresses of its copies."""

    title: str
    copies: tuple[str, ...]


def article_at(config: Config, url: str) -> Known:
    """The article at an address, its publisher's or one here. Raises UnknownArticleError."""
    with open_store(config.store_url) as store:
        article = _article(store, url)
        return Known(store.forgetting.title(article), tuple(store.forgetting.copies(article)))


def forget_article(config: Config, url: str) -> list[str]:
    """Deletes an article, its copies and all that was made of it, from the store and the output folder.

    Done again it completes what was interrupted. Returns what failed, in sentences. Raises
    UnknownArticleError, LockedError, StoreError and PublishError.
    """
    with alone(config.store_url), open_store(config.store_url) as store:
        store.forgetting.forget(_article(store, url), datetime.now(UTC))
        published = publish(config, store).with_more(publish_status(config, store))
        failures = announce(config, published)
        if not store.forgetting.scrub():
            failures.append(
                f"{config.store_url}: another program keeps the store open, so its files may still hold the "
                "deleted words; end that program and run the same command again."
            )
    return failures


def _article(store: Store, url: str) -> int:
    article = store.forgetting.find(url)
    if article is None:
        raise UnknownArticleError(f"{url}: no article was ever collected from there, and it is no article's page here.")
    return article
