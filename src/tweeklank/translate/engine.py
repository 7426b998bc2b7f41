"""CTranslate2 in length-sorted batches, with word alignment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ctranslate2
import numpy as np

from tweeklank.article import TweeklankError
from tweeklank.translate.models import Model, ModelError
from tweeklank.translate.terminology import Prepared

_BATCH_TOKENS = 2048
_CHUNK = 256  # sentences between two reports of progress, and the most that an interruption loses


@dataclass(frozen=True)
class Decoding:
    """How the search for a translation goes."""

    beam: int = 4
    repetition_penalty: float = 1.05
    no_repeat: int = 0


@dataclass(frozen=True)
class Output:
    """A translated sentence. ``alignment`` has for each of its words the numbers of its source words."""

    text: str
    alignment: tuple[tuple[int, ...], ...]


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
            self._translator = ctranslate2.Translator(
                str(model.path / "model"), device="cpu", compute_type="int8", intra_threads=os.cpu_count() or 1
            )
            self._tokenizer.encode("proef")
        except (OSError, RuntimeError, ValueError, AttributeError) as error:
            raise ModelError(f"{model.path}: the model cannot be loaded: {error}.") from None

    def translate(
        self, sentences: Sequence[Prepared], decoding: Decoding, done: Callable[[int], None] = lambda _: None
    ) -> Iterator[tuple[int, Output]]:
        """Yields (number of the sentence, its translation), short sentences first.

        ``done`` is told how many sentences are finished so far.
        """
        pieces = [self._pieces(sentence) for sentence in sentences]
        order = sorted(range(len(sentences)), key=lambda i: len(pieces[i][0]))
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            results = self._run([pieces[i][0] for i in chunk], decoding)
            for i, result in zip(chunk, results, strict=True):
                yield i, self._output(result, pieces[i][1])
            done(start + len(chunk))

    def _run(self, batch: list[list[str]], decoding: Decoding) -> Any:
        prefix = getattr(self._package, "target_prefix", "")
        try:
            return self._translator.translate_batch(
                batch,
                target_prefix=[[prefix]] * len(batch) if prefix else None,
                beam_size=decoding.beam,
                repetition_penalty=decoding.repetition_penalty,
                no_repeat_ngram_size=decoding.no_repeat,
                max_batch_size=_BATCH_TOKENS,
                batch_type="tokens",
                return_attention=True,
                replace_unknowns=True,
            )
        except RuntimeError as error:
            raise TranslationFailedError(f"the translation model stopped: {error}.") from error

    def _pieces(self, sentence: Prepared) -> tuple[list[str], list[int]]:
        """The pieces of a sentence, and for each the number of the source word that it is part of."""
        pieces: list[str] = self._tokenizer.encode(sentence.text)
        words, position = [], 0
        for piece in pieces:
            bare = piece.removesuffix("@@").replace("▁", " ").strip()
            found = sentence.text.find(bare, position) if bare else -1
            if 0 <= found <= position + 12:
                position = found
            words.append(sentence.words[min(position, len(sentence.words) - 1)] if sentence.words else 0)
            position += len(bare) if found >= 0 else 0
        return pieces, words

    def _output(self, result: Any, source_words: list[int]) -> Output:
        pieces: list[str] = result.hypotheses[0]
        attention = np.asarray(result.attention[0], dtype=np.float32)
        if getattr(self._package, "target_prefix", ""):
            pieces, attention = pieces[1:], attention[1:]
        text = self._decode(pieces)
        return Output(text, _align(pieces, attention, source_words, len(text.split())))

    def _decode(self, pieces: list[str]) -> str:
        """Text of pieces. Argos's own decode turns underscores into spaces, which breaks names and addresses."""
        processor = getattr(self._tokenizer, "lazy_processor", None)
        text = processor().decode_pieces(pieces) if processor else self._tokenizer.decode(pieces)
        return " ".join(text.replace("▁", " ").split())


class TranslationFailedError(TweeklankError):
    """The model gave up in the middle of its work."""


def _align(
    pieces: list[str], attention: np.ndarray[Any, Any], source_words: list[int], words: int
) -> tuple[tuple[int, ...], ...]:
    """For each target word the source words that its pieces look at most (arg max of the attention)."""
    alignment: list[set[int]] = [set() for _ in range(words)]
    word = -1
    for piece, row in zip(pieces, attention, strict=False):
        if word < 0 or piece.startswith("▁"):
            word += 1
        columns = row[: len(source_words)]
        if 0 <= word < words and len(columns):
            source = source_words[int(columns.argmax())]
            if source >= 0:
                alignment[word].add(source)
    return tuple(tuple(sorted(numbers)) for numbers in alignment)
