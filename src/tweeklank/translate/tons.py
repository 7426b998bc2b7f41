"""Tons of money: a Dutch ton is a thousand kilos, and just as often a hundred thousand euros."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tweeklank.translate.spans import Span

_TON = 100_000
_IN_WORDS = {"halve": "0.5", "één": "1", "anderhalve": "1.5"} | {
    word: str(number)
    for number, word in enumerate(
        ("twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"), start=2
    )
}
# Behind tons of something stands what they are of: 6 ton aardappelen. And een ton may be a barrel.
_TONS = re.compile(
    rf"(?<![\w.,-])(?P<number>\d{{1,2}}(?:,\d{{1,2}})?|(?:een\s)?halve|{'|'.join(_IN_WORDS)}"
    r"|(?<=\bruim\s)een|(?<=\bbijna\s)een|(?<=\bkrap\s)een)\s+ton(?:\s+euro)?"
    r"(?=\s*(?:$|[.,;:!?)–—’”\"'-]|(?:(?:aan|aangeboden|af|als|bedraagt|beschikbaar|betaald|betalen|bij|bijeen|boven|dan|dat|die"
    r"|door|duurder|en|extra|gaat|geboden|gekost|gekregen|gestoken|gift|goedkoper|heeft|hoger|in|ingezameld|is|kost|kostte"
    r"|kosten|kwijt|lager|meer|mee|minder|moet|naar|nodig|of|om|op|opgehaald|over|per|schade|schuld|steun|steken|subsidie|te"
    r"|tekort|tot|uit|uitgetrokken|van|verdiend|verdient|verkocht|verlies|voor|waard|was|werd|winst|wordt|zijn)\b)))",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"€|\b(?:euro|geld|duur|kost|prijs|prijz|betaa?l|budget|begrot|begroot|subsidi|bedrag|boete|dwangsom|schuld|salaris"
    r"|lonen?\b|bonus|premie|winst|verlie|omzet|meevaller|tegenvaller|tekort|overschot|krediet|lening|hypothe|fonds|gift|donatie"
    r"|doneer|schenk|opbreng|opgebracht|opgehaald|ingezameld|uitgetrokken|uit te trekken|investe|schade|bijdrage"
    r"|verdien|inkom|vermogen|vergoed|bezuinig|verkocht|vraagprijs|huurt?\b|koop|koch|waard)",
    re.IGNORECASE,
)
_WEIGHT = re.compile(
    r"oogst|\b(?:hectare|ha\b|zwa(?:ar|re)\b|goud|co2|kooldioxide|stikstof|ammoniak|methaan|broeikas|uitsto|uitgesto|stoot|gewicht|wee?g|gewogen|woog|laad|geladen"
    r"|lading|vracht|afval|mest|kilo|tonnage|hijs|kraan)",
    re.IGNORECASE,
)


def tons_of_money(dutch: str) -> Iterator[Span]:
    """Start, end and English of the tons of a sentence that are euros: 2,5 ton is €250,000.

    Where a sentence does not tell clearly that it speaks of money, nothing is taken for it.
    """
    if not _MONEY.search(dutch) or _WEIGHT.search(dutch):
        return
    for match in _TONS.finditer(dutch):
        number = match["number"].lower().removeprefix("een ")
        euros = Decimal(_IN_WORDS.get(number, number.replace(",", ".").replace("een", "1"))) * _TON
        yield *match.span(), f"€{int(euros):,}"
