"""The crontab line, read as cron reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ready_files import DEPLOY, TWEEKLANK, understood

from tweeklank.times import Times, from_crontab


def test_the_crontab_line_syncs_every_half_hour_and_mails_only_failures() -> None:
    lines = (DEPLOY / "cron/tweeklank").read_text().splitlines()
    (line,) = (line for line in lines if line and line[0] not in "#MP")
    *fields, user, command = line.split(maxsplit=6)
    times = Times(from_crontab(" ".join(fields), UTC))
    first = times.after(datetime(2026, 11, 22, tzinfo=UTC))
    assert times.after(first) - first == timedelta(minutes=30)
    assert first.minute not in (0, 30)
    assert user == "tweeklank"
    binary, _, arguments = command.removesuffix(" >/dev/null").partition(" ")
    assert binary == TWEEKLANK
    assert understood(arguments)["command"] == "sync"
    assert command.endswith(" >/dev/null")
    assert "%" not in command  # to cron, the end of the line
