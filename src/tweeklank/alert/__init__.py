"""Telling people that syncs fail, and that they no longer do.

Each way of telling keeps its own state: it carries the bad news once, the good news once, and what
it could not carry it tries again after the next sync.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tweeklank.alert.mail import send_mail
from tweeklank.alert.message import Message, failing, recovered
from tweeklank.alert.webhook import post
from tweeklank.config import Alerts, Config
from tweeklank.store import Store

log = logging.getLogger(__name__)

_WEBHOOK, _EMAIL = "webhook", "email"
_MOST_RUNS = 1000  # that are counted; config asks for no more
Send = Callable[[Message], None]


def tell(config: Config, store: Store, failures: list[str]) -> list[str]:
    """Sends what the end of a sync after which these ``failures`` stand calls for: mostly nothing.

    Call it once the sync is in the record of runs. Returns which deliveries failed, in sentences;
    the sync is not to blame for those.
    """
    told, undelivered = store.alerts.told(), []
    row = store.runs.failing_in_a_row(_MOST_RUNS)
    for channel, send in _channels(config.alerts):
        bad_news = bool(failures) and row >= config.alerts.after and channel not in told
        good_news = not failures and channel in told
        if not bad_news and not good_news:
            continue
        try:
            send(failing(config, failures, row) if bad_news else recovered(config))
        except (OSError, ValueError) as error:
            log.warning("alert by %s: %s", channel, error)
            undelivered.append(f"alert by {channel}: {error}")
            continue
        if bad_news:
            store.alerts.failing(channel, datetime.now(UTC))
        else:
            store.alerts.recovered(channel)
    return undelivered


def _channels(alerts: Alerts) -> Iterator[tuple[str, Send]]:
    if alerts.webhook:
        yield _WEBHOOK, lambda message: post(alerts.webhook, message)
    email = alerts.email
    if email:
        yield _EMAIL, lambda message: send_mail(email, message)
