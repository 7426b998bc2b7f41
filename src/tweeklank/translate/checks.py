"""Checks on a translated sentence: what they find is never published silently."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from tweeklank.translate.accusations import accuses
from tweeklank.translate.capitals import in_capitals
from tweeklank.translate.clock import spoken_times
from tweeklank.translate.days import loses_day
from tweeklank.translate.figures import VERBATIM, verbatim
from tweeklank.translate.names import loses_name
from tweeklank.translate.tons import tons_of_money

LEAST_SCORE = -1.25
"""The mean log probability under which the model says itself that it is guessing.

Of 1,400 proper sentences one was below it, of garbled ones about 4 %; see benchmarks/README.md.
"""

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_HOUR = re.compile(r"\s*uur\b")
_UNITS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = [
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth"),
    *(f"{unit}th" for unit in _UNITS[13:]),
]
_OTHER_WORDS = {
    1: ["once", "a", "an", "single"],
    2: ["twice", "both"],
    12: ["noon", "dozen"],
    24: ["midnight"],
    100: ["hundred"],
}
_LETTERS = re.compile(r"[^\W\d_]+")
_ONLY_DUTCH = [
    *(
        "het",
        "een",
        "niet",
        "voor",
        "naar",
        "bij",
        "ook",
        "aan",
        "dat",
        "maar",
        "deze",
        "moet",
        "wordt",
        "worden",
        "om",
    ),
    *("hebben", "heeft", "werd", "geen", "nog", "wel", "zijn", "uit", "hij", "wij"),
]
_IN_NAMES = ["de", "van", "te", "er", "en", "met", "door"]
_IN_ENGLISH = ["in", "op", "als", "is", "die", "dit"]
_SURELY_DUTCH = frozenset(_ONLY_DUTCH)
_SMALL_DUTCH = _SURELY_DUTCH.union(_IN_NAMES)
_SURE, _SMALL = "|".join(_ONLY_DUTCH), "|".join([*_ONLY_DUTCH, *_IN_NAMES, *_IN_ENGLISH])
_DUTCH_RUN = re.compile(rf"(?<![\w-])(?:(?:{_SURE}) (?:{_SMALL})|(?:{_SMALL}) (?:{_SURE}))(?![\w-]| [A-ZÀ-Þ])")
_THREE_SMALL = re.compile(r"(?<![\w-])(?=([a-zà-ÿ]+ [a-zà-ÿ]+ [a-zà-ÿ]+)(?![\w-]))")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"(?<!\d)(\d{1,2})[-/](0?[1-9]|1[0-2])[-/](\d{4})(?!\d)")
_LOOP = re.compile(r"(\b\S.{0,40}?)(?:[\s,]+\1){3,}|(\S{1,6}?)\2{5,}", re.IGNORECASE)
_DENIAL = re.compile(
    r"(?<!zo )\b(?:niet|geen|nooit|niemand|niets|nergens)\b(?! alleen| (?:meer|minder) dan)", re.IGNORECASE
)
_ENGLISH_DENIAL = re.compile(
    r"\b(?:not?|nor|none|never|nobody|nothing|nowhere|neither|cannot|without|un(?!der|ion|it|iv|ique)\w{3,}|non\w*"
    r"|in(?:adequa|capab|complet|correct|consist|direct|effect|equal|evitab|flexib|secur|significan|sufficien|valid|visib)\w*"
    r"|im(?:poss|prob|perf|mature)\w*|irr\w+|ill(?:eg|og|it)\w+|mis(?!sion)\w{3,}|dis(?!cuss|tri|play|tance)\w{3,}"
    r"|fail\w*|lack\w*|refus\w*|declin\w+|fewe\w*|few|little|hardly|barely|rather|instead|only|avoid\w*|yet|prevent\w*"
    r"|absen\w*|less|except|stop\w*|cease\w*|cancel\w*|ban(?:s|ned)?|zero|either|but|otherwise|den(?:y|ied|ies|ying)|far"
    r"|any\w*|unless|until|too|short|reject\w*|exclud\w*|exempt\w*|ever|free|end(?:s|ed)?|longer|bad\w*|poor\w*|wrong)\b"
    r"|n['’]t\b|\wless\b|\w-free\b",
    re.IGNORECASE,
)


def fault(source: str, target: str, score: float = 0.0) -> str:
    """The name of the first check that a translation fails, or nothing.

    ``empty``, ``loop`` (words repeated over and over), ``length`` (far too short or long),
    ``number`` (one of the source is not in the target), ``verbatim`` (an address, @name or #tag is
    lost), ``untranslated`` (the Dutch, or a part of it, came back), ``negation`` (a "not" is lost),
    ``day`` (a day of the week or a month is lost), ``name`` (a proper name is), ``accusation`` (a crime
    or an insult is made up), ``score`` (the model was guessing).
    """
    if not re.search(r"\w", target):
        return "empty" if re.search(r"\w", source) else ""
    if in_capitals(source):
        # Capitals mark no names there, and words are known by their small letters.
        source, target = source.lower(), target.lower()
    found = next((name for name, fails in _CHECKS.items() if fails(source, target)), "")
    return found or ("score" if score < LEAST_SCORE else "")


def _loops(source: str, target: str) -> bool:
    return bool(_LOOP.search(target)) and not _LOOP.search(source)


def _lengths_differ(source: str, target: str) -> bool:
    a, b = len(source.split()), len(target.split())
    return b > a * 4 + 4 if a <= 3 else not 0.4 * a <= b <= 2.2 * a + 3


def _loses_verbatim(source: str, target: str) -> bool:
    return any(address not in target for address in verbatim(source))


def _loses_denial(source: str, target: str) -> bool:
    return bool(_DENIAL.search(source)) and not _ENGLISH_DENIAL.search(target)


def numbers_agree(dutch: str, english: str) -> bool:
    """Whether each number of the Dutch is in the English, in figures, in words, or as a time of day."""
    english = VERBATIM.sub("", english).lower()
    for start, end, _ in reversed(list(spoken_times(dutch))):  # half 6 is half past five
        dutch = dutch[:start] + dutch[end:]
    for start, end, euros in reversed(list(tons_of_money(dutch))):
        dutch = dutch[:start] + euros.removeprefix("€").replace(",", ".") + dutch[end:]
    dutch = _DATE.sub(lambda date: _spelt(date, english), VERBATIM.sub("", dutch))
    made = Counter(_english(number) for number in _NUMBER.findall(english))
    for match in _NUMBER.finditer(dutch):
        forms = [*_forms(match[0]), *_hours(match)]
        figure = next((form for form in forms if made[form] > 0), None)
        if figure is not None:
            made[figure] -= 1
        elif not any(re.search(rf"\b{word}\b", english) for word in _in_words(match[0])):
            return False
    return True


def _spelt(date: re.Match[str], english: str) -> str:
    """The numbers that a date keeps if its month is a word in the English."""
    spelt = re.search(rf"\b{_MONTHS[int(date[2]) - 1]}", english)
    return f"{int(date[1])} {date[3]}" if spelt else date[0]


def _hours(match: re.Match[str]) -> list[str]:
    """13 uur → 1 (pm) or 13.00; 9.30 uur (’s avonds) → 21.30."""
    time = re.fullmatch(r"([01]?\d|2[0-4])(?:[.:]([0-5]\d))?", match[0])
    if time is None or not _HOUR.match(match.string, match.end()):
        return []
    hour, minute = int(time[1]), time[2] or "00"
    whole = [str(hour - 12)] if hour > 12 and minute == "00" else []
    return [*whole, *(f"{h:02}.{minute}" for h in (hour, hour + 12))]


def _english(number: str) -> str:
    """2,200 → 2200; 1.9 → 1.9; 14:30 → 14.30."""
    return re.sub(r",(?=\d{3}(?:\D|$))", "", number).replace(":", ".").replace(",", ".")


def _dutch(number: str) -> str:
    """2.200 → 2200; 1,9 → 1.9; 14:30 → 14.30."""
    return re.sub(r"\.(?=\d{3}(?:\D|$))", "", number).replace(":", ".").replace(",", ".")


def _forms(number: str) -> list[str]:
    forms = [_dutch(number), _english(number)]
    clock = re.fullmatch(r"([01]?\d|2[0-4])[.:](\d\d)", number)
    if clock:
        hour = (int(clock[1]) - 1) % 12 + 1
        forms += [f"{h}.{clock[2]}" for h in (hour, f"{hour:02}", int(clock[1]), f"{int(clock[1]):02}")]
        forms += [str(hour), str(int(clock[1]))] if clock[2] == "00" else []
    date = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", forms[0])
    if date:
        forms += [f"{date[3]}"]
    if re.fullmatch(r"\d0", number):
        forms += [f"19{number}", f"20{number}"]
    return forms


def _in_words(number: str) -> list[str]:
    clock = re.fullmatch(r"(0|12|24|00)[.:]00", number)
    if clock:
        return ["noon"] if clock[1] == "12" else ["midnight"]
    if not number.isdigit() or len(number) > 3 or int(number) > 100:
        return []
    value = int(number)
    words = [*_UNITS[value : value + 1], *_ORDINALS[value : value + 1], *_OTHER_WORDS.get(value, [])]
    if 20 <= value < 100:
        tens, units = _TENS[value // 10 - 2], value % 10
        words += (
            [f"{tens}[- ]{_UNITS[units]}", f"{tens}[- ]{_ORDINALS[units]}"] if units else [tens, f"{tens[:-1]}ieth"]
        )
    return words


def _is_untranslated(source: str, target: str) -> bool:
    """Whether the Dutch came back, or so many small Dutch words that the English is none.

    A name may be the same in both languages; only words written small are evidence.
    """
    a, b = _LETTERS.findall(source), _LETTERS.findall(target)
    dutch = sum(word in _SMALL_DUTCH for word in b)
    same = Counter(a) & Counter(b)
    common = sum(count for word, count in same.items() if word.islower() and word not in _SMALL_DUTCH)
    came_back = sum(same.values()) >= 0.8 * len(a) and dutch >= 1 and common >= 2
    return len(a) >= 4 and (came_back or (dutch >= 3 and dutch >= 0.25 * len(b)) or _has_dutch_rest(source, target))


def _has_dutch_rest(source: str, target: str) -> bool:
    """Whether a stretch of Dutch stands in the English: small words that no name has, or three words in a row."""
    copied = (match[1] for match in _THREE_SMALL.finditer(target) if f" {match[1]} " in f" {source} ")
    # Where all letters are small the three words may be a name: hugo de jonge.
    evidence = _SURELY_DUTCH if source.islower() else _SMALL_DUTCH
    return bool(_DUTCH_RUN.search(target)) or any(not evidence.isdisjoint(words.split()) for words in copied)


_CHECKS: dict[str, Callable[[str, str], bool]] = {
    "loop": _loops,
    "length": _lengths_differ,
    "verbatim": _loses_verbatim,
    "number": lambda source, target: not numbers_agree(source, target),
    "untranslated": _is_untranslated,
    "negation": _loses_denial,
    "day": loses_day,
    "name": loses_name,
    "accusation": accuses,
}
