"""The Content-Security-Policy of pages lets everything through that the published pages really need."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from webservers import CONFIG

from tweeklank.config import load_config
from tweeklank.publish import publish
from tweeklank.serve.kinds import manner

# Where the policy allows only what the publication itself serves.
OWN_ONLY = {"script": "src", "link[rel=stylesheet]": "href", "tweeklank-feed": "src"}
FORBIDDEN = (
    "iframe",
    "object",
    "embed",
    "video",
    "audio",
    "style",
    "[style]",
    "base[href]",
    "link[rel=manifest]",
    "form[action]",
)


@pytest.fixture
def pages(tmp_path, store, make_article):
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    article = make_article()
    store.articles.keep("fietsen", article.url, article, datetime.now(UTC))
    config = load_config(file)
    publish(config, store)
    folder = config.publication.output
    found = {
        page.relative_to(folder).as_posix(): BeautifulSoup(page.read_bytes(), "lxml") for page in folder.rglob("*.html")
    }
    assert len(found) > 5
    return found


def test_pages_bring_only_their_own_scripts_and_styles(pages):
    for name, page in pages.items():
        for selector, attribute in OWN_ONLY.items():
            for element in page.select(selector):
                if element.get("type") == "application/ld+json":
                    continue  # data, which the policy is not about
                assert element.get(attribute), f"{name} has an inline {selector}"
                assert not urlsplit(element[attribute]).netloc, f"{name} takes {element} from elsewhere"


def test_pages_hold_nothing_that_the_policy_forbids(pages):
    for name, page in pages.items():
        assert not page.select(", ".join(FORBIDDEN)), name
        handlers = [key for element in page.find_all(True) for key in element.attrs if key.startswith("on")]
        assert not handlers, name


def test_pictures_come_over_http_from_any_publisher(pages):
    pictures = [image["src"] for page in pages.values() for image in page.find_all("img")]
    assert pictures
    assert all(urlsplit(picture).scheme in ("http", "https", "") for picture in pictures)


def test_every_published_file_is_one_that_is_served(pages, tmp_path):
    folder = tmp_path / "feeds"
    files = [file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()]
    assert not [file for file in files if manner(file) is None]


def test_the_frame_is_for_others_and_the_page_about_embedding_is_not(pages):
    assert {name for name in pages if manner(name).shared} == {"embed.html"}
