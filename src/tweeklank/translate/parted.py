"""Verbs whose other part stands further on in the sentence: *legt* the work *stil*, *neemt* a plan *onder de loep*.

A small network often has forgotten the verb when it comes to the rest. A lexicon tells the English of
both together, ``legt … stil``; the model is told it at the verb, and sees them joined: *stillegt* the work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tweeklank.translate.capitals import in_capitals
from tweeklank.translate.forms import begins_sentence, form_of, run, words_of
from tweeklank.translate.prepared import Rests, smooth
from tweeklank.translate.spans import Span

GAP = " … "
"""What stands between the parts of a verb in a lexicon."""

_FURTHEST = 7  # words between a verb and its rest: further on telling it gains nothing
_NEAR = 3  # the same for a rest that ends in a preposition, whose noun has to stay in reach of the verb
_LONGEST = 8  # words of a rest
_CLAUSE_ENDS = re.compile(r"[;:!?()\[\]\"“”‘„«»–—…]|[.,](?!\d)")  # what stands between words, but for 2,5
_QUESTION = re.compile(r"\?[\s\"'“”‘’»)\]]*$")

_BEFORE_NOUNS = frozenset(
    [
        *("de", "een", "te", "deze", "hun", "onze", "mijn", "jouw", "uw", "geen", "elke", "ieder", "elk", "iedere"),
        *("zeer", "heel", "erg", "zo", "alle", "beide", "enkele", "sommige", "veel", "andere", "twee", "drie", "vier"),
        *("vijf", "zes", "zeven", "acht", "negen", "tien"),
    ]
)
_BEFORE_INFINITIVES = frozenset(
    [
        *("te", "zal", "zullen", "zou", "zouden", "wil", "willen", "wilde", "wilden", "kan", "kunnen", "kon"),
        *("konden", "moet", "moeten", "moest", "moesten", "mag", "mogen", "mocht", "mochten", "laat", "laten"),
        *("liet", "lieten", "gaat", "gaan", "ging", "gingen", "helpt", "helpen"),
    ]
)
_JOINS = frozenset(
    [
        *("of", "omdat", "want", "terwijl", "nadat", "zodat", "wanneer", "hoewel", "toen"),
        *("voordat", "totdat", "sinds", "indien", "doordat", "zoals", "hoe", "wat", "welke", "welk", "waarom"),
    ]
)
_GOES_ON = _JOINS.union(
    [
        *(
            "",
            "en",
            "om",
            "als",
            "maar",
            "die",
            "wie",
            "waar",
            "waarbij",
            "waarin",
            "waardoor",
            "waarmee",
            "zonder",
            "dan",
        ),
    ]
)
_PREPOSITIONS = frozenset(
    [
        *("af", "aan", "achter", "bij", "binnen", "boven", "buiten", "door", "heen", "in", "langs", "mee", "na"),
        *("om", "onder", "op", "over", "rond", "tegen", "toe", "uit", "voor", "voorbij", "met", "van", "naar"),
        *("tot", "zonder", "tussen", "volgens", "tijdens", "sinds", "vanaf", "vanuit", "per", "wegens", "vanwege"),
        *("te", "ten", "ter"),
    ]
)
_NOT = re.compile(r"\bniet\b")
_THIRD_PERSON = re.compile(r"(?!(?:is|has|was|does)\b)\w+[^s\W]s(?!\w)")
_AUXILIARY = re.compile(
    r"\b(?:will|would|can|could|may|might|must|should|to|is|are|was|were|be|been|has|have|had|not)"
    r"(?: \w+ly| also| now| still)? $"
)
_PAST = re.compile(r"\w{2,}ed(?!\w)")
_DID_NOT = re.compile(r"\bdid not(?: \w+ly| also)? $")
_I = re.compile(r"\bik\b", re.IGNORECASE)
_NEXT = re.compile(r"\s+([\w€$]+)")
_STAND_FOR_NOUNS = frozenset(["er", "daar", "hier", "waar"])
_AROUND_NOUNS = {
    "toe": {"naar", "tot"},
    "heen": {"om", "over", "door", "langs", "naar"},
    "af": {"van"},
    "aan": {"tegen", "achter"},
    "uit": {"van", "uit", "vanuit"},
    "in": {"tegen", "tussen"},
    "door": {"door", "onder", "tussen"},
}
"""What stands behind a noun with another word before it: *naar* de markt *toe*."""


@dataclass(frozen=True)
class PartedVerbs:
    """Of a lexicon what has a gap: English forms by Dutch ones, ``legt … stil`` is ``shuts down``."""

    forms: Mapping[str, str]

    def found(self, sentence: str) -> Rests:
        """By the span of each verb, with the English of both, where the rest of it stands.

        None in questions, whose English parts its verbs too. A rest belongs to the nearest verb before it that
        it goes with. With *niet* between them, or *ik* beside the verb, the English has no s: I fall short.
        """
        if in_capitals(sentence) or _QUESTION.search(sentence):
            return {}
        text, found, limit = smooth(sentence), dict[Span, tuple[int, int]](), len(sentence)
        words = words_of(text)
        for number in reversed(range(len(words))):
            rests = self._rests.get(words[number][0])
            if rests and _is_finite(text, words, number) and not self._is_noun(text, words[number : number + 2]):
                clause = _clause(text, words[number : number + 1 + _FURTHEST + _LONGEST])
                earlier = {form_of(word[0]) for word in words[max(0, number - 3) : number]}
                rest = next((rest for rest in _rests_in(text, clause, rests, earlier) if rest[1] <= limit), None)
                english = rest and _agreeing(text, words[number].span(), rest)
                if rest and english:
                    found[*words[number].span(), english] = rest[:2]
                    limit = words[number].start()
        return found

    def _is_noun(self, text: str, words: list[re.Match[str]]) -> bool:
        """Whether a finite verb comes straight after a word, as in *stellen gaan*: couples go."""
        return len(words) > 1 and text[words[0].end() : words[1].start()] == " " and words[1][0] in self._rests

    @cached_property
    def _rests(self) -> dict[str, dict[tuple[str, ...], str]]:
        """By verb what may follow it, and the English of both; the longest first."""
        rests: dict[str, dict[tuple[str, ...], str]] = {}
        for form in sorted((form for form in self.forms if GAP in form), key=len, reverse=True):
            verb, rest = form.split(GAP)
            rests.setdefault(verb, {})[tuple(rest.split(" "))] = self.forms[form]
        return rests


def _is_finite(text: str, words: Sequence[re.Match[str]], number: int) -> bool:
    """Whether a verb is one by its place: not the first word, not an infinitive, not a noun."""
    verb = words[number]
    if begins_sentence(text, verb.start()):
        return False
    before = run(text, list(words[max(0, number - 1) : number + 1]))
    return len(before) < 2 or form_of(before[0][0]) not in _BEFORE_NOUNS | _BEFORE_INFINITIVES


def _clause(text: str, words: list[re.Match[str]]) -> list[re.Match[str]]:
    """The first of some words of a text, and those after it up to where its clause ends."""
    gap = (n for n in range(1, len(words)) if _CLAUSE_ENDS.search(text, words[n - 1].end(), words[n].start()))
    return words[: next(gap, len(words))]


def _rests_in(
    text: str, words: Sequence[re.Match[str]], rests: Mapping[tuple[str, ...], str], earlier: set[str]
) -> Iterator[Span]:
    """Start, end and English of what may belong to the first of the words, up to where another clause begins.

    ``earlier`` are the forms of the words before it. After *dat* that may be soon: he rules that out.
    """
    forms = [form_of(word[0]) for word in words]
    for first in range(1, min(len(words), _FURTHEST + 2)):
        before = forms[1:first]
        for last in range(len(words), first, -1):
            rest, start, end = tuple(forms[first:last]), words[first].start(), words[last - 1].end()
            if rest in rests and text[start:end].replace("’", "'") == " ".join(rest):
                following = _NEXT.match(text, end)
                after = form_of(following[1]) if following else ""
                near = first <= _NEAR + 1 or rest[-1] not in _PREPOSITIONS
                if near if len(rest) > 1 else _is_rest(rest[0], earlier, before, after):
                    yield start, end, rests[rest]
        if forms[first] in _JOINS or "dat" in forms[1 : max(1, first - 2)]:
            return


def _agreeing(text: str, verb: tuple[int, int], rest: Span) -> str | None:
    """The English of a verb as it follows *I* and *does not*; nothing can be told if a past follows *did not*."""
    start, _, english = rest
    denied = _NOT.search(text, verb[1], start)
    if _THIRD_PERSON.match(english) and (denied or _I.search(text, max(0, verb[0] - 3), verb[1] + 3)):
        return _without_s(english)
    return None if denied and _PAST.match(english) else english


def _without_s(english: str) -> str:
    """The infinitive of a verb in the third person: falls short, fall short."""
    verb, space, others = english.partition(" ")
    return re.sub("ies$", "y", re.sub("(?<=ss|sh|ch|zz)es$|(?<=[xo])es$|(?<!ie)s$", "", verb)) + space + others


def came_out(text: str, english: str) -> bool:
    """Whether the English of a verb is in a text, with no auxiliary before it that it cannot follow."""
    found = re.search(rf"(?<!\w){re.escape(english)}(?!\w)", text, re.IGNORECASE)
    auxiliary = _AUXILIARY if _THIRD_PERSON.match(english) else _DID_NOT if _PAST.match(english) else None
    return found is not None and not (auxiliary and auxiliary.search(text, 0, found.start()))


def _is_rest(word: str, earlier: set[str], before: list[str], after: str) -> bool:
    """Whether a word is the rest of a verb by its place: *op* is so at the end of its clause, not before a noun.

    ``before`` are the forms between the verb and the word, ``after`` is empty at the end of the clause.
    """
    last = next((form for form in reversed(before) if form in _PREPOSITIONS), "")
    if (before and before[-1] in _BEFORE_NOUNS) or last in _AROUND_NOUNS.get(word, ()):
        return False
    if word in _PREPOSITIONS:
        return not _STAND_FOR_NOUNS & earlier.union(before) and "en" not in before and after in _GOES_ON
    return after in _GOES_ON or after in _PREPOSITIONS
