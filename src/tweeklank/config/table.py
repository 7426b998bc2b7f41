"""A TOML table whose values are checked as they are read; every mistake is one sentence with its mend."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import soupsieve

from tweeklank.article import Language, TweeklankError


class ConfigError(TweeklankError):
    """The configuration cannot be used as it is."""


class Table:
    """A TOML table that knows where it stands and what may stand in it.

    The JSON Schema is made of the same calls (see ``config.schema``): what a method checks here, its
    namesake there describes.
    """

    def __init__(self, file: Path, name: str, values: Any, known: Iterable[str]) -> None:
        self.file, self.name = file, name
        if not isinstance(values, dict):
            raise ConfigError(f"{file}: {name} must be a table, like [{name}].")
        self.values: dict[str, Any] = values
        for key in values:
            if key not in set(known):
                near = difflib.get_close_matches(key, known, 1, 0.5)
                mend = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known)}."
                raise ConfigError(f"{file}: unknown key {self.key(key)!r}; {mend}")

    def key(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def wrong(self, key: str, mend: str) -> ConfigError:
        return ConfigError(f"{self.file}: {self.key(key)} {mend}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing.")
        if not isinstance(value, str):
            raise self.wrong(key, f"must be text in quotes, not {value!r}.")
        return value.strip()

    def number(self, key: str, default: float, least: float, most: float) -> float:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.wrong(key, f"must be a number from {least:g} to {most:g}, not {value!r}.")
        return value

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        value = self.number(key, default, least, most)
        if value != int(value):
            raise self.wrong(key, f"must be a whole number, not {value!r}.")
        return int(value)

    def truth(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, f"must be true or false, not {value!r}.")
        return value

    def choice(self, key: str, choices: list[str]) -> str:
        """One of a few words; the first one if the key is left out."""
        value = self.text(key, choices[0])
        if value not in choices:
            raise self.wrong(key, f"must be {' or '.join(map(repr, choices))}, not {value!r}.")
        return value

    def address(self, key: str, default: str | None = None) -> str:
        value = self.text(key, default)
        if value or default is None:
            self._check_address(key, value)
        return value

    def _check_address(self, key: str, value: str) -> None:
        if not is_web_address(value):
            raise self.wrong(key, f'must be a web address, like "https://example.org/nieuws", not {value!r}.')
        if "@" in urlsplit(value).netloc:
            raise self.wrong(key, "must not hold a name and password: addresses end up in feeds and logs.")

    def matching(self, key: str, pattern: str, mend: str) -> str:
        """A text that a regular expression describes from its first to its last character."""
        value = self.text(key)
        if not re.fullmatch(pattern, value):
            raise self.wrong(key, f"must be {mend}, not {value!r}.")
        return value

    def addresses(self, key: str) -> tuple[str, ...]:
        """One web address or a list of them; none if the key is left out."""
        for value in self.texts(key):
            self._check_address(key, value)
        return self.texts(key)

    def selector(self, key: str) -> str:
        value = self.text(key, "")
        if value:
            try:
                soupsieve.compile(value)
            except (soupsieve.SelectorSyntaxError, ValueError) as error:
                reason = str(error).splitlines()[0]
                raise self.wrong(key, f"is not a CSS selector: {value!r} ({reason})") from None
        return value

    def words(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.wrong(key, f'must be a list of texts, like ["metaal"], not {value!r}.')
        return tuple(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of them; none if the key is left out. Empty ones do not count."""
        value = self.values.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
            raise self.wrong(key, f"must be a text or a list of texts, not {value!r}.")
        return tuple(text.strip() for text in listed if text.strip())

    def texts_by_name(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """A table with names of one's own, and for each of them one text or a list of them."""
        values = self.values.get(key, {})
        table = Table(self.file, self.key(key), values, values)
        return {name: table.texts(name) for name in table.values}

    def day(self, key: str) -> date | None:
        value = self.values.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        raise self.wrong(key, f"must be a date without quotes, like 2024-01-01, not {value!r}.")

    def both_languages(self, key: str, default: str) -> Mapping[Language, str]:
        value = self.values.get(key, default)
        if isinstance(value, str):
            return dict.fromkeys(Language, value)
        table = Table(self.file, self.key(key), value, [language.value for language in Language])
        return {language: table.text(language) for language in Language}

    def table(self, key: str, known: Iterable[str]) -> Table:
        return Table(self.file, self.key(key), self.values.get(key, {}), known)

    def table_if_any(self, key: str, known: Iterable[str]) -> Table | None:
        return self.table(key, known) if key in self.values else None

    def tables(self, key: str, known: Iterable[str], missing: str) -> list[Table]:
        """A list of tables, counted from 1; at least one, else ``missing`` is the mend."""
        listed = self.values.get(key, [])
        if not isinstance(listed, list) or not listed:
            raise ConfigError(f"{self.file}: {missing}")
        return [Table(self.file, f"{key}[{number}]", values, known) for number, values in enumerate(listed, 1)]

    def selectors(self, key: str, known: Iterable[str]) -> Mapping[str, str]:
        table = self.table(key, known)
        return {part: table.selector(part) for part in table.values}

    def exactly_one(self, keys: Iterable[str]) -> None:
        """Whether one of ``keys``, and only one, is given and not empty."""
        *all_but_last, last = keys
        if sum(bool(self.values.get(key)) for key in (*all_but_last, last)) != 1:
            raise ConfigError(f"{self.file}: {self.name} needs exactly one of {', '.join(all_but_last)} and {last}.")


def is_web_address(url: str) -> bool:
    """Whether ``url`` is an absolute http(s) address with a host that may exist (RFC 3490) and a valid port."""
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
