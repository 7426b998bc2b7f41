"""Names that a text introduces: they are told by their capital inside a sentence, and hold at the start of one too.

At the start of a sentence every word has a capital. There a small model makes a fisher of Visser and a duke of
Verduin; but articles give people their full name first ("zegt Anne Verduin"), and that comes out as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tweeklank.store.translations import Remembered
from tweeklank.translate.capitals import in_capitals
from tweeklank.translate.names import PARTICLE, is_ordinary, names_inside, starts_sentence
from tweeklank.translate.spans import Span, beside

_WORD = re.compile(r"(?<![\w-])[^\W\d_][\w’'-]*")
_AFTER_PARTICLE = re.compile(rf"(?<!\w){PARTICLE}\s+$", re.IGNORECASE)
_AFTER_NAME = re.compile(
    rf"(?P<name>[A-ZÀ-Þ][\w’'-]{{0,40}})\.?\s{{1,3}}(?P<particles>(?:{PARTICLE}\s{{1,3}}){{0,4}})$"
)
# What follows an ordinary word at the start of a sentence: Wil je …, Kok worden …, Bank en verzekeraar, Prins Bernhard.
_NO_VERB = re.compile(
    r"\s+(?:[A-ZÀ-Þ\d]|\w+en\b|(?:en|ik|je|jij|u|hij|zij|ze|het|we|wij|jullie|ons|onze|mijn|uw|dit|dat|de|een|er|als|te"
    r"|aan|bij|door|in|maar|met|naar|of|om|op|over|per|tegen|tot|uit|van|voor|zonder)\b)"
)


def lost_names(texts: Iterable[Sequence[str]], made: Mapping[str, Remembered]) -> dict[str, list[Span]]:
    """The sentences whose English lacks a name that a text of theirs introduces, with these names.

    ``texts`` are the Dutch sentences of each text, ``made`` what a model made of them; sentences that are
    not in it, or stay in Dutch, say nothing and lack nothing.
    """
    lost: dict[str, list[Span]] = {}
    for text in texts:
        english = {
            sentence: made[sentence].target
            for sentence in text
            if sentence in made and not made[sentence].fault and not in_capitals(sentence)
        }
        names = introduced(english)
        for sentence, target in english.items() if names else ():
            missing = {name: whole for name, whole in names.items() if not has_name(target, name)}
            found = beside(lost.get(sentence, []), _mentions(sentence, missing))
            if found:
                lost[sentence] = [*lost.get(sentence, []), *found]
    return lost


def introduced(english: Mapping[str, str]) -> dict[str, str]:
    """The names of a text that are the same in English, by their last word: ``Wit`` is ``de Wit``.

    ``english`` is the text, Dutch sentence by sentence, with a translation. A name is a word with a capital
    inside a sentence that most translations leave as it is, and that begins no word of the text without one;
    an ordinary word (Bouwman, Groen) only behind a first name.
    """
    kept: Counter[str] = Counter()
    particles: dict[str, str] = {}
    for sentence, target in english.items():
        for start, _, name in names_inside(sentence):
            first = _first_name(sentence, start)
            if has_name(target, name) and (first or not is_ordinary(name)):
                kept[name] += 2 if first else 1
                if first and has_name(target, first["name"]) and not name.isupper():
                    particles[name] = max(particles.get(name, ""), first["particles"], key=len)
            elif not _AFTER_PARTICLE.search(sentence, 0, start):  # De Wit may be the start of a sentence
                kept[name] -= 1
    small = tuple({word for sentence in english for word in _WORD.findall(sentence) if word.islower()})
    names = {name for name, count in kept.items() if count > 0 and not _begins(name.lower(), small)}
    return {name: particles.get(name, "") + name for name in names}


def _first_name(sentence: str, start: int) -> re.Match[str] | None:
    """The first name or initial before a surname, and the particles between: Jan Bos van Ketenwerk has none."""
    before = _AFTER_NAME.search(sentence, 0, start)
    if before is None or (len(before["name"]) > 1 and is_ordinary(before["name"])):
        return None
    other = _AFTER_NAME.search(sentence, 0, before.start()) if before["particles"] else None
    is_surname = other and "." not in other[0] and not starts_sentence(sentence, other.start())
    return None if is_surname else before


def _begins(name: str, words: Iterable[str]) -> bool:
    return len(name) == 1 or any(word.startswith(name) for word in words)


def _mentions(sentence: str, names: Mapping[str, str]) -> Iterator[Span]:
    """Where names stand, with a particle that has a capital: De Wit, but not de Wit after a first name."""
    for word in _WORD.finditer(sentence):
        name = names.get(word[0])
        if name is not None:
            start = word.end() - len(name)
            surname = sentence[max(start, 0) : word.end()]
            if surname.lower() != name.lower() or surname[0].islower():
                start = word.start()
            if not (starts_sentence(sentence, start) and _NO_VERB.match(sentence, word.end())):
                yield start, word.end(), sentence[start : word.end()]


def has_name(english: str, name: str) -> bool:
    """Whether a name stands in a translation as it is."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", english) is not None
