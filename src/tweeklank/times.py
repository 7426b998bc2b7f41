"""When to sync: after an interval, or at the times of a crontab line."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from tweeklank.article import TweeklankError

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DAY_PART = re.compile(r"(?P<first>\*|[0-7]|[a-z]{3})(?:-(?P<last>[0-7]|[a-z]{3}))?(?:/(?P<step>[1-9][0-9]?))?")


class ScheduleError(TweeklankError):
    """The times to sync at make no sense."""


@dataclass(frozen=True)
class Times:
    """Moments without end. ``every`` is the interval between them, where there is one."""

    trigger: BaseTrigger
    jitter: timedelta = timedelta(0)
    every: timedelta | None = None

    def after(self, moment: datetime) -> datetime:
        """The first time after ``moment``, and a little later by chance, at most by ``jitter``."""
        # Only the moment counts, not the time before: what was missed is not made up for.
        planned: datetime = self.trigger.get_next_fire_time(None, moment + timedelta(microseconds=1))
        return planned + random.random() * self.jitter  # noqa: S311 - nobody needs to be kept from guessing it


def read_times(every: str, cron: str, jitter: str) -> Times:
    """Reads the options of `tweeklank schedule`; by default half-hourly. Raises ScheduleError."""
    late = _duration("--jitter", jitter)
    if cron and every:
        raise ScheduleError("--every and --cron exclude each other; choose one.")
    if cron:
        return Times(from_crontab(cron), late)
    pause = _duration("--every", every or "30m")
    if not pause:
        raise ScheduleError("--every must be longer than nothing, for example 30m.")
    if late >= pause:
        raise ScheduleError(f"--jitter {jitter} must be shorter than the time between two syncs.")
    return Times(IntervalTrigger(seconds=int(pause.total_seconds())), late, pause)


def _duration(option: str, text: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,6})([smhd])", text.strip())
    if not found:
        raise ScheduleError(f"{option} must be a number with s, m, h or d, for example 30m, not {text!r}.")
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def from_crontab(line: str, zone: tzinfo | None = None) -> BaseTrigger:
    """The five fields of a crontab line (POSIX crontab, vixie cron), by local time. Raises ScheduleError.

    As in cron, and unlike in APScheduler, 0 and 7 are Sunday, and with a day of the month and a day of
    the week either will do.
    """
    try:
        minute, hour, day, month, weekday = line.lower().split()
        rest: dict[str, object] = {"minute": minute, "hour": hour, "month": month, "timezone": zone}
        days = _weekdays(weekday)
        if day.startswith("*") or weekday.startswith("*"):
            trigger = CronTrigger(day=day, day_of_week=days, **rest)
        else:
            trigger = OrTrigger([CronTrigger(day=day, **rest), CronTrigger(day_of_week=days, **rest)])
    except ValueError as error:
        raise ScheduleError(
            f"--cron {line!r} is no crontab line ({error}); five fields like */30 6-22 * * 1-5."
        ) from None
    if trigger.get_next_fire_time(None, datetime.now(UTC)) is None:
        raise ScheduleError(f"--cron {line!r}: that time never comes.")
    return trigger


def _weekdays(field: str) -> str:
    """The days of a crontab field by name, for APScheduler counts them from Monday."""
    days: set[int] = set()
    for part in field.split(","):
        found = _DAY_PART.fullmatch(part)
        if not found:
            raise ValueError(f"no days of the week: {part!r}")
        if found["first"] == "*":
            first, last = 0, 6
        else:
            first = _day(found["first"])
            last = _day(found["last"]) if found["last"] else 6 if found["step"] else first
        # A range may end on Sunday.
        last = 7 if last == 0 < first else last
        if first > last:
            raise ValueError(f"the days of {part!r} stand the wrong way round")
        days |= set(range(first, last + 1, int(found["step"] or 1)))
    return ",".join(_DAYS[day % 7] for day in sorted(days))


def _day(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text not in _DAYS:
        raise ValueError(f"no day of the week: {text!r}")
    return _DAYS.index(text)
