"""What happens on the site while readers are subscribed, one sync after another.

Run it by hand to look with any reader: python tests/readers/story.py FOLDER PORT
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import uvicorn
from changing_site import News, Site
from changing_site import serve as serve_site

from tweeklank.config import Config, load_config
from tweeklank.serve import app
from tweeklank.summary import Summary
from tweeklank.sync import sync

_CONFIG = """
[publication]
base_url = "{base}/"
output = "feeds"
title = {{ nl = "Convenantnieuws", en = "Covenant News" }}
description = {{ nl = "Nieuws van het Fietsconvenant", en = "News of the Bicycle Agreement" }}
author = "Redactie"

[collect]
contact = "mailto:redactie@example.org"
delay = 0

[store]
url = "sqlite:///news.db"

[[sources]]
id = "fietsen"
title = {{ nl = "Fietsconvenant", en = "Bicycle Agreement" }}
listing = "{site}"
article_links = "main a[href*='/nieuws/']"
select = {{ title = "h1", lead = ".intro", body = ".field--name-body", date = "time" }}
topics = ["fietsen"]
local = true
"""

SIGNED = "/nieuws/convenant-ondertekend/"
VISIT = "/nieuws/bezoek-aan-fabriek/"
WEBINAR = "/nieuws/webinar-leefbaar-loon/"
WEBINAR_MOVED = "/nieuws/2026/webinar-leefbaar-loon/"
CORRECTION = "De minister was er ook bij."

FIRST_NEWS = {
    SIGNED: News(
        "Fietsconvenant ondertekend",
        "2026-09-01",
        "Twaalf bedrijven hebben het convenant ondertekend.",
        (
            "De bedrijven gaan samen de risico's in hun ketens onderzoeken. Zij werken daarbij samen met de overheid en met vakbonden.",
            "Het convenant geldt voor vijf jaar. Elk jaar komt er een rapport over de resultaten.",
        ),
    ),
    VISIT: News(
        "Bezoek aan een fabriek in Vietnam",
        "2026-09-08",
        "De deelnemers hebben een fabriek bezocht.",
        (
            "De fabriek maakt frames voor drie merken. De werknemers vertelden over hun lonen en over hun werktijden.",
            "Het secretariaat maakt een verslag van het bezoek.",
        ),
    ),
}
LATER_NEWS = News(
    "Webinar over een leefbaar loon",
    "2026-09-15",
    "Op 29 september is er een webinar over lonen.",
    (
        "Een leefbaar loon is een loon waarvan een gezin kan leven. In veel landen is het minimumloon lager.",
        "Deelnemen is gratis. De opname komt later op de website.",
    ),
)


class Silent:
    """Watches a sync and says nothing."""

    def collecting(self, source: str, done: int, total: int) -> None: ...
    def translating(self, done: int, total: int) -> None: ...


class Story:
    """A site, a publication of it that is served, and what happens next."""

    def __init__(self, site: Site, config: Config) -> None:
        self.site, self.config = site, config
        self.base = config.publication.base_url

    def sync(self) -> Summary:
        summary = sync(self.config, Silent())
        assert not summary.failures
        return summary

    def first_articles(self) -> None:
        self.site.articles |= FIRST_NEWS
        self.sync()

    def new_article(self) -> None:
        self.site.articles = {WEBINAR: LATER_NEWS, **self.site.articles}
        self.sync()

    def changed_article(self) -> None:
        signed = self.site.articles[SIGNED]
        title = f"{signed.title}: dertien bedrijven"
        self.site.articles[SIGNED] = replace(signed, title=title, paragraphs=(*signed.paragraphs, CORRECTION))
        self.sync()

    def moved_article(self) -> None:
        self.site.move(WEBINAR, WEBINAR_MOVED)
        self.sync()


@contextmanager
def telling(folder: Path, port: int = 0) -> Iterator[Story]:
    """A story whose publication is served from ``folder`` by the server of `tweeklank serve`."""
    settings = uvicorn.Config(
        app(folder / "feeds"), host="127.0.0.1", port=port, lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(settings)
    listener = settings.bind_socket()
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    site = Site()
    try:
        with serve_site(site):
            file = folder / "config.toml"
            base = f"http://127.0.0.1:{listener.getsockname()[1]}"
            file.write_text(_CONFIG.format(base=base, site=site.listing), "utf-8")
            yield Story(site, load_config(file))
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def main(folder: Path, port: int) -> None:
    """Tells the story by hand: Enter goes on to the next sync."""
    folder.mkdir(parents=True, exist_ok=True)
    with telling(folder, port) as story:
        for step in (story.first_articles, story.new_article, story.changed_article, story.moved_article):
            step()
            input(f"{step.__name__}: look at {story.base}en.atom.xml in a reader, then press Enter ")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
