"""Backups of a store that is in use, putting one back, and a new store out of a damaged one."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tweeklank.article import Article, Language, Rendering, Translation
from tweeklank.store import Store, StoreError, open_store
from tweeklank.store.care import back_up, faults, file_of, restore
from tweeklank.store.links import Found
from tweeklank.store.pages import Validators
from tweeklank.store.repair import repair

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
Make = Callable[..., Article]
ARTICLES = 120


def url(file: Path) -> str:
    return f"sqlite:///{file}"


def fill(store: Store, count: int = ARTICLES) -> None:
    """Articles as a sync stores them: shown, taken and translated."""
    addresses = [f"https://www.example.nl/nieuws/{number}/" for number in range(count)]
    store.links.remember("bron", map(Found, addresses), NOW)
    for number, due in enumerate(store.links.due("bron", NOW, count)):
        words = f"Bericht {number} over het convenant"
        found = Article(
            url=due.url,
            canonical=due.url,
            title=words,
            body=f"<p>{words}. {'Er is veel gezegd. ' * 30}</p>",
            published=NOW - timedelta(days=number),
        )
        kept = store.articles.keep("bron", due.url, found, NOW)
        store.links.taken(due, kept.article, NOW)
        store.pages.remember(due.url, NOW, Validators(etag=f'"{number}"'))
    for waiting in store.translations.waiting():
        english = Translation(Rendering(f"Message {waiting.revision}", "", "<p>Text.</p>"), "m", "g", 1)
        store.translations.keep(waiting.revision, english, NOW, [f"Zin {waiting.revision}."])
    store.settled("publication", "tag:example.org,2026-07-01:tweeklank")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("template") / "store.db"
    with open_store(url(file)) as store:
        fill(store)
    return file.read_bytes()


@pytest.fixture
def full(tmp_path: Path, template: bytes) -> Path:
    file = tmp_path / "full.db"
    file.write_bytes(template)
    return file


def pages_of(file: Path, table: str) -> list[int]:
    """The numbers of the leaf pages of a table, as SQLite's own reading of them shows (first byte 13)."""
    content = file.read_bytes()
    size = int.from_bytes(content[16:18], "big")
    with closing(sqlite3.connect(file)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    found, waiting = [], [root]
    while waiting:
        number = waiting.pop()
        page = content[(number - 1) * size : number * size]
        if page[0] == 13:
            found.append(number)
            continue
        assert page[0] == 5
        cells = int.from_bytes(page[3:5], "big")
        starts = [int.from_bytes(page[12 + 2 * i : 14 + 2 * i], "big") for i in range(cells)]
        waiting += [int.from_bytes(page[start : start + 4], "big") for start in starts]
        waiting.append(int.from_bytes(page[8:12], "big"))
    return sorted(found)


def spoil(file: Path, *numbers: int) -> None:
    """Overwrites pages."""
    size = int.from_bytes(file.read_bytes()[16:18], "big")
    with file.open("rb+") as stream:
        for number in numbers:
            stream.seek((number - 1) * size)
            stream.write(b"\xa5" * size)


class TestBackup:
    def test_a_backup_is_one_whole_moment_of_a_store_that_is_written_to(
        self, tmp_path: Path, make_article: Make
    ) -> None:
        file, stop, written = tmp_path / "store.db", threading.Event(), threading.Event()
        with open_store(url(file)):
            pass

        def write() -> None:
            with open_store(url(file)) as store:
                number = 0
                while not stop.is_set():
                    # One transaction: an article comes with its address, membership and revision.
                    address = f"https://www.example.nl/{number}"
                    store.articles.keep("bron", address, make_article(address, title=f"Bericht {number}"), NOW)
                    number += 1
                    written.set()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            assert written.wait(60)
            for attempt in range(5):
                copy = tmp_path / f"copy-{attempt}.db"
                back_up(file, copy)
                assert faults(copy) == []
                with closing(sqlite3.connect(copy)) as connection:
                    counts = {
                        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                        for table in ("article", "membership", "revision")
                    }
                assert len(counts) == 1
                assert not list(tmp_path.glob(f"{copy.name}-*")), "a backup is one file"
        finally:
            stop.set()
            writer.join()
        assert not list(tmp_path.glob(".copy*")), "nothing unfinished stays"

    def test_a_damaged_store_does_not_replace_a_good_backup(self, full: Path, tmp_path: Path) -> None:
        copy = tmp_path / "copy.db"
        back_up(full, copy)
        good = copy.read_bytes()
        spoil(full, pages_of(full, "revision")[3])
        with pytest.raises(StoreError, match="tweeklank store repair"):
            back_up(full, copy)
        assert copy.read_bytes() == good
        assert not list(tmp_path.glob(".copy*"))

    def test_a_backup_onto_the_store_itself_or_into_nowhere_is_refused(self, full: Path, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="the store itself"):
            back_up(full, full)
        with pytest.raises(StoreError, match="No such file"):
            back_up(full, tmp_path / "nergens" / "copy.db")

    def test_another_database_has_its_own_tools(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="pg_dump"):
            file_of("postgresql+psycopg://iemand:geheim@db/news")
        with pytest.raises(StoreError, match="there is no store"):
            file_of(url(tmp_path / "geen.db"))


class TestRestore:
    def test_a_backup_comes_back_and_the_store_before_it_is_kept(
        self, full: Path, tmp_path: Path, make_article: Make
    ) -> None:
        copy = tmp_path / "copy.db"
        back_up(full, copy)
        with open_store(url(full)) as store:
            store.articles.keep("bron", "https://www.example.nl/later", make_article(title="Later"), NOW)
            # The last article is in the file beside the store only, as after a kill.
            aside = restore(full, copy, NOW)
        assert aside is not None
        assert aside.name == "full.db.replaced-20260701T120000000000Z"
        with open_store(url(full)) as store:
            assert store.articles.count() == ARTICLES
        with open_store(url(aside)) as store:
            assert store.articles.count() == ARTICLES + 1
        assert faults(full) == []

    def test_without_a_store_there_is_nothing_to_keep(self, full: Path, tmp_path: Path) -> None:
        other = tmp_path / "other.db"
        assert restore(other, full, NOW) is None
        with open_store(url(other)) as store:
            assert store.articles.count() == ARTICLES

    @pytest.mark.parametrize("kind", ["text", "empty", "another", "later", "damaged", "missing", "itself"])
    def test_what_is_no_whole_store_of_this_version_is_refused(self, full: Path, tmp_path: Path, kind: str) -> None:
        file = tmp_path / "backup.db"
        back_up(full, file)
        if kind == "text":
            file.write_text("geen database")
        elif kind == "empty":
            file.write_bytes(b"")
        elif kind == "missing":
            file.unlink()
        elif kind == "damaged":
            spoil(file, pages_of(file, "revision")[2])
        elif kind != "itself":
            change = "DROP TABLE schema_version" if kind == "another" else "UPDATE schema_version SET version = 99"
            with closing(sqlite3.connect(file)) as connection:
                connection.execute(change)
                connection.commit()
        before = full.read_bytes()
        with pytest.raises(StoreError):
            restore(full, full if kind == "itself" else file, NOW)
        assert full.read_bytes() == before
        assert not list(tmp_path.glob("full.db.replaced*"))


class TestRepair:
    def test_a_whole_store_is_left_alone(self, full: Path) -> None:
        before = full.read_bytes()
        assert repair(full, NOW).damaged is None
        assert full.read_bytes() == before

    @pytest.mark.parametrize("table", ["article", "revision", "link", "address", "membership", "translation", "page"])
    def test_a_damaged_page_costs_only_its_own_rows(self, full: Path, table: str) -> None:
        pages = pages_of(full, table)
        spoil(full, pages[len(pages) // 2])
        damaged = full.read_bytes()
        done = repair(full, NOW)
        assert done.damaged is not None
        assert done.damaged.read_bytes() == damaged
        assert faults(full) == []
        by_name = {one.table: one for one in done.tables}
        if len(pages) > 1:
            assert by_name[table].kept > 0
        assert all(one.lost == 0 for name, one in by_name.items() if name != table)
        with open_store(url(full)) as store:
            kept = store.articles.newest(Language.NL, 1000)
            english = store.articles.newest(Language.EN, 1000, "bron")
            again = store.links.due("bron", NOW, 1000)
            assert store.settled("publication", "another") == "tag:example.org,2026-07-01:tweeklank"
        # An article that is gone is visited again, and nothing is in the feeds without being in its source's.
        if table != "link":
            assert len(kept) + len(again) == ARTICLES
        assert len(english) <= len(kept)
        if table in ("address", "membership", "page"):
            assert len(kept) == ARTICLES, "what follows from other rows is made anew"

    def test_what_was_collected_again_keeps_its_entry_id(self, full: Path, make_article: Make) -> None:
        with open_store(url(full)) as store:
            before = {entry.id for entry in store.articles.newest(Language.NL, 1000)}
        spoil(full, *pages_of(full, "article"))
        repair(full, NOW)
        with open_store(url(full)) as store:
            assert store.articles.count() < ARTICLES
            with closing(sqlite3.connect(full)) as connection:
                assert connection.execute("SELECT count(*) FROM page").fetchone()[0] == 0
            for due in store.links.due("bron", NOW, 1000):
                number = int(due.url.rstrip("/").rpartition("/")[2])
                found = make_article(url=due.url, canonical=due.url, title=due.url, published=NOW - timedelta(number))
                store.links.taken(due, store.articles.keep("bron", due.url, found, NOW).article, NOW)
            assert {entry.id for entry in store.articles.newest(Language.NL, 1000)} == before

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
    def test_of_a_truncated_store_the_rest_is_read(self, full: Path, share: float) -> None:
        with full.open("rb+") as stream:
            stream.truncate(int(full.stat().st_size * share))
        assert faults(full)
        assert repair(full, NOW).damaged is not None
        assert faults(full) == []
        with open_store(url(full)) as store:
            assert len(store.articles.newest(Language.NL, 1000)) == store.articles.count()

    def test_a_lost_first_page_costs_nothing(self, full: Path) -> None:
        spoil(full, 1)
        with pytest.raises(StoreError, match="tweeklank store repair"), open_store(url(full)):
            pass
        done = repair(full, NOW)
        assert all(one.lost == 0 for one in done.tables)
        with open_store(url(full)) as store:
            assert len(store.articles.newest(Language.EN, 1000)) == ARTICLES

    def test_a_file_that_never_was_a_store_gives_an_empty_one(self, tmp_path: Path) -> None:
        file = tmp_path / "store.db"
        file.write_text("geen database" * 1000)
        done = repair(file, NOW)
        assert done.damaged is not None
        with open_store(url(file)) as store:
            assert store.articles.count() == 0
