"""What `source add` and `source test` show of a source: for people, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bs4 import BeautifulSoup
from rich.console import Console
from rich.table import Table

from tweeklank.collect.dates import AMSTERDAM
from tweeklank.collect.preview import Preview, Sample
from tweeklank.collect.text import tidy
from tweeklank.sources import Proposal

_LONGEST = 240  # characters of a text that are shown


def print_proposal(proposal: Proposal) -> None:
    """What was found and why this was chosen, three articles, and the block."""
    console = Console(highlight=False, markup=False)
    steps = _table("looked at", "address", "result")
    for step in proposal.survey.steps:
        steps.add_row(step.what, tidy(step.url), tidy(step.result))
    console.print(steps)
    best = proposal.survey.best
    if best is not None:
        console.print(
            f"\nchosen      {best.kind} {best.url}\n            because {proposal.survey.why}", soft_wrap=True
        )
    for sample in proposal.preview.samples if proposal.preview else ():
        _print_sample(console, sample, proposal)
    if proposal.block:
        console.print(f"\n{proposal.block}", soft_wrap=True)


def print_preview(preview: Preview) -> None:
    """What would be taken: the links, then a few articles with the place of each part."""
    console = Console(highlight=False, markup=False)
    for place in preview.places:
        result = place.failure or f"{len(place.found)} articles"
        further = f"; older ones at {place.next_page}" if place.next_page else ""
        console.print(f"read        {place.url}: {result}{further}", soft_wrap=True)
    console.print(
        f"taken       {len(preview.wanted)} articles; left out by include, exclude and since: {len(preview.left_out)}"
    )
    for link in preview.left_out:
        console.print(f"left out    {tidy(link.url)}  {link.title}", soft_wrap=True)
    for sample in preview.samples:
        _print_sample(console, sample, None)


def _print_sample(console: Console, sample: Sample, proposal: Proposal | None) -> None:
    console.print(f"\n{tidy(sample.url)}", style="bold", soft_wrap=True)
    if sample.failure:
        console.print(f"failed      {sample.failure}", style="red", soft_wrap=True)
        return
    if sample.unwanted:
        console.print("left out    by include, exclude or since, once it was read", style="yellow")
    table = _table("part", "value") if proposal else _table("part", "value", "where")
    for part, value in _values(sample, proposal):
        where = [] if proposal else [sample.evidence.get(_EVIDENCE.get(part, part), "")]
        table.add_row(part, tidy(value) or "·", *map(tidy, where))
    console.print(table)


_EVIDENCE = {"first paragraph": "body"}
"""The part of the article that a shown part is a piece of, where their names differ."""


def _values(sample: Sample, proposal: Proposal | None) -> Iterator[tuple[str, str]]:
    article = sample.article
    if article is None:
        return
    yield "title", article.title
    yield "date", f"{article.published.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}" if article.published else ""
    yield "lead", _short(article.lead)
    yield "first paragraph", _short(_first_paragraph(article.body))
    yield "image", article.image.url if article.image else ""
    yield "credit", article.image.credit if article.image else ""
    yield "author", article.author
    yield "topics", ", ".join(article.topics)
    yield "english", _english(sample, proposal)


def _english(sample: Sample, proposal: Proposal | None) -> str:
    if sample.english:
        return f"{sample.english.title} (the publisher's own, {sample.english.url})"
    if proposal and sample.article and (title := proposal.english.get(sample.article.title)):
        return f"{title} (by machine)"
    return "by machine"


def _first_paragraph(body: str) -> str:
    paragraph = BeautifulSoup(body, "lxml").find("p")
    return " ".join(paragraph.get_text().split()) if paragraph else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=number == 0)
    return table


def proposal_as_dict(proposal: Proposal) -> dict[str, Any]:
    """A proposal in types that JSON has."""
    survey = proposal.survey
    return {
        "url": survey.url,
        "looked_at": [asdict(step) for step in survey.steps],
        "kind": survey.best.kind if survey.best else None,
        "address": survey.best.url if survey.best else None,
        "why": survey.why,
        "id": proposal.id,
        "block": proposal.block,
        "obstacle": proposal.obstacle,
        "articles": preview_as_dict(proposal.preview)["articles"] if proposal.preview else [],
    }


def preview_as_dict(preview: Preview) -> dict[str, Any]:
    """A preview in types that JSON has."""
    return {
        "read": [
            {"url": p.url, "articles": len(p.found), "next_page": p.next_page, "failure": p.failure}
            for p in preview.places
        ],
        "taken": [link.url for link in preview.wanted],
        "left_out": [link.url for link in preview.left_out],
        "articles": [
            {
                "url": sample.url,
                "failure": sample.failure,
                "unwanted": sample.unwanted,
                "parts": dict(_values(sample, None)),
                "where": dict(sample.evidence),
                "english_url": sample.english.url if sample.english else "",
            }
            for sample in preview.samples
        ],
    }
