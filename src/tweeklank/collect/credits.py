"""Who made a picture: told from what is written around it."""

from __future__ import annotations

import copy
import re

from bs4 import Tag

from tweeklank.collect.text import class_names, tidy, words
from tweeklank.collect.tree import elements

_LONGEST_CAPTION = 1000
_LONGEST_CREDIT = 120
_WORD = r"(?i:foto(?:['’]?s|graaf|grafie)?|beeld|bron|illustratie|tekening|credits?|photos?|images?|copyright)"
_MARK = rf"(?:{_WORD}\s*(?::|©|(?i:door|by)\b)|©|\((?i:c)\))[\s:©]*"
_OPEN, _CLOSE = r"[\s(\[|/–—-]", r"\s*[)\]]?\s*\.?\s*$"
_AFTER = re.compile(rf"(?:{_OPEN}|^){_MARK}(?P<credit>[^|()\[\]]{{2,{_LONGEST_CREDIT}}}?){_CLOSE}")
_BEFORE = re.compile(
    rf"^{_OPEN}*(?:{_MARK}|{_WORD}\s+)(?P<credit>[^|]{{2,{_LONGEST_CREDIT}}}?)(?:(?<=\w\w\w)\.|\s*\|)\s+(?P<caption>\w.{{9,}})$"
)
_NAMED_AFTER = re.compile(
    rf"(?:[.!?]\s+|[(\[|/]\s*|^){_WORD}\s+(?P<credit>[^|()\[\]:]{{2,{_LONGEST_CREDIT}}}?){_CLOSE}"
)
_RIGHTS = re.compile(r"(?:alle rechten|all rights)\b.*", re.IGNORECASE)
_CREDIT_CLASS = re.compile(
    r"(?:^|[-_])(?:credits?|copyright|fotograaf|photographer|fotobron|image-?source|byline)(?:$|[-_])|[a-z]Credit",
    re.IGNORECASE,
)
_CREDIT_ATTRIBUTE = re.compile(r"data-(?:\w+-)?(?:credits?|photographer|fotograaf|copyright)", re.IGNORECASE)
_SMALL = frozenset("van de den der het ten ter te von di da el al voor via en and for of the".split())  # noqa: SIM905


def split_credit(caption: str) -> tuple[str, str]:
    """A caption and its credit: "Lassen © Shutterstock / X" or "Foto: Shutterstock / X. Lassen"."""
    caption = tidy(caption)[:_LONGEST_CAPTION]
    before = _BEFORE.match(caption)
    if before and (_MARKED.match(caption) or _is_name(before["credit"])):
        return _RIGHTS.sub("", before["caption"]), _bare(before["credit"])
    after = _AFTER.search(caption)
    if after is None:
        after = _NAMED_AFTER.search(caption)
        if after is None or not _is_name(after["credit"]):
            return caption, ""
    rest = caption[: after.start()] + (caption[after.start()] if caption[after.start()] in ".!?" else "")
    return rest.rstrip(" ([|/–—-.,"), _bare(after["credit"])


_MARKED = re.compile(rf"{_OPEN}*{_MARK}")


def _bare(credit: str) -> str:
    return credit.strip(" .,:;©")


def _is_name(text: str) -> bool:
    """Whether a text without a colon before it can only be a name: "Foto Anna de Wit", but not "Foto van het werk"."""
    parts = re.findall(r"[\w.'’-]+", text)
    if not parts or len(parts) > 8 or not parts[0][0].isupper():
        return False
    return all(part[0].isupper() or part[0].isdigit() or part.lower() in _SMALL for part in parts)


def read_caption(element: Tag) -> tuple[str, str]:
    """Caption and credit out of what stands under a picture; a credit often has an element or a line of its own."""
    alone = _credit_alone(element)
    if alone and _is_name(alone):
        return "", alone
    element, credit = copy.copy(element), ""
    for line_break in elements(element, "br"):
        line_break.replace_with("\u2028")
    for inner in elements(element):
        found = "" if credit else _credit_alone(inner)
        if found:
            credit = found
            inner.decompose()
    lines = []
    for line in map(tidy, element.get_text(" ").split("\u2028")):
        caption, found = split_credit(line)
        credit = credit or found
        lines.append(caption if found == credit else line)
    return " ".join(filter(None, lines)).rstrip(" ([|/–—-")[:_LONGEST_CAPTION], credit


def _credit_alone(element: Tag) -> str:
    text = words(element)
    caption, credit = split_credit(text[: 2 * _LONGEST_CREDIT])
    if not caption and credit:
        return credit
    if len(text) <= _LONGEST_CREDIT and any(map(_CREDIT_CLASS.search, class_names(element))):
        return _bare(text)
    return ""


def attributed(picture: Tag) -> str:
    """A credit in an attribute of a picture or of the boxes around it."""
    for element in [picture, *list(picture.parents)[:3]]:
        for name, value in (element.attrs or {}).items():
            if _CREDIT_ATTRIBUTE.fullmatch(name) and (text := tidy(str(value))) and len(text) <= _LONGEST_CREDIT:
                return split_credit(text)[1] or _bare(text)
    return ""
