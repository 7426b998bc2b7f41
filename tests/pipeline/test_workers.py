"""A sync whose work is done by several worker processes gives what a single process would, whatever dies."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.pipeline.conftest import Command, Site, article_page, contents, running_site
from tests.postgresql import PASSWORD, Server
from tweeklank.store import open_store
from tweeklank.store.open import connected, parsed

Start = Callable[..., subprocess.Popen[str]]
HOSTS, ARTICLES = 3, 20  # articles at each host
PLACES = ("Almelo", "Breda", "Delft", "Emmen", "Gouda", "Hoorn", "Leiden", "Meppel", "Tiel", "Zwolle")
_AUDIT = (
    "CREATE TABLE audit (revision integer)",
    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN INSERT INTO audit VALUES (NEW.revision); RETURN NEW; END $$",
    "CREATE TRIGGER made AFTER INSERT ON translation FOR EACH ROW EXECUTE FUNCTION note()",
)


def page(host: int, number: int) -> str:
    """An article with words and a date of its own."""
    place, hour, minute = PLACES[number % len(PLACES)], 8 + number // 10, number % 10 * 6 + host
    body = (
        f"<p>De vakbond sprak in {place} met {12 + 7 * number + host} bedrijven over het convenant van {2001 + number}.</p>"
        "<p>Zij willen misstanden in de keten voorkomen.</p>"
    )
    found = article_page(f"bericht-{host}-{number}", body, f"Overleg {number + 1} in {place} over keten {host + 1}")
    return found.replace("14.30 uur", f"{hour}.{minute:02} uur")


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    with ExitStack() as stack:
        found = [stack.enter_context(running_site()) for _ in range(HOSTS)]
        for host, site in enumerate(found):
            for number in range(ARTICLES):
                site.pages[f"/nieuws/bericht-{host}-{number}"] = page(host, number)
            site.publish()
        yield found


@pytest.fixture
def url(postgresql_server: Server) -> str:
    return postgresql_server.schema()


def configured(folder: Path, sites: list[Site], store: str, **workers: object) -> Path:
    """A configuration file in a folder of its own."""
    folder.mkdir()
    settings = "".join(f"{key} = {json.dumps(value)}\n" for key, value in workers.items())
    listed = "".join(
        f'[[sources]]\nid = "bron-{number}"\nlisting = "{site.base}/nieuws"\nlocal = true\n'
        for number, site in enumerate(sites)
    )
    file = folder / "config.toml"
    file.write_text(
        '[publication]\nbase_url = "https://example.org/nieuws/"\nentries = 100\n'
        '[collect]\ncontact = "mailto:iemand@example.org"\ndelay = 0\n'
        f'[store]\nurl = "{store}"\n[workers]\n{settings}{listed}'
    )
    return file


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts commands in the background; what still runs at the end of a test is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tweeklank", *map(str, arguments)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def database(url: str) -> Iterator[Engine]:
    """The store's database, which notes every translation that is made."""
    with open_store(url):
        pass
    engine = connected(parsed(url))
    with engine.begin() as connection:
        for statement in _AUDIT:
            connection.execute(text(statement))
    yield engine
    engine.dispose()


def number(database: Engine, query: str) -> int:
    with database.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def until(reached: Callable[[], bool], seconds: float = 200) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def bytes_of(folder: Path) -> dict[str, bytes]:
    found = contents(folder).items()
    return {name: content for name, (content, _) in found if not name.startswith("status/")}


def ready(worker: subprocess.Popen[str]) -> None:
    assert worker.stderr is not None
    assert worker.stderr.readline() == "waiting for syncs to hand out work; stop with Ctrl-C\n"


def test_with_workers_killed_each_article_is_translated_once_and_the_feeds_are_those_of_one_process(
    tweeklank: Command, start: Start, sites: list[Site], url: str, database: Engine, tmp_path: Path
) -> None:
    """Of three workers one is killed while it collects, at a random moment, and one while it translates."""
    config = configured(tmp_path / "spread", sites, url, enabled=True, stalled_after=4)
    workers = [start("worker", "--config", config) for _ in range(3)]
    for worker in workers:
        ready(worker)
    running = start("sync", "--config", config, "--json")
    chance, moments = random.Random(), []
    chance.shuffle(workers)
    for table in ("article", "memory"):
        moments.append(chance.randrange(1, HOSTS * ARTICLES // 2))
        until(lambda table=table: number(database, f"SELECT count(*) FROM {table}") >= moments[-1])
        workers.pop().kill()
    out, err = running.communicate(timeout=250)
    assert running.returncode == 0, (moments, out, err)
    summary = json.loads(out)
    assert summary["failures"] == []
    assert summary["translated"]["articles"] == HOSTS * ARTICLES

    assert number(database, "SELECT count(*) FROM article") == HOSTS * ARTICLES
    assert number(database, "SELECT count(*) FROM audit") == HOSTS * ARTICLES
    assert number(database, "SELECT count(DISTINCT revision) FROM audit") == HOSTS * ARTICLES

    alone = configured(tmp_path / "alone", sites, "sqlite:///tweeklank.db")
    assert tweeklank("sync", "--config", alone).returncode == 0
    expected = bytes_of(alone.parent / "feeds")
    assert len(expected) > HOSTS * ARTICLES
    assert bytes_of(config.parent / "feeds") == expected


def test_without_workers_a_sync_says_so_and_publishes_what_is_there(
    tweeklank: Command, site: Site, url: str, tmp_path: Path
) -> None:
    site.publish("lood")
    done = tweeklank("sync", "--config", configured(tmp_path / "a", [site], url, enabled=True, stalled_after=1))
    assert done.returncode == 1
    assert "no worker is alive; start one or more with: tweeklank worker." in done.stdout
    assert (tmp_path / "a" / "feeds" / "nl.atom.xml").exists()


def test_one_host_is_one_job_and_a_worker_with_other_settings_is_told_apart(
    tweeklank: Command, start: Start, site: Site, url: str, database: Engine, tmp_path: Path
) -> None:
    """Two workers at one host would not know of each other's last request."""
    site.publish("lood")
    config = configured(tmp_path / "a", [site, site], url, enabled=True)
    other = config.with_name("other.toml")
    other.write_text(config.read_text() + '[translate]\nclock = "24"\n')
    worker = start("worker", "--config", other)
    ready(worker)
    done = tweeklank("sync", "--config", config)
    assert done.returncode == 1
    assert "give all the same version, model and [translate] settings." in done.stdout
    collecting = "FROM procrastinate_jobs WHERE task_name = 'collect'"
    with database.connect() as connection:
        jobs = connection.execute(text(f"SELECT args->'sources', lock {collecting}")).all()
    assert jobs == [(["bron-0", "bron-1"], f"host {site.base.removeprefix('http://')}")]

    # What an interrupted sync left in the queue is taken back by the next one.
    other.write_text(config.read_text())
    worker.terminate()
    assert worker.wait(60) == 0
    ready(start("worker", "--config", other))
    interrupted = start("sync", "--config", config)
    until(lambda: number(database, f"SELECT count(*) {collecting}") > 0)
    interrupted.kill()
    interrupted.wait()
    assert tweeklank("sync", "--config", config).returncode == 0
    assert number(database, "SELECT count(*) FROM audit") == 1


def test_a_worker_whose_database_goes_away_stops_with_one_sentence(
    start: Start, postgresql_server: Server, site: Site, tmp_path: Path
) -> None:
    name = postgresql_server.database()
    config = configured(tmp_path / "a", [site], postgresql_server.address(name), enabled=True)
    worker = start("worker", "--config", config)
    ready(worker)
    with database_of(postgresql_server, name) as engine:
        until(lambda: number(engine, "SELECT count(to_regclass('procrastinate_workers'))") == 1)
        until(lambda: number(engine, "SELECT count(*) FROM procrastinate_workers") == 1)
    postgresql_server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    _, err = worker.communicate(timeout=120)
    assert worker.returncode == 1
    assert len(err.splitlines()) == 1, err
    assert err.startswith("tweeklank: ")
    assert PASSWORD not in err


@contextmanager
def database_of(server: Server, name: str) -> Iterator[Engine]:
    with open_store(server.address(name)) as store:
        yield store._engine


@pytest.mark.parametrize(
    ("store", "enabled", "told"),
    [
        ("sqlite:///tweeklank.db", True, "workers.enabled needs a store on PostgreSQL"),
        ("postgresql+psycopg://u@localhost:1/d", False, "workers.enabled must be true"),
    ],
)
def test_a_worker_that_no_sync_would_use_is_told(
    tweeklank: Command, tmp_path: Path, store: str, enabled: bool, told: str
) -> None:
    done = tweeklank("worker", "--config", configured(tmp_path / "a", [Site("http://x.nl")], store, enabled=enabled))
    assert done.returncode == 2
    assert told in done.stderr
