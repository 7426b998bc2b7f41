"""The [alerts] table → Alerts."""

from __future__ import annotations

from tweeklank.config.settings import Alerts, Email
from tweeklank.config.table import Table

_MAIL_ADDRESS = r"[^@\s<>(),;:\"]+@[^@\s<>(),;:\"]+"
_PORT = r"6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3}"


def read_alerts(top: Table) -> Alerts:
    """Raises ConfigError."""
    table = top.table("alerts", ["webhook", "email", "after"])
    return Alerts(
        webhook=table.address("webhook", ""),
        email=_email(table),
        after=table.whole("after", 3, 1, 1000),
    )


def _email(alerts: Table) -> Email | None:
    table = alerts.table_if_any("email", ["to", "from", "smtp", "user", "password_env"])
    if table is None:
        return None
    to, sender = (_mail_address(table, key) for key in ("to", "from"))
    smtp = table.matching("smtp", rf"\S+:(?:{_PORT})", 'host:port, like "localhost:25"')
    user, password_env = table.text("user", ""), table.text("password_env", "")
    if bool(user) != bool(password_env):
        raise table.wrong("user", "and password_env belong together: one is there and the other is not.")
    return Email(to, sender, smtp, user, password_env)


def _mail_address(table: Table, key: str) -> str:
    return table.matching(key, _MAIL_ADDRESS, 'a mail address, like "you@example.org"')
