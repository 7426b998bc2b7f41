"""After an export, if wanted: how the verbs of ``corpus/parted.tsv`` fare in our own pairs.

    python apart.py ../src/tweeklank/translate/builtin [--work work]

Tweeklank has to be installed beside the recipe. Translates some sentences of our own pairs around
each verb that stands apart from its rest, without being told of it and as Tweeklank does, and writes
``work/apart.tsv``: the entry, its English, how many sentences were looked at, in how many the English
came out when it was told, in how many it did anyway, and what telling it gained in chrF2, summed over
the sentences. The network has seen these pairs, with its own words for the verb, so a small loss says
nothing; what loses five and more a sentence mostly is an entry that has another sense.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from recipe import HERE, read_pairs
from weak import Pair, has, own_pairs

SENTENCES = 6  # looked at for each entry
MOST_WORDS = 32  # of a sentence


@dataclass
class Fare:
    """What telling an entry did in the sentences that were looked at."""

    times: int = 0
    told: int = 0
    anyway: int = 0
    gained: float = 0.0  # chrF2, summed over the sentences


def apart(found: Callable[[str], list[str]], pairs: Iterable[Pair]) -> Iterator[tuple[str, Pair]]:
    """(entry, pair), the first pairs in which an entry is the only one; ``found`` has those of a sentence."""
    times: dict[str, int] = defaultdict(int)
    for dutch, english in pairs:
        entries = found(dutch) if len(dutch.split()) <= MOST_WORDS else []
        if len(entries) == 1 and times[entries[0]] < SENTENCES:
            times[entries[0]] += 1
            yield entries[0], (dutch, english)


def fares(
    forms: Mapping[str, str],
    trials: Iterable[tuple[str, Pair]],
    before: Iterable[str],
    after: Iterable[str],
    score: Callable[[str, str], float],
) -> dict[str, Fare]:
    """What telling each entry did: ``before`` and ``after`` are the translations of the trials."""
    fared = defaultdict[str, Fare](Fare)
    for (entry, (_, english)), untold, told in zip(trials, before, after, strict=True):
        row = fared[entry]
        row.times += 1
        row.told += has(told, forms[entry])
        row.anyway += has(untold, forms[entry])
        row.gained += score(told, english) - score(untold, english)
    return dict(fared)


def main() -> None:
    import sacrebleu  # noqa: PLC0415 - the rest of this module needs no model

    from tweeklank.translate.attempts import FIRST, preparation  # noqa: PLC0415
    from tweeklank.translate.engine import Engine  # noqa: PLC0415
    from tweeklank.translate.models import read_model  # noqa: PLC0415
    from tweeklank.translate.parted import GAP, PartedVerbs  # noqa: PLC0415
    from tweeklank.translate.terminology import Glossary  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    args = parser.parse_args()
    forms = dict(read_pairs(HERE / "corpus/parted.tsv"))
    verbs, model, chrf = PartedVerbs(forms), read_model(args.package), sacrebleu.CHRF()
    prepare, engine = preparation(model, Glossary.of({})), Engine(model)

    def found(dutch: str) -> list[str]:
        return [f"{dutch[start:end]}{GAP}{dutch[slice(*rest)]}" for (start, end, _), rest in verbs.found(dutch).items()]

    trials = [trial for trial in apart(found, own_pairs(args.work)) if trial[0] in forms]
    given = [prepare(dutch) for _, (dutch, _) in trials]
    after = dict(engine.translate(given, FIRST))
    before = dict(engine.translate([replace(one.otherwise or one, otherwise=None) for one in given], FIRST))
    order = range(len(trials))
    rows = fares(
        forms,
        trials,
        [before[n].text for n in order],
        [after[n].text for n in order],
        lambda made, wanted: chrf.sentence_score(made, [wanted]).score,
    )
    lines = [
        f"{entry}\t{forms[entry]}\t{row.times}\t{row.told}\t{row.anyway}\t{row.gained:.0f}\n"
        for entry, row in sorted(rows.items(), key=lambda item: item[1].gained)
    ]
    (args.work / "apart.tsv").write_text("".join(lines), "utf-8")
    told, anyway, gained = (sum(getattr(row, name) for row in rows.values()) for name in ("told", "anyway", "gained"))
    print(
        f"{len(rows)} of {len(forms)} entries in {len(trials)} sentences: told {told}, anyway {anyway}, {gained:+.0f}"
    )


if __name__ == "__main__":
    main()
