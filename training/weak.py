"""After an export, if wanted: common words and expressions that come out wrong unless they are marked.

    python weak.py ../src/tweeklank/translate/builtin [--work work]

Translates some sentences of our own pairs around each common form of ``work/lexicon.tsv``, without
a mark for it and with one, and writes to ``work/weak.tsv`` the forms that gain by their marks: the
English of the lexicon, how often a mark mends (the English of the pair has the lexicon's English,
and only the marked sentence brings it out), how often it imposes (so does the mark, and the pair
has something else), and the sum of what the sentences gain in chrF2. Whoever finds a form right
puts it into ``corpus/always.txt``.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import ChainMap, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from marks import marked_in_use, read_package_lexicon, runs
from recipe import HERE, MOST_SEEN, read_lexicon, read_pairs

SENTENCES = 10  # looked at for each form
MOST_WORDS = 35  # of a sentence
LEAST_MENDED = 2

Pair = tuple[str, str]


@dataclass
class Worth:
    """What marking a form did in the sentences whose translation did not have its English."""

    mended: int = 0
    imposed: int = 0
    gained: float = 0.0  # chrF2, summed over the sentences

    def pays(self) -> bool:
        return self.mended >= max(LEAST_MENDED, self.imposed) and self.gained > 0


def has(text: str, english: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(english)}(?![\w-])", text, re.IGNORECASE) is not None


def around(forms: Mapping[str, str], pairs: Iterable[Pair]) -> Iterator[tuple[str, Pair]]:
    """(form, pair that has it), the first of the pairs for each of the forms."""
    times: dict[str, int] = defaultdict(int)
    for dutch, english in pairs:
        for form in sorted({form for found in runs(dutch) for _, _, form in found if form in forms}):
            times[form] += 1
            if times[form] <= SENTENCES:
                yield form, (dutch, english)


def worth(
    forms: Mapping[str, str],
    trials: list[tuple[str, Pair]],
    unmarked: list[str],
    marked: list[str],
    score: Callable[[str, str], float],
) -> dict[str, Worth]:
    """What the mark of each form did: ``unmarked`` and ``marked`` are the translations of the trials."""
    found = defaultdict[str, Worth](Worth)
    for (form, (_, english)), before, after in zip(trials, unmarked, marked, strict=True):
        told, row = forms[form], found[form]
        if has(after, told):
            row.mended += has(english, told)
            row.imposed += not has(english, told)
        row.gained += score(after, english) - score(before, english)
    return dict(found)


def own_pairs(work: Path) -> list[Pair]:
    """Our own pairs, mixed, always in the same order."""
    pairs = [pair for name in ("news", "recast") for pair in read_pairs(work / f"data/{name}.tsv")]
    random.Random(1).shuffle(pairs)
    return pairs


def main() -> None:
    import sacrebleu  # noqa: PLC0415 - the rest of this module needs no model

    from evaluate import translate  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    args = parser.parse_args()
    model, pieces = args.package / "model", args.package / "sentencepiece.model"
    lexicon, chrf = read_package_lexicon(args.package), sacrebleu.CHRF()
    forms = {
        dutch: english
        for dutch, english, times in read_lexicon(args.work / "lexicon.tsv")
        if times > MOST_SEEN and dutch not in lexicon and dutch != english.lower() and english[0].islower()
    }
    pairs = (pair for pair in own_pairs(args.work) if len(pair[0].split()) <= MOST_WORDS)
    trials = list(around(forms, pairs))
    sentences = sorted({dutch for _, (dutch, _) in trials})
    outputs = translate(model, pieces, [marked_in_use(dutch, lexicon) for dutch in sentences], beam=1)
    made = dict(zip(sentences, outputs, strict=True))
    trials = [(form, pair) for form, pair in trials if not has(made[pair[0]], forms[form])]
    unmarked = [made[dutch] for _, (dutch, _) in trials]
    sentences = [marked_in_use(dutch, ChainMap({form: forms[form]}, lexicon)) for form, (dutch, _) in trials]
    marked = translate(model, pieces, sentences, beam=1)
    rows = worth(forms, trials, unmarked, marked, lambda made, wanted: chrf.sentence_score(made, [wanted]).score)
    weak = sorted((form, row) for form, row in rows.items() if row.pays())
    lines = [f"{form}\t{forms[form]}\t{row.mended}\t{row.imposed}\t{row.gained:.0f}\n" for form, row in weak]
    (args.work / "weak.tsv").write_text("".join(lines), "utf-8")
    print(f"{len(forms)} common forms; {len(rows)} came out otherwise somewhere, {len(weak)} gain by a mark")


if __name__ == "__main__":
    main()
