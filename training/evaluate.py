"""Step 6: measure a package on every evaluation set.

    python evaluate.py ../src/tweeklank/translate/builtin [--samples 40] [--json work/figures.json]

Tweeklank has to be installed beside the recipe: the sets are translated as it does, with abbreviations written
out and rare words, parted verbs and titled names told, and once more without any of that.
Prints chrF2 and BLEU (sacrebleu's defaults; the signatures are printed too) and speed; how many
annotated terms come out as asked; how many names are kept; how odd input is survived; and with ``--samples`` that many
translations, taken at even distances from the sets and not chosen.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import ctranslate2
import sacrebleu
import sentencepiece

from marks import AS, END
from names import names_kept
from recipe import HERE, read_pairs
from tokenise import Annotator

SETS = {
    "news, held out": "news-heldout.tsv",
    "lively news, held out": "lively-heldout.tsv",
    "phrases and formal news, held out": "phrases-heldout.tsv",
    "site of an agreement, held out": "site-heldout.tsv",
    "NTREX-128": "ntrex128.tsv",
    "FLORES-101 devtest": "flores101.tsv",
    "Tatoeba test": "tatoeba-test.tsv",
}


TOLD = re.compile(f"{AS}(.*?){END}")


def translate(model: Path, pieces: Path, texts: list[str], beam: int = 4) -> list[str]:
    """Translations by a CTranslate2 model, with the decoding settings Tweeklank uses."""
    splitter = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    translator = ctranslate2.Translator(str(model), device="cpu", compute_type="int8")
    results = translator.translate_batch(
        splitter.encode(texts, out_type=str),
        beam_size=beam,
        num_hypotheses=beam,
        max_batch_size=2048,
        batch_type="tokens",
        repetition_penalty=1.05 if beam > 1 else 1.0,
    )
    found = ([splitter.decode(pieces) for pieces in result.hypotheses] for result in results)
    return [made[most_obedient(made, TOLD.findall(text))] for made, text in zip(found, texts, strict=True)]


def by_tweeklank(package: Path) -> Callable[[list[str]], list[str]]:
    """Translates as Tweeklank does with a package at its first attempt, without a glossary and before its checks."""
    from tweeklank.translate.attempts import FIRST, preparation  # noqa: PLC0415 - training needs no Tweeklank
    from tweeklank.translate.engine import Engine  # noqa: PLC0415
    from tweeklank.translate.models import read_model  # noqa: PLC0415
    from tweeklank.translate.terminology import Glossary  # noqa: PLC0415

    model = read_model(package)
    engine, prepare = Engine(model), preparation(model, Glossary.of({}))

    def translated(texts: list[str]) -> list[str]:
        made = dict(engine.translate([prepare(text) for text in texts], FIRST))
        return [made[number].text for number in range(len(texts))]

    return translated


def most_obedient(made: list[str], told: list[str]) -> int:
    """Which of some translations, the likeliest first, has most of what the marks of the sentence tell."""
    obeyed = [
        sum(re.search(rf"(?<!\w){re.escape(t)}(?:s|es)?(?!\w)", text, re.IGNORECASE) is not None for t in told)
        for text in made
    ]
    return obeyed.index(max(obeyed))


def chrf_and_bleu(model: Path, pieces: Path, pairs: list[tuple[str, str]], beam: int = 4) -> tuple[float, float]:
    """(chrF2, BLEU) against the pairs' English side."""
    made, wanted = translate(model, pieces, [dutch for dutch, _ in pairs], beam), [[english for _, english in pairs]]
    return sacrebleu.corpus_chrf(made, wanted).score, sacrebleu.corpus_bleu(made, wanted).score


def term_obedience(model: Path, pieces: Path) -> tuple[int, int, int]:
    """(terms asked for, came out with the mark, came out without it), on the held-out news."""
    annotator, rng = Annotator(HERE / "corpus/terms.tsv"), random.Random(0)
    plain, marked, wanted = [], [], []
    for dutch, english in read_pairs(HERE / "eval/news-heldout.tsv"):
        annotated = annotator.annotate(dutch, english, rng)
        if annotated != dutch:
            plain.append(dutch)
            marked.append(annotated)
            wanted.append(re.search("<as>(.*?)</term>", annotated)[1].lower())  # type: ignore[index]
    obeyed = [
        sum(term in made.lower() for term, made in zip(wanted, translate(model, pieces, texts), strict=True))
        for texts in (marked, plain)
    ]
    return len(wanted), obeyed[0], obeyed[1]


LOOP = re.compile(r"(\S.{0,30}?)(?:[\s,]*\1){4,}")


def odd_input(translated: Callable[[list[str]], list[str]]) -> dict[str, dict[str, int]]:
    """By kind of odd input: how many there are, loops, answers over three times as long, and copies."""
    lines = (HERE / "eval/odd.txt").read_text("utf-8").splitlines()
    kinds, texts = zip(*(line.split("\t", 1) for line in lines), strict=True)
    figures: dict[str, dict[str, int]] = defaultdict(lambda: {"of": 0, "loops": 0, "far too long": 0, "unchanged": 0})
    for kind, text, made in zip(kinds, texts, translated(list(texts)), strict=True):
        row = figures[kind]
        row["of"] += 1
        row["loops"] += bool(LOOP.search(made)) and not LOOP.search(text)
        row["far too long"] += len(made) > 3 * len(text) + 20
        row["unchanged"] += made == text
    return dict(figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--samples", type=int, default=0)
    parser.add_argument("--json", type=Path, help="where to write the figures for card.py")
    args = parser.parse_args()
    model, pieces = args.package / "model", args.package / "sentencepiece.model"
    translated = by_tweeklank(args.package)
    sets: dict[str, dict[str, float]] = {}
    samples: list[dict[str, str]] = []
    chrf, bleu = sacrebleu.CHRF(), sacrebleu.BLEU()
    for name, file in SETS.items():
        pairs = list(read_pairs(HERE / "eval" / file))
        start = time.perf_counter()
        made = translated([dutch for dutch, _ in pairs])
        seconds = time.perf_counter() - start
        wanted = [[english for _, english in pairs]]
        sets[name] = {
            "sentences": len(pairs),
            "chrF2": round(chrf.corpus_score(made, wanted).score, 1),
            "BLEU": round(bleu.corpus_score(made, wanted).score, 1),
            "without lexicon": [round(figure, 1) for figure in chrf_and_bleu(model, pieces, pairs)],
            "words per second": round(sum(len(d.split()) for d, _ in pairs) / seconds),
        }
        sets[name]["names"], sets[name]["names kept"] = names_kept(pairs, made)
        print(f"{name:20} {sets[name]}", flush=True)
        share = math.ceil((args.samples - len(samples)) / (len(SETS) - len(sets) + 1))
        places = [i * len(pairs) // share for i in range(share)]
        samples += [{"set": name, "nl": pairs[at][0], "made": made[at], "en": pairs[at][1]} for at in places]
    asked, marked, unmarked = term_obedience(model, pieces)
    print(f"terms: {asked} asked for, {marked} came out with their marks, {unmarked} without marks")
    odd = odd_input(translated)
    for kind, row in odd.items():
        print(f"odd input, {kind}: {row}")
    signatures = [str(chrf.get_signature()), str(bleu.get_signature())]
    print(*signatures, sep="\n")
    for sample in samples:
        print("\n{set}\n  nl: {nl}\n  →:  {made}\n  en: {en}".format(**sample))
    if args.json:
        terms = {"asked": asked, "marked": marked, "unmarked": unmarked}
        figures = {"sets": sets, "terms": terms, "odd": odd, "signatures": signatures, "samples": samples}
        args.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
