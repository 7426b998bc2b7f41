"""How official names come out with the glossary on and off, and what stands around them.

    python benchmarks/terms.py [--model PATH] [--show]

The sentences are in tests/translate/terms.txt; which names they hold is what the glossary finds.
"On" is the model with its term marks, or without them if it knows none, and the imposing of what
it did not use; "off" is the model alone. Errors around a name are counted by pattern.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tweeklank.config import Translate
from tweeklank.translate.attempts import FIRST, translate_sentences
from tweeklank.translate.engine import Engine
from tweeklank.translate.models import Model, find_model, read_model
from tweeklank.translate.prepared import prepared
from tweeklank.translate.terminology import Glossary, load_glossary

ROOT = Path(__file__).parents[1]
_VOWEL = r"(?!(?:eu|uni|us|one))[aeiou]"
_PLURAL_VERB, _SINGULAR_VERB = r"(?:are|were|have)\b", r"(?:is|was|has)\b"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, help="a package folder; left out: the one that a sync would take")
    parser.add_argument("--show", action="store_true", help="the sentences with errors")
    chosen = parser.parse_args()
    model = find_model("auto") if chosen.model is None else read_model(chosen.model)
    glossary = load_glossary(Translate())
    sentences = (ROOT / "tests/translate/terms.txt").read_text("utf-8").splitlines()
    rows = {"on": _with_glossary(sentences, model, glossary), "off": _without(sentences, model)}
    terms = sum(len(glossary.found(sentence)) for sentence in sentences)
    print(f"{model.name}: {len(sentences)} sentences with {terms} names")
    print(f"{'glossary':10} {'as asked':>12} {'stay Dutch':>11}  errors around a name that came out as asked")
    for label, made in rows.items():
        right, dutch, errors = 0, sum(english == sentence for sentence, english in made.items()), Counter[str]()
        for sentence, english in made.items():
            for start, _, name in glossary.found(sentence):
                right += name.lower() in english.lower()
                found = list(_errors(sentence[:start], name, english))
                errors.update(found)
                if found and chosen.show:
                    print(f"  {', '.join(found)}: {english}")
        told = ", ".join(f"{kind} {count}" for kind, count in errors.items()) or "none"
        print(f"{label:10} {right:5} {right / terms:6.1%} {dutch:11}  {told}")


def _with_glossary(sentences: list[str], model: Model, glossary: Glossary) -> dict[str, str]:
    portions = translate_sentences(sentences, model, glossary)
    return {sentence: result.target for portion in portions for sentence, result in portion.items()}


def _without(sentences: list[str], model: Model) -> dict[str, str]:
    made = Engine(model).translate([prepared(sentence) for sentence in sentences], FIRST)
    return {sentences[number]: output.text for number, output in made}


def _errors(before: str, name: str, english: str) -> Iterator[str]:
    """Kinds of article and agreement errors around a name."""
    term, first, last = re.escape(name), re.escape(name.partition(" ")[0]), re.escape(name.rpartition(" ")[2])
    patterns = {
        "doubled article": rf"\b(?:the|an?) (?:the|an?) {term}",
        "doubled word": rf"{term} {last}\b|\b{first} {term}",
        "a for an": rf"\ba (?={_VOWEL}){term}" if not re.match("[A-Z]{2}", name) else r"(?!)",
        "an for a": rf"\ban (?!{_VOWEL}){term}" if not re.match("[A-Z]{2}", name) else r"(?!)",
        "number": rf"{term} " + (_SINGULAR_VERB if re.search(r"(?:Agreements|Nations|Guidelines)$", name) else r"(?!)"),
    }
    if re.search(r"(?:Agreement|Commission|Council|Act|Authority)$", name):
        patterns["number"] = rf"(?<!and )(?<!and the ){term} {_PLURAL_VERB}"
        if re.search(r"(?:de|het) $", before, re.IGNORECASE):
            patterns["missing article"] = rf"(?:^|\b(?:of|in|on|by|to|for|from|with) ){term}"
    yield from (kind for kind, pattern in patterns.items() if re.search(pattern, english, re.IGNORECASE))


if __name__ == "__main__":
    main()
