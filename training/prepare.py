"""Step 1: collect, clean and de-duplicate the parallel text.

    python prepare.py --external DIR --work work

Reads the project's own pairs from ``corpus/`` and further ones, ``NAME.tsv`` or
``NAME.tsv.xz``, from DIR; writes ``work/data/NAME.tsv``. Nothing that stands in, or
overlaps with, an evaluation set gets through.
"""

from __future__ import annotations

import argparse
import lzma
import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from recipe import HERE, Recipe, read_pairs

LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(r"\w+")
OVERLAP = 8  # words in a row that a training pair may not share with an evaluation set
MOST_WORDS = 90


def normalise(text: str) -> str:
    """NFC, ordinary spaces, no zero-width characters or soft hyphens."""
    text = unicodedata.normalize("NFC", text).translate({0xA0: " ", 0x200B: None, 0xAD: None})
    return " ".join(text.split())


def is_pair(dutch: str, english: str) -> bool:
    """Whether two texts can be a translation of each other, by their outside."""
    a, b = len(dutch.split()), len(english.split())
    if not a or not b or a > MOST_WORDS or b > MOST_WORDS:
        return False
    if max(a, b) > 4 and max(len(dutch), len(english)) > 2.2 * min(len(dutch), len(english)):
        return False
    return min(len(LETTER.findall(t)) / len(t) for t in (dutch, english)) >= 0.45


class EvaluationSets:
    """Recognises text of the evaluation sets, whole or in part, on either side."""

    def __init__(self, folder: Path) -> None:
        self.whole: set[str] = set()
        self.runs: set[tuple[str, ...]] = set()
        for file in sorted(folder.glob("*.tsv")):
            for pair in read_pairs(file):
                for text in pair:
                    words = self._words(text)
                    self.whole.add(" ".join(words))
                    self.runs.update(self._runs(words))

    @staticmethod
    def _words(text: str) -> list[str]:
        return WORD.findall(text.lower())

    @staticmethod
    def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
        return zip(*(words[i:] for i in range(OVERLAP)), strict=False)

    def hold(self, text: str) -> bool:
        words = self._words(text)
        return " ".join(words) in self.whole or any(run in self.runs for run in self._runs(words))


def external(folder: Path, name: str) -> Iterable[tuple[str, str]]:
    packed, plain = folder / f"{name}.tsv.xz", folder / f"{name}.tsv"
    if plain.exists():
        return read_pairs(plain)
    if packed.exists():
        with lzma.open(packed, "rt", encoding="utf-8") as lines:
            return [(p[0], p[1]) for line in lines if len(p := line.rstrip("\n").split("\t")) >= 2]
    sys.exit(f"prepare: neither {plain} nor {packed} exists; leave {name} out of [mixture] to train without it")


def generated(recipe: Recipe) -> Iterable[tuple[str, str]]:
    made = subprocess.run(
        [sys.executable, HERE / "corpus/grammar.py", str(recipe.generator["pairs"]), str(recipe.generator["seed"])],
        capture_output=True,
        text=True,
        check=True,
    )
    return [tuple(line.split("\t")[:2]) for line in made.stdout.splitlines()]  # type: ignore[misc]


SYMBOLS = ["…", "***", "—", "!!!", "???", "•", "→", "☀️", "🌍", "💚", "👉", "✅", "📅", "🎉", "(…)", "[…]", "©", "|"]


def odd(own: list[tuple[str, str]], terms: list[tuple[str, str]], rng: random.Random) -> Iterator[tuple[str, str]]:
    """What is no sentence: addresses, tags and figures, which stay as they are, rows of terms, symbols, English."""
    words = sorted({word for dutch, _ in own for word in re.findall(r"(?<![\w-])[a-z]{3,14}(?![\w-])", dutch)})
    hosts = ["ser.nl", "imvoconvenanten.nl", "rijksoverheid.nl", "fnv.nl", "europa.eu", "oecd.org", "example.org"]

    def some(low: int, high: int, between: str) -> str:
        return between.join(rng.choices(words, k=rng.randint(low, high)))

    def digits(*groups: int) -> str:
        return " ".join("".join(rng.choices("0123456789", k=size)) for size in groups)

    for _, english in rng.sample(own, min(3000, len(own))):
        yield english, english
    for _ in range(600):
        host = rng.choice([*hosts, f"{some(1, 2, '-')}.nl"])
        year = rng.randint(1900, 2040)
        unchanged = (
            f"https://www.{host}/{some(1, 4, '/')}",
            f"https://{host}/{some(1, 2, '/')}/{year}/{some(2, 5, '-')}",
            f"www.{host}/{some(1, 2, '-')}",
            f"{some(1, 2, '.')}@{host}",
            f"@{some(1, 2, '')}",
            f"#{some(1, 2, '')}",
            " ".join(map(str, range(year, year + rng.randint(2, 9)))),
            " ".join(str(rng.randint(0, 2030)) for _ in range(rng.randint(1, 8))),
            f"+31 {digits(2, 3, 2, 2)}",
            f"{digits(3)}-{digits(7)}",
            f"NL{digits(2)} {''.join(rng.choices('ABCDEGHIKLNORST', k=4))} {digits(4, 4, 2)}",
            rng.choice(SYMBOLS) * rng.randint(1, 3),
        )
        for text in unchanged:
            yield text, text
        yield from _rows(terms, rng)
        dutch, english = rng.choice(own)
        before, after = rng.choice(SYMBOLS), rng.choice(SYMBOLS)
        yield f"{before} {dutch} {after}", f"{before} {english} {after}"


def _rows(terms: list[tuple[str, str]], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Rows of a table and lists: each term by itself, the signs between them kept."""
    for between in (" | ", "; ", ", ", " – ", " • "):
        cells = [(term[0], term[1]) for term in rng.sample(terms, rng.randint(2, 7))]
        number = str(rng.randint(0, 999))
        cells.insert(rng.randint(0, len(cells)), (number, number))
        yield between.join(dutch for dutch, _ in cells), between.join(english for _, english in cells)


@dataclass
class Sieve:
    """Lets through what is a pair, is new, and has nothing of the evaluation sets; counts what it does."""

    held: EvaluationSets
    read: int = 0
    kept: int = 0
    leaked: int = 0
    seen: set[str] = field(default_factory=set)

    def through(self, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        self.read = self.kept = self.leaked = 0
        for raw in pairs:
            self.read += 1
            dutch, english = normalise(raw[0]), normalise(raw[1])
            copied = dutch == english and raw[0] == raw[1]
            if (not copied and not is_pair(dutch, english)) or dutch.lower() in self.seen:
                continue
            if self.held.hold(dutch) or self.held.hold(english):
                self.leaked += 1
                continue
            self.seen.add(dutch.lower())
            self.kept += 1
            yield dutch, english


def written(name: str) -> list[tuple[str, str]]:
    """The pairs of our own that a name of the mixture stands for: ``corpus/NAME*.tsv``."""
    return [pair for file in sorted((HERE / "corpus").glob(f"{name}*.tsv")) for pair in read_pairs(file)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--external", type=Path, default=HERE / "external", help="folder with NAME.tsv[.xz]")
    parser.add_argument("--work", type=Path, default=HERE / "work")
    args = parser.parse_args()
    recipe, rng = Recipe.read(), random.Random(0)
    out = args.work / "data"
    out.mkdir(parents=True, exist_ok=True)
    sieve = Sieve(EvaluationSets(HERE / "eval"))
    for name in recipe.mixture:
        match name:
            case "news" | "recast":
                pairs: Iterable[tuple[str, str]] = written(name)
            case "terms":
                pairs = read_pairs(HERE / "corpus/terms.tsv")
            case "generator":
                pairs = generated(recipe)
            case "odd":
                pairs = odd(written("news"), list(read_pairs(HERE / "corpus/terms.tsv")), rng)
            case _:
                pairs = external(args.external, name)
        with (out / f"{name}.tsv").open("w", encoding="utf-8") as file:
            file.writelines(f"{dutch}\t{english}\n" for dutch, english in sieve.through(pairs))
        counts = f"{sieve.read:8} read {sieve.kept:8} kept {sieve.leaked:6} overlap an evaluation set"
        print(f"{name:10} {counts}", flush=True)


if __name__ == "__main__":
    main()
