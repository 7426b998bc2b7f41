"""One article in two places is told from two articles that look alike."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tweeklank.store.likeness import KEYS, Words, drifted_apart, keys, same_article

TEXTS = tomllib.loads(Path(__file__).with_name("likeness.toml").read_text("utf-8"))
PAIRS = TEXTS["pairs"]
STORY = ("zand-t", "zand-1", "zand-2", "zand-3", "zand-4")
DOUBTFUL = {
    "without the end, with a line about the report",
    "figures, word for word, with an English spelling of names",
    "an abbreviation written out",
    "a rounded number",
}
"""One article each, but no rule could say so that keeps others apart."""


def words(names: Sequence[str], replaced: Mapping[str, str] | None = None, wrap: str = "<p>{}</p>") -> Words:
    found = "|".join(map(re.escape, sorted(replaced or {}, key=len, reverse=True)))
    told = [re.sub(found, lambda match: (replaced or {})[match[0]], TEXTS["paragraphs"][name]) if found else TEXTS["paragraphs"][name] for name in names]  # fmt: skip
    return Words.of(told[0], "", "".join(wrap.format(paragraph) for paragraph in told[1:]))


def both(pair: Mapping[str, Any]) -> tuple[Words, Words]:
    return words(pair["one"]), words(pair["other"], pair.get("with"))


def test_there_are_pairs_of_both_kinds() -> None:
    assert sum(pair["same"] for pair in PAIRS) >= 20
    assert sum(not pair["same"] for pair in PAIRS) >= 20
    assert {pair["why"] for pair in PAIRS if pair["same"]} >= DOUBTFUL


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["why"])
def test_pairs_are_judged_as_people_do_and_in_doubt_they_are_two(pair: dict[str, Any]) -> None:
    one, other = both(pair)
    assert same_article(one, other) == same_article(other, one) == (pair["same"] and pair["why"] not in DOUBTFUL)


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair["same"]], ids=lambda pair: pair["why"])
def test_one_article_in_two_places_is_found_by_its_keys_and_has_not_drifted_apart(pair: dict[str, Any]) -> None:
    one, other = both(pair)
    assert len(set(keys(one)) & set(keys(other))) >= 3
    assert not drifted_apart(one, other)


def test_keys_are_few_and_a_short_text_has_none() -> None:
    assert len(keys(words(STORY))) == KEYS
    assert keys(words(["kort-t", "kort-1"])) == []


def test_markup_does_not_matter() -> None:
    plain, marked = words(STORY), words(STORY, wrap='<div><h2></h2><p>{}<br></p></div><img src="x">')
    assert plain == marked
    linked = words(STORY, {"Truus Hamelink": '<a href="/h"><strong>Truus</strong> Hamelink</a>'})
    assert linked == plain


@settings(max_examples=60)
@given(at=st.integers(min_value=0), number=st.integers(min_value=0, max_value=9_999))
def test_no_text_is_the_same_with_another_number(at: int, number: int) -> None:
    names = ("cijfers-t", "cijfers-1", "cijfers-2", "cijfers-3")
    figures = list(re.finditer(r"\d+", TEXTS["paragraphs"]["cijfers-1"]))
    chosen = figures[at % len(figures)]
    told = TEXTS["paragraphs"]["cijfers-1"]
    changed = f"{told[: chosen.start()]}{number}{told[chosen.end() :]}"
    rest = "".join(f"<p>{TEXTS['paragraphs'][name]}</p>" for name in names[2:])
    one, other = (Words.of(TEXTS["paragraphs"]["cijfers-t"], "", f"<p>{first}</p>{rest}") for first in (told, changed))
    assert same_article(one, other) == (changed == told)


@settings(max_examples=60)
@given(
    one=st.lists(st.sampled_from(sorted(TEXTS["paragraphs"])), min_size=1, max_size=5),
    other=st.lists(st.sampled_from(sorted(TEXTS["paragraphs"])), min_size=1, max_size=5),
    odd=st.text(max_size=60),
)
def test_it_does_not_matter_which_text_was_first(one: list[str], other: list[str], odd: str) -> None:
    mine, theirs = words(one), words(other, {"Tiel": odd})
    assert same_article(mine, theirs) == same_article(theirs, mine)
    assert drifted_apart(mine, theirs) == drifted_apart(theirs, mine)
    assert same_article(mine, mine) == (len(mine.small) >= 50)
