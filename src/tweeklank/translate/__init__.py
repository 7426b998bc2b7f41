"""The second step: English for every Dutch article that has none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tweeklank.article import Rendering, Translation
from tweeklank.config import Config, Translate
from tweeklank.store import Store
from tweeklank.store.translations import Remembered, Untranslated
from tweeklank.translate.alignment import Aligned, joined
from tweeklank.translate.checks import fault
from tweeklank.translate.engine import Decoding, Engine
from tweeklank.translate.figures import repair
from tweeklank.translate.markup import (
    Sentence,
    sentences_of_html,
    sentences_of_text,
    translate_html,
    translate_text,
)
from tweeklank.translate.models import Model, find_model
from tweeklank.translate.segment import at_pause
from tweeklank.translate.terminology import Glossary, Prepared, load_glossary, unmarked

log = logging.getLogger(__name__)

_PORTION = 100  # sentences that are stored together

FIRST = Decoding()
SECOND = Decoding(beam=8, repetition_penalty=1.2, no_repeat=4)
"""For sentences that fail their checks the first time: a wider search, less repetition."""


@dataclass
class Translated:
    """What one sync translated. ``kept`` counts sentences that failed their checks and stay Dutch."""

    articles: int = 0
    sentences: int = 0
    remembered: int = 0
    kept: int = 0
    model: str = ""


Progress = Callable[[int, int], None]
"""Called with the number of sentences done and of sentences to do."""


def translate(config: Config, store: Store, progress: Progress = lambda *_: None) -> Translated:
    """Translates all waiting articles: their sentences together, in batches, each sentence once.

    What is translated is stored batch by batch. Nothing is loaded if nothing waits. Raises
    ModelError, GlossaryError, TranslationFailedError.
    """
    waiting = store.translations.waiting()
    if not waiting:
        return Translated()
    model, glossary = find_model(config.translate.model), load_glossary(config.translate.glossary)
    wanted = list(dict.fromkeys(sentence for item in waiting for sentence in _sentences(item.words)))
    known = store.translations.remembered(model.key, glossary.version, wanted)
    missing = [sentence for sentence in wanted if sentence not in known]
    report = Translated(len(waiting), len(missing), len(known), model=model.name)
    if missing:
        for made in translate_sentences(missing, model, glossary, progress):
            store.translations.remember(model.key, glossary.version, made)
            known |= made
    sentences = {text: Sentence(r.target, r.alignment, bool(r.fault)) for text, r in known.items()}
    for item in waiting:
        translation = _assemble(item, sentences, model, glossary)
        report.kept += translation.kept
        store.translations.keep(item.revision, translation, datetime.now(UTC))
    return report


def translate_lines(lines: list[str], settings: Translate) -> list[str]:
    """Plain text, line by line; sentences that fail their checks stay in Dutch. Raises like ``translate``."""
    model, glossary = find_model(settings.model), load_glossary(settings.glossary)
    wanted = list(dict.fromkeys(sentence for line in lines for sentence in sentences_of_text(line)))
    made = {text: result for part in translate_sentences(wanted, model, glossary) for text, result in part.items()}
    known = {text: Sentence(result.target) for text, result in made.items()}
    return [translate_text(line, known) for line in lines]


def translate_sentences(
    sentences: list[str], model: Model, glossary: Glossary, progress: Progress = lambda *_: None
) -> Iterator[dict[str, Remembered]]:
    """Translates, checks, tries the failing ones other ways, and yields what became of them in portions.

    First as it is; then with a wider search and without term marks; then cut at a pause. What
    still fails stays in Dutch, with the name of its fault.
    """
    engine = Engine(model)

    def marked(sentence: str) -> Prepared:
        return glossary.prepare(sentence) if model.marks_terms else unmarked(sentence)

    def count(done: int) -> None:
        progress(done, len(sentences))

    def wider(failing: list[str]) -> Iterator[tuple[int, Aligned]]:
        return engine.translate([unmarked(sentence) for sentence in failing], SECOND)

    def in_parts(failing: list[str]) -> Iterator[tuple[int, Aligned]]:
        return _in_parts(engine, failing, marked)

    failing: dict[str, Remembered] = {}
    first = engine.translate([marked(sentence) for sentence in sentences], FIRST, count)
    yield from _sorted(first, sentences, glossary, failing)
    for attempt in (wider, in_parts):
        waiting, failing = list(failing), {}
        if waiting:
            yield from _sorted(attempt(waiting), waiting, glossary, failing)
    for sentence, result in failing.items():
        log.info("stays in Dutch (%s): %s", result.fault, sentence)
    yield {sentence: Remembered(sentence, fault=result.fault) for sentence, result in failing.items()}


def _sorted(
    made: Iterator[tuple[int, Aligned]], sentences: list[str], glossary: Glossary, failing: dict[str, Remembered]
) -> Iterator[dict[str, Remembered]]:
    """Mends and checks translations, yields the good ones in portions and puts the others into ``failing``."""
    portion: dict[str, Remembered] = {}
    for number, output in made:
        sentence = sentences[number]
        mended = repair(sentence, glossary.impose(sentence, output))
        result = Remembered(mended.text, mended.alignment, fault(sentence, mended.text))
        (failing if result.fault else portion)[sentence] = result
        if len(portion) >= _PORTION:
            yield portion
            portion = {}
    yield portion


def _in_parts(
    engine: Engine, sentences: list[str], prepare: Callable[[str], Prepared]
) -> Iterator[tuple[int, Aligned]]:
    """Translates sentences cut at their best pause, and puts the halves together."""
    parts = [[sentence[start:end] for start, end in at_pause(sentence)] for sentence in sentences]
    flat = [prepare(part) for cut in parts for part in cut]
    made = dict(engine.translate(flat, SECOND))
    position = 0
    for number, cut in enumerate(parts):
        yield number, joined([made[position + i] for i in range(len(cut))], cut)
        position += len(cut)


def _sentences(words: Rendering) -> list[str]:
    return [*_plain_sentences(words), *sentences_of_html(words.body)]


def _plain_sentences(words: Rendering) -> list[str]:
    return [s for text in (words.title, words.lead, words.alt, words.caption) for s in sentences_of_text(text)]


def _assemble(item: Untranslated, known: Mapping[str, Sentence], model: Model, glossary: Glossary) -> Translation:
    words = item.words
    plain = [
        sentence for text in (words.title, words.lead, words.alt, words.caption) for sentence in sentences_of_text(text)
    ]
    body, kept = translate_html(words.body, known)
    return Translation(
        rendering=Rendering(
            title=translate_text(words.title, known),
            lead=translate_text(words.lead, known),
            body=body,
            alt=translate_text(words.alt, known),
            caption=translate_text(words.caption, known),
        ),
        model=model.name,
        glossary=glossary.version,
        sentences=len(_sentences(words)),
        kept=kept + sum(known[sentence].kept for sentence in plain),
    )
