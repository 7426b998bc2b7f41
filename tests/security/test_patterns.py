"""No pattern in the program can be made to think for minutes by a text that was written for it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import tweeklank
from tweeklank.collect.text import PageError, parse

LENGTH = 300  # characters; growth with the square of the length does not show here
SECONDS = 4.0  # milliseconds are usual; what grows faster than the square needs minutes
_CALLS = ("compile", "match", "search", "fullmatch", "sub", "split", "findall", "finditer", "subn")
PIECES = (
    " ", "\n", "\u00a0", "a", "A", "0", "1 ", "1.", "a ", "a-", "-", "_", ".", ",", "!", "?x=", "&", ";", ":", "/", "//", "(", "[", "'", '"',
    "“", "<", "<a ", "<!--", "<style", "<svg ", "</style", "</svg ", "<!DOCTYPE", "<?xml ", "<?", "&#", "@", "//a@", "Aa ", "é", "€ 1", "1,1",
    "1 januari ", "1-1-", "12:30 ", "foto ", "© ", "foto: a", "pagina ", " - ", " | ", "cookie ", "een dag ", "/nieuws", "2024/", "?token", "A. ",
    "mr. ", "lees ook ", "related ", "-deel", "\x00", "\U0001f600", "word lid ", "log in ", "alleen voor leden ", "the ", "<html", "<body",
)  # fmt: skip


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that a module of the package has by name, and every one that is written where it is used."""
    for module in pkgutil.walk_packages(tweeklank.__path__, "tweeklank."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            for number, found in enumerate(value if isinstance(value, list | tuple) else [value]):
                if isinstance(found, re.Pattern) and isinstance(found.pattern, str):
                    yield f"{module.name}:{name}{number or ''}", found
        yield from _written(module.name, Path(str(loaded.__file__)))


def _written(module: str, file: Path) -> Iterator[tuple[str, re.Pattern[str]]]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _CALLS
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield f"{module}:{node.lineno}", re.compile(node.args[0].value)


PATTERNS = dict(patterns())


def texts(length: int) -> Iterator[str]:
    """Each piece over and over, with something at the end that spoils what matched so far."""
    for piece in PIECES:
        yield (piece * (length // len(piece) + 1))[:length] + "\x01"


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) > 100
    assert "tweeklank.collect.credits:_MARKED" in PATTERNS


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_thinks_for_long(name: str) -> None:
    pattern = PATTERNS[name]
    for text in texts(LENGTH):
        begun = time.process_time()
        for _ in zip(range(10), pattern.finditer(text), strict=False):
            pass
        pattern.fullmatch(text)
        took = time.process_time() - begun
        assert took < SECONDS, f"{pattern.pattern!r} needs {took:.1f} s for {text[:20]!r}…"


SHORT, LONG = 10_000, 40_000  # characters; the square of their ratio is 16
MOST_GROWTH = 10
NOTICEABLE = 0.01  # seconds; what takes less for the short text takes a second for one of 100,000 characters at worst
_WHOLE = ("match", "fullmatch")


def uses() -> Iterator[tuple[str, str]]:
    """The patterns by name, each with the ways in which it is used: "search", or what else is known for certain."""
    known: dict[str, set[str]] = {}
    for module in {name.partition(":")[0] for name in PATTERNS}:
        loaded = importlib.import_module(module)
        for node in ast.walk(ast.parse(Path(str(loaded.__file__)).read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _CALLS:
                known.setdefault(f"{module}:{node.value.id}", set()).add(node.attr if node.attr in _WHOLE else "search")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _WHOLE:
                known.setdefault(f"{module}:{node.lineno}", set()).add(node.func.attr)
    named = {pattern.pattern for name, pattern in PATTERNS.items() if not name.rpartition(":")[2].isdigit()}
    for name, pattern in PATTERNS.items():
        if name.rpartition(":")[2].isdigit() and pattern.pattern in named:
            continue  # It has a name, and may have flags, in the same module.
        for way in sorted(known.get(name, {"search"})):
            yield name, way


@pytest.mark.parametrize(("name", "way"), list(uses()))
def test_no_pattern_grows_with_the_square_of_a_text(name: str, way: str) -> None:
    pattern = PATTERNS[name]
    use = {"match": pattern.match, "fullmatch": pattern.fullmatch, "search": lambda text: list(pattern.finditer(text))}
    for short, long in zip(texts(SHORT), texts(LONG), strict=True):
        if seconds(use[way], short, 1) < NOTICEABLE:
            continue
        before, after = seconds(use[way], short), seconds(use[way], long)
        if before >= NOTICEABLE:
            assert after < MOST_GROWTH * before, (
                f"{pattern.pattern!r}: {before:.3f} s, {after:.3f} s for {short[:20]!r}…"
            )


def seconds(use: Callable[[str], object], text: str, times: int = 3) -> float:
    """Of the processor's time; the best of a few times."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        use(text)
        taken.append(time.process_time() - begun)
    return min(taken)


PAGES = {
    "styles that do not end": "<style" * 100_000,
    "comments that do not end": "<!--" * 200_000,
    "drawings that end once": "<svg " * 100_000 + "</svg>",
    "ends of styles": "<style></style" + " </style" * 100_000,
}


@pytest.mark.parametrize("name", PAGES)
def test_what_never_ends_takes_no_minutes_to_strip(name: str) -> None:
    begun = time.process_time()
    with suppress(PageError):
        parse(PAGES[name])
    assert time.process_time() - begun < 10
