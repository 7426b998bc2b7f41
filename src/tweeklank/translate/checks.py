"""Checks on a translated sentence: what they find is never published silently."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORDS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
]
_ORDINALS = [
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth"),
]
_VERBATIM = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)[@#]\w+")
_LOOP = re.compile(r"(\b\S.{0,40}?)(?:[\s,]+\1){3,}|(\S{1,6}?)\2{5,}", re.IGNORECASE)


def fault(source: str, target: str) -> str:
    """The name of the first check that a translation fails, or nothing.

    ``empty``, ``loop`` (words repeated over and over), ``length`` (far too short or long),
    ``number`` (one of the source is not in the target), ``verbatim`` (an address, @name or #tag is
    lost), ``untranslated`` (the Dutch came back).
    """
    if not re.search(r"\w", target):
        return "empty" if re.search(r"\w", source) else ""
    return next((name for name, fails in _CHECKS.items() if fails(source, target)), "")


def _loops(source: str, target: str) -> bool:
    return bool(_LOOP.search(target)) and not _LOOP.search(source)


def _lengths_differ(source: str, target: str) -> bool:
    a, b = len(source.split()), len(target.split())
    return b > a * 4 + 4 if a <= 3 else not 0.4 * a <= b <= 2.2 * a + 3


def _loses_verbatim(source: str, target: str) -> bool:
    return any(match.rstrip(".,;:)") not in target for match in _VERBATIM.findall(source))


def numbers_agree(dutch: str, english: str) -> bool:
    """Whether each number of the Dutch is in the English, in figures, in words, or as a time of day."""
    text = english.lower()
    made = Counter(_english(number) for number in _NUMBER.findall(_VERBATIM.sub("", english)))
    for number in _NUMBER.findall(_VERBATIM.sub("", dutch)):
        forms = _forms(number)
        figure = next((form for form in forms if made[form] > 0), None)
        if figure is not None:
            made[figure] -= 1
        elif not any(re.search(rf"\b{word}\b", text) for word in _in_words(number)):
            return False
    return True


def _english(number: str) -> str:
    """2,200 → 2200; 1.9 → 1.9; 14:30 → 14.30."""
    return re.sub(r",(?=\d{3}(?:\D|$))", "", number).replace(":", ".").replace(",", ".")


def _dutch(number: str) -> str:
    """2.200 → 2200; 1,9 → 1.9; 14:30 → 14.30."""
    return re.sub(r"\.(?=\d{3}(?:\D|$))", "", number).replace(":", ".").replace(",", ".")


def _forms(number: str) -> list[str]:
    forms = [_dutch(number), _english(number)]
    clock = re.fullmatch(r"([01]?\d|2[0-4])[.:](\d\d)", number)
    if clock:
        hour = (int(clock[1]) - 1) % 12 + 1
        forms += [f"{h}.{clock[2]}" for h in (hour, f"{hour:02}", int(clock[1]), f"{int(clock[1]):02}")]
        forms += [str(hour), str(int(clock[1]))] if clock[2] == "00" else []
    date = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", forms[0])
    if date:
        forms += [f"{date[3]}"]
    if re.fullmatch(r"\d0", number):
        forms += [f"19{number}", f"20{number}"]
    return forms


def _in_words(number: str) -> list[str]:
    if not number.isdigit() or int(number) >= len(_WORDS):
        return []
    value = int(number)
    words = [_WORDS[value], *_ORDINALS[value : value + 1]]
    return words + (["once", "one", "a", "an", "single"] if value == 1 else ["twice", "both"] if value == 2 else [])


def _is_untranslated(source: str, target: str) -> bool:
    """Whether the Dutch came back: most words the same, and among them small Dutch ones."""
    a, b = re.findall(r"[^\W\d_]+", source.lower()), re.findall(r"[^\W\d_]+", target.lower())
    small = {"de", "het", "een", "van", "niet", "voor", "zijn", "wordt", "naar", "bij", "ook", "aan", "dat", "met"}
    same = sum((Counter(a) & Counter(b)).values())
    return len(a) >= 4 and same >= 0.8 * len(a) and len(small & set(b)) >= 1


_CHECKS: dict[str, Callable[[str, str], bool]] = {
    "loop": _loops,
    "length": _lengths_differ,
    "verbatim": _loses_verbatim,
    "number": lambda source, target: not numbers_agree(source, target),
    "untranslated": _is_untranslated,
}
