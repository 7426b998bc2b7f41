"""Collecting and translating spread over several machines, by jobs in the store's PostgreSQL database.

A sync hands out the work and waits; workers take it, a host or a batch of articles at a time. What
they make is in the store like anything else, so a job may be done twice without harm: what was
stored is not fetched or translated again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tweeklank import collect, translate
from tweeklank.article import TweeklankError
from tweeklank.config import Config, ConfigError
from tweeklank.store import Store
from tweeklank.translate.attempts import Progress


class WorkersError(TweeklankError):
    """Workers could not do, or did not do, what a sync asked of them."""


@dataclass
class Spread:
    """What the workers of one sync did, as if it had been one process. ``failures`` are sentences."""

    collected: collect.Collected = field(default_factory=collect.Collected)
    translated: translate.Translated = field(default_factory=translate.Translated)
    failures: list[str] = field(default_factory=list)


def hand_out(
    config: Config, store: Store, collecting: collect.Progress, translating: Progress, *, even_resting: bool
) -> Spread:
    """Lets workers collect and translate, and waits for them. Raises ConfigError, StoreError.

    ``even_resting``: see collect.
    """
    _needs_extra()
    from tweeklank.workers.foreman import Foreman  # noqa: PLC0415 - the extra may not be installed

    return asyncio.run(Foreman(config, store).hand_out(collecting, translating, even_resting=even_resting))


def work(config: Config) -> None:
    """Takes jobs until the process is asked to stop; one that is begun is finished.

    Raises ConfigError, StoreError, also if the database goes away.
    """
    if not config.workers.enabled:
        raise ConfigError(f"{config.path}: workers.enabled must be true, or no sync leaves a worker anything to do.")
    _needs_extra()
    from tweeklank.workers.worker import run  # noqa: PLC0415 - the extra may not be installed

    run(config)


def _needs_extra() -> None:
    try:
        import procrastinate  # noqa: F401, PLC0415 - the extra may not be installed
    except ImportError:
        mend = "install it: pip install 'tweeklank[workers]'."
        raise ConfigError(f"workers.enabled needs the program procrastinate; {mend}") from None
