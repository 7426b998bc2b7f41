"""A store on PostgreSQL: several machines at once, the lock of a sync, and errors in plain words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.postgresql import PASSWORD, Server
from tweeklank.article import Article, Language, TweeklankError
from tweeklank.store import StoreError, open_store
from tweeklank.store.articles import Change
from tweeklank.store.lock import LockedError, alone

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

_HOLD_LOCK = """
import sys, time
from tweeklank.store.lock import alone
with alone(sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def url(postgresql_server: Server) -> str:
    return postgresql_server.address(postgresql_server.database())


def test_an_article_that_several_machines_find_at_once_is_one_article(
    url: str, make_article: Callable[..., Article]
) -> None:
    """Each process sees that the article is unknown before it stores it: only one of them may be right."""

    def find(machine: int) -> list[Change]:
        with open_store(url) as store:
            found = [make_article(f"https://example.nl/{number}", title=str(number)) for number in range(20)]
            return [store.articles.keep(f"bron-{machine}", one.url, one, NOW).change for one in found]

    # The first use of a database makes its tables, also if all come at once.
    with ThreadPoolExecutor(6) as machines:
        changes = [change for found in machines.map(find, range(6)) for change in found]
    assert changes.count(Change.NEW) == 20
    with open_store(url) as store:
        assert store.articles.count() == 20
        assert all(len(entry.sources) == 6 for entry in store.articles.newest(Language.NL, 50))


def test_a_second_sync_is_refused_also_from_another_machine(url: str) -> None:
    with alone(url), pytest.raises(LockedError, match="another sync is at work on"), alone(url):
        pass
    with alone(url):
        pass


def test_the_lock_of_a_killed_sync_is_free_again(url: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", _HOLD_LOCK, url], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(LockedError), alone(url):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with alone(url):
        pass


def test_the_lock_of_a_long_sync_is_not_a_long_transaction(postgresql_server: Server, url: str) -> None:
    """The server would end it, and cannot clean up as long as it lasts."""
    name = url.rpartition("/")[2]
    busy = f"FROM pg_stat_activity WHERE datname = '{name}' AND state = 'idle in transaction'"
    with alone(url), open_store(url) as store, store._engine.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT count(*) {busy}").scalar_one() == 0


def test_two_stores_in_two_schemas_of_one_database_do_not_wait_for_each_other(
    postgresql_server: Server, url: str
) -> None:
    name = url.rpartition("/")[2]
    urls = [f"{url}?options=-csearch_path%3D{schema}" for schema in ("een", "twee")]
    with open_store(url) as store, store._engine.begin() as connection:
        for schema in ("een", "twee"):
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    with alone(urls[0]), alone(urls[1]), open_store(urls[0]) as first, open_store(urls[1]) as second:
        first.settled("publication", f"{name}-een")
        assert second.settled("publication", f"{name}-twee") == f"{name}-twee"


def told(url: str) -> str:
    with pytest.raises(TweeklankError) as caught, open_store(url):
        pass
    message = str(caught.value)
    assert PASSWORD not in message
    assert "\n" not in message
    return message


def test_a_server_that_is_down_is_told(postgresql_server: Server) -> None:
    down = postgresql_server.address("nieuws").replace(f":{postgresql_server.port}", ":1")
    assert told(down).endswith("Connection refused; check that PostgreSQL runs there, and host and port in store.url.")


def test_a_wrong_password_is_told(postgresql_server: Server) -> None:
    wrong = postgresql_server.address(postgresql_server.database(), password=f"niet-{PASSWORD}")
    message = told(wrong)
    assert "password authentication failed" in message
    assert message.endswith("mend the user or password in store.url, PGPASSWORD or ~/.pgpass.")


def test_a_database_that_is_not_there_is_told(postgresql_server: Server) -> None:
    assert told(postgresql_server.address("nergens")).endswith("create it (createdb), or mend its name in store.url.")


def test_a_database_that_cannot_hold_all_letters_is_told(postgresql_server: Server) -> None:
    url = postgresql_server.address(postgresql_server.database("LATIN1"))
    assert told(url).endswith("the database's encoding is LATIN1; create the database with ENCODING 'UTF8'.")


def test_tables_of_another_user_are_told(postgresql_server: Server) -> None:
    assert told(postgresql_server.address("postgres")).endswith("make this user the owner of the database.")


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://tweeklank:{PASSWORD}@localhost:poort/nieuws",
        f"postgresql://tweeklank:{PASSWORD}@localhost/nieuws",
        f"mysql://tweeklank@localhost/nieuws?password={PASSWORD}",
        f"postgresql+psycopg://tweeklank:x@{PASSWORD}@localhost/nieuws",
    ],
)
def test_an_address_that_is_written_wrongly_is_told_without_its_password(url: str) -> None:
    assert "store.url" in told(url)


def test_a_server_that_stops_in_the_middle_is_told(postgresql_server: Server, url: str) -> None:
    name = url.rpartition("/")[2]
    killed = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"

    def work() -> None:
        with open_store(url) as store, store._engine.begin() as connection:
            postgresql_server.execute(killed)
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(StoreError, match="nothing stored is lost"):
        work()
    with open_store(url) as store:
        assert store.articles.count() == 0


def test_a_missing_driver_is_told_with_the_extra_to_install(tmp_path: Path) -> None:
    """In a process of its own, in which psycopg cannot be found."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['psycopg'] = None\n")
    (tmp_path / "config.toml").write_text(
        '[publication]\nbase_url = "https://example.org/"\n[collect]\ncontact = "mailto:a@example.org"\n'
        f'[store]\nurl = "postgresql+psycopg://u:{PASSWORD}@127.0.0.1:1/d"\n'
        '[[sources]]\nid = "metaal"\nlisting = "https://example.org/nieuws"\n'
    )
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "tweeklank", "sync"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "tweeklank: a store on PostgreSQL needs a driver; install it: pip install 'tweeklank[postgresql]'.\n"
    )
