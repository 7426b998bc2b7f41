"""Which words a model's pieces belong to, and which words became which."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tweeklank.config import Translate
from tweeklank.translate.alignment import Aligned, align, best_run, joined, word_spans
from tweeklank.translate.attempts import translate_sentences
from tweeklank.translate.engine import Decoding, Engine, _found, _words_found, _words_of_pieces, most_obedient
from tweeklank.translate.markup import Sentence, sentences_of_html, translate_html
from tweeklank.translate.models import Model, read_model
from tweeklank.translate.prepared import Prepared, prepared
from tweeklank.translate.terminology import load_glossary

TEXTS = [
    "In 2024 stootte Nederland 1.146 ton CO2 uit.",
    "De A380 van KLM-Air France vloog op 31-12-2020 om 14.30 uur.",
    "„Wij zijn blij”, zegt drs. J.P. d’Hont-Müller (48).",
    "Café ½ liter ﬁets ™ 12 m² … € 1,2 mln – 🎉 Ĳssel.",
    "Lees https://www.ser.nl/nl/x_1.pdf of mail j.p@ser.nl, @SERnl #imvo.",
    "De vakbond FNV en de Sociaal-Economische Raad (SER) tekenen.",
]
WORDS = st.lists(
    st.sampled_from([w for t in TEXTS for w in t.split()] + ["x" * 40, "\u200b", "e\u0301", "﷼", "(", "”"]), min_size=1
)


@pytest.mark.parametrize(
    ("texts", "told", "chosen"),
    [
        (["The bridge is old.", "The saddle is old."], ["saddle"], 1),
        (["The saddles are old.", "The saddle is old."], ["saddle"], 0),  # the likelier one, in the plural
        (["A sadddle and a bridge.", "A saddle and a brige.", "A saddle and a bridge."], ["saddle", "bridge"], 2),
        (["Itch.", "Hitch."], ["saddle"], 0),
        (["Her handsitch.", "Her hands itch."], ["itch"], 1),
        (["The bridge is old.", "The saddle is old."], [], 0),
    ],
)
def test_of_several_translations_the_likeliest_is_taken_that_says_most_of_what_was_told(
    texts: list[str], told: list[str], chosen: int
) -> None:
    assert most_obedient(texts, Prepared("", "", (), told=tuple(told))) == chosen


@settings(max_examples=60)
@given(words=WORDS)
def test_pieces_know_their_words(engine: Engine, words: list[str]) -> None:
    text = " ".join(words)
    given_ = engine._encode(prepared(text))
    seen = [number for number in given_.words if number >= 0]
    assert seen == sorted(seen)
    for number, word in enumerate(text.split()):
        surface = "".join(p.strip("▁") for p, n in zip(given_.pieces, given_.words, strict=True) if n == number)
        letters = re.sub(r"[^a-zA-Z0-9]", "", unicodedata.normalize("NFKC", word))
        assert letters in re.sub(r"[^a-zA-Z0-9]", "", re.sub(r"<0x..>", "", surface)), (word, surface)


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_of_marked_terms_know_their_words(engine: Engine, text: str) -> None:
    sentence = prepared(text, load_glossary(Translate()).found(text))
    given_ = engine._encode(sentence)
    words = text.split()
    for piece, number in zip(given_.pieces, given_.words, strict=True):
        if number >= 0 and piece.strip("▁").isalpha() and "<as>" not in sentence.text:
            assert piece.strip("▁") in unicodedata.normalize("NFKC", words[number])
    assert [
        p for p, n in zip(given_.pieces, given_.words, strict=True) if p in ("<term>", "<as>", "</term>") and n >= 0
    ] == []


@settings(max_examples=60)
@given(words=WORDS)
def test_words_of_a_translation_are_counted_right(engine: Engine, words: list[str]) -> None:
    pieces = engine._encode(prepared(" ".join(words))).pieces
    numbers = _words_of_pieces(pieces)
    text = engine._decode(pieces)
    assert max(numbers, default=-1) + 1 == len(text.split())


def test_words_with_another_tokenizer() -> None:
    pieces = ["The", "met@@", "als", "agree@@", "ment", "&quot;", "."]
    assert _words_found(pieces, "The metals agreement.") == [0, 1, 1, 2, 2, -1, 2]
    assert _found(["De", "x"], "De y") == [(0, 2), (0, 0)]


def test_a_package_that_wants_a_prefix(package: Callable[..., Path]) -> None:
    engine = Engine(read_model(package(target_prefix="▁The")))
    ((_, made),) = engine.translate([prepared("De leden komen bijeen in Utrecht.")], Decoding())
    assert not made.text.startswith("The The")
    assert len(made.alignment) == len(made.text.split())


def test_underscores_and_marks_do_not_leak(engine: Engine) -> None:
    glossary = load_glossary(Translate())
    for _, made in engine.translate([prepared(text, glossary.found(text)) for text in TEXTS], Decoding()):
        assert not re.search(r"▁|<term>|<as>|</term>|<0x|⁇", made.text)
        assert len(made.alignment) == len(made.text.split())


def test_order_does_not_matter(engine: Engine) -> None:
    given_ = [prepared(text) for text in TEXTS]
    together = dict(engine.translate(given_, Decoding()))
    assert sorted(together) == list(range(len(TEXTS)))
    assert together[1].text == dict(engine.translate([given_[1]], Decoding()))[0].text


def test_loading_is_fast(model: Model) -> None:
    fastest = 9.0
    for _ in range(2):
        start = time.process_time()
        Engine(model)
        fastest = min(fastest, time.process_time() - start)
    assert fastest < 1.5


def test_align_follows_attention_and_twins() -> None:
    attention = np.array([[0.9, 0.1, 0.0], [0.0, 0.2, 0.8], [0.6, 0.3, 0.1]], dtype=np.float32)
    assert align(attention, [0, 1, 2], [0, 1, 2], ["a", "b", "c"], ["x", "y", "z"]) == [(0,), (2,), (0,)]
    assert align(attention, [0, 1, 1], [0, -1, 2], ["a", "b"], ["x", ".", "z"]) == [(0,), (2,)]
    # A number that stands in both is its own proof.
    assert align(attention, [0, 1, 2], [0, 1, 2], ["2,200", "b", "SER’s"], ["x", "2.200", "SER"])[0::2] == [(1,), (2,)]
    assert align(attention[:0], [], [0], ["a"], ["x"]) == [()]
    assert align(attention, [0, 5], [0, 7], ["a"], ["x"]) == [(0,)]


def test_best_run() -> None:
    assert best_run([]) is best_run([-1, 0]) is None
    assert best_run([1, -0.1, 1, -5, 1]) == (0, 3)


def test_parts_are_joined() -> None:
    parts = [Aligned("a b", ((1,), (0,))), Aligned("c", ((0, 1),))]
    assert joined(parts, ["x y", "z w"]) == Aligned("a b c", ((1,), (0,), (2, 3)))


@given(st.text(max_size=30), st.integers(0, 30), st.integers(0, 30), st.text(max_size=5))
def test_replacing_keeps_one_alignment_a_word(text: str, a: int, b: int, new: str) -> None:
    made = Aligned(text, tuple((n,) for n in range(len(text.split()))))
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    replaced = made.replaced(start, end, new)
    assert replaced.text == text[:start] + new + text[end:]
    assert len(replaced.alignment) == len(word_spans(replaced.text))


def test_links_stand_around_their_words(model: Model) -> None:
    """Marks put around words by hand, where the model's translation has the words that they should be around."""
    lines = Path(__file__).with_name("spans.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(rows) >= 60
    bodies = [re.sub(r"\[(.*?)\]", r'<a href="u">\1</a>', f"<p>{dutch}</p>") for dutch, _ in rows]
    sentences = list(dict.fromkeys(s for body in bodies for s in sentences_of_html(body)))
    parts = translate_sentences(sentences, model, load_glossary(Translate()))
    known = {s: Sentence(r.target, r.alignment, bool(r.fault)) for part in parts for s, r in part.items()}
    right = judged = 0
    for body, (_, wanted) in zip(bodies, rows, strict=True):
        made, _ = translate_html(body, known)
        plain = re.sub("<[^>]*>", "", made)
        present = [w for w in wanted.split("|") if re.search(rf"(?<!\w){re.escape(w)}(?!\w)", plain, re.IGNORECASE)]
        link = re.search(r'<a href="u">(.*?)</a>', made)
        if present and link:
            judged += 1
            right += link[1].lower() in {w.lower() for w in present}
    assert judged >= 30
    assert right >= 0.75 * judged, f"{right} of {judged}"
