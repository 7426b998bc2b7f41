"""What a request's headers ask for: a change since last time, a coding. Pure rules of RFC 9110."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus


class Coding(StrEnum):
    """Content codings (RFC 9110, section 8.4.1), best first."""

    BR = "br"
    GZIP = "gzip"
    IDENTITY = "identity"


CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")

_ENTITY_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
_ALIASES = {"x-gzip": "gzip"}


def choose_coding(accept: Sequence[str]) -> Coding:
    """The coding that a client likes best (RFC 9110, section 12.5.3).

    Without Accept-Encoding that is none, for such clients seldom unpack. ``identity;q=0``
    together with nothing that is made here gets the plain file all the same, as the section allows.
    """
    weights = dict(_weighed(part) for value in accept for part in value.split(",") if part.strip())
    anything = weights.get("*", 0.0)
    liked = {
        Coding.BR: weights.get("br", anything),
        Coding.GZIP: weights.get("gzip", anything),
        # Acceptable unless it is refused, but the last choice unless it is named.
        Coding.IDENTITY: weights.get("identity", 0.0005),
    }
    return max(liked, key=lambda coding: liked[coding]) if any(liked.values()) else Coding.IDENTITY


def _weighed(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    name = name.strip().lower()
    weight = _WEIGHT.fullmatch(parameter.strip()) if parameter else None
    # A weight that is none, such as q=yes, makes the coding unwanted: plain is always right.
    value = float(weight[1]) if weight else float(not parameter)
    return _ALIASES.get(name, name), value


def precondition(headers: dict[str, str], etag: str, changed: datetime) -> HTTPStatus | None:
    """The status that a condition of a GET or HEAD leads to, if any (RFC 9110, section 13.2.2).

    ``headers`` has those of CONDITIONS that were sent; ``changed`` is in whole seconds.
    """
    if (wanted := headers.get("if-match")) is not None:
        if not _among(etag, wanted, weakly=False):
            return HTTPStatus.PRECONDITION_FAILED
    elif (since := _date(headers.get("if-unmodified-since"))) and changed > since:
        return HTTPStatus.PRECONDITION_FAILED
    if (known := headers.get("if-none-match")) is not None:
        return HTTPStatus.NOT_MODIFIED if _among(etag, known, weakly=True) else None
    since = _date(headers.get("if-modified-since"))
    return HTTPStatus.NOT_MODIFIED if since and changed <= since else None


def _among(etag: str, listed: str, *, weakly: bool) -> bool:
    """Compares entity tags (RFC 9110, section 8.8.3.2). Those made here are strong."""
    if listed.strip() == "*":
        return True
    found = _ENTITY_TAG.findall(listed)
    return etag in ([tag.removeprefix("W/") for tag in found] if weakly else found)


def _date(value: str | None) -> datetime | None:
    """An HTTP date in any of its three forms (RFC 9110, section 5.6.7); what is none does not count."""
    try:
        found = parsedate_to_datetime(value) if value else None
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
