"""The [alerts] table → Alerts."""

from __future__ import annotations

import re

from tweeklank.config.settings import Alerts, Email
from tweeklank.config.table import Table

_MAIL_ADDRESS = re.compile(r"[^@\s<>(),;:\"]+@[^@\s<>(),;:\"]+")


def read_alerts(top: Table) -> Alerts:
    """Raises ConfigError."""
    table = top.table("alerts", ["webhook", "email", "after"])
    return Alerts(
        webhook=table.address("webhook", ""),
        email=_email(table) if "email" in table.values else None,
        after=table.whole("after", 3, 1, 1000),
    )


def _email(alerts: Table) -> Email:
    table = alerts.table("email", ["to", "from", "smtp", "user", "password_env"])
    to, sender = (_mail_address(table, key) for key in ("to", "from"))
    smtp = table.text("smtp")
    host, _, port = smtp.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise table.wrong("smtp", f'must be host:port, like "localhost:25", not {smtp!r}.')
    user, password_env = table.text("user", ""), table.text("password_env", "")
    if bool(user) != bool(password_env):
        raise table.wrong("user", "and password_env belong together: one is there and the other is not.")
    return Email(to, sender, smtp, user, password_env)


def _mail_address(table: Table, key: str) -> str:
    address = table.text(key)
    if not _MAIL_ADDRESS.fullmatch(address):
        raise table.wrong(key, f'must be a mail address, like "you@example.org", not {address!r}.')
    return address
