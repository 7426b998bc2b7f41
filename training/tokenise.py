"""Step 2: pieces. Trains SentencePiece if the work folder has no model yet, varies and encodes the pairs.

    python tokenise.py [--work work]

Writes ``work/sentencepiece.model`` and ``work/pairs.npz``: for each file of the mixture four
arrays, ``NAME.s``/``NAME.t`` (all piece ids in a row, uint16) and ``NAME.so``/``NAME.to`` (offsets).
"""

from __future__ import annotations

import argparse
import random
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import sentencepiece

from names import Renamer
from recipe import HERE, Recipe, read_pairs

LONGEST = 140  # pieces on either side
OWN = {"news", "generator", "covid"}
VARIED = OWN | {"tatoeba"}
PLAIN = {"words", "names", "terms", "odd"}  # never annotated
MARKS = ["<term>", "<as>", "</term>"]
QUOTES = str.maketrans("“”„", '"""')


def train_pieces(data: Path, model: Path, vocabulary: int) -> None:
    """A joint unigram model with byte fallback, digits split, and the three term marks as whole pieces."""
    text, rng = model.with_suffix(".txt"), random.Random(1)
    with text.open("w", encoding="utf-8") as out:
        for file in sorted(data.glob("*.tsv")):
            pairs = list(read_pairs(file))
            rng.shuffle(pairs)
            for dutch, english in pairs[:100_000] * (8 if file.stem in OWN - {"generator"} else 1):
                out.write(f"{dutch}\n{english}\n")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(model.with_suffix("")),
        vocab_size=vocabulary,
        model_type="unigram",
        character_coverage=0.9998,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="nmt_nfkc",
        pad_id=0,
        unk_id=1,
        bos_id=2,
        eos_id=3,
        user_defined_symbols=MARKS,
        input_sentence_size=700_000,
        shuffle_input_sentence=True,
        max_sentence_length=2000,
    )
    text.unlink()


class Annotator:
    """Marks one term of a pair, where the English side really has its translation.

    The wanted form is taken from the English sentence itself, so that the model learns to
    copy what the mark says and to fit the words around it.
    """

    def __init__(self, *files: Path) -> None:
        self.terms: dict[str, list[str]] = defaultdict(list)
        for file in files:
            for dutch, english in read_pairs(file):
                if 4 <= len(dutch) <= 60 and 3 <= len(english) <= 60:
                    self.terms[dutch.lower()].append(english)

    def annotate(self, dutch: str, english: str, rng: random.Random) -> str:
        words, found = dutch.split(" "), []
        for size in (4, 3, 2, 1):
            for i in range(len(words) - size + 1):
                term = " ".join(words[i : i + size]).strip(".,:;!?()“”‘’\"'")
                for wanted in self.terms.get(term.lower(), ()):
                    match = re.search(rf"(?<!\w){re.escape(wanted)}(?:s|es)?(?!\w)", english, re.IGNORECASE)
                    if match:
                        found.append((i, size, term, match[0]))
                        break
        if not found:
            return dutch
        i, size, term, wanted = rng.choice(found)
        marked = " ".join(words[i : i + size]).replace(term, f"<term>{term}<as>{wanted}</term>", 1)
        return " ".join([*words[:i], marked, *words[i + size :]])


def vary(dutch: str, english: str, rng: random.Random) -> tuple[str, str]:
    """The same pair as a careless editor would set it: no final stop, straight quotes, capitals."""
    chance = rng.random()
    if chance < 0.06 and dutch[-1] == english[-1] == ".":
        return dutch[:-1], english[:-1]
    if chance < 0.12:
        return dutch.translate(QUOTES), english.translate(QUOTES)
    if chance < 0.13:
        return dutch.upper(), english.upper()
    return dutch, english


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    work: Path = parser.parse_args().work
    recipe, rng = Recipe.read(), random.Random(2)
    model = work / "sentencepiece.model"
    if not model.exists():
        train_pieces(work / "data", model, recipe.shape["V"])
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model))
    dictionary = [f for f in (HERE / "corpus/terms.tsv", work / "data/words.tsv") if f.exists()]
    annotator = Annotator(*dictionary)
    named = [name for name in ("news", "tatoeba") if name in recipe.mixture]
    renamer = Renamer(pair for name in named for pair in read_pairs(work / f"data/{name}.tsv"))
    arrays: dict[str, np.ndarray] = {}
    for name, weight in recipe.mixture.items():
        pairs = list(read_pairs(work / f"data/{name}.tsv"))
        rate = recipe.annotation["own" if name in OWN else "other"]
        varied: list[tuple[str, str]] = []
        # A file that is seen several times in a pass is varied anew each time.
        for _ in range(max(1, int(weight))):
            for pair in pairs:
                dutch, english = pair
                if name in VARIED:
                    if rng.random() < recipe.annotation["renamed"]:
                        dutch, english = renamer.rename(dutch, english, rng)
                    dutch, english = vary(dutch, english, rng)
                annotated = name not in PLAIN and rng.random() < rate
                varied.append((annotator.annotate(dutch, english, rng) if annotated else dutch, english))
        source, target = pieces.encode([p[0] for p in varied]), pieces.encode([p[1] for p in varied])
        kept = [(s, t) for s, t in zip(source, target, strict=True) if 0 < len(s) <= LONGEST and 0 < len(t) <= LONGEST]
        for side, ids in (("s", [s for s, _ in kept]), ("t", [t for _, t in kept])):
            arrays[f"{name}.{side}"] = np.concatenate([np.asarray(i, np.uint16) for i in ids])
            arrays[f"{name}.{side}o"] = np.cumsum([0] + [len(i) for i in ids])
        print(f"{name:10} {len(kept):8} pairs {len(arrays[f'{name}.t']):10} target pieces", flush=True)
    np.savez(work / "pairs.npz", **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
