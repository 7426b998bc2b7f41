"""Step 3: pieces. Trains SentencePiece if the work folder has no model yet, varies and encodes the pairs.

    python tokenise.py [--work work] [--seed 2]

Writes ``work/sentencepiece.model`` and ``work/pairs.npz``: for each file of the mixture four
arrays, ``NAME.s``/``NAME.t`` (all piece ids in a row, uint16) and ``NAME.so``/``NAME.to`` (offsets).
Another seed gives other variations of the same pairs.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

from marks import MARKS
from names import Renamer
from recipe import HERE, Recipe, read_lexicon, read_pairs
from variation import OWN, VARIED, Annotator, Exchanger, Variation

LONGEST = 180  # pieces on either side
ALPHA = 0.25  # how near a resegmented text stays to its best segmentation: 0 any, 1 nearly always the best


def train_pieces(data: Path, model: Path, vocabulary: int) -> None:
    """A joint unigram model with byte fallback, digits split, and the three term marks as whole pieces."""
    text, rng = model.with_suffix(".txt"), random.Random(1)
    with text.open("w", encoding="utf-8") as out:
        for file in sorted(data.glob("*.tsv")):
            pairs = list(read_pairs(file))
            rng.shuffle(pairs)
            for dutch, english in pairs[:100_000] * (8 if file.stem in OWN - {"generator"} else 1):
                out.write(f"{dutch}\n{english}\n")
    SentencePieceTrainer.train(
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
        user_defined_symbols=list(MARKS),
        input_sentence_size=700_000,
        shuffle_input_sentence=True,
        max_sentence_length=2000,
    )
    text.unlink()


def encoded(
    pieces: SentencePieceProcessor, texts: list[str], resegmented: float, rng: random.Random
) -> list[list[int]]:
    """The texts as piece ids, a share of them cut otherwise than best (subword regularisation, Kudo 2018).

    A word that is known by its parts as well is no stranger in a new compound.
    """
    return [
        pieces.encode(text, enable_sampling=True, alpha=ALPHA, nbest_size=-1)
        if rng.random() < resegmented
        else pieces.encode(text)
        for text in texts
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--seed", type=int, default=2)
    args = parser.parse_args()
    work: Path = args.work
    recipe, rng = Recipe.read(), random.Random(args.seed)
    model = work / "sentencepiece.model"
    if not model.exists():
        train_pieces(work / "data", model, recipe.shape["V"])
    pieces = SentencePieceProcessor(model_file=str(model))
    dictionary = [f for f in (HERE / "corpus/terms.tsv", work / "data/words.tsv") if f.exists()]
    named = [name for name in ("news", "recast", "tatoeba") if name in recipe.mixture]
    renamer = Renamer(pair for name in named for pair in read_pairs(work / f"data/{name}.tsv"))
    lexicon = list(read_lexicon(work / "lexicon.tsv"))
    annotator = Annotator(*dictionary, lexicon=lexicon)
    variation = Variation(recipe.variation, Exchanger(lexicon), renamer, annotator, rng)
    arrays: dict[str, np.ndarray] = {}
    for name, weight in recipe.mixture.items():
        pairs = list(read_pairs(work / f"data/{name}.tsv"))
        # A file that is seen several times in a pass is varied anew each time.
        varied = [pair for _ in range(max(1, int(weight))) for pair in variation.of(name, pairs)]
        resegmented = recipe.variation["resegmented"] if name in VARIED else 0.0
        source = encoded(pieces, [dutch for dutch, _ in varied], resegmented, rng)
        target = pieces.encode([english for _, english in varied])
        kept = [(s, t) for s, t in zip(source, target, strict=True) if 0 < len(s) <= LONGEST and 0 < len(t) <= LONGEST]
        for side, ids in (("s", [s for s, _ in kept]), ("t", [t for _, t in kept])):
            arrays[f"{name}.{side}"] = np.concatenate([np.asarray(i, np.uint16) for i in ids])
            arrays[f"{name}.{side}o"] = np.cumsum([0] + [len(i) for i in ids])
        print(f"{name:10} {len(kept):8} pairs {len(arrays[f'{name}.t']):10} target pieces", flush=True)
    np.savez(work / "pairs.npz", **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
