"""The [[sources]] blocks → Sources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tweeklank.config.settings import EnglishRule, Source
from tweeklank.config.table import ConfigError, Table

_FIELDS = ("title", "lead", "body", "date", "image", "author", "topics")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
RESERVED_IDS = frozenset({"nl", "en", "nl-en", "topics", "archive", "status"})


def read_sources(top: Table) -> tuple[Source, ...]:
    listed = top.values.get("sources", [])
    if not isinstance(listed, list) or not listed:
        raise ConfigError(f"{top.file}: there is no source yet; add a [[sources]] block with id and listing.")
    sources = tuple(_source(top.file, number, values) for number, values in enumerate(listed, 1))
    seen: set[str] = set()
    for source in sources:
        if source.id in seen:
            raise ConfigError(f"{top.file}: two sources have the id {source.id!r}; ids must differ.")
        seen.add(source.id)
    return sources


def _source(file: Path, number: int, values: Any) -> Source:
    known = ["id", "title", "listing", "feed", "sitemap", "article_links", "select", "english", "topics", "local"]
    table = Table(file, f"sources[{number}]", values, known)
    source_id = table.text("id")
    if not _ID.fullmatch(source_id) or source_id in RESERVED_IDS:
        taken = ", ".join(sorted(RESERVED_IDS))
        raise table.wrong("id", f"must be a short name of a-z, 0-9 and -, and none of {taken}, not {source_id!r}.")
    table.name = f"sources[{number}] ({source_id})"
    places = {key: table.address(key, "") for key in ("listing", "feed", "sitemap")}
    if sum(map(bool, places.values())) != 1:
        raise ConfigError(f"{file}: {table.name} needs exactly one of listing, feed and sitemap.")
    select = table.table("select", _FIELDS)
    english = None
    if "english" in table.values:
        rule = table.table("english", ["from", "to"])
        english = EnglishRule(rule.text("from"), rule.text("to"))
        if not english.dutch:
            raise rule.wrong("from", "must not be empty.")
    return Source(
        id=source_id,
        title=table.both_languages("title", source_id),
        **places,
        article_links=table.selector("article_links"),
        select={key: select.selector(key) for key in select.values},
        english=english,
        topics=table.words("topics"),
        local=table.truth("local"),
    )
