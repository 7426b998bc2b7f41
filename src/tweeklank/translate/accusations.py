"""Grave words that a small model makes up: a correspondence is no corruption, stalled talks are not arrested."""

from __future__ import annotations

import re

_GRAVE = {
    r"corrupt\w*|fraud\w*|brib\w+|embezzl\w+|launder(?:s|ed|ing|ers?)": (
        r"corru|fraud|omko|steekp|verduister|oplicht|bedr[oi]e?g|zwendel|sjoem|greep|knoei|gerommel|vals|misleid|witwas"
        r"|witgew|malvers|flessentrek|kwade trouw|belangenverstreng|smeerge|bederf|bedorven|verminkt|beschadigd"
    ),
    r"arrest\w*|convict\w+|criminal\w*|felon\w*|guilty": (
        r"arrest|crimin|misd[ar]|straf|veroor|aan(?:ge)?h[oi]|h(?:oud|ield).*\baan\b|opgep|oppak|\b(?:ge)?pak(?:t|ten?|ken)?\b"
        r"|boe[fv]|in de boeien|ingerek|verdacht|gev[ao]n|\bvast(?:ge|h|z|\b)|\bcel|opsluit|hechten|delict|overtui"
        r"|overtre|onderwereld|schuld|hartst|justiti|gerecht|politie|vonnis|correctione|toereken"
        r"|verklaring omtrent|voorkennis|aangifte|vernie|doping"
    ),
    r"murder\w*|assassin\w*|homicid\w*|manslaughter": r"moord|doodslag|br[ae]cht|om het leven|dood|dode|liquid|aanslag",
    r"rap(?:e[ds]?|ing|ists?)|molest\w*|paedo\w*|incest\w*": (
        r"verkracht|aanrand|misbruik|pedo|incest|ontucht|onzedelijk|grensoverschrijd"
    ),
    r"terroris\w+": r"terr(?:or|eur)|aanslag|jihad",
    r"genocid\w*|massacr\w+": r"genocid|moord|bloedbad|slacht",
    r"nazis?|nazism|fascis\w+": r"nazi|fascis|nsb|onderduik|bezett|duits|hitler",
    r"tortur\w+": r"martel|folter|pijnig|kwell",
    r"suicid\w*": r"zelfmoord|sui[cï]|zelfdod|leven",
    r"(?:mother)?fuck\w*|shit\w*|cunts?|piss\w*|bitch\w*|whor\w+|sluts?|pricks?|nigg\w+|faggots?": (
        r"stront|schijt|poep|drek|mest|kut|klo[ot]|neuk|fuck|pis|plas|urin|hoer|slet|prostitu|tee?[fv]|prik|eikel|lul|zak"
        r"|neger|nikker|flikker|nicht"
    ),
}
"""English by which someone is accused or insulted, and what the Dutch of it has in it somewhere."""

_PATTERNS = [
    (re.compile(rf"(?<![\w-])(?:{english})\b", re.IGNORECASE), re.compile(dutch, re.IGNORECASE))
    for english, dutch in _GRAVE.items()
]


def accuses(source: str, target: str) -> bool:
    """Whether the English speaks of a crime, or insults, and the Dutch has nothing of the kind."""
    return any(english.search(target) and not dutch.search(source) for english, dutch in _PATTERNS)
