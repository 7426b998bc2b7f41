"""CTranslate2 in length-sorted batches, with word alignment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import ctranslate2
import numpy as np

from tweeklank.article import TweeklankError
from tweeklank.translate.alignment import Aligned, align, word_numbers
from tweeklank.translate.capitals import in_capitals
from tweeklank.translate.models import Model, ModelError
from tweeklank.translate.parted import came_out
from tweeklank.translate.prepared import Prepared
from tweeklank.translate.terminology import stands_in

_BATCH_TOKENS = 1024
_CHUNK = 512  # sentences between two reports of progress, and the most that an interruption loses


@dataclass(frozen=True)
class Decoding:
    """How the search for a translation goes."""

    beam: int = 4
    repetition_penalty: float = 1.05
    no_repeat: int = 0


@dataclass(frozen=True)
class _Pieces:
    """What the model is given of a sentence; for each piece the number of its word, -1 for marks and punctuation."""

    pieces: list[str]
    words: list[int]


class Engine:
    """A loaded package. Loading takes the time and the memory, so make one only if there is work.

    Raises ModelError if the package cannot be loaded.
    """

    def __init__(self, model: Model) -> None:
        # The import makes folders in the user's home; it stands here so that only translating does.
        try:
            from argostranslate.package import Package  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise ModelError(f"{error.name} is not installed; install Tweeklank from requirements.lock.") from None
        except OSError as error:
            raise ModelError(f"Argos Translate cannot make its folders ({error}); set XDG_DATA_HOME.") from None
        try:
            self._package = Package(model.path)
            self._tokenizer = self._package.tokenizer
            # A batch to each core: several cores at one batch of a small model wait for each other.
            self._translator = ctranslate2.Translator(
                str(model.path / "model"), compute_type="int8", inter_threads=os.cpu_count() or 1, intra_threads=1
            )
            lazy = getattr(self._tokenizer, "lazy_processor", None)
            self._sentencepiece = lazy() if lazy else None
            self._tokenizer.encode("proef")
        except (OSError, RuntimeError, ValueError, AttributeError) as error:
            raise ModelError(f"{model.path}: the model cannot be loaded: {error}.") from None

    def translate(
        self, sentences: Sequence[Prepared], decoding: Decoding, done: Callable[[int], None] = lambda _: None
    ) -> Iterator[tuple[int, Aligned]]:
        """Yields (number of the sentence, its translation), short sentences first.

        ``done`` is told how many sentences are finished so far.
        """
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i].text))
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            yield from zip(chunk, self._made([sentences[i] for i in chunk], decoding), strict=True)
            done(start + len(chunk))

    def _made(self, sentences: list[Prepared], decoding: Decoding) -> list[Aligned]:
        """Their translations; a verb whose English does not come out gets its rest back, and is tried again."""
        given = [self._encode(sentence) for sentence in sentences]
        results = self._run([pieces.pieces for pieces in given], decoding)
        made = [self._aligned(*one) for one in zip(results, sentences, given, strict=True)]
        deaf = {
            number: sentence.otherwise
            for number, sentence in enumerate(sentences)
            if sentence.otherwise and not all(came_out(made[number].text, english) for english in sentence.parted)
        }
        again = dict(zip(deaf, self._made(list(deaf.values()), decoding), strict=True)) if deaf else {}
        return [again.get(number, output) for number, output in enumerate(made)]

    def _run(self, batch: list[list[str]], decoding: Decoding) -> list[Any]:
        """The results for the pieces of sentences, in their order.

        Only those of one length go together: nothing is padded, so a sentence costs what it costs
        alone, and comes out as it would alone, whatever else is translated with it.
        """
        order = sorted(range(len(batch)), key=lambda i: len(batch[i]))
        try:
            waiting = [
                result
                for _, alike in groupby(order, key=lambda i: len(batch[i]))
                for result in self._hand_in([batch[i] for i in alike], decoding)
            ]
            results = dict(zip(order, (result.result() for result in waiting), strict=True))
        except RuntimeError as error:
            raise TranslationFailedError(f"the translation model stopped: {error}.") from error
        return [results[i] for i in range(len(batch))]

    def _hand_in(self, batch: list[list[str]], decoding: Decoding) -> list[Any]:
        prefix = getattr(self._package, "target_prefix", "")
        waiting: list[Any] = self._translator.translate_batch(
            batch,
            target_prefix=[[prefix]] * len(batch) if prefix else None,
            beam_size=decoding.beam,
            num_hypotheses=decoding.beam,
            repetition_penalty=decoding.repetition_penalty,
            no_repeat_ngram_size=decoding.no_repeat,
            max_batch_size=_BATCH_TOKENS,
            batch_type="tokens",
            return_attention=True,
            return_scores=True,
            replace_unknowns=True,
            asynchronous=True,
        )
        return waiting

    def _encode(self, sentence: Prepared) -> _Pieces:
        text = sentence.text
        if self._sentencepiece is not None:
            made = self._sentencepiece.encode(text, return_type="offset_mapping")
            pieces, spans = made["pieces"], made["offsets"]
        else:
            pieces = self._tokenizer.encode(text)
            spans = _found(pieces, text)
        return _Pieces(pieces, [_word_of(sentence, a, b, piece) for (a, b), piece in zip(spans, pieces, strict=True)])

    def _aligned(self, result: Any, sentence: Prepared, given: _Pieces) -> Aligned:
        prefixed = 1 if getattr(self._package, "target_prefix", "") else 0
        found: list[list[str]] = [pieces[prefixed:] for pieces in result.hypotheses]
        texts = [self._decode(pieces) for pieces in found]
        best = most_obedient(texts, sentence)
        text, pieces = texts[best], found[best]
        attention = np.asarray(result.attention[best], dtype=np.float32)[prefixed:]
        numbers = _words_of_pieces(pieces) if self._sentencepiece is not None else _words_found(pieces, text)
        if in_capitals(sentence.original):
            text = text.upper()
        words = text.split()
        chosen = align(attention, numbers, given.words, words, sentence.original.split())
        alignment = tuple(sentence.with_whole_terms(numbers) for numbers in chosen)
        return Aligned(text, alignment, float(result.scores[best]))

    def _decode(self, pieces: list[str]) -> str:
        """Text of pieces. Argos's own decode turns underscores into spaces, which breaks names and addresses."""
        text = self._sentencepiece.decode_pieces(pieces) if self._sentencepiece else self._tokenizer.decode(pieces)
        return " ".join(text.replace("▁", " ").split())


def most_obedient(texts: Sequence[str], sentence: Prepared) -> int:
    """The number of the first of the texts that has most of what the sentence tells.

    A search finds as many translations as its beam is wide, the likeliest first; where that one has a
    told word left out or misspelt, the next may have it right.
    """
    obeyed = [
        sum((came_out if english in sentence.parted else stands_in)(text, english) for english in sentence.told)
        for text in texts
    ]
    return obeyed.index(max(obeyed))


class TranslationFailedError(TweeklankError):
    """The model gave up in the middle of its work."""


def _word_of(sentence: Prepared, start: int, end: int, piece: str) -> int:
    """The word that a piece is part of; -1 for punctuation that is only stuck to a word."""
    text = sentence.text
    # A piece that is only a part of a character, like the first of the two that ½ is made of, has no length of its own.
    while piece.strip("▁") and end < len(text) and not text[start:end].strip():
        end += 1
    places = [i for i in range(start, end) if not text[i].isspace()]
    if not places:
        return -1
    letters = [i for i in places if text[i].isalnum()]
    word = sentence.words[(letters or places)[0]]
    return -1 if not letters and word in sentence.lettered else word


def _words_of_pieces(pieces: Sequence[str]) -> list[int]:
    """The number of the word that each SentencePiece piece of a text belongs to; -1 before the first and for spaces."""
    numbers, word, inside = [], -1, False
    for piece in pieces:
        if piece.startswith("▁"):
            inside = False
        if piece.strip("▁"):
            word, inside = (word, True) if inside else (word + 1, True)
            numbers.append(word)
        else:
            numbers.append(-1)
    return numbers


def _found(pieces: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Where the pieces of another tokenizer stand in a text, as far as they can be found in order."""
    spans, position = [], 0
    for piece in pieces:
        stem = piece.removesuffix("@@").replace("▁", " ").strip()
        start = text.find(stem, position, position + len(stem) + 12) if stem else -1
        if start >= 0:
            position = start + len(stem)
        spans.append((max(start, 0), position if start >= 0 else 0))
    return spans


def _words_found(pieces: Sequence[str], text: str) -> list[int]:
    numbers = word_numbers(text)
    return [numbers[start] if end > start else -1 for start, end in _found(pieces, text)]
