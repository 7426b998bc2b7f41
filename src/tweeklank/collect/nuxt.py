"""The payload of a Nuxt 3 page: a flat JSON array whose objects and arrays hold indices into that array.

The format is that of devalue (https://github.com/sveltejs/devalue, ``stringify``): the first value is the outermost,
a negative index stands for what JSON cannot say, and an array that begins with a name is of that type. One value may
stand in many places, even in itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

PAYLOAD_ID = "__NUXT_DATA__"
"""The id of the script that holds it."""

_MOST_VALUES = 20_000  # with every place of a value counted: a short payload can have billions
_MOST_REPEATED = 4  # times the characters of the payload
_DEEPEST = 100  # containers in each other
_WRAPPERS = frozenset(("Reactive", "ShallowReactive", "Ref", "ShallowRef", "EmptyRef", "EmptyShallowRef", "NuxtError"))
_WRITTEN = frozenset(("Date", "BigInt", "URL", "URLSearchParams"))
_SPARSE = -7


@dataclass(frozen=True)
class _Slot:
    """A place in a ``holder`` for the value at an ``index``. ``within``: the indices of all that it is in."""

    holder: Any
    key: Any
    index: Any
    within: tuple[int, ...] = ()


def unflattened(payload: Any) -> Any:
    """The outermost value of a payload with all that it refers to in it; None if it is no payload.

    Values that are not there, are in themselves, or are deeper or more than those of a page, are left out.
    Takes time in proportion to the payload.
    """
    if not isinstance(payload, list):
        return None
    outermost: list[Any] = []
    values, characters = _MOST_VALUES, _MOST_REPEATED * sum(map(len, _texts(payload)))
    waiting = deque([_Slot(outermost, 0, 0)])
    while waiting:
        slot = waiting.popleft()
        index = _unwrapped(payload, slot.index)
        if index is None or index in slot.within or len(slot.within) > _DEEPEST:
            continue
        value, held = _opened(payload[index], payload)
        characters -= len(value) if isinstance(value, str) else 0
        if characters < 0:
            break
        _put(slot, value)
        within = (*slot.within, index)
        before = len(waiting)
        waiting.extend(_Slot(value, key, place, within) for key, place in islice(held, values))
        values -= len(waiting) - before
    return outermost[0] if outermost else None


def _texts(payload: list[Any]) -> Iterator[str]:
    for part in payload:
        yield from (text for text in (part if isinstance(part, list) else [part]) if isinstance(text, str))


def _put(slot: _Slot, value: Any) -> None:
    if isinstance(slot.holder, dict):
        slot.holder[slot.key] = value
    else:
        slot.holder.append(value)


def _unwrapped(payload: list[Any], index: Any) -> int | None:
    """The index of what stands at an index, behind what makes it reactive; None for nothing."""
    for _ in range(_DEEPEST):
        if type(index) is not int or not 0 <= index < len(payload):
            return None
        value = payload[index]
        if not (isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and value[0] in _WRAPPERS):
            return index
        index = value[1]
    return None


def _opened(value: Any, payload: list[Any]) -> tuple[Any, Iterable[tuple[Any, Any]]]:
    """A value of the payload, empty if it is a container, and the keys and indices of what is in it."""
    if isinstance(value, dict):
        return {}, value.items()
    if not isinstance(value, list):
        return value, ()
    kind = value[0] if value else None
    if not isinstance(kind, str):
        return [], enumerate(islice(value, 3, None, 2) if kind == _SPARSE else value)
    return _typed(kind, islice(value, 1, None), payload)


def _typed(kind: str, rest: Iterator[Any], payload: list[Any]) -> tuple[Any, Iterable[tuple[Any, Any]]]:
    """What ``_opened`` gives for the ``rest`` of an array that begins with a name."""
    if kind == "Set":
        return [], enumerate(rest)
    if kind == "Map":
        return {}, ((_key(payload, key), held) for key, held in _pairs(rest))
    if kind == "null":
        return {}, ((str(key), held) for key, held in _pairs(rest))
    return next((text for text in rest if isinstance(text, str)), None) if kind in _WRITTEN else None, ()


def _pairs(values: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(values, values, strict=False)


def _key(payload: list[Any], index: Any) -> str:
    """The text at an index; anything else that a map is keyed by tells nothing."""
    at = _unwrapped(payload, index)
    return payload[at] if at is not None and isinstance(payload[at], str) else ""
