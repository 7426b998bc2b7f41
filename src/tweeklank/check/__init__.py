"""Looking whether everything is there that a sync needs, and whether what it published is sound."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from tweeklank.check.feeds import check_feeds
from tweeklank.check.finding import Finding, Grade, problem
from tweeklank.check.machine import check_disk, check_folders, check_glossary, check_model, check_settings, check_store
from tweeklank.check.network import check_network
from tweeklank.config import Config

__all__ = ["Finding", "Grade", "check", "problem"]


def check(config: Config) -> Iterator[Finding]:
    """Every check in turn, quick ones first. Asks each source for its listings and one article."""
    yield from check_settings(config)
    yield from check_folders(config)
    yield from check_disk(config)
    yield from check_store(config)
    yield check_glossary(config)
    yield check_model(config)
    yield from asyncio.run(check_network(config))
    yield from check_feeds(config, datetime.now(UTC))
