"""Dutch abbreviations: a model has hardly seen most of them, so it is given the words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tweeklank.translate.spans import Span, beside

WRITTEN_OUT = {
    "a.d.h.v.": "aan de hand van",
    "a.h.v.": "aan de hand van",
    "a.h.w.": "als het ware",
    "a.s.": "aanstaande",
    "a.u.b.": "alstublieft",
    "afd.": "afdeling",
    "art.": "artikel",
    "b.v.": "bijvoorbeeld",
    "bijv.": "bijvoorbeeld",
    "blz.": "bladzijde",
    "bv.": "bijvoorbeeld",
    "c.q.": "dan wel",
    "ca.": "circa",
    "d.m.v.": "door middel van",
    "d.w.z.": "dat wil zeggen",
    "e.a.": "en anderen",
    "e.d.": "en dergelijke",
    "e.v.": "en verder",
    "evt.": "mogelijk",
    "excl.": "exclusief",
    "hfst.": "hoofdstuk",
    "i.c.m.": "in combinatie met",
    "i.g.v.": "in geval van",
    "i.h.b.": "in het bijzonder",
    "i.h.k.v.": "in het kader van",
    "i.o.m.": "in overleg met",
    "i.p.v.": "in plaats van",
    "i.s.m.": "in samenwerking met",
    "i.t.t.": "in tegenstelling tot",
    "i.v.m.": "vanwege",
    "incl.": "inclusief",
    "j.l.": "afgelopen",
    "jl.": "afgelopen",
    "m.a.w.": "met andere woorden",
    "m.b.t.": "met betrekking tot",
    "m.b.v.": "met",
    "m.i.": "mijns inziens",
    "m.i.v.": "met ingang van",
    "m.m.v.": "met medewerking van",
    "m.n.": "met name",
    "m.u.v.": "met uitzondering van",
    "max.": "maximaal",
    "n.a.v.": "naar aanleiding van",
    "n.v.t.": "niet van toepassing",
    "nl.": "namelijk",
    "nr.": "nummer",
    "nrs.": "nummers",
    "o.a.": "onder andere",
    "o.b.v.": "op basis van",
    "o.g.v.": "op grond van",
    "o.i.d.": "of iets dergelijks",
    "o.l.v.": "onder leiding van",
    "o.m.": "onder meer",
    "p.p.": "per persoon",
    "pag.": "pagina",
    "par.": "paragraaf",
    "plm.": "ongeveer",
    "resp.": "respectievelijk",
    "s.v.p.": "alstublieft",
    "t.a.v.": "wat betreft",
    "t.b.v.": "voor",
    "t.e.m.": "tot en met",
    "t.g.v.": "vanwege",
    "t.n.v.": "ten name van",
    "t.o.v.": "ten opzichte van",
    "t.w.": "te weten",
    "t.z.t.": "op termijn",
    "tel.": "telefoon",
    "v.a.": "vanaf",
    "v.l.n.r.": "van links naar rechts",
    "vgl.": "vergelijk",
    "vnl.": "vooral",
    "w.o.": "waaronder",
    "z.g.": "zogenaamde",
    "z.g.a.n.": "zo goed als nieuw",
    "z.s.m.": "zo snel mogelijk",
    "zgn.": "zogenaamde",
}
"""What they stand for, where that is always the same."""

OTHERS = frozenset(
    [
        *("aant.", "afb.", "alg.", "c.a.", "cf.", "d.d.", "dhr.", "dr.", "drs.", "ds.", "e.e.a.", "enz.", "etc."),
        *("fam.", "fig.", "gem.", "h.t.", "i.c.", "i.o.", "ing.", "ir.", "jhr.", "k.k.", "lic.", "mej."),
        *("mevr.", "min.", "mld.", "mln.", "mr.", "mw.", "n.b.", "p.a.", "p.m.", "p.st.", "prof.", "red."),
        *("sr.", "st.", "t.o.", "temp.", "vlg.", "vs.", "z.i.", "jan.", "feb.", "febr.", "mrt.", "apr."),
        *("jun.", "jul.", "aug.", "sep.", "sept.", "okt.", "nov.", "dec."),
    ]
)
"""Those that models know, that stand for several things, or that belong to a name."""

_ANOTHER_WORD = frozenset({"art.", "bv.", "j.l.", "jl.", "max.", "nl.", "pag.", "par.", "t.e.m.", "tel."})
"""Those that would be another word without their stops."""

_BY_LETTERS = {short.replace(".", ""): words for short, words in WRITTEN_OUT.items()}
_DAY = r"(?:maan|dins|woens|donder|vrij|zater|zon)dag(?:ochtend|morgen|middag|avond|nacht)?"
_MONTH = (
    r"(?:(?:jan|feb|febr|mrt|apr|jun|jul|aug|sept?|okt|nov|dec)\.?|januari|februari|maart|april|mei|juni|juli"
    r"|augustus|september|oktober|november|december)"
)
_LAST_OR_NEXT_DAY = re.compile(rf"(?<![\w-])(?:op )?({_DAY}) (?:(j\.?l\.)|a\.s\.)(?!\w)", re.IGNORECASE)
_OF_DATE = re.compile(rf"\d {_MONTH}(?: \d{{4}})?( (?:j\.?l|a\.s)\.)(?!\w)", re.IGNORECASE)
_CLOSES = re.compile(r"[\s\"'“”‘’»)\]]*$")


def _spelling(short: str) -> str:
    """A pattern: stops are often forgotten, the last one or all, where that makes no other word."""
    if short in _ANOTHER_WORD:
        return re.escape(short)
    letters = short.rstrip(".").split(".")
    return (r"\.? ?" if len(letters) > 2 else r"\. ?").join(letters) + r"\.?"


_SHORT = re.compile(
    rf"(?<![\w.@/&-])(?:{'|'.join(map(_spelling, sorted(WRITTEN_OUT, key=len, reverse=True)))})(?![\w@/&-]|\.\w)",
    re.IGNORECASE,
)


def written_out(sentence: str) -> list[Span]:
    """Start, end and words of the abbreviations of a Dutch sentence; what is said of a day goes before the day."""
    spans = [span for day in _LAST_OR_NEXT_DAY.finditer(sentence) for span in _last_or_next(day)]
    spans += [(*date.span(1), "") for date in _OF_DATE.finditer(sentence)]
    spans += beside(
        spans,
        [
            (*short.span(), _BY_LETTERS[re.sub(r"[. ]", "", short[0]).lower()])
            for short in _SHORT.finditer(sentence)
            if short[0][1:].islower()
        ],
    )
    return [(start, end, _fitting(sentence, start, end, words)) for start, end, words in spans]


def ends_short(text: str) -> bool:
    """Whether the last stop of a text belongs to an abbreviation."""
    return any(end == len(text) for _, end, _ in written_out(text))


def _last_or_next(day: re.Match[str]) -> Iterator[Span]:
    """The day itself stays, so that a link on it does."""
    yield day.start(), day.start(1), "afgelopen " if day[2] else "komende "
    yield day.start(1), day.start(1) + 1, day[1][0].lower()
    yield day.end(1), day.end(), ""


def _fitting(sentence: str, start: int, end: int, words: str) -> str:
    """With the capital of what they stand for, and its stop if that ends the sentence."""
    ends = sentence[end - 1] == "." and _CLOSES.match(sentence, end) and (words or sentence[start - 1] != ".")
    begins = sentence[start].isupper() and len(words) > 1
    return (words.capitalize() if begins else words) + ("." if ends else "")
