"""Sentences as translation memory knows them: equal in all that a reader does not notice."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_SINGLE = dict.fromkeys(map(ord, "‘’‚‛′`´"), "'")
_DOUBLE = dict.fromkeys(map(ord, "“”„‟«»″"), '"')
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"), None)
_SAME = _SINGLE | _DOUBLE | _INVISIBLE


def normal_form(sentence: str) -> str:
    """The sentence with plain white space and quotes. Words, figures and punctuation stay as they are."""
    composed = unicodedata.normalize("NFC", sentence).translate(_SAME)
    return re.sub(r"\s+", " ", composed).strip()


def segment_key(sentence: str) -> str:
    """What two spellings of a sentence have in common, in a form of fixed length."""
    return hashlib.sha256(normal_form(sentence).encode()).hexdigest()
