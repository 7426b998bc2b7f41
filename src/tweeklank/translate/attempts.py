"""Sentences through the model: translated, mended, checked, and tried other ways as long as they fail."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from tweeklank.store.translations import Remembered
from tweeklank.translate.alignment import Aligned, joined
from tweeklank.translate.checks import fault
from tweeklank.translate.clock import spoken_times
from tweeklank.translate.days import days, middles
from tweeklank.translate.engine import Decoding, Engine
from tweeklank.translate.figures import HOUSE_STYLE, Style, figures, repair
from tweeklank.translate.introduced import has_name
from tweeklank.translate.lexicon import read_lexicon
from tweeklank.translate.models import Model
from tweeklank.translate.names import titled_names, unchanged_names
from tweeklank.translate.parted import PartedVerbs
from tweeklank.translate.prepared import Prepared, Rests, prepared
from tweeklank.translate.segment import at_pause
from tweeklank.translate.spans import Span, beside
from tweeklank.translate.terminology import Glossary
from tweeklank.translate.tons import tons_of_money

log = logging.getLogger(__name__)

Names = Mapping[str, Sequence[Span]]
"""Of a sentence the names in it that are known from elsewhere."""
_NONE: Names = MappingProxyType({})

_PORTION = 100  # sentences that are stored together

FIRST = Decoding()
SECOND = Decoding(beam=8, repetition_penalty=1.2, no_repeat=4)
"""For sentences that fail their checks the first time: a wider search, less repetition."""

WAYS = ("as it is", "figures, days and names marked", "wider search, no marks", "cut at a pause")
NAMED = "names of its text marked"


@dataclass(frozen=True)
class Attempt:
    """One try at a sentence: which of the WAYS, what it gave, and the check that failed, or nothing."""

    way: str
    made: Aligned
    fault: str

    @property
    def remembered(self) -> Remembered:
        return Remembered(self.made.text, self.made.alignment)


Progress = Callable[[int, int], None]
"""Called with the number of sentences done and of sentences to do."""

Watch = Callable[[str, Attempt], None]
"""Told of every attempt at a sentence."""


def translate_sentences(
    sentences: list[str],
    model: Model,
    glossary: Glossary,
    progress: Progress = lambda *_: None,
    style: Style = HOUSE_STYLE,
    watch: Watch = lambda *_: None,
) -> Iterator[dict[str, Remembered]]:
    """Translates, checks, tries the failing ones other ways, and yields what became of them in portions.

    First as it is; then told what its figures, days and names are in English, if there are any and
    the model knows marks; then with a wider search and without marks; then cut at a pause. What
    still fails stays in Dutch, with the name of its fault.
    """
    engine, prepare = Engine(model), preparation(model, glossary)

    def first(waiting: list[str]) -> Iterator[tuple[int, Aligned]]:
        return engine.translate(list(map(prepare, waiting)), FIRST, lambda done: progress(done, len(waiting)))

    def told(waiting: list[str]) -> Iterator[tuple[int, Aligned]]:
        again = [(number, prepare(sentence, _known(sentence))) for number, sentence in enumerate(waiting)]
        other = [(number, marked) for number, marked in again if marked.text != prepare(waiting[number]).text]
        made = engine.translate([marked for _, marked in other], FIRST)
        return ((other[place][0], output) for place, output in made)

    def wider(waiting: list[str]) -> Iterator[tuple[int, Aligned]]:
        return engine.translate(list(map(prepared, waiting)), SECOND)

    def in_parts(waiting: list[str]) -> Iterator[tuple[int, Aligned]]:
        return _in_parts(engine, waiting, prepare)

    waiting, failed = sentences, dict.fromkeys(sentences, "")
    for way, translated in zip(WAYS, (first, told, wider, in_parts), strict=True):
        portion: dict[str, Remembered] = {}
        for number, output in translated(waiting) if waiting else ():
            sentence = waiting[number]
            attempt = _attempt(way, sentence, output, glossary, style)
            watch(sentence, attempt)
            failed[sentence] = attempt.fault
            if not attempt.fault:
                portion[sentence] = attempt.remembered
            if len(portion) >= _PORTION:
                yield portion
                portion = {}
        yield portion
        waiting = [sentence for sentence in waiting if failed[sentence]]
    for sentence in waiting:
        log.debug("stays in Dutch (%s): %s", failed[sentence], sentence)
    yield {sentence: Remembered(sentence, fault=failed[sentence]) for sentence in waiting}


def translate_named(
    lost: Names, model: Model, glossary: Glossary, style: Style = HOUSE_STYLE
) -> Iterator[tuple[str, Attempt]]:
    """Tries sentences once more whose English lost names that their text tells (see ``lost_names``).

    Where the attempt has a fault, what was made before stands; ``name`` is one if a name still is not there.
    """
    sentences = list(lost)
    if not sentences:
        return
    prepare = preparation(model, glossary, lost)
    for number, output in Engine(model).translate(list(map(prepare, sentences)), FIRST):
        sentence = sentences[number]
        attempt = _attempt(NAMED, sentence, output, glossary, style, lost[sentence])
        if not attempt.fault and not all(has_name(attempt.made.text, name) for _, _, name in lost[sentence]):
            attempt = replace(attempt, fault="name")
        yield sentence, attempt


Preparation = Callable[..., Prepared]
"""From a sentence, and spans of it to be marked besides, to what a model gets."""


def _known(sentence: str) -> list[Span]:
    """What is known of a sentence's English without a model: figures, days, names that stay as they are."""
    return [*figures(sentence), *days(sentence), *unchanged_names(sentence)]


@dataclass(frozen=True)
class Told:
    """What a model is told of a sentence: terms; names and times; verbs, with the place of their rest; rare words."""

    terms: list[Span]
    certain: list[Span]
    parted: Rests
    words: list[Span]

    @property
    def kinds(self) -> tuple[Iterable[Span], ...]:
        """What is to be marked; what comes first goes before the rest."""
        rests = [(*rest, "") for rest in self.parted.values()]
        return self.terms, self.certain, self.parted, beside(rests, self.words)


def preparation(model: Model, glossary: Glossary, names: Names = _NONE) -> Preparation:
    """How a sentence is handed to a model: with its terms, names and rare words marked, if the model knows marks."""
    if not model.marks_terms:
        return lambda sentence, *_: prepared(sentence)
    told_of = told_by(model, glossary, names)

    def prepare(sentence: str, *more: list[Span]) -> Prepared:
        told = told_of(sentence)
        made = prepared(sentence, *told.kinds, *more, rests=told.parted)
        if not made.parted:
            return made
        return replace(made, otherwise=prepared(sentence, told.terms, told.certain, told.words, *more))

    return prepare


def told_by(model: Model, glossary: Glossary, names: Names = _NONE) -> Callable[[str], Told]:
    """What a model is told of each sentence."""
    lexicon = read_lexicon(model)
    verbs = PartedVerbs(lexicon.forms)

    def told(sentence: str) -> Told:
        terms, certain = glossary.found(sentence), _certain(sentence, names.get(sentence, ()))
        parted = {
            verb: rest
            for verb, rest in verbs.found(sentence).items()
            if len(beside([*terms, *certain], [verb, (*rest, "")])) == 2
        }
        return Told(terms, certain, parted, lexicon.found(sentence))

    return told


def _certain(sentence: str, names: Sequence[Span]) -> list[Span]:
    """What has one English form and a small model gets wrong: names with a title, half zes, half mei, 2 ton, names."""
    certain = [*titled_names(sentence), *spoken_times(sentence), *middles(sentence), *tons_of_money(sentence)]
    return [*certain, *beside(certain, names)]


def _attempt(
    way: str, sentence: str, output: Aligned, glossary: Glossary, style: Style, names: Sequence[Span] = ()
) -> Attempt:
    imposed = glossary.impose(sentence, output, _certain(sentence, names))
    made = repair(sentence, imposed, style)
    return Attempt(way, made, fault(sentence, made.text, made.score))


def _in_parts(engine: Engine, sentences: list[str], prepare: Preparation) -> Iterator[tuple[int, Aligned]]:
    """Translates sentences cut at their best pause, and puts the halves together."""
    parts = [[sentence[start:end] for start, end in at_pause(sentence)] for sentence in sentences]
    flat = [prepare(part) for cut in parts for part in cut]
    made = dict(engine.translate(flat, SECOND))
    position = 0
    for number, cut in enumerate(parts):
        yield number, joined([made[position + i] for i in range(len(cut))], cut)
        position += len(cut)
