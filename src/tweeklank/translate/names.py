"""Proper names: whether those of a Dutch sentence are in its translation, as they are or in an English form."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from tweeklank.translate.capitals import in_capitals
from tweeklank.translate.spans import Span

_GARBLED = 0.72  # likeness from which a surname is the same one, misspelt
_WORD = re.compile(r"[^\W\d_][\w’']*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;•…–—(\[/\"'“”‘’„«»])[\s\"'“”‘’„«»(\[-]{0,20}$")
_LINKS = {"van", "de", "der", "den", "het", "voor", "en", "in", "ten", "ter", "op", "of", "aan", "the", "and", "&"}

PARTICLE = r"(?:van|de|der|den|ten|ter|['’]t|el|al|la|le|di|da|dos|von)"
_TITLED = re.compile(
    rf"(?<![\w-])(?:(?P<mr>(?i:de heer|meneer|dhr\.?))|(?i:mevrouw|mevr\.?|mw\.?))\s+"
    rf"(?P<name>(?:[A-Z]\.(?:[ -]?[A-Z]\.)*\s*)?(?:(?i:{PARTICLE})\s+)*[A-ZÀ-Þ][\w’'-]+(?:\s+[A-ZÀ-Þ][\w’'-]+)*)"
)

# Dutch stems of places and peoples with the English ones.
_ENGLISH_STEMS = {
    "nederland": "netherlands dutch holland",
    "duits": "german",
    "frankrijk": "france french",
    "frans": "france french",
    "brit": "brit uk united",
    "engel": "engl brit",
    "belg": "belg",
    "vlaanderen": "fl",
    "vlaams": "fl",
    "vlaming": "fl",
    "spanje": "spain spani",
    "spaans": "spain spani",
    "itali": "ital",
    "zwitser": "swi",
    "oostenrijk": "austria",
    "zweeds": "swed",
    "zweden": "swed",
    "noors": "norw",
    "noorwegen": "norw",
    "deens": "dan denmark",
    "denemarken": "dan denmark",
    "polen": "pol",
    "pools": "pol",
    "griek": "gree",
    "hongaar": "hungar",
    "hongarije": "hungar",
    "turk": "turk türk",
    "rusland": "russia belarus",
    "russisch": "russia belarus",
    "saoed": "saudi",
    "toscan": "tusc",
    "wenen": "vienna",
    "maas": "meuse maas",
    "oeganda": "uganda",
    "stille": "pacific",
    "oceaan": "ocean pacific atlantic",
    "tsjech": "cze",
    "verenigd": "un us uk",
    "abeba": "ababa",
    "haag": "hague",
    "middelland": "mediterr",
    "nieuw": "new",
    "oekra": "ukrain",
    "chin": "chin sino",
    "japan": "japan",
    "braz": "braz",
    "indones": "indones",
    "bangladesh": "bangladesh",
    "congo": "congo drc",
    "europ": "europ eu",
    "amerika": "america us usa united",
    "afrika": "africa",
    "azi": "asia",
    "ierland": "ireland irish",
    "schotland": "scot",
    "schots": "scot",
}

# Written with a capital in Dutch, and often no name in English.
_ORDINARY_STEM = re.compile(
    r"(?:kamer|rijk|rekenkamer|grondwet|minist|staatssecret|koning|kabinet|binnenhof|kerst|pasen|pinkster|sint"
    r"|bijbel|noord|zuid|oost|west|midden|binnen|tweede|eerste|derde|wereld|beurs|spelen|inspectie|belasting"
    r"|arbeid|europarl|mevrouw|meneer|heer|vader|moeder|sociaal|algeme|universit|institu|hogeschool|vereniging"
    r"|stichting|centrum|dienst|bureau|fonds|volks|gezondheid|landbouw|natuur|milieu|klimaat|energie|cultuur"
    r"|zaken|buitenl|binnenl|financ|econom|onderwijs|wetenschap|welzijn|sport|veilig|verkeer|water|zorg|duurz"
    r"|nobel|toesl|subsid|regeling|bedrijf|groen|rode|grote|koud|oorlog|nacht|school|kerk|plein|straat|weg"
    r"|kinder|jeugd|recht|verdrag|akkoord|convenant|platform|programma|brief|commissie|college|comité|nationa"
    r"|internationa|maatschap|verantwoord|federatie|verbond|vak|partij|leger|politie|justitie|defensie|post"
    r"|spoor|fiscal|openba|koninklijk|bevorder|fabrik|doelen|brandweer|klant|verwerk|kunststof|bouw|ondernem"
    r"|industr|handel|ziekenh|onderhoud|omgeving|vermind|landelijk|gedeput|artsen|versnel|ruimte|inclusie"
    r"|plassen|ander|avond|wetboek|raads|rechtbank|zuidoost|bankwij|mensenrecht|goudsmid)"
)
_ORDINARY = re.compile(
    r"(?:ehbo|ggd|co|co2|aow|ww|mkb|btw|om|cao|ov|hbo|mbo|wo|wk|ek|nk|azc|ngo|ic|vn|vs|eu|bv|nv|ict|hr|pvc|tv|wc"
    r"|ai|imvo|ozb|wet|raad|staten|hof|muur|zee|zeegebied|god|web|dag|wit|orde|via|ik|de|het|een|ja|nee|den|u|uw|wij|mens"
    r"|bond|huis|stad|goud|plan|nota|unie|bank"
    # What titles of pages begin with: Over het convenant, Hoe meet je uitstoot.
    r"|over|hoe|wat|wie|waar|waarom|wanneer|welke|meer|alle|onze|ons|voor|naar|bij|met|zo|dit|dat|deze|die|in|op|aan|van"
    r"|lees|bekijk|vragen|nieuws|contact|agenda)"
)
_ENGLISH_ORDINARY = re.compile(
    r"(?:a|according|after|all|also|although|an|and|april|are|as|at|august|because|before|both|but|by|can|could"
    r"|december|did|do|does|dr|each|even|every|february|for|friday|from|had|has|have|he|her|here|his|how|i|if"
    r"|in|is|it|its|january|july|june|many|march|may|might|monday|more|most|mr|mrs|ms|must|my|no|not|november"
    r"|now|october|of|on|one|only|or|our|saturday|september|she|should|since|so|some|such|sunday|ten|that|the"
    r"|their|then|there|these|they|this|those|three|thursday|to|today|tomorrow|tuesday|two|was|we|wednesday"
    r"|were|what|when|where|which|while|who|why|will|with|would|yes|yesterday|you|your)"
)


def unchanged_names(dutch: str) -> Iterator[Span]:
    """Start, end and English form of the names of a sentence that are the same in both languages."""
    for start, end, name in names_inside(dutch):
        if not is_ordinary(name):
            yield start, end, name


def names_inside(dutch: str) -> Iterator[Span]:
    """Start, end and text of the words with a capital inside a sentence that have no English form of their own."""
    for group in _groups(dutch):
        for name in group:
            if not _stems(name[0]):
                yield *name.span(), name[0]


def titled_names(dutch: str) -> Iterator[Span]:
    """Start, end and English form of names after the Dutch for Mr or Ms: De heer de Vries is Mr de Vries."""
    for match in _TITLED.finditer(dutch) if not in_capitals(dutch) else ():
        yield *match.span(), f"{'Mr' if match['mr'] else 'Ms'} {match['name']}"


def loses_name(dutch: str, english: str) -> bool:
    """Whether a proper name is lost: it is not in the English, and nothing there could be its English form.

    Careful: what may be an ordinary word in English is no name, and any name that is only in the
    English may be the translation of one. A surname misspelt after the right first name is lost.
    """
    groups = [[name[0] for name in group] for group in _groups(dutch)]
    words = [_plain(word) for word in _WORD.findall(english)]
    absent = [name for group in groups for name in group if not is_ordinary(name) and not _stands_in(name, words)]
    if any(_stems(name) for name in absent) or any(_is_garbled(group, english) for group in groups):
        return True
    return len(absent) > len(_unexplained(dutch, english))


def _groups(dutch: str) -> Iterator[list[re.Match[str]]]:
    """Names that follow each other: words with a capital inside a sentence that are no ordinary words."""
    group: list[re.Match[str]] = []
    end = 0
    for match in _WORD.finditer(dutch):
        if group and dutch[end : match.start()].strip(" -"):
            yield group
            group = []
        end = match.end()
        if match[0][0].isupper() and not starts_sentence(dutch, match.start()):
            group.append(match)
        elif group and match[0] not in _LINKS:
            yield group
            group = []
    if group:
        yield group


def is_ordinary(name: str) -> bool:
    """Whether a word with a capital may well be no name: a body, an office, what a title begins with."""
    small = name.lower()
    return len(name) < 3 or bool(_ORDINARY_STEM.match(small) or _ORDINARY.fullmatch(small))


def starts_sentence(text: str, place: int) -> bool:
    """Whether a word in this place would have a capital anyway."""
    return _SENTENCE_START.search(text, max(0, place - 21), place) is not None


def _stems(name: str) -> tuple[str, ...]:
    """How the English words for a Dutch place or people may begin."""
    plain = _plain(name)
    return next((tuple(english.split()) for stem, english in _ENGLISH_STEMS.items() if plain.startswith(stem)), ())


def _stands_in(name: str, words: list[str]) -> bool:
    plain = _plain(name)
    beginnings = (*_stems(name), plain[:3])
    return any(word.startswith(beginnings) for word in words)


def _unexplained(dutch: str, english: str) -> list[str]:
    """Names in the English that begin like no word of the Dutch."""
    beginnings = {_plain(word)[:3] for word in _WORD.findall(dutch)}
    words = (match for match in _WORD.finditer(english) if match[0][0].isupper())
    names = [match[0] for match in words if not starts_sentence(english, match.start())]
    return [
        name for name in names if not _ENGLISH_ORDINARY.fullmatch(_plain(name)) and _plain(name)[:3] not in beginnings
    ]


def _is_garbled(group: list[str], english: str) -> bool:
    """Whether a surname differs a little from the Dutch, after a first name that does not."""
    for first, last in pairwise(group):
        follows = re.search(rf"(?<!\w){re.escape(first)} ([^\W\d_][\w]*)", english)
        if follows and last not in english and not is_ordinary(last) and not _stems(last):
            likeness = difflib.SequenceMatcher(None, _plain(last), _plain(follows[1])).ratio()
            if likeness >= _GARBLED:
                return True
    return False


def _plain(word: str) -> str:
    """Small, without accents and without a genitive s."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
    return re.sub(r"['’]s?$", "", bare)
