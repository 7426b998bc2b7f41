"""The words that Tweeklank itself says, in both languages, and dates in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from tweeklank.article import Entry, Language, Origin

_PLACE = ZoneInfo("Europe/Amsterdam")
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    Language.NL: (
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    Language.EN: (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

_BOTH = {
    "name": ("Nederlands", "English"),
    "tools": ("Volgen en taal", "Following and language"),
    "earlier": ("Eerder", "Earlier"),
    "embed_file": ("insluiten.html", "embed.html"),
    "skip": ("Naar de inhoud", "Skip to content"),
    "switch": ("Read in English", "Lees in het Nederlands"),
    "all_news": ("Al het nieuws", "All news"),
    "sources": ("Bronnen", "Sources"),
    "search": ("Zoek in titels en inleidingen", "Search titles and leads"),
    "topic": ("Onderwerp", "Topic"),
    "all_topics": ("Alle onderwerpen", "All topics"),
    "none_found": ("Geen berichten gevonden.", "No articles found."),
    "one_found": ("1 bericht", "1 article"),
    "some_found": ("{} berichten", "{} articles"),
    "empty": (
        "Er zijn nog geen berichten. Kom later terug, of volg de feed: dan komt het nieuws vanzelf.",
        "There are no articles yet. Come back later, or follow the feed and the news will come to you.",
    ),
    "machine": ("Machinevertaling", "Machine translation"),
    "machine_short": ("Automatisch vertaald", "Machine-translated"),
    "publisher_english": ("Engelse tekst van de uitgever", "English text by the publisher"),
    "machine_by": ("Automatisch vertaald uit het Nederlands door", "Machine-translated from Dutch by"),
    "read_original": ("Lees het origineel", "Read the original"),
    "source": ("Bron", "Source"),
    "elsewhere": ("Ook gepubliceerd door", "Also published by"),
    "photo": ("Beeld", "Image"),
    "follow": ("Volg dit nieuws", "Follow this news"),
    "follow_how": (
        "Zet een van deze adressen in je feedlezer. Nieuwe berichten komen dan vanzelf, "
        "zonder account en zonder dat iemand meekijkt.",
        "Put one of these addresses in your feed reader. New articles then come by themselves, "
        "without an account and without anyone watching.",
    ),
    "share": ("Stuur naar een app", "Send to an app"),
    "copy": ("Kopieer adres", "Copy address"),
    "copied": ("Gekopieerd", "Copied"),
    "both_languages": ("Nederlands en Engels naast elkaar", "Dutch and English side by side"),
    "opml": ("Alle feeds (OPML)", "All feeds (OPML)"),
    "opml_rss": ("Alle feeds in RSS (OPML)", "All feeds in RSS (OPML)"),
    "by_topic": ("Per onderwerp", "By topic"),
    "topic_feeds": ("Volg dit onderwerp", "Follow this topic"),
    "embed": ("Zet dit nieuws op je site", "Embed this news"),
    "embed_intro": (
        "Met deze regels staan de nieuwste berichten op je eigen site. Ze verversen vanzelf, "
        "passen zich aan je lettertype aan en volgen je bezoekers niet.",
        "These lines put the newest articles on your own site. They refresh by themselves, "
        "take on your typeface and do not track your visitors.",
    ),
    "embed_channel": ("Wat", "What"),
    "embed_language": ("Taal", "Language"),
    "embed_items": ("Aantal berichten", "Number of articles"),
    "embed_topic": ("Alleen dit onderwerp", "Only this topic"),
    "embed_example": ("Zo ziet het eruit", "What it looks like"),
    "embed_script": ("Als onderdeel van je pagina", "As part of your page"),
    "embed_frame": ("In een frame", "In a frame"),
    "embed_frame_how": (
        "Voor sites die geen scripts van anderen toelaten. Werkt ook zonder JavaScript; "
        "met embed.js op de pagina past de hoogte zich aan.",
        "For sites that allow no scripts from elsewhere. It works without JavaScript too; "
        "with embed.js on the page its height adjusts.",
    ),
    "embed_style": (
        "Kleuren en letters stel je in met CSS-variabelen (--tweeklank-ink, --tweeklank-soft, --tweeklank-accent, "
        "--tweeklank-rule, --tweeklank-font, --tweeklank-gap) en met "
        "::part(list, item, title, meta, machine, more, state).",
        "Set colours and type with CSS variables (--tweeklank-ink, --tweeklank-soft, --tweeklank-accent, "
        "--tweeklank-rule, --tweeklank-font, --tweeklank-gap) and with "
        "::part(list, item, title, meta, machine, more, state).",
    ),
    "withdrawn": ("Dit bericht is ingetrokken", "This article has been withdrawn"),
    "withdrawn_why": (
        "De uitgever heeft het van zijn site gehaald. Daarom staat het hier ook niet meer.",
        "Its publisher has taken it off its site, so it is no longer here either.",
    ),
    "back": ("Terug naar het overzicht", "Back to all articles"),
    "no_english": (
        "Een Engelse tekst is er nog niet.",
        "There is no English text yet.",
    ),
    "colophon": (
        "Teksten en foto’s zijn van de uitgevers; bij elk bericht staat de bron. "
        "Deze site laadt niets van derden, behalve de foto’s bij de uitgevers zelf.",
        "Texts and pictures belong to the publishers; every article names its source. "
        "This site loads nothing from third parties, except pictures from the publishers themselves.",
    ),
    "made_with": ("Gemaakt met Tweeklank", "Made with Tweeklank"),
}


def phrases(language: Language) -> SimpleNamespace:
    """What Tweeklank says in ``language``, by name."""
    column = list(Language).index(language)
    return SimpleNamespace(**{name: pair[column] for name, pair in _BOTH.items()})


def date_in_words(moment: datetime, language: Language) -> str:
    """Such as "18 juni 2024": the day in the Netherlands, without leading zeros."""
    day = moment.astimezone(_PLACE)
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def left_in_dutch(entry: Entry, language: Language) -> str:
    """A sentence on what could not be translated, or nothing."""
    if entry.origin is not Origin.MACHINE or not entry.kept:
        return ""
    if entry.needs_review:
        return _needs_review(entry, language)
    if language is Language.NL:
        one, more = "Eén zin staat er in het Nederlands.", f"{entry.kept} zinnen staan er in het Nederlands."
        return one if entry.kept == 1 else more
    return "One sentence is left in Dutch." if entry.kept == 1 else f"{entry.kept} sentences are left in Dutch."


def _needs_review(entry: Entry, language: Language) -> str:
    if language is Language.NL:
        return (
            f"Deze vertaling moet worden nagekeken: {entry.kept} van de {entry.sentences} zinnen "
            "doorstonden de controle niet en staan er in het Nederlands."
        )
    return (
        f"This translation needs review: {entry.kept} of its {entry.sentences} sentences "
        "did not pass the checks and are left in Dutch."
    )
