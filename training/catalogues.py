"""Before step 1, if wanted: parallel text from the message catalogues of translated programs.

    python catalogues.py FOLDER > external/stories.tsv

Reads every gettext catalogue (.mo) of Dutch below FOLDER, for example the unpacked Debian
packages of games and of programs about stars, chemistry and family history, whose texts are
stories and explanations by people. Messages of several sentences are taken apart where both
sides have as many; what has placeholders, markup or differing numbers in it is left out.
"""

from __future__ import annotations

import argparse
import gettext
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import sentencex

MARKUP = re.compile(r"<[^<>]{1,200}>|\[/?[a-z_]+[^\]]*\]")
PLACEHOLDER = re.compile(r"%[sd1-9(]|\$[a-z_{(]|[{}|\\]|::|&[A-Za-z]|_[A-Za-z]")
NUMBER = re.compile(r"\d+")


def messages(catalogue: Path) -> Iterator[tuple[str, str]]:
    """(Dutch, English) of each message of a catalogue."""
    with catalogue.open("rb") as file:
        read = gettext.GNUTranslations(file)._catalog  # noqa: SLF001  (there is no other way to list them)
    for key, dutch in read.items():
        english = (key[0] if isinstance(key, tuple) else key).rpartition("\x04")[2]
        if english and dutch:
            yield dutch, english


def plain(text: str) -> str:
    return " ".join(MARKUP.sub("", text).replace("&amp;", "&").split())


def sentences(dutch: str, english: str) -> Iterator[tuple[str, str]]:
    """The sentences of a message beside each other, or the whole where they cannot be told apart."""
    ours, theirs = (list(sentencex.segment(code, text)) for code, text in (("nl", dutch), ("en", english)))
    pairs = zip(ours, theirs, strict=True) if len(ours) == len(theirs) else [(dutch, english)]
    for one, other in pairs:
        yield one.strip(), other.strip()


def is_prose(dutch: str, english: str) -> bool:
    """Whether a pair is running text with the same numbers on both sides, and nothing for a program in it."""
    enough = 4 <= len(dutch.split()) <= 70 and len(english.split()) >= 3 and dutch != english
    alike = sorted(NUMBER.findall(dutch)) == sorted(NUMBER.findall(english))
    return enough and alike and not PLACEHOLDER.search(f"{dutch} {english}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder, seen = parser.parse_args().folder, set()
    for catalogue in sorted(folder.glob("**/nl/LC_MESSAGES/*.mo")):
        for dutch, english in messages(catalogue):
            for pair in sentences(plain(dutch), plain(english)):
                if is_prose(*pair) and pair not in seen:
                    seen.add(pair)
                    sys.stdout.write("\t".join(pair) + "\n")


if __name__ == "__main__":
    main()
