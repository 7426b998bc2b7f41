"""Telling a hub which feeds have changed, so that it fetches them and passes the news on at once.

WebSub (W3C Recommendation of 23 January 2018): feeds name their hub and themselves (section
"Discovery"; see feeds and jsonfeed). How a publisher tells its hub is left open there (section
"Publishing"), and hubs keep to the POST of PubSubHubbub: ``hub.mode=publish`` and the feed's address as
``hub.url``; some later ones read it from ``hub.topic``, so it is given as both.
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import httpx

from tweeklank import __version__
from tweeklank.config import Config
from tweeklank.publish import Published

_PATIENCE = 10.0  # seconds for one answer
_LONGEST = 60.0  # seconds for all of them
_FEEDS = (".atom.xml", ".rss.xml", ".json")


def announce(config: Config, published: Published) -> list[str]:
    """Tells the hub, if there is one, of every feed that was written. Returns what failed, in sentences.

    Whatever the hub does, it takes a minute at most, and one failure to connect is enough: what it
    was not told, readers find out by asking, and the hub with the next change.
    """
    hub, feeds = config.publication.hub, changed_feeds(config, published)
    if not hub or not feeds:
        return []
    refused: Counter[str] = Counter()
    until = time.monotonic() + _LONGEST
    headers = {"User-Agent": f"Tweeklank/{__version__} (+{config.collect.contact})"}
    with httpx.Client(timeout=_PATIENCE, headers=headers) as client:
        for done, feed in enumerate(feeds):
            try:
                answer = client.post(hub, data={"hub.mode": "publish", "hub.url": feed, "hub.topic": feed})
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                reason = str(error) or type(error).__name__
                return [
                    f"hub {hub}: cannot be reached ({reason}); {len(feeds) - done} changed feeds were not announced."
                ]
            if not answer.is_success:
                refused[f"{answer.status_code} {answer.reason_phrase}".strip()] += 1
            if time.monotonic() > until:
                return [f"hub {hub}: too slow; {len(feeds) - done - 1} changed feeds were not announced."]
    return [f"hub {hub}: refused {count} of {len(feeds)} announcements ({said})." for said, count in refused.items()]


def changed_feeds(config: Config, published: Published) -> list[str]:
    """The addresses of the feeds that were written; archive documents have no subscribers."""
    folder, base = config.publication.output, config.publication.base_url
    names = [_name(file, folder) for file in published.changed]
    return [base + name for name in names if name.endswith(_FEEDS) and not name.startswith("archive/")]


def _name(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()
