"""A PostgreSQL server of the tests' own: on loopback, with a password, in a temporary folder."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

USER, PASSWORD = "tweeklank", "geheim-woord"
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
# What is told to the disk does not matter here; nothing outlives the tests.
_SETTINGS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60", "shared_buffers=32MB")


@dataclass
class Server:
    """A running server; every database made on it is empty."""

    port: int
    folder: Path
    programs: Path
    shared: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def address(self, database: str, password: str = PASSWORD) -> str:
        return f"postgresql+psycopg://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def schema(self) -> str:
        """Makes a schema, which is as good as a database and made at once; returns the address."""
        name = f"proef_{next(self.numbers)}"
        if not self.shared:
            self.shared = self.database()
        self.execute(f"CREATE SCHEMA {name} AUTHORIZATION {USER}", self.shared)
        return f"{self.address(self.shared)}?options=-csearch_path%3D{name}"

    def database(self, encoding: str = "UTF8") -> str:
        """Makes a database and returns its name."""
        name = f"proef_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} OWNER {USER} ENCODING '{encoding}' TEMPLATE template0 STRATEGY file_copy"
                     + ("" if encoding == "UTF8" else " LOCALE 'C' LOCALE_PROVIDER libc"))  # fmt: skip
        return name

    def execute(self, statement: str, database: str = "postgres") -> None:
        """As the server's superuser, over its socket."""
        place = {"host": str(self.folder), "port": str(self.port), "user": "postgres", "dbname": database}
        with psycopg.connect(**place, autocommit=True) as connection:
            connection.execute(statement)


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, newest version first."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    for place in _PLACES:
        found += sorted(Path("/").glob(place[1:]), reverse=True)
    return next((folder for folder in found if (folder / "initdb").is_file()), None)


def required() -> Path:
    """The server's programs. Without them the tests on PostgreSQL are skipped, and in CI they fail."""
    found = programs()
    if found is None:
        reason = "PostgreSQL is not installed (on Debian and Ubuntu: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def running() -> Iterator[Server]:
    """Starts a server and stops it afterwards."""
    # PostgreSQL does not run as root, and pytest's own folders are closed to other users.
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="tweeklank-pg-"))
    server = Server(_free_port(), folder, required())
    if as_postgres:
        shutil.chown(folder, "postgres")

    def call(program: str, *arguments: str) -> None:
        command = [*as_postgres, str(server.programs / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=120)

    try:
        # Dutch sorting, so that a query which leans on SQLite's order shows.
        call("initdb", "-U", "postgres", "-A", "scram-sha-256", "--auth-local=trust", "-E", "UTF8", "--no-sync",
             "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=nl-NL", "--no-instructions")  # fmt: skip
        options = " ".join(f"-c {setting}" for setting in _SETTINGS)
        where = f"-k {folder} -p {server.port} -c listen_addresses=127.0.0.1"
        call("pg_ctl", "-w", "-t", "100", "-l", str(folder / "log"), "-o", f"{where} {options}", "start")
        server.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):
            call("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
