"""Whether two texts are one article in two places: a press release on the site of its sender and of others.

Editors change little: they write another lead, leave out the end, add a note. What they copy they
copy whole. Two articles that only look alike, such as monthly figures or covenants signed by one
company after another, have the same sentences with other numbers and names in them. So texts are
laid beside each other word by word, and what stands in the place of what decides:

- most of the shorter text must stand in the longer one, and not just what ends every article of a
  publisher: titles and passages that differ must be about the same things;
- a number in the place of another number is proof of two articles, as is a name in the place of
  another name that the other text has nowhere.

When in doubt they are two: readers mind a missing article more than one that comes twice. (A
simhash, as trafilatura has it, cannot do this: one figure among three hundred words changes
none of its bits, and a release that was cut by half changes most of them.)

Which texts to lay beside each other is found by keys: hashes of runs of words (Broder, "On the
resemblance and containment of documents", 1997). The smallest ones of a text are its keys, so
that two texts that share half of their words share about half of their keys.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import blake2b
from itertools import islice

from tweeklank.article import without_tags

KEYS = 16
"""How many keys a text has at most."""

_RUN = 4  # words
_MOST_WORDS = 1500  # that are compared: a longer text is no press release
_FEWEST_WORDS = 50  # of the shorter text in the longer one; less is a phrase and no article
_ENOUGH = 0.65  # the share of the shorter text that stands in the longer one
_DRIFTED_APART = 0.5  # the same share, below which a copy has become something else
_PLACE = 8  # words that stand in the place of others; longer ones are another passage
_TOLD_ELSEWHERE = 0.5  # the share of a passage's telling words that the other text must have too

_WORD = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;“\"”‘(•]\s*$|\n")
_INLINE = re.compile(r"</?(?:a|b|strong|i|em|span|sub|sup|small|abbr|mark|u)\b[^<>]*>", re.IGNORECASE)
# Words that say as much as a figure does.
_COUNTING = """
    één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien
    achttien negentien twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend miljoen
    miljard helft derde kwart eerste tweede vierde vijfde zesde januari februari maart april mei juni juli
    augustus september oktober november december maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    voorjaar zomer najaar winter one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen twenty thirty hundred thousand million billion half third quarter first second january
    february march may june july august october monday tuesday wednesday thursday friday saturday sunday
"""
_COUNTED = frozenset(_COUNTING.split())


@dataclass(frozen=True)
class Words:
    """The words of a text in small letters, and which of them are names: written with a capital
    within a sentence, or in capitals only."""

    small: tuple[str, ...]
    title: tuple[str, ...]
    names: frozenset[str]

    @classmethod
    def of(cls, title: str, lead: str, body: str) -> Words:
        """``body`` is HTML, the rest plain text."""
        text = html.unescape(without_tags(_INLINE.sub("", body), "\n"))
        whole = "\n".join(("", title, lead, text))
        small: list[str] = []
        names: set[str] = set()
        end = 0
        for found in islice(_WORD.finditer(whole), _MOST_WORDS):
            word, begins = found[0], _SENTENCE_END.search(whole[end : found.start()])
            end = found.end()
            small.append(word.lower())
            if word.isupper() or (word[0].isupper() and not begins):
                names.add(word.lower())
        return cls(tuple(small), tuple(_WORD.findall(title.lower())), frozenset(names))


def keys(words: Words) -> list[int]:
    """The keys of a text, as signed 64-bit numbers; none of a text too short to be compared."""
    small = words.small
    if len(small) < _FEWEST_WORDS:
        return []
    runs = {" ".join(small[at : at + _RUN]) for at in range(len(small) - _RUN + 1)}
    return sorted(map(_hash, runs))[:KEYS]


def _hash(run: str) -> int:
    return int.from_bytes(blake2b(run.encode(), digest_size=8).digest(), "big", signed=True)


def same_article(one: Words, other: Words) -> bool:
    """Whether two texts are one article."""
    pair = _Pair.of(one, other)
    return (
        pair.kept >= _FEWEST_WORDS
        and pair.share >= _ENOUGH
        and not _strange(one.title, other)
        and not _strange(other.title, one)
        and not any(map(pair.tells_apart, pair.differences()))
    )


def drifted_apart(one: Words, other: Words) -> bool:
    """Whether two texts that were one article no longer are. A correction in one of them is no reason."""
    return _Pair.of(one, other).share < _DRIFTED_APART


@dataclass(frozen=True)
class _Difference:
    """Words of the shorter text, and what the longer one has in their place."""

    shorter: tuple[str, ...]
    longer: tuple[str, ...]


@dataclass(frozen=True)
class _Pair:
    """Two texts beside each other. ``blocks``: where both have the same words (see difflib)."""

    shorter: Words
    longer: Words
    blocks: Sequence[tuple[int, int, int]]

    @classmethod
    def of(cls, one: Words, other: Words) -> _Pair:
        shorter, longer = sorted((one, other), key=lambda words: (len(words.small), words.small))
        matcher = SequenceMatcher(None, shorter.small, longer.small, autojunk=False)
        # Single words that both have by chance tell nothing of where passages belong.
        blocks = [block for block in matcher.get_matching_blocks() if block.size > 1 or block.size == 0]
        return cls(shorter, longer, blocks)

    @property
    def kept(self) -> int:
        return sum(size for _, _, size in self.blocks if size >= _RUN)

    @property
    def share(self) -> float:
        return self.kept / max(1, len(self.shorter.small))

    def differences(self) -> Iterator[_Difference]:
        at, beside = 0, 0
        for start, start_beside, size in self.blocks:
            if start > at and start_beside > beside:
                yield _Difference(self.shorter.small[at:start], self.longer.small[beside:start_beside])
            at, beside = start + size, start_beside + size

    def tells_apart(self, difference: _Difference) -> bool:
        """Whether a difference shows that these are two articles."""
        numbers, there = (set(filter(_is_number, part)) for part in (difference.shorter, difference.longer))
        names = self.shorter.names.intersection(difference.shorter) - set(self.longer.small)
        names_there = self.longer.names.intersection(difference.longer) - set(self.shorter.small)
        if min(len(difference.shorter), len(difference.longer)) <= _PLACE:
            return not (numbers <= there or there <= numbers) or bool(names and names_there)
        # Another passage, such as a lead written anew: is it about the same?
        new, new_there = numbers - set(self.longer.small), there - set(self.shorter.small)
        return _strange(difference.shorter, self.longer) or bool((names or new) and (names_there or new_there))


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in _COUNTED


def _strange(passage: tuple[str, ...], text: Words) -> bool:
    """Whether a passage speaks of other things than a text."""
    telling = {word[:6] for word in passage if len(word) >= 6}
    known = {word[:6] for word in text.small}
    return len(telling & known) < _TOLD_ELSEWHERE * len(telling)
