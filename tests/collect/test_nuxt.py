"""The payload of a Nuxt page is read as its script would read it, however it is made."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tweeklank.collect.extract import extract
from tweeklank.collect.nuxt import unflattened
from tweeklank.collect.text import plain_text

PAGE = Path(__file__).parent / "collection" / "nuxt-payload-potgrond.html"
SECONDS = 4.0  # milliseconds are usual


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        ([{"titel": 1, "tags": 2}, "Turf", [3, 1], "veen"], {"titel": "Turf", "tags": ["veen", "Turf"]}),
        ([["ShallowReactive", 1], {"data": 2}, ["Reactive", 3], ["Ref", 4], "Turf"], {"data": "Turf"}),
        ([{"datum": 1}, ["Date", "2025-03-04T08:00:00.000Z"]], {"datum": "2025-03-04T08:00:00.000Z"}),
        ([["Set", 1, 2], "veen", "kokos"], ["veen", "kokos"]),
        ([["Map", 1, 2], "veen", "Turf"], {"veen": "Turf"}),
        ([["null", "veen", 1], "Turf"], {"veen": "Turf"}),
        ([[-7, 5, 2, 1], "Turf"], ["Turf"]),
        ([{"leeg": -1, "niets": 1, "nul": 2}, None, 0], {"niets": None, "nul": 0}),
        (["Turf"], "Turf"),
    ],
)
def test_every_kind_of_value_is_read(payload: list[Any], value: Any) -> None:
    assert unflattened(payload) == value


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        ([{"zelf": 0, "titel": 1}, "Turf"], {"titel": "Turf"}),
        ([{"deel": 1}, {"geheel": 0, "titel": 2}, "Turf"], {"deel": {"titel": "Turf"}}),
        ([["Ref", 0]], None),
        ([[]], []),
        ([], None),
        ({"data": 0}, None),
        (-1, None),
        ([["Onbekend", 1], "Turf"], None),
        ([{"a": "1", "b": 9, "c": True, "d": 1.0, "e": [1]}, "Turf"], {}),
        ([["Date"], "Turf"], None),
    ],
)
def test_a_value_in_itself_and_one_that_is_not_there_are_left_out(payload: Any, value: Any) -> None:
    assert unflattened(payload) == value


HOSTILE = {
    "each in the next, many times": [*([n + 1] * 10 for n in range(300)), "Turf"],
    "each in the next, once": [*([n + 1] for n in range(200_000)), "Turf"],
    "one long list everywhere": [[1] * 400_000, [2] * 400_000, "Turf"],
    "one long text everywhere": [[1] * 400_000, "Turf " * 400_000],
    "wrapped in itself": [[1] * 400_000, ["Ref", 1]],
    "all in all": [list(range(2_000))] * 2_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_short_payload_does_not_become_a_long_one(name: str) -> None:
    begun = time.process_time()
    value = json.dumps(unflattened(HOSTILE[name]))
    assert len(value) < 10_000_000
    assert time.process_time() - begun < SECONDS


def test_an_article_that_stands_in_itself_is_read_once() -> None:
    html = PAGE.read_text("utf-8")
    start = html.index(">[[") + 1
    payload = json.loads(html[start : html.index("</script>", start)])
    (article,) = (part for part in payload if isinstance(part, dict) and "auteur" in part)
    payload[article["tekst"]].append(payload.index(article))
    cyclic = html[:start] + json.dumps(payload) + html[html.index("</script>", start) :]
    url = "https://www.tuinbranche.example/nieuws/potgrond-zonder-turf"
    assert plain_text(extract(cyclic, url).body) == plain_text(extract(html, url).body)
