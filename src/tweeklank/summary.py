"""What a sync did, for people, for JSON and for the record of runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tweeklank.collect import Collected
from tweeklank.publish import Published
from tweeklank.translate import Translated


@dataclass
class Summary:
    """What a sync did. ``failures`` are sentences; with any of them the sync was not all well.

    ``untranslated`` tells why nothing could be translated, ``unannounced`` why the hub was not
    told; both stand among the failures too. ``problems`` counts what is wrong after the sync, some
    of it perhaps since long; ``undelivered`` tells which alerts did not get through, which is no
    failure of the sync.
    """

    collected: Collected = field(default_factory=Collected)
    translated: Translated = field(default_factory=Translated)
    published: Published = field(default_factory=lambda: Published(0, 0, ()))
    failures: list[str] = field(default_factory=list)
    untranslated: str = ""
    unannounced: str = ""
    problems: int = 0
    undelivered: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def idle(self) -> bool:
        """Nothing new was found, translated or written."""
        changed = any(one.news or one.withdrawn or one.returned for one in self.collected.sources)
        return not (changed or self.translated.articles or self.published.written or self.failures)

    def as_dict(self) -> dict[str, Any]:
        """The summary in types that JSON has."""
        return {
            "sources": [asdict(source) for source in self.collected.sources],
            "requests": self.collected.requests,
            "bytes": self.collected.bytes,
            "translated": {**asdict(self.translated), "hit_rate": round(self.translated.hit_rate, 3)},
            "needs_review": self.published.needs_review,
            "held_back": self.published.held_back,
            "files": {"written": self.published.written, "unchanged": self.published.unchanged},
            "failures": self.failures,
            "problems": self.problems,
            "undelivered": self.undelivered,
            "seconds": round(self.seconds, 2),
        }

    def counts(self) -> dict[str, Any]:
        """The fields of one line in the log."""
        sources = self.collected.sources
        return {
            "sources": len(sources),
            "left_alone": sum(source.rested for source in sources),
            "new": sum(source.new for source in sources),
            "changed": sum(source.changed for source in sources),
            "withdrawn": sum(source.withdrawn for source in sources),
            "translated": self.translated.articles,
            "written": self.published.written,
            "failures": len(self.failures),
            "seconds": round(self.seconds, 2),
        }
