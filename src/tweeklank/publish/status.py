"""The status page and the Atom feed of problems, for those who keep a publication running.

Nothing here depends on the clock: both tell what began or ended when, and how long ago that is a
script works out on the reader's screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from markupsafe import escape

from tweeklank.article import Language
from tweeklank.config import Config
from tweeklank.publish.characters import legible_settings, line
from tweeklank.publish.edition import Edition, publication_tag
from tweeklank.publish.feeds import HTML, Format, finished, new_feed
from tweeklank.publish.pages import render
from tweeklank.publish.write import Output
from tweeklank.store import Store
from tweeklank.store.problems import Problem

PAGE, FEED = "status/index.html", "status/problems.atom.xml"
_MOST_RESOLVED = 25
_TITLE = "Status"
_ABOUT = "What goes wrong in bringing this news, since when, and what is in order again."
# What the store tells of a translation that fails may name folders of the server.
_TRANSLATION = "The translation does not work; new articles have no English yet. Run tweeklank status to see why."


@dataclass(frozen=True)
class SourceLine:
    """A source on the status page. ``news`` is when its articles last changed, if that is known."""

    title: str
    articles: int
    news: datetime | None


def publish_status(config: Config, store: Store) -> Output:
    """Brings the status page and the feed of problems up to date. Raises PublishError."""
    output = Output(config.publication.output)
    edition = Edition(legible_settings(config), publication_tag(config, store), (), {})
    problems = [_public(problem) for problem in store.problems.open()]
    resolved = [_public(problem) for problem in store.problems.resolved(_MOST_RESOLVED)]
    output.put(PAGE, _page(edition, store, problems, resolved))
    output.put(FEED, _feed(edition, problems, resolved))
    output.settle()
    return output


def _public(problem: Problem) -> Problem:
    return replace(problem, text=_TRANSLATION if problem.key == "translation" else line(problem.text))


def _page(edition: Edition, store: Store, problems: list[Problem], resolved: list[Problem]) -> bytes:
    counts = store.articles.counts()
    sources = [
        SourceLine(one.title[Language.EN], counts.get(one.id, 0), store.sources.state(one.id).last_news)
        for one in edition.config.sources
    ]
    return render(
        edition,
        "status.html",
        publication=edition.config.publication.title[Language.EN],
        title=_TITLE,
        description=_ABOUT,
        page=PAGE,
        feed=FEED,
        problems=problems,
        resolved=resolved,
        sources=sources,
        written=_written,
        moment=_moment,
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%d %b %Y, %H:%M} UTC"


def _feed(edition: Edition, problems: list[Problem], resolved: list[Problem]) -> bytes:
    """Each problem has an entry, updated when its text changes, and another when it is resolved.

    A reader app may not show again what it has shown; that something is over must not be missed.
    """
    feed = new_feed(edition, FEED, Format.ATOM)
    # The hub is told of news only; whoever relied on it would never hear of a problem.
    feed.parts.links = []
    feed.title(f"{_TITLE} · {edition.config.publication.title[Language.EN]}")
    feed.link(href=edition.address(PAGE), rel="alternate", type=HTML, hreflang=Language.EN)
    feed.language(Language.EN)
    feed.description(_ABOUT)
    entries = [*_entries(edition, problems), *_entries(edition, resolved)]
    for entry in sorted(entries, reverse=True):
        _add(feed.add_entry(order="append"), edition, entry)
    return finished(feed, Format.ATOM)


_Entry = tuple[datetime, datetime, str, str, str]
"""When it was updated and published, its id, title and text."""


def _entries(edition: Edition, problems: list[Problem]) -> Iterator[_Entry]:
    for problem in problems:
        began = problem.began.astimezone(UTC)
        entry_id = f"{edition.tag}:problem:{problem.key}:{began:%Y%m%dT%H%M%S.%fZ}"
        yield problem.updated, problem.began, entry_id, f"Problem: {problem.text}", f"It began on {_written(began)}."
        if problem.resolved:
            ended = f"It began on {_written(began)} and ended on {_written(problem.resolved)}."
            yield problem.resolved, problem.resolved, f"{entry_id}:resolved", f"Resolved: {problem.text}", ended


def _add(made: Any, edition: Edition, entry: _Entry) -> None:
    updated, published, entry_id, title, text = entry
    made.id(entry_id)
    made.title(title)
    made.published(published.astimezone(UTC))
    made.updated(updated.astimezone(UTC))
    made.author(name=edition.config.publication.author)
    made.summary(title)
    made.content(f"<p>{escape(title)}</p><p>{escape(text)}</p>", type="html")
    made.parts.link("alternate", edition.address(PAGE), HTML)
