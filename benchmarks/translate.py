"""Speed of translating beside the stock argos-translate call and beside bare CTranslate2, on the same model.

    python benchmarks/translate.py [--paragraphs 300] [--stock 60] [--beams 1 2 3 4] [--model PATH]

(a) argostranslate.translate as it comes, paragraph after paragraph, with its own settings; in a
    venv of its own (build/benchmark-argos, made at the first run) with torch for CPU. Its sentence
    splitter would be downloaded, so sentencex, which Tweeklank uses too, takes its place.
(b) Tweeklank: splitting, terms, batches, alignment, mending, checks and further attempts.
(c) the ceiling: sentences split and tokenised beforehand, in sorted batches into CTranslate2.

Each runs in a process of its own, one after the other. Start-up is from the first import to the
first translated word. Words per second of processor time say more than words per second where
something else is running too; the ratios are of the former. The paragraphs are
training/eval/news-heldout.tsv; where all are translated, their chrF2 is printed.
"""

# ruff: noqa: PLC0415  (each side imports what it measures, in a process of its own)
from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAIRS = ROOT / "training/eval/news-heldout.tsv"
STOCK = ROOT / "build/benchmark-argos"
LONGEST = 180  # seconds for (a)
SHORT = "De leden komen vandaag bijeen."

Translation = Callable[[list[str]], list[str]]


def stock(model: Path, _: int) -> Translation:
    """Runs in the venv of the benchmark, which has no Tweeklank."""
    import argostranslate.sbd
    import sentencex

    class Sentencizer(argostranslate.sbd.ISentenceBoundaryDetectionModel):
        def __init__(self, _: object) -> None: ...

        def split_sentences(self, text: str) -> list[str]:
            return list(sentencex.segment("nl", text))

    argostranslate.sbd.MiniSBDSentencizer = Sentencizer
    import argostranslate.translate
    from argostranslate.package import Package

    dutch, english = (argostranslate.translate.Language(code, code) for code in ("nl", "en"))
    translation = argostranslate.translate.PackageTranslation(dutch, english, Package(model))
    translation.translate(SHORT)
    started = time.perf_counter()

    def translate(paragraphs: list[str]) -> list[str]:
        made: list[str] = []
        for paragraph in paragraphs:
            if time.perf_counter() - started > LONGEST:
                break
            made.append(translation.translate(paragraph))
        return made

    return translate


def tweeklank(model: Path, beam: int) -> Translation:
    from tweeklank.config import Translate
    from tweeklank.translate import attempts
    from tweeklank.translate.engine import Decoding, Engine
    from tweeklank.translate.markup import Sentence, sentences_of_text, translate_text
    from tweeklank.translate.models import read_model
    from tweeklank.translate.terminology import load_glossary

    attempts.FIRST = Decoding(beam)
    package, glossary = read_model(model), load_glossary(Translate())
    engine = Engine(package)
    attempts.Engine = lambda _: engine  # loaded before the clock starts, as in (a) and (c)

    def translate(paragraphs: list[str]) -> list[str]:
        sentences = list(dict.fromkeys(s for paragraph in paragraphs for s in sentences_of_text(paragraph)))
        portions = attempts.translate_sentences(sentences, package, glossary)
        known = {text: Sentence(result.target) for made in portions for text, result in made.items()}
        return [translate_text(paragraph, known) for paragraph in paragraphs]

    translate([SHORT])
    return translate


def ceiling(model: Path, beam: int) -> Translation:
    import ctranslate2
    import sentencepiece

    from tweeklank.translate.engine import Decoding
    from tweeklank.translate.markup import sentences_of_text

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model / "sentencepiece.model"))
    cores = os.cpu_count() or 1
    translator = ctranslate2.Translator(str(model / "model"), compute_type="int8", inter_threads=cores, intra_threads=1)
    ready: dict[str, list[str]] = {}

    def prepare(paragraphs: list[str]) -> None:
        for paragraph in paragraphs:
            ready.update((s, pieces.encode(s, out_type=str)) for s in sentences_of_text(paragraph))

    def translate(_: list[str]) -> list[str]:
        batch = sorted(ready.values(), key=len)
        penalty = Decoding(beam).repetition_penalty
        translator.translate_batch(
            batch, beam_size=beam, repetition_penalty=penalty, max_batch_size=1024, batch_type="tokens"
        )
        return []

    prepare([SHORT])
    translate([])
    ready.clear()
    prepare(_paragraphs(300))
    return translate


SIDES: dict[str, Callable[[Path, int], Translation]] = {"stock": stock, "tweeklank": tweeklank, "ceiling": ceiling}


def _paragraphs(count: int) -> list[str]:
    return [line.split("\t")[0] for line in PAIRS.read_text("utf-8").splitlines()[:count]]


def _measure(side: str, model: Path, beam: int, count: int) -> None:
    """In the child: one line of JSON on stdout."""
    start = time.perf_counter()
    translate = SIDES[side](model, beam)
    ready, busy = time.perf_counter(), time.process_time()
    paragraphs = _paragraphs(count)
    made = translate(paragraphs)
    seconds, cpu = time.perf_counter() - ready, time.process_time() - busy
    words = sum(len(text.split()) for text in paragraphs[: len(made) or count])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speeds = {"speed": words / seconds, "thrift": words / cpu}
    sys.stdout.write(json.dumps({**speeds, "start": ready - start, "peak": peak, "made": made}) + "\n")


def _run(python: Path, side: str, model: Path, beam: int, count: int) -> dict[str, Any]:
    command = [python, __file__, "--side", side, "--model", model, "--beam", str(beam), "--paragraphs", str(count)]
    home = {"HOME": str(ROOT / "build"), "XDG_DATA_HOME": str(ROOT / "build/argos-data")}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **home})
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _stock_python() -> Path:
    python = STOCK / "bin/python"
    if not (STOCK / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", STOCK], check=True)
        wanted = ["torch==2.13.0", "argostranslate", "sentencex", "sacrebleu"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        (STOCK / "ready").touch()
    return python


def _chrf(made: list[str]) -> str:
    """chrF2 by sacrebleu, which lives in the benchmark's venv."""
    if len(made) < len(_paragraphs(300)):
        return "–"
    wanted = [line.split("\t")[1] for line in PAIRS.read_text("utf-8").splitlines()[: len(made)]]
    code = "import json, sacrebleu, sys; m, w = json.load(sys.stdin); print(sacrebleu.corpus_chrf(m, [w]).score)"
    command = [_stock_python(), "-c", code]
    told = subprocess.run(command, input=json.dumps([made, wanted]), check=True, stdout=subprocess.PIPE, text=True)
    return f"{float(told.stdout):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--paragraphs", type=int, default=300)
    parser.add_argument("--stock", type=int, default=60, help="paragraphs for (a), which is slow; 0 leaves it out")
    parser.add_argument("--beams", type=int, nargs="+", default=[4, 1, 2, 3])
    parser.add_argument("--model", type=Path, default=ROOT / "src/tweeklank/translate/builtin")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--beam", type=int, default=4, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.side:
        _measure(chosen.side, chosen.model, chosen.beam, chosen.paragraphs)
        return
    here, first = Path(sys.executable), 0.0
    print(
        f"{'':22} {'words/s':>8} {'/ cpu s':>8} {'× (a)':>6} {'of (c)':>6} {'start s':>8} {'peak MB':>8} {'chrF2':>6}"
    )

    def show(label: str, result: dict[str, Any], of_ceiling: float = 0.0) -> None:
        times = f"{result['thrift'] / first:.1f}" if first else "–"
        share = f"{result['thrift'] / of_ceiling:.2f}" if of_ceiling else "–"
        told = f"{label:22} {result['speed']:8.0f} {result['thrift']:8.0f} {times:>6} {share:>6}"
        print(told, f"{result['start']:8.1f} {result['peak']:8.0f} {_chrf(result['made']):>6}", flush=True)

    if chosen.stock:
        result = _run(_stock_python(), "stock", chosen.model, 4, chosen.stock)
        first = result["thrift"]
        show("(a) argos-translate", result)
    for beam in chosen.beams:
        most = _run(here, "ceiling", chosen.model, beam, chosen.paragraphs)
        show(
            f"(b) Tweeklank, beam {beam}",
            _run(here, "tweeklank", chosen.model, beam, chosen.paragraphs),
            most["thrift"],
        )
        show(f"(c) ceiling, beam {beam}", most)


if __name__ == "__main__":
    main()
