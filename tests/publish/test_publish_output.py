"""The output folder as a whole: stable bytes, whole files, clear errors."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

import pytest
from newsroom import ENGLISH, NOW, Newsroom, dutch
from sqlalchemy import event

from tweeklank.article import TweeklankError
from tweeklank.publish import PublishError, write


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_a_sync_without_news_leaves_every_byte_and_mtime_alone(two_articles: Newsroom) -> None:
    first = two_articles.publish()
    before = snapshot(two_articles.output)
    assert first.unchanged == 0
    assert first.written == len(before) == len(first.changed)
    time.sleep(1.1)  # feedgen's own dates have whole seconds
    second = two_articles.publish()
    assert snapshot(two_articles.output) == before
    assert (second.written, second.unchanged, second.changed) == (0, first.written, ())


def test_the_output_is_the_same_in_another_time_zone_and_locale(
    two_articles: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_articles.publish()
    before = snapshot(two_articles.output)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        two_articles.publish()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert snapshot(two_articles.output) == before


def test_one_new_article_changes_its_feeds_and_leaves_other_articles_alone(two_articles: Newsroom) -> None:
    two_articles.publish()
    (page,) = [name for name in snapshot(two_articles.output) if name.startswith("nl/bericht-1-")]
    two_articles.write(dutch(3, title="Nieuw bericht"))
    two_articles.translate()
    names = {str(file.relative_to(two_articles.output)) for file in two_articles.publish().changed}
    assert {"nl.atom.xml", "en.rss.xml", "en.json", "fietsen/nl.atom.xml", "nl-en.atom.xml"} <= names
    assert page not in names
    assert not any(name.startswith("koffie/") for name in names)


def test_what_a_killed_run_left_is_cleared_away(two_articles: Newsroom) -> None:
    two_articles.publish()
    leftover = two_articles.output / "nl" / ".tweeklank-0123456789abcdef"
    leftover.write_bytes(b"half a pa")
    own = two_articles.output / "nl" / ".htaccess"
    own.write_text("# the operator's", "utf-8")
    two_articles.publish()
    assert not leftover.exists()
    assert own.exists()


def test_files_can_be_read_by_a_web_server(two_articles: Newsroom) -> None:
    before = os.umask(0o022)
    try:
        two_articles.publish()
    finally:
        os.umask(before)
    modes = {file.stat().st_mode & 0o777 for file in two_articles.output.rglob("*") if file.is_file()}
    assert modes == {0o644}


def test_a_file_is_on_the_disk_before_it_takes_its_name(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom.publish()
    newsroom.write(dutch(1))
    order: list[str] = []
    rename = Path.replace

    def flushed(descriptor: int) -> None:
        order.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "on disk")

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", lambda one, other: (order.append("named"), rename(one, other))[1])
    written = newsroom.publish().written
    assert written > 5
    assert order[: 2 * written] == ["on disk", "named"] * written
    assert set(order[2 * written :]) == {"folder"}, "names are settled last, and nothing after that"


@pytest.mark.parametrize(
    ("number", "mend"),
    [(errno.ENOSPC, "free some space"), (errno.EROFS, "publication.output"), (errno.EACCES, "writable for this user")],
)
def test_a_disk_that_refuses_costs_no_file(
    two_articles: Newsroom, monkeypatch: pytest.MonkeyPatch, number: int, mend: str
) -> None:
    two_articles.publish()
    before = snapshot(two_articles.output)
    two_articles.write(dutch(3))

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(write.os, "fsync", refuse)
        with pytest.raises(PublishError, match=mend) as caught:
            two_articles.publish()
    assert isinstance(caught.value, TweeklankError)
    assert str(two_articles.output) in str(caught.value)
    assert snapshot(two_articles.output) == before
    assert two_articles.publish().written


def test_a_file_where_the_folder_should_be_is_said_in_one_sentence(two_articles: Newsroom) -> None:
    two_articles.output.write_text("not a folder", "utf-8")
    with pytest.raises(PublishError, match="name another folder"):
        two_articles.publish()


def test_a_folder_where_a_file_should_be_is_said_in_one_sentence(two_articles: Newsroom) -> None:
    (two_articles.output / "nl.atom.xml").mkdir(parents=True)
    with pytest.raises(PublishError, match=r"nl\.atom\.xml"):
        two_articles.publish()


def test_the_work_does_not_grow_with_what_is_stored(newsroom: Newsroom) -> None:
    small = newsroom.with_publication(entries=3)

    def queries() -> int:
        count = 0

        def listen(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(small.store._engine, "before_cursor_execute", listen)
        try:
            small.publish()
        finally:
            event.remove(small.store._engine, "before_cursor_execute", listen)
        return count

    for number in range(1, 5):
        newsroom.write(dutch(number))
    newsroom.translate()
    small.publish()
    few = queries()
    for number in range(5, 60):
        newsroom.write(dutch(number))
    newsroom.translate()
    small.publish()  # fills the archive
    assert queries() == few


def test_an_article_that_waits_for_its_english_takes_no_dutch_from_others(newsroom: Newsroom) -> None:
    """Older ones then move up in the English feed, and still show both languages."""
    small = newsroom.with_publication(entries=2)
    for number in (1, 2):
        small.write(dutch(number))
    small.translate(ENGLISH)
    small.write(dutch(3))
    small.publish()
    (page,) = small.output.glob("en/bericht-1-*.html")
    text = page.read_text("utf-8")
    assert "Eerste alinea van 1" in text
    assert "First paragraph" in text


def test_the_publication_is_of_its_articles_and_not_of_now(newsroom: Newsroom) -> None:
    newsroom.publish()
    before = {name: content for name, (content, _) in snapshot(newsroom.output).items()}
    newsroom.write(dutch(1), now=NOW)
    assert newsroom.publish().written
    assert before["nl.atom.xml"].count(b"2000-01-01") == 1
