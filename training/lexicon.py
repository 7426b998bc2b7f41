"""Step 2: the lexicon, the English that a Dutch word form mostly comes with.

    python lexicon.py [--work work]

Aligns the words of the general part of ``work/data`` (eflomal, Östling and Tiedemann 2016) and
writes ``work/lexicon.tsv``: Dutch form in small letters, English form, how often the Dutch form
stands in that text. Forms that come with several translations are left out. Over what is read off
so goes ``corpus/lexicon.tsv``: forms and fixed expressions that were written because the text
hardly has them, or because what was read off is wrong. Nouns and adjectives stand in it a second
time, with a capital, for the beginning of a sentence, where they might be taken for names.

A word that the text has twice is in the lexicon long before a small network has learned it. So
training marks words with it as terms are marked, and Tweeklank does the same with the rare ones
when it translates.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from marks import LONGEST, form
from recipe import HERE, read_pairs
from variation import VARIED

TOKEN = re.compile(r"\d+|[^\W\d_]+(?:[-'’][^\W\d_]+)*|[^\w\s]")
POSSESSIVE = re.compile(r"['’]s?$")
SHORTEST = 3  # letters of a Dutch form
NO_SINGLE_ONE = "-"  # written for a form whose translation depends on the sentence
LEAST_TIMES, LEAST_SHARE = 2, 0.6  # of the translation in the lexicon, among all that the form was aligned with

Tokens = list[str]


def aligned(pairs: list[tuple[Tokens, Tokens]]) -> Iterator[tuple[set[tuple[int, int]], set[tuple[int, int]]]]:
    """For each pair the links (Dutch token, English token) that both directions have, and that one of them has."""
    import eflomal  # noqa: PLC0415 - the rest of this module needs no aligner

    with TemporaryDirectory() as folder:
        dutch, english, there, back = (Path(folder) / name for name in ("dutch", "english", "there", "back"))
        dutch.write_text("".join(" ".join(tokens).lower() + "\n" for tokens, _ in pairs), "utf-8")
        english.write_text("".join(" ".join(tokens).lower() + "\n" for _, tokens in pairs), "utf-8")
        with dutch.open(encoding="utf-8") as source, english.open(encoding="utf-8") as target:
            eflomal.Aligner().align(
                source, target, links_filename_fwd=str(there), links_filename_rev=str(back), quiet=True
            )
        with there.open() as forward, back.open() as reverse:
            for a, b in zip(map(_links, forward), map(_links, reverse), strict=True):
                yield a & b, a | b


def _links(line: str) -> set[tuple[int, int]]:
    return {(int(i), int(j)) for i, _, j in (link.partition("-") for link in line.split())}


def translations(
    dutch: Tokens, english: Tokens, sure: set[tuple[int, int]], possible: set[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    """(Dutch form, its English in this pair): up to three words in a row that belong to that form alone."""
    of: dict[int, list[int]] = defaultdict(list)
    partners: dict[int, set[int]] = defaultdict(set)
    for i, j in sure:
        of[i].append(j)
    for i, j in possible:
        partners[j].add(i)
    for i, ends in of.items():
        first, last = min(ends), max(ends)
        while partners.get(first - 1) == {i}:
            first -= 1
        while partners.get(last + 1) == {i}:
            last += 1
        if last - first > 2 or not dutch[i][0].isalpha():
            continue
        words = english[first : last + 1]
        if first == 0 and words[0][1:].islower():
            words = [words[0].lower(), *words[1:]]
        yield form(dutch[i]), POSSESSIVE.sub("", " ".join(words))


def entries(counted: dict[str, Counter[str]]) -> Iterator[tuple[str, str]]:
    """(Dutch form, English form) where one translation stands out."""
    for dutch, found in counted.items():
        by_small: Counter[str] = Counter()
        for english, times in found.items():
            by_small[english.lower()] += times
        ((best, times),) = by_small.most_common(1)
        if times < LEAST_TIMES or times < LEAST_SHARE * found.total() or len(dutch) < SHORTEST:
            continue
        written = max((english for english in found if english.lower() == best), key=found.__getitem__)
        if re.fullmatch(r"[\w '’-]+", written):
            yield dutch, written


def times_seen(texts: Iterable[Tokens], expressions: Container[str]) -> Counter[str]:
    """How often each form stands in the texts, and each of the expressions."""
    seen: Counter[str] = Counter()
    for tokens in texts:
        forms = [form(token) for token in tokens]
        seen.update(forms)
        runs = (" ".join(forms[i : i + n]) for n in range(2, LONGEST + 1) for i in range(len(forms) - n + 1))
        seen.update(run for run in runs if run in expressions)
    return seen


DETERMINER = re.compile(
    "de|het|een|deze|die|dit|dat|onze?|mijn|hun|zijn|haar|jullie|uw|geen|veel|alle|elke?|iedere?|sommige|enkele"
    "|twee|drie|vier|vijf|zes|tien"
)
LEAST_DETERMINED = 0.3  # of the times that a noun or adjective stands in the text


def determined(texts: Iterable[Tokens]) -> frozenset[str]:
    """The words that often enough come straight after a determiner, as nouns and adjectives do."""
    times, after = Counter[str](), Counter[str]()
    for tokens in texts:
        for before, token in pairwise(tokens):
            if token[0].islower():
                times[form(token)] += 1
                after[form(token)] += DETERMINER.fullmatch(form(before)) is not None
    return frozenset(word for word, seen in times.items() if after[word] >= LEAST_DETERMINED * seen)


def first_in_a_sentence(entries: Mapping[str, str], nouns: Container[str]) -> Iterator[tuple[str, str]]:
    """Those of the entries that are a noun or adjective, with a capital."""
    for dutch, english in entries.items():
        plural = dutch.endswith(("en", "s")) and re.search("[^su]s$", english)
        if " " not in dutch and english[0].islower() and (plural or dutch in nouns):
            yield dutch[0].upper() + dutch[1:], english


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    work: Path = parser.parse_args().work
    files = [HERE / "corpus/lexicon.tsv", HERE / "corpus/parted.tsv"]
    written = {form(dutch): english for file in files for dutch, english in read_pairs(file)}
    texts = [
        (TOKEN.findall(dutch), TOKEN.findall(english))
        for name in sorted(VARIED - {"generator"})
        if (file := work / f"data/{name}.tsv").exists()
        for dutch, english in read_pairs(file)
    ]
    seen = times_seen([dutch for dutch, _ in texts], written)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for (dutch, english), (sure, possible) in zip(texts, aligned(texts), strict=True):
        for dutch_form, translation in translations(dutch, english, sure, possible):
            counted[dutch_form][translation] += 1
    read_off = dict(entries(counted))
    kept = {dutch: english for dutch, english in (read_off | written).items() if english != NO_SINGLE_ONE}
    kept |= dict(first_in_a_sentence(kept, determined(dutch for dutch, _ in texts)))
    lines = [f"{dutch}\t{english}\t{seen[dutch.lower()]}\n" for dutch, english in sorted(kept.items())]
    (work / "lexicon.tsv").write_text("".join(lines), "utf-8")
    print(f"{len(seen)} Dutch forms in {len(texts)} pairs; {len(read_off)} with one translation that stands out")
    print(f"{len(written)} forms and expressions were written; the lexicon has {len(kept)}")


if __name__ == "__main__":
    main()
