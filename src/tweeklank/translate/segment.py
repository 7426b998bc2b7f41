"""From running text to sentences. The boundaries are sentencex's, with Dutch abbreviations minded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import sentencex

from tweeklank.translate.abbreviations import OTHERS, WRITTEN_OUT

LONGEST = 600  # characters; more than any model was trained on at once

_SHORT = "|".join(re.escape(short) for short in (*WRITTEN_OUT, *OTHERS))
_OPEN_END = re.compile(rf"(?:(?<!\w)(?:{_SHORT})|(?<!\w)[A-Z]\.|(?<!\w)\d{{1,2}}\.)\s*$", re.IGNORECASE)
# Abbreviations that never end a sentence: a name or a number follows.
_LEADING = frozenset({"dr.", "drs.", "ir.", "ing.", "mr.", "prof.", "mevr.", "mw.", "dhr.", "nr.", "art."})
_CONTINUES = re.compile(r"^[\"'“”‘’)\]]*(?:[a-zà-ÿ]|\d|[,;:)\]])")
# Ends that sentencex does not see, if a capital follows.
_ALSO_ENDS = re.compile(
    r"(?:…|\.\.\.|\b(?:enz|etc|e\.d|e\.a)\.|\w\.(?:nl|com|org|eu|net|be)\.)[”’\"')]*(?=\s+[‘“„\"'(]*[A-ZÀ-Þ])"
)
_PAUSES = (r";\s+", r"\s[–—]\s", r",\s+(?=(?:en|maar|want|dus|of|terwijl|waarbij)\s)", r",\s+", r"\s+")
_BREAKS = tuple(re.compile(pause) for pause in _PAUSES)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence in ``text``, without the white space around it.

    Nothing but white space lies between them. A sentence over LONGEST characters is cut at its
    best pause.
    """
    spans: list[tuple[int, int]] = []
    position = 0
    for piece in sentencex.segment("nl", text):
        start = text.index(piece, position)
        end = position = start + len(piece)
        if spans and _belongs(text[spans[-1][0] : spans[-1][1]], text[start:end]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    trimmed = (_trim(text, *span) for span in spans)
    divided = (part for span in trimmed for part in _divided(text, *span))
    return [part for start, end in divided if start < end for part in _cut(text, start, end)]


def _divided(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _ALSO_ENDS.finditer(text, start, end):
        yield _trim(text, start, match.end())
        start = match.end()
    yield _trim(text, start, end)


def _belongs(before: str, after: str) -> bool:
    """Whether a boundary was only the stop of an abbreviation, an initial or an ordinal."""
    end = _OPEN_END.search(before)
    if not end:
        return False
    if end[0].strip().lower() in _LEADING or re.fullmatch(r"[A-Z]\.|\d{1,2}\.", end[0].strip()):
        return True
    return bool(_CONTINUES.match(after))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def at_pause(text: str) -> list[tuple[int, int]]:
    """Two halves of a long sentence, cut at its best pause; the whole where there is none."""
    return _halves(text, 0, len(text), _BREAKS[:-1], 20) or [(0, len(text))]


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= LONGEST:
        return [(start, end)]
    middle = (start + end) // 2
    halves = _halves(text, start, end, _BREAKS, 60) or [(start, middle), (middle, end)]
    return [part for half in halves for part in _cut(text, *half)]


def _halves(
    text: str, start: int, end: int, breaks: Sequence[re.Pattern[str]], least: int
) -> list[tuple[int, int]] | None:
    for pause in breaks:
        places = [m.end() for m in pause.finditer(text, start + least, max(start, end - least))]
        if places:
            middle = min(places, key=lambda place: abs(place - (start + end) / 2))
            return [_trim(text, start, middle), _trim(text, middle, end)]
    return None
