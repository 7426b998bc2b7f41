"""A source's rhythm: failing and quiet ones are asked less often, and come back at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tweeklank.store import Store
from tweeklank.store.sources import LONGEST_PAUSE, PATIENCE, QUIET_PAUSE, SourceState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def failed(times: int, settings: str = "a") -> SourceState:
    state = SourceState("bron")
    for _ in range(times):
        state = state.failed(NOW, settings, "geen antwoord")
    return state


def rest(state: SourceState) -> timedelta:
    return (state.next_try or NOW) - NOW


def test_a_source_that_keeps_failing_rests_longer_and_longer() -> None:
    hours = [rest(failed(times)) / timedelta(hours=1) for times in range(1, 9)]
    assert hours == [0, 0, 1, 2, 4, 8, 12, 12]


@given(st.integers(1, 10_000))
def test_no_number_of_failures_makes_the_rest_longer_than_its_bound(times: int) -> None:
    state = SourceState("bron", failures=times, settings="a").failed(NOW, "a", "geen antwoord")
    assert rest(state) <= LONGEST_PAUSE


def test_a_server_that_asks_for_more_time_gets_it_up_to_the_bound() -> None:
    for asked, granted in ((3 * 3600.0, timedelta(hours=3)), (1e15, LONGEST_PAUSE)):
        assert rest(SourceState("bron").failed(NOW, "a", "bezet", asked)) == granted


def test_one_success_brings_a_failing_source_back_to_the_normal_rhythm() -> None:
    state = failed(6)
    assert state.rests(NOW, "a")
    state = state.succeeded(NOW, "a", news=False)
    assert (state.failures, state.next_try, state.last_error, state.last_success) == (0, None, "", NOW)


def test_a_source_whose_configuration_changed_is_asked_at_once_and_counted_anew() -> None:
    state = failed(6)
    assert not state.rests(NOW, "b")
    assert state.failed(NOW, "b", "geen antwoord").failures == 1


def test_a_quiet_source_rests_an_hour_for_each_week_of_silence() -> None:
    state = SourceState("bron").succeeded(NOW, "a", news=True)
    rests = []
    for weeks in (0, 1, 2, 4, 6, 100):
        now = NOW + timedelta(weeks=weeks)
        after = state.succeeded(now, "a", news=False)
        rests.append(((after.next_try or now) - now) / timedelta(hours=1))
    assert rests == [0, 0, 2, 4, 6, 6]
    assert max(rests) == QUIET_PAUSE / timedelta(hours=1)
    assert state.succeeded(NOW + timedelta(weeks=100), "a", news=True).next_try is None


def test_a_source_that_never_had_news_keeps_the_normal_rhythm() -> None:
    assert SourceState("bron").succeeded(NOW, "a", news=False).next_try is None


def test_a_state_is_kept_as_it_is(store: Store) -> None:
    assert store.sources.state("bron") == SourceState("bron")
    for state in (failed(PATIENCE), failed(6), failed(6).succeeded(NOW, "a", news=True)):
        store.sources.keep(state)
        assert store.sources.state("bron") == state
    store.sources.keep(SourceState("andere"))
    assert [state.source for state in store.sources.all()] == ["andere", "bron"]
