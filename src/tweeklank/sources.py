"""Adding a source and trying one out: what is there, what would be taken, what to write down."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from tweeklank.article import Language, TweeklankError
from tweeklank.collect.http import Answer, Client, Retries
from tweeklank.collect.preview import Preview, preview
from tweeklank.collect.survey import Candidate, Kind, Survey, survey
from tweeklank.config import Config, ConfigError, Source, is_web_address
from tweeklank.config.edit import proposed_id, refuse_known, source_block
from tweeklank.config.sources import ID_PATTERN
from tweeklank.store import open_store
from tweeklank.store.pages import Pages
from tweeklank.translate.explain import explain

_RETRIES = Retries(attempts=2)
"""Someone is waiting: a server that is down now is told at once."""


@dataclass(frozen=True)
class Proposal:
    """A source that could be added, as a ``block`` of TOML; or, with an ``obstacle``, why not.

    ``english`` has the machine's English of the articles' titles, if a model is at hand.
    """

    survey: Survey
    id: str = ""
    block: str = ""
    preview: Preview | None = None
    english: Mapping[str, str] = field(default_factory=dict)
    obstacle: str = ""


def propose(config: Config, url: str, *, local: bool = False, source_id: str = "") -> Proposal:
    """Finds out what is at ``url`` and tries it. Raises ConfigError for what is there already, SurveyError."""
    if not is_web_address(url):
        raise ConfigError(f"{url!r} is not a web address; write it as https://example.nl/nieuws.")
    _check_id(config, source_id)
    refuse_known(config.path, config.sources, url)
    return asyncio.run(_propose(config, url, local, source_id))


def try_out(config: Config, source: Source) -> Preview:
    """What a source would give today; nothing is stored."""
    return asyncio.run(_try_out(config, source))


@asynccontextmanager
async def visiting(
    config: Config, heard: Callable[[Answer], None] = lambda _: None
) -> AsyncIterator[tuple[Client, Pages]]:
    """A client with a memory of its own: what is tried must not look seen to the next sync.

    ``heard`` is told of every page that was had.
    """
    with open_store("sqlite://") as store:
        async with Client(config.collect, store.pages, _RETRIES, heard) as client:
            yield client, store.pages


async def _try_out(config: Config, source: Source) -> Preview:
    async with visiting(config) as (client, _):
        return await preview(client, source)


async def _propose(config: Config, url: str, local: bool, source_id: str) -> Proposal:
    async with visiting(config) as (client, pages):
        found = await survey(client, pages, url, local=local)
        if found.best is None:
            return Proposal(found, obstacle=found.why)
        refuse_known(config.path, config.sources, found.best.url)
        title = found.title or (urlsplit(url).hostname or "").removeprefix("www.")
        chosen = source_id or proposed_id(title, (source.id for source in config.sources))
        source = _source(found.best, chosen, title, local)
        tried = await preview(client, source)
    articles = [sample.article for sample in tried.samples if sample.article]
    if not articles:
        reasons = "; ".join(tried.failures) or "none of its articles could be read"
        return Proposal(found, chosen, preview=tried, obstacle=reasons)
    english = _english(config, [article.title for article in articles])
    return Proposal(found, chosen, source_block(source, _comments(found)), tried, english)


def _source(best: Candidate, source_id: str, title: str, local: bool) -> Source:
    source = Source(source_id, dict.fromkeys(Language, title), local=local)
    match best.kind:
        case Kind.FEED:
            return replace(source, feed=best.url)
        case Kind.SITEMAP:
            return replace(source, sitemap=best.url)
        case Kind.LISTING:
            return replace(source, listing=best.url)


def _comments(found: Survey) -> list[str]:
    kind = found.best.kind if found.best else ""
    reason = found.why.partition(";")[0]
    return [
        f"Found by `tweeklank source add {found.url}`: a {kind}, because {reason}.",
        "The English title is the Dutch one still: a name is no sentence for a machine to translate.",
    ]


def _english(config: Config, titles: list[str]) -> dict[str, str]:
    """The machine's English of some titles; of none if there is no model, for that is no reason not to add a source."""
    try:
        return {one.dutch: one.english for one in explain(titles, config.translate) if not one.fault}
    except TweeklankError:
        return {}


def _check_id(config: Config, source_id: str) -> None:
    if source_id and not re.fullmatch(ID_PATTERN, source_id):
        raise ConfigError(f"--id {source_id!r} must be a short name of a-z, 0-9 and -, like metaal.")
    if source_id in (source.id for source in config.sources):
        raise ConfigError(f"{config.path}: there is a source {source_id!r} already; choose another --id.")
