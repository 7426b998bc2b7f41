"""Where a link lands: Tweeklank's projection beside argos-translate's own tag handling, on the same model.

    python benchmarks/markup.py [--model PATH] [--show]

The sentences of tests/translate/spans.tsv have one marked stretch each, and the English words that
the mark should be around. Argos's `translate_tags` gets the same sentences as tag trees and
Tweeklank's engine as its translation. As released (1.11), its `depth` counts every tree as 0 deep, so
it always translates node by node; the third line is what it does with a `depth` that counts: it
finds the place and puts the Dutch there. Who translates piece by piece finds the place of each
piece easily and pays with the sentence, so the last column tells how many sentences read as they
do without a mark.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from tweeklank.config import Translate
from tweeklank.translate.attempts import FIRST, preparation, translate_sentences
from tweeklank.translate.engine import Engine
from tweeklank.translate.figures import repair
from tweeklank.translate.markup import Sentence, sentences_of_html, translate_html
from tweeklank.translate.models import Model, find_model, read_model
from tweeklank.translate.terminology import Glossary, load_glossary

ROOT = Path(__file__).parents[1]
KINDS = ("exact", "partial", "wrong", "lost", "no such words")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, help="a package folder; left out: the one that a sync would take")
    parser.add_argument("--show", action="store_true", help="what was not exact")
    chosen = parser.parse_args()
    model = find_model("auto") if chosen.model is None else read_model(chosen.model)
    glossary = load_glossary(Translate())
    lines = (ROOT / "tests/translate/spans.tsv").read_text("utf-8").splitlines()
    rows = [
        (dutch, english.split("|")) for dutch, english in (li.split("\t") for li in lines if not li.startswith("#"))
    ]
    marked = [dutch for dutch, _ in rows]
    translate = _one_by_one(model, glossary)
    with _tags() as tags:
        sides = {
            "Tweeklank": _projected(marked, model, glossary),
            "argos-translate 1.11": [_by_argos(dutch, tags, translate) for dutch in marked],
        }
        tags.depth = _depth
        sides["  with a depth that counts"] = [_by_argos(dutch, tags, translate) for dutch in marked]
    whole = [translate(re.sub(r"[\[\]]", "", dutch)) for dutch in marked]
    print(f"{model.name}, {len(rows)} sentences{'':6}" + "".join(f"{kind:>14}" for kind in (*KINDS, "text as whole")))
    for label, made in sides.items():
        kinds = [_judge(english, wanted) for english, (_, wanted) in zip(made, rows, strict=True)]
        counts = Counter(kinds)
        same = sum(re.sub(r"[\[\]]", "", a) == b for a, b in zip(made, whole, strict=True))
        print(f"{label:36}" + "".join(f"{counts[kind]:14}" for kind in KINDS) + f"{same:14}")
        for (dutch, _), english, kind in zip(rows, made, kinds, strict=True):
            if chosen.show and kind != "exact":
                print(f"    {kind}: {dutch} → {english}")


def _projected(marked: list[str], model: Model, glossary: Glossary) -> list[str]:
    bodies = [re.sub(r"\[(.*?)\]", r'<a href="u">\1</a>', f"<p>{dutch}</p>") for dutch in marked]
    sentences = list(dict.fromkeys(s for body in bodies for s in sentences_of_html(body)))
    portions = translate_sentences(sentences, model, glossary)
    known = {s: Sentence(r.target, r.alignment, bool(r.fault)) for made in portions for s, r in made.items()}
    links = (translate_html(body, known)[0] for body in bodies)
    return [re.sub(r"<[^>]*>", "", re.sub(r'<a href="u">(.*?)</a>', r"[\1]", html)) for html in links]


def _one_by_one(model: Model, glossary: Glossary) -> Callable[[str], str]:
    """Tweeklank's engine, marks and mends, as a call from text to text."""
    engine, prepare = Engine(model), preparation(model, glossary)

    def translate(text: str) -> str:
        ((_, made),) = engine.translate([prepare(text)], FIRST)
        return repair(text, glossary.impose(text, made)).text

    return translate


def _by_argos(dutch: str, tags: ModuleType, translate: Callable[[str], str]) -> str:
    class Translation:
        def translate(self, text: str) -> str:
            return translate(text) if text.strip() else text

    before, inside, after = re.split(r"[\[\]]", dutch)
    tree = tags.Tag([part for part in (before, tags.Tag([inside]), after) if part])
    made = tags.translate_tags(Translation(), tree)
    return "".join(child if isinstance(child, str) else f"[{child.text()}]" for child in made.children)


def _depth(tag: Any) -> int:
    return 0 if isinstance(tag, str) else 1 + max(map(_depth, tag.children), default=0)


@contextmanager
def _tags() -> Iterator[ModuleType]:
    """argostranslate.tags, without the sentence splitters that its imports would want installed."""
    stand_in = ModuleType("argostranslate.translate")
    stand_in.ITranslation = object  # type: ignore[attr-defined]
    before = sys.modules.get(stand_in.__name__)
    sys.modules[stand_in.__name__] = stand_in
    try:
        yield importlib.import_module("argostranslate.tags")
    finally:
        del sys.modules[stand_in.__name__]
        if before is not None:
            sys.modules[stand_in.__name__] = before


def _judge(english: str, wanted: list[str]) -> str:
    plain = re.sub(r"[\[\]]", "", english)
    present = [w.lower() for w in wanted if re.search(rf"(?<!\w){re.escape(w)}(?!\w)", plain, re.IGNORECASE)]
    link = re.search(r"\[(.*?)\]", english)
    if link is None or not link[1].strip():
        return "lost"
    if not present:
        return "no such words"
    inside = link[1].strip(" .,").lower()
    if inside in present:
        return "exact"
    shared = set(inside.split()) & {word for phrase in present for word in phrase.split()}
    return "partial" if shared - {"the", "a", "an"} else "wrong"


if __name__ == "__main__":
    main()
