"""When a schedule syncs: durations, and crontab lines read the way cron reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tweeklank.times import ScheduleError, Times, from_crontab, read_times

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def next_times(line: str, count: int, start: datetime = MONDAY) -> list[datetime]:
    times, found = Times(from_crontab(line, UTC)), [start]
    for _ in range(count):
        found.append(times.after(found[-1]))
    return found[1:]


def test_working_days_in_a_crontab_are_monday_to_friday() -> None:
    assert [f"{at:%a %H:%M}" for at in next_times("0 7 * * 1-5", 6)] == [
        "Mon 07:00", "Tue 07:00", "Wed 07:00", "Thu 07:00", "Fri 07:00", "Mon 07:00",
    ]  # fmt: skip


@pytest.mark.parametrize("sunday", ["0", "7", "sun", "SUN"])
def test_sunday_has_two_numbers_and_a_name(sunday: str) -> None:
    assert {f"{at:%a}" for at in next_times(f"0 7 * * {sunday}", 3)} == {"Sun"}


@given(st.integers(0, 6), st.integers(0, 7), st.integers(1, 3), st.booleans())
@settings(max_examples=50)
def test_every_range_of_days_means_those_days(first: int, last: int, step: int, named: bool) -> None:
    if first > last:
        first, last = last, first
    text = f"{NAMES[first % 7]}-{NAMES[last % 7]}" if named and first != 7 else f"{first}-{last}"
    days = {day % 7 for day in range(first, last + 1, step)}
    if named and first == 0 and last == 7:
        days = {0}  # sun-sun is one day
    met = {int(f"{at:%w}") for at in next_times(f"0 0 * * {text}/{step}", 8)}
    assert met == days


def test_a_day_of_the_month_and_a_day_of_the_week_are_alternatives() -> None:
    assert [f"{at:%a %d}" for at in next_times("0 0 1 * 0", 3, MONDAY)] == ["Sun 29", "Tue 01", "Sun 06"]


@pytest.mark.parametrize("line", ["", "* * * *", "60 * * * *", "* * * * 8", "* * * * 5-2", "x * * * *", "* * * * */0"])
def test_what_is_no_crontab_line_is_told_in_one_sentence(line: str) -> None:
    with pytest.raises(ScheduleError, match=r"^--cron .* is no crontab line \(.*\); five fields like"):
        from_crontab(line, UTC)


def test_a_time_that_never_comes_is_refused() -> None:
    with pytest.raises(ScheduleError, match="never comes"):
        from_crontab("0 0 31 2 *", UTC)


@given(st.text(max_size=20))
@settings(max_examples=200)
def test_no_text_does_anything_but_mean_times_or_be_refused(text: str) -> None:
    for options in ((text, "", "0s"), ("", text, "0s"), ("30m", "", text)):
        try:
            times = read_times(*options)
        except ScheduleError:
            continue
        assert times.after(MONDAY) > MONDAY


def test_chance_makes_a_sync_later_and_never_earlier() -> None:
    planned = Times(from_crontab("0 7 * * *", UTC))
    late = Times(planned.trigger, timedelta(minutes=5))
    delays = {late.after(MONDAY) - planned.after(MONDAY) for _ in range(50)}
    assert len(delays) > 40
    assert all(timedelta(0) <= delay < timedelta(minutes=5) for delay in delays)


@pytest.mark.parametrize(
    ("every", "cron", "jitter", "says"),
    [
        ("30", "", "0s", "--every must be a number with s, m, h or d"),
        ("0m", "", "0s", "longer than nothing"),
        ("30m", "* * * * *", "0s", "exclude each other"),
        ("10m", "", "10m", "must be shorter"),
        ("10m", "", "soon", "--jitter must be a number"),
    ],
)
def test_times_that_make_no_sense_are_told_in_one_sentence(every: str, cron: str, jitter: str, says: str) -> None:
    with pytest.raises(ScheduleError, match=says):
        read_times(every, cron, jitter)
