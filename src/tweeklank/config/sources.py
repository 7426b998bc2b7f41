"""The [[sources]] blocks → Sources."""

from __future__ import annotations

from tweeklank.config.settings import EnglishRule, Source
from tweeklank.config.table import ConfigError, Table

_FIELDS = ("title", "lead", "body", "date", "image", "author", "topics")
_PLACES = ("listing", "feed", "sitemap")
_KEYS = (
    "id", "title", *_PLACES, "article_links", "pages", "include", "exclude", "since", "select", "english", "topics",
    "topic_rules", "local",
)  # fmt: skip
RESERVED_IDS = frozenset({"nl", "en", "nl-en", "topics", "archive", "status"})
ID_PATTERN = rf"(?!(?:{'|'.join(sorted(RESERVED_IDS))})$)[a-z0-9][a-z0-9-]{{0,39}}"


def read_sources(top: Table) -> tuple[Source, ...]:
    tables = top.tables("sources", _KEYS, "there is no source yet; add a [[sources]] block with id and listing.")
    sources = tuple(map(_source, tables))
    seen: set[str] = set()
    for source in sources:
        if source.id in seen:
            raise ConfigError(f"{top.file}: two sources have the id {source.id!r}; ids must differ.")
        seen.add(source.id)
    return sources


def _source(table: Table) -> Source:
    reserved = ", ".join(sorted(RESERVED_IDS))
    source_id = table.matching("id", ID_PATTERN, f"a short name of a-z, 0-9 and -, and none of {reserved}")
    table.name = f"{table.name} ({source_id})"
    first, *further = table.addresses("listing") or [""]
    feed, sitemap = table.address("feed", ""), table.address("sitemap", "")
    table.exactly_one(_PLACES)
    english = table.table_if_any("english", ["from", "to"])
    return Source(
        id=source_id,
        title=table.both_languages("title", source_id),
        listing=first,
        further_listings=tuple(further),
        feed=feed,
        sitemap=sitemap,
        article_links=table.selector("article_links"),
        pages=table.whole("pages", 5, 1, 100),
        include=table.texts("include"),
        exclude=table.texts("exclude"),
        since=table.day("since"),
        select=table.selectors("select", _FIELDS),
        english=_english(english) if english else None,
        topics=table.words("topics"),
        topic_rules=table.texts_by_name("topic_rules"),
        local=table.truth("local"),
    )


def _english(rule: Table) -> EnglishRule:
    return EnglishRule(rule.matching("from", ".+", "part of an address"), rule.text("to"))
