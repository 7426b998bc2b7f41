"""The JSON Schema of config.toml, for editors and other checkers.

It is made by reading a configuration that is not there: an Outline stands where a Table would, and
writes down what the reader asks of it. So the schema knows every key, range and choice that the
reader knows, and none of them is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

from tweeklank.article import Language
from tweeklank.config.read import KEYS, read_config
from tweeklank.config.settings import Config
from tweeklank.config.table import Table

_ADDRESS = r"^\s*https?://[^/?#\s]"
_SAMPLE = "https://example.org/"
_TEXTS = {"type": "array", "items": {"type": "string"}}


def config_schema() -> dict[str, Any]:
    """The schema, JSON Schema draft 7: what editors of TOML understand. A TOML date counts as its ISO text."""
    top = Outline("", KEYS, Config)
    read_config(top)
    about = "Tweeklank's configuration"
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": about, **top.schema()}


class Outline(Table):
    """A table without values, that describes what the reader asks for.

    ``kind`` is the dataclass whose docstring explains the keys. For the reader every known key is
    there, so that it asks for all of them.
    """

    def __init__(self, name: str, known: Iterable[str], kind: type | None) -> None:
        super().__init__(Path("config.toml"), name, dict.fromkeys(known), known)
        self.kind = kind
        self.properties: dict[str, dict[str, Any]] = {}
        self.required: list[str] = []
        self.rules: dict[str, Any] = {}
        self.tables_inside: dict[str, Outline] = {}
        self.optional: set[str] = set()
        self.lists: set[str] = set()

    def schema(self) -> dict[str, Any]:
        """What was asked for. Raises LookupError for a known key that the reader never asks for."""
        inside = {key: table.schema() for key, table in self.tables_inside.items()}
        required = [*self.required, *(k for k, made in inside.items() if "required" in made and k not in self.optional)]
        for key, made in inside.items():
            about = self._about(key)
            items = {"type": "array", "minItems": 1, "items": made} if key in self.lists else made
            self.properties[key] = items | ({"description": about} if about else {})
        forgotten = [key for key in self.values if key not in self.properties]
        if forgotten:
            raise LookupError(f"[{self.name}] knows {forgotten}, and the reader asks for none of them")
        schema: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": self.properties}
        return schema | ({"required": required} if required else {}) | self.rules

    def _about(self, key: str) -> str:
        return _said_of(key, self.kind) or _said_of(self.key(key), Config)

    def _note(self, key: str, **said: Any) -> None:
        about = self._about(key)
        self.properties[key] = said | ({"description": about} if about else {})

    def text(self, key: str, default: str | None = None) -> str:
        self._note(key, type="string", **({} if default is None else {"default": default}))
        if default is None:
            self.required.append(key)
        return _SAMPLE if default is None else default

    def number(self, key: str, default: float, least: float, most: float) -> float:
        self._note(key, type="number", default=default, minimum=least, maximum=most)
        return default

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        self._note(key, type="integer", default=default, minimum=least, maximum=most)
        return default

    def truth(self, key: str) -> bool:
        self._note(key, type="boolean", default=False)
        return False

    def choice(self, key: str, choices: list[str]) -> str:
        self._note(key, enum=choices, default=choices[0])
        return choices[0]

    def matching(self, key: str, pattern: str, mend: str) -> str:  # noqa: ARG002
        self.text(key)
        self.properties[key]["pattern"] = rf"^\s*(?:{pattern})\s*$"
        return _SAMPLE

    def address(self, key: str, default: str | None = None) -> str:
        value = self.text(key, default)
        self.properties[key]["pattern"] = _ADDRESS if default != "" else rf"^\s*$|{_ADDRESS}"
        return value

    def addresses(self, key: str) -> tuple[str, ...]:
        one = {"type": "string", "pattern": rf"^\s*$|{_ADDRESS}"}
        self._note(key, anyOf=[one, {"type": "array", "items": one}])
        return ()

    def selector(self, key: str) -> str:
        return self.text(key, "")

    def words(self, key: str) -> tuple[str, ...]:
        self._note(key, **_TEXTS, default=[])
        return ()

    def texts(self, key: str) -> tuple[str, ...]:
        self._note(key, anyOf=[{"type": "string"}, _TEXTS], default=[])
        return ()

    def texts_by_name(self, key: str) -> Mapping[str, tuple[str, ...]]:
        self._note(key, type="object", additionalProperties={"anyOf": [{"type": "string"}, _TEXTS]}, default={})
        return {}

    def day(self, key: str) -> date | None:
        self._note(key, type="string", format="date", pattern=r"^\d{4}-\d\d-\d\d$")
        return None

    def both_languages(self, key: str, default: str) -> Mapping[Language, str]:
        languages = [language.value for language in Language]
        each: dict[str, Any] = {"type": "object", "additionalProperties": False, "required": languages}
        each["properties"] = {language: {"type": "string"} for language in languages}
        self._note(key, anyOf=[{"type": "string"}, each])
        return dict.fromkeys(Language, default)

    def exactly_one(self, keys: Iterable[str]) -> None:
        given = {"minLength": 1, "minItems": 1}
        self.rules["oneOf"] = [{"required": [key], "properties": {key: given}} for key in keys]

    def table(self, key: str, known: Iterable[str]) -> Table:
        return self._inside(key, known)

    def table_if_any(self, key: str, known: Iterable[str]) -> Table | None:
        self.optional.add(key)
        return self._inside(key, known)

    def tables(self, key: str, known: Iterable[str], missing: str) -> list[Table]:  # noqa: ARG002
        self.lists.add(key)
        return [self._inside(key, known)]

    def selectors(self, key: str, known: Iterable[str]) -> Mapping[str, str]:
        table = self.table(key, known)
        return {part: table.selector(part) for part in known}

    def _inside(self, key: str, known: Iterable[str]) -> Outline:
        self.tables_inside[key] = Outline(self.key(key), known, _kind(self.kind, key))
        return self.tables_inside[key]


def _kind(outer: type | None, key: str) -> type | None:
    """The dataclass that a table becomes: that of the field with its name."""
    hint = get_type_hints(outer).get(key) if outer else None
    return next((kind for kind in (hint, *get_args(hint)) if isinstance(kind, type) and is_dataclass(kind)), None)


def _said_of(key: str, kind: type | None) -> str:
    """The sentences of a docstring that name a key."""
    text = " ".join(((kind and kind.__doc__) or "").split())
    sentences = re.split(r"(?<=\.) (?=[A-Z`])", text)
    return " ".join(sentence for sentence in sentences if f"``{key}``" in sentence).replace("``", "")
