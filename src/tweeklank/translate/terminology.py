"""Names and terms that must come out in a fixed English form."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from tweeklank.article import TweeklankError
from tweeklank.config import Translate
from tweeklank.translate.alignment import Aligned, best_run, word_numbers, word_spans
from tweeklank.translate.capitals import in_capitals, small
from tweeklank.translate.spans import Span

_LONG_WORD = 8  # letters; shorter names may be common words when written small
_FIRST_WORD = re.compile(r"\w+|[^\w\s]")
_FREE_BEFORE = re.compile(r"(?<![\w-])")
_FREE_AFTER = re.compile(r"(?!\w)")
_WHOLE_AFTER = re.compile(r"(?!\w|-\w)")
_DUTCH_THE = re.compile(r"(?<!\w)(?:de|het|'t|’t)\s+$", re.IGNORECASE)
_ARTICLES_BEFORE = re.compile(r"(?<![\w-])((?:(?:the|an?)\s+){0,5}(?:the|an?))\s+$", re.IGNORECASE)
_BARE_BEFORE = re.compile(r"^$|(?<!\w)(?:of|in|on|by|to|for|from|with|at|under|that|against|within)\s+$")
_NEEDS_THE = re.compile(
    r"^(?:Ministry|House of|Court|Council|Convention|Inspectorate|Association|Federation|Charter) "
    r"|(?:Agreement|Commission|Council|Union|Authority|Convention|Accord|Committee|Association|Senate|Act)$"
)
_ABBREVIATION = re.compile(r"[A-Z]{2}")
_VOWEL = re.compile(r"(?!eu|uni|us|one)[aeiou]", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w '’&.-]+$")  # a title with brackets or a colon says more than the name


class GlossaryError(TweeklankError):
    """The user's glossary cannot be used."""


@dataclass(frozen=True)
class Glossary:
    """Dutch terms with their English forms; ``version`` changes when any of them does."""

    terms: Mapping[str, str]
    version: str
    _by_first_word: Mapping[str, tuple[str, ...]]
    _in_small: Glossary | None = None
    """The same terms in small letters: for sentences in capitals."""

    @classmethod
    def of(cls, terms: Mapping[str, str]) -> Glossary:
        """Of terms in their base form; inflected and capitalised forms are found too."""
        digest = hashlib.sha256(repr(sorted(terms.items())).encode()).hexdigest()[:12]
        forms = dict(pair for dutch, english in terms.items() for pair in _forms(dutch, english)) | dict(terms)
        in_small = {small(dutch): english for dutch, english in forms.items()}
        return cls(forms, digest, _by_first_word(forms), cls(in_small, digest, _by_first_word(in_small)))

    def found(self, sentence: str) -> list[Span]:
        """Start, end and English form of the terms in a sentence, longest first where they overlap.

        The English is as it would stand elsewhere, even if the whole sentence is in capitals.
        """
        if self._in_small and in_capitals(sentence):
            return self._in_small.found(small(sentence))
        spans: list[Span] = []
        for match in _FIRST_WORD.finditer(sentence):
            start = match.start()
            if (spans and start < spans[-1][1]) or not _FREE_BEFORE.match(sentence, start):
                continue
            for dutch in self._by_first_word.get(match[0], ()):
                end = start + len(dutch)
                after = _FREE_AFTER if len(dutch) >= _LONG_WORD else _WHOLE_AFTER
                if sentence.startswith(dutch, start) and after.match(sentence, end):
                    spans.append((start, end, self.terms[dutch]))
                    break
        return spans

    def impose(self, sentence: str, made: Aligned, others: Iterable[Span] = ()) -> Aligned:
        """Puts the English forms that the model did not use in place of the words that it made of the terms.

        The others are spans of the sentence whose English is as certain.

        Only where the alignment leaves no doubt which words these are.
        """
        numbers, capitals = word_numbers(sentence), in_capitals(sentence)
        for start, end, term in (*self.found(sentence), *others):
            english = term.upper() if capitals else term
            if not stands_in(made.text, english):
                made = _imposed(made, range(numbers[start], numbers[end - 1] + 1), english)
            made = _once(made, english)
            if capitals:
                continue
            made = _with_right_article(made, english, has_article=bool(_DUTCH_THE.search(sentence, 0, start)))
        return made


def stands_in(text: str, english: str) -> bool:
    """Whether a term is there as words of its own, perhaps in the plural: no SER in "observers"."""
    return re.search(rf"(?<!\w){re.escape(english)}(?:s|es)?(?!\w)", text, re.IGNORECASE) is not None


def _by_first_word(terms: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The Dutch of terms by their first word, the longest first."""
    by_first: dict[str, list[str]] = {}
    for dutch in sorted(terms, key=len, reverse=True):
        by_first.setdefault(_FIRST_WORD.findall(dutch)[0], []).append(dutch)
    return {first: tuple(longest_first) for first, longest_first in by_first.items()}


def _imposed(made: Aligned, term: range, english: str) -> Aligned:
    scores = [-0.5 if not origin else 1.0 if set(origin) <= set(term) else -2.0 for origin in made.alignment]
    run = best_run(scores)
    spans = word_spans(made.text)
    if run is None or run[1] > len(spans) or run[1] - run[0] > 2 * len(english.split()) + 1:
        return made
    start, end = spans[run[0]][0], spans[run[1] - 1][1]
    words = made.text[start:end]
    inner = re.match(r"\W*(?:(?:the|an?)\s+)?", words, re.IGNORECASE)
    start += inner.end() if inner else 0
    end -= len(words) - len(re.sub(r"(?:['’]s)?\W*$", "", words))
    if start >= end:
        return made
    return made.replaced(start, end, english)


def _once(made: Aligned, english: str) -> Aligned:
    """Without what is said twice after a term: the Metals Agreement Agreement."""
    last = re.escape(english.rpartition(" ")[2])
    for match in reversed(list(re.finditer(rf"(?<!\w){re.escape(english)}((?: {last})+)(?!\w)", made.text))):
        made = made.replaced(*match.span(1), "")
    return made


def _with_right_article(made: Aligned, english: str, *, has_article: bool) -> Aligned:
    """Mends the article before a term where it is certain what it should be.

    Of two articles the last stays; a or an as the term sounds; "the" where the Dutch has it and
    English cannot do without.
    """
    for match in reversed(list(re.finditer(rf"(?<!\w){re.escape(english)}(?!\w)", made.text, re.IGNORECASE))):
        before = _ARTICLES_BEFORE.search(made.text, 0, match.start())
        if before is None:
            if has_article and _NEEDS_THE.search(english) and _BARE_BEFORE.search(made.text, 0, match.start()):
                made = made.replaced(match.start(), match.start(), "the " if match.start() else "The ")
            continue
        article = before[1].split()[-1]
        if article.lower() in ("a", "an") and not _ABBREVIATION.match(english):
            article = article[0] + ("n" if _VOWEL.match(english) else "")
        if before[1][0].isupper():
            article = article.capitalize()
        if article != before[1]:
            made = made.replaced(*before.span(1), article)
    return made


def _forms(dutch: str, english: str) -> Iterator[tuple[str, str]]:
    """A term at the start of a sentence, in the plural, and as the first half of a compound."""
    firsts = {dutch[0].upper() + dutch[1:]: english[0].upper() + english[1:]}
    if len(dutch) >= _LONG_WORD and dutch[1:].islower() and dutch[1:].isalpha():
        # Official names are often written small in running text: het metaalconvenant.
        firsts[dutch[0].lower() + dutch[1:]] = english
    for nl, en in {dutch: english, **firsts}.items():
        if re.search(r"(?:convenant|akkoord|verdrag|verordening|richtlijn)$", nl):
            yield nl + "en", en + "s"
        if nl.endswith("convenant"):
            yield nl + "s", en
        if en != english or nl != dutch:
            yield nl, en


def load_glossary(settings: Translate) -> Glossary:
    """The built-in glossary, the names of the sources over it, and the user's own terms over both.

    The user's file has a table ``[terms]`` of Dutch = English, and a list ``keep`` of what is never
    translated. Raises GlossaryError.
    """
    names = {dutch: english for dutch, english in settings.names.items() if _NAME.match(dutch) and _NAME.match(english)}
    own = _read(settings.glossary) if settings.glossary else {}
    return Glossary.of({**_builtin(), **names, **own})


def _builtin() -> Mapping[str, str]:
    lines = resources.files("tweeklank.translate").joinpath("glossary.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {dutch: english for dutch, english, *_ in pairs}


def _read(path: Path) -> dict[str, str]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise GlossaryError(f"{path}: there is no such file; translate.glossary names it.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GlossaryError(f"{path}: not a readable glossary: {error}.") from None
    terms, keep = values.pop("terms", {}), values.pop("keep", [])
    if values:
        raise GlossaryError(f"{path}: unknown key {next(iter(values))!r}; known are terms and keep.")
    if not isinstance(terms, dict) or not isinstance(keep, list):
        raise GlossaryError(f'{path}: write [terms] with "Dutch" = "English", and keep = ["name", …].')
    own = [*terms.items(), *((name, name) for name in keep)]
    return dict(_checked(path, dutch, english) for dutch, english in own)


def _checked(path: Path, dutch: object, english: object) -> tuple[str, str]:
    if not all(isinstance(text, str) and text.strip() for text in (dutch, english)):
        raise GlossaryError(f'{path}: {dutch!r} = {english!r}: write "Dutch" = "English", and keep = ["name", …].')
    if re.search(r"[<>\n]", f"{dutch}{english}"):
        raise GlossaryError(f"{path}: {dutch!r} = {english!r} may not hold <, > or a new line; take it out.")
    return str(dutch).strip(), str(english).strip()
