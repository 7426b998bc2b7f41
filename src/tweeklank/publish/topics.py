"""Topics that have feeds and a list of their own.

Those are the topics of configured sources, and those that at least three of the articles at hand
have. A topic that was published once stays while any of them has it, for somebody may follow it.
Only the articles that are published anyway are looked at, however many are stored.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from tweeklank.article import Entry, Language
from tweeklank.publish.edition import Channel, Edition, Topic

_ENOUGH = 3
_LONGEST = 60


def with_topics(edition: Edition) -> Edition:
    """The edition with a channel for each topic, by name."""
    return replace(edition, channels=(*edition.channels, *(_channel(edition, topic) for topic in _topics(edition))))


def topic_slug(name: str) -> str:
    """The name of a topic's folder: ASCII, the same for ever, and no other topic's.

    Capitals do not count. A name that cannot be read back from its slug gets a part of its hash
    as well, after two hyphens, which no other slug has.
    """
    folded = name.casefold()
    bare = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    if slug and len(slug) <= _LONGEST and slug.replace("-", " ") == folded:
        return slug
    return f"{slug[:_LONGEST].strip('-') or 'topic'}--{hashlib.sha256(folded.encode()).hexdigest()[:8]}"


def _topics(edition: Edition) -> Iterator[Topic]:
    names: dict[str, str] = {}
    for name in (topic for source in edition.config.sources for topic in source.topics):
        # The first spelling stands, and that of a source before that of an article.
        names.setdefault(name.casefold(), name)
    configured, counts = set(names), Counter[str]()
    for texts in edition.articles.values():
        found = {topic.casefold(): topic for entry in texts.values() for topic in edition.topics(entry)}
        counts.update(list(found))
        names = found | names
    for folded, name in sorted(names.items()):
        topic = Topic(name, topic_slug(name))
        if folded in configured or counts[folded] >= _ENOUGH or _published_before(edition, topic):
            yield topic


def _published_before(edition: Edition, topic: Topic) -> bool:
    return (edition.config.publication.output / "topics" / topic.slug).is_dir()


def _channel(edition: Edition, topic: Topic) -> Channel:
    entries = {language: _entries(edition, topic, language) for language in Language}
    # What an article was about is not known for ever; readers pass over what they never had.
    return Channel(None, entries, topic, edition.channels[0].deleted)


def _entries(edition: Edition, topic: Topic, language: Language) -> tuple[Entry, ...]:
    found = [texts[language] for texts in edition.articles.values() if language in texts]
    name = topic.name.casefold()
    fitting = [entry for entry in found if name in map(str.casefold, edition.topics(entry))]
    fitting.sort(key=lambda entry: (entry.published, entry.id), reverse=True)
    return tuple(fitting[: edition.config.publication.entries])
