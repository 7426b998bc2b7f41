"""The [alerts] table: what it may say, and what is said of a mistake in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_config import SMALL
from tweeklank.config import Alerts, ConfigError, Email, load_config

WHOM = 'to = "a@b.example", from = "c@d.example"'


def read(folder: Path, alerts: str) -> Alerts:
    file = folder / "config.toml"
    file.write_text(f"{SMALL}\n{alerts}", "utf-8")
    return load_config(file).alerts


def test_nobody_is_alerted_unless_asked_for(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Alerts("", None, 3)


def test_both_ways_of_alerting_are_read(tmp_path: Path) -> None:
    alerts = f"""[alerts]
webhook = "https://hooks.example.org/x"
after = 5
email = {{ {WHOM}, smtp = "mail.example.org:587", user = "u", password_env = "P" }}
"""
    email = Email("a@b.example", "c@d.example", "mail.example.org:587", "u", "P")
    assert read(tmp_path, alerts) == Alerts("https://hooks.example.org/x", email, 5)


@pytest.mark.parametrize(
    ("alerts", "said"),
    [
        ('webhook = "hooks"', "alerts.webhook must be a web address"),
        ("after = 0", "alerts.after must be a number from 1"),
        ('emial = "x"', "did you mean 'email'?"),
        ('email = { to = "a@b.example" }', "alerts.email.from is missing"),
        (f'email = {{ {WHOM}, smtp = "localhost" }}', "alerts.email.smtp must be host:port"),
        (f'email = {{ {WHOM}, smtp = "localhost:99999" }}', "alerts.email.smtp must be host:port"),
        (f'email = {{ {WHOM}, smtp = "localhost:25", user = "u" }}', "belong together"),
        (f'email = {{ {WHOM}, smtp = "localhost:25", password = "geheim" }}', "unknown key 'alerts.email.password'"),
        (
            'email = { to = "a@b.example\\nBcc: x@y.example", from = "c@d.example", smtp = "h:1" }',
            "must be a mail address",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, alerts: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, f"[alerts]\n{alerts}")
    assert said in str(error.value)
