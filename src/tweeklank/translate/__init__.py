"""The second step: English for every Dutch article that has none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tweeklank.article import Rendering, Translation
from tweeklank.config import Config, Translate
from tweeklank.store import Store
from tweeklank.store.translations import Remembered, Untranslated
from tweeklank.translate.alignment import Aligned
from tweeklank.translate.checks import fault
from tweeklank.translate.engine import Decoding, Engine
from tweeklank.translate.markup import (
    Sentence,
    sentences_of_html,
    sentences_of_text,
    translate_html,
    translate_text,
)
from tweeklank.translate.models import Model, find_model
from tweeklank.translate.terminology import Glossary, load_glossary, unmarked

log = logging.getLogger(__name__)

FIRST = Decoding()
SECOND = Decoding(beam=8, repetition_penalty=1.2, no_repeat=4)
"""For sentences that fail their checks the first time: a wider search, less repetition, no term marks."""


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
    """Translates, checks, tries the failing ones another way, and yields what became of them in portions."""
    engine = Engine(model)
    prepared = [glossary.prepare(s) if model.marks_terms else unmarked(s) for s in sentences]
    failing: dict[str, Remembered] = {}
    portion: dict[str, Remembered] = {}

    def count(done: int) -> None:
        progress(done, len(sentences))

    for number, output in engine.translate(prepared, FIRST, count):
        result = _checked(sentences[number], output)
        (failing if result.fault else portion)[sentences[number]] = result
        if len(portion) >= 256:
            yield portion
            portion = {}
    yield portion
    if failing:
        yield _again(engine, list(failing))


def _again(engine: Engine, failing: list[str]) -> dict[str, Remembered]:
    results = {}
    for number, output in engine.translate([unmarked(sentence) for sentence in failing], SECOND):
        sentence = failing[number]
        result = _checked(sentence, output)
        if result.fault:
            log.info("stays in Dutch (%s): %s", result.fault, sentence)
            result = Remembered(sentence, fault=result.fault)
        results[sentence] = result
    return results


def _checked(sentence: str, output: Aligned) -> Remembered:
    return Remembered(output.text, output.alignment, fault(sentence, output.text))


def _sentences(words: Rendering) -> Iterable[str]:
    for text in (words.title, words.lead, words.alt, words.caption):
        yield from sentences_of_text(text)
    yield from sentences_of_html(words.body)


def _assemble(item: Untranslated, known: Mapping[str, Sentence], model: Model, glossary: Glossary) -> Translation:
    words = item.words
    used = list(_sentences(words))
    return Translation(
        rendering=Rendering(
            title=translate_text(words.title, known),
            lead=translate_text(words.lead, known),
            body=translate_html(words.body, known),
            alt=translate_text(words.alt, known),
            caption=translate_text(words.caption, known),
        ),
        model=model.name,
        glossary=glossary.version,
        sentences=len(used),
        kept=sum(known[sentence].kept for sentence in used),
    )
