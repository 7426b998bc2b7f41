"""The second step: English for every Dutch article that has none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tweeklank.article import Rendering, Translation
from tweeklank.config import Config
from tweeklank.store import Store
from tweeklank.store.translations import Untranslated
from tweeklank.translate.attempts import Progress, translate_named, translate_sentences
from tweeklank.translate.corrections import learn_from_publishers, linked_sentences
from tweeklank.translate.figures import Style
from tweeklank.translate.introduced import lost_names
from tweeklank.translate.markup import (
    Sentence,
    sentences_of_html,
    sentences_of_text,
    translate_html,
    translate_text,
)
from tweeklank.translate.memory import Memory, edition
from tweeklank.translate.models import Model, find_model
from tweeklank.translate.terminology import Glossary, load_glossary


@dataclass
class Translated:
    """What one sync translated.

    ``changed`` counts the articles whose English has other words than before. Of the different
    sentences, ``sentences`` went to the model, ``remembered`` were known, ``corrected`` are
    people's. ``kept`` counts sentences that failed their checks and stay Dutch.
    """

    articles: int = 0
    changed: int = 0
    sentences: int = 0
    remembered: int = 0
    corrected: int = 0
    kept: int = 0
    model: str = ""

    @property
    def hit_rate(self) -> float:
        """The share of the sentences that needed no model."""
        known = self.remembered + self.corrected
        return known / (known + self.sentences) if known else 0.0


def translate(config: Config, store: Store, progress: Progress = lambda *_: None) -> Translated:
    """Translates all waiting articles: their sentences together, in batches, each sentence once.

    What is translated is stored batch by batch. Nothing is loaded if nothing waits. Raises
    ModelError, GlossaryError, TranslationFailedError.
    """
    learn_from_publishers(store)
    return _translate(store.translations.waiting(), config, store, progress)


def translate_part(config: Config, store: Store, revisions: Collection[int]) -> Translated:
    """Translates those of these revisions that still wait. Raises like ``translate``."""
    return _translate(store.translations.waiting(revisions), config, store, lambda *_: None)


def edition_in_use(config: Config) -> str:
    """What a translation made with these settings on this machine depends on. Raises ModelError, GlossaryError."""
    return edition(*_tools(config))


def retranslate(
    config: Config, store: Store, source: str | None = None, progress: Progress = lambda *_: None
) -> Translated:
    """Translates all that a machine translates once more, or that of one source, with the settings of now.

    Until it is done an old translation stands. Raises like ``translate``.
    """
    learn_from_publishers(store)
    return _translate(store.translations.all(source), config, store, progress)


def _translate(items: list[Untranslated], config: Config, store: Store, progress: Progress) -> Translated:
    if not items:
        return Translated()
    model, glossary, style = _tools(config)
    texts = [_sentences(item.words) for item in items]
    wanted = list(dict.fromkeys(sentence for text in texts for sentence in text))
    memory = Memory(store, edition(model, glossary, style))
    missing = memory.recall(wanted, {sentence for item in items for sentence in linked_sentences(item.words.body)})
    report = Translated(len(items), 0, len(missing), memory.remembered, memory.corrected, model=model.name)
    if missing:
        for made in translate_sentences(missing, model, glossary, progress, style):
            memory.remember(made)
    for sentence, attempt in translate_named(lost_names(texts, memory.made(wanted)), model, glossary, style):
        if not attempt.fault:
            memory.remember({sentence: attempt.remembered})
    sentences = memory.sentences(wanted)
    for item, text in zip(items, texts, strict=True):
        translation = _assemble(item.words, text, sentences, model, glossary)
        report.kept += translation.kept
        report.changed += store.translations.keep(item.revision, translation, datetime.now(UTC), text)
    return report


def _tools(config: Config) -> tuple[Model, Glossary, Style]:
    style = Style(config.translate.clock, config.translate.percent)
    return find_model(config.translate.model), load_glossary(config.translate), style


def _sentences(words: Rendering) -> list[str]:
    return [*_plain_sentences(words), *sentences_of_html(words.body)]


def _plain_sentences(words: Rendering) -> list[str]:
    return [s for text in (words.title, words.lead, words.alt, words.caption) for s in sentences_of_text(text)]


def _assemble(
    words: Rendering, sentences: list[str], known: Mapping[str, Sentence], model: Model, glossary: Glossary
) -> Translation:
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
        sentences=len(sentences),
        kept=kept + sum(known[sentence].kept for sentence in _plain_sentences(words)),
    )
