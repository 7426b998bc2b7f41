"""Step 5: measure a package on every evaluation set.

    python evaluate.py ../src/tweeklank/translate/builtin [--samples 40] [--json work/figures.json]

Prints chrF2 and BLEU (sacrebleu's defaults; the signatures are printed too) and speed, and with
``--samples`` that many translations, taken at even distances from the sets and not chosen.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import ctranslate2
import sacrebleu
import sentencepiece
from recipe import HERE, read_pairs

SETS = {
    "news, held out": "news-heldout.tsv",
    "NTREX-128": "ntrex128.tsv",
    "FLORES-101 devtest": "flores101.tsv",
    "Tatoeba test": "tatoeba-test.tsv",
}


def translate(model: Path, pieces: Path, texts: list[str], beam: int = 4) -> list[str]:
    """Translations by a CTranslate2 model, with the decoding settings Tweeklank uses."""
    splitter = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    translator = ctranslate2.Translator(str(model), device="cpu", compute_type="int8")
    results = translator.translate_batch(
        splitter.encode(texts, out_type=str), beam_size=beam, max_batch_size=2048, batch_type="tokens",
        repetition_penalty=1.05 if beam > 1 else 1.0,
    )
    return [splitter.decode(result.hypotheses[0]) for result in results]


def chrf_and_bleu(model: Path, pieces: Path, pairs: list[tuple[str, str]], beam: int = 4) -> tuple[float, float]:
    """(chrF2, BLEU) against the pairs' English side."""
    made, wanted = translate(model, pieces, [dutch for dutch, _ in pairs], beam), [[english for _, english in pairs]]
    return sacrebleu.corpus_chrf(made, wanted).score, sacrebleu.corpus_bleu(made, wanted).score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--samples", type=int, default=0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    model, pieces = args.package / "model", args.package / "sentencepiece.model"
    figures, samples = {}, []
    for name, file in SETS.items():
        pairs = list(read_pairs(HERE / "eval" / file))
        start = time.perf_counter()
        made = translate(model, pieces, [dutch for dutch, _ in pairs])
        seconds = time.perf_counter() - start
        chrf, bleu = sacrebleu.CHRF(), sacrebleu.BLEU()
        wanted = [[english for _, english in pairs]]
        figures[name] = {
            "sentences": len(pairs),
            "chrF2": round(chrf.corpus_score(made, wanted).score, 1),
            "BLEU": round(bleu.corpus_score(made, wanted).score, 1),
            "words per second": round(sum(len(d.split()) for d, _ in pairs) / seconds),
        }
        print(f"{name:20} {figures[name]}", flush=True)
        share = args.samples // len(SETS)
        for i in range(share):
            at = i * len(pairs) // share
            samples.append((name, *pairs[at], made[at]))
    print(chrf.get_signature(), bleu.get_signature(), sep="\n")
    for name, dutch, english, translated in samples:
        print(f"\n{name}\n  nl: {dutch}\n  →:  {translated}\n  en: {english}")
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
