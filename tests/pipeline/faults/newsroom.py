"""A folder with a configuration, a store and feeds, and what must hold of them whatever happens."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.pipeline.faults.site import Host

_UNFINISHED = ".tweeklank-"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    errors: str

    @property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    def refused(self, *words: str) -> None:
        """It said why in one line that has all these words, and ended with exit code 1."""
        assert self.code == 1, f"exit code {self.code} instead of 1: {self.out}{self.errors}"
        assert len(self.errors.strip().splitlines()) == 1, f"not one line: {self.errors}"
        assert all(word in self.errors for word in words), f"does not say {words}: {self.errors}"

    def went_well(self) -> None:
        assert self.code == 0, f"exit code {self.code} instead of 0: {self.out}{self.errors}"
        assert self.summary["failures"] == []


@dataclass
class Newsroom:
    """``store`` and ``output`` may lie elsewhere, on a disk that fails."""

    folder: Path
    hosts: Sequence[Host]
    store: Path = field(init=False)
    output: Path = field(init=False)

    def __post_init__(self) -> None:
        self.store, self.output = self.folder / "tweeklank.db", self.folder / "feeds"

    @property
    def config_file(self) -> Path:
        return self.folder / "config.toml"

    def configure(self, timeout: float = 20, model: Path | None = None) -> None:
        sources = "".join(
            f'[[sources]]\nid = "bron-{number}"\nlisting = "{host.base}/nieuws"\nlocal = true\n'
            for number, host in enumerate(self.hosts)
        )
        self.config_file.write_text(
            '[publication]\nbase_url = "https://example.org/nieuws/"\nentries = 1000\n'
            f'output = "{self.output}"\n[store]\nurl = "sqlite:///{self.store}"\n'
            f'[collect]\ncontact = "mailto:iemand@example.org"\ndelay = 0\ntimeout = {timeout}\n'
            + (f'[translate]\nmodel = "{model}"\n' if model else "")
            + sources
        )

    def run(self, *arguments: str, **environment: str) -> Done:
        process = self.start(*arguments, **environment)
        out, errors = process.communicate(timeout=300)
        return Done(process.returncode, out, errors)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tweeklank", *arguments, "--config", str(self.config_file)]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
        )

    def sync(self, **environment: str) -> Done:
        return self.run("sync", "--json", **environment)

    def files(self) -> dict[str, bytes]:
        """What readers can see. The page for operators tells when things happened, so it is left out."""
        found = {f.relative_to(self.output): f for f in self.output.rglob("*") if f.is_file()}
        return {
            str(name): file.read_bytes()
            for name, file in found.items()
            if _UNFINISHED not in name.name and name.parts[0] != "status"
        }

    def ask(self, query: str) -> int:
        with closing(sqlite3.connect(self.store)) as connection:
            return int(connection.execute(query).fetchone()[0])

    def change(self, statement: str) -> None:
        with closing(sqlite3.connect(self.store)) as connection, connection:
            connection.execute(statement)

    def phase(self, story: Story) -> str:
        """Where a sync was stopped, by what it left."""
        if not self.store.exists() or self.ask("SELECT count(*) FROM link WHERE taken_stamp = stamp") < story.links:
            return "collect"
        if self.ask("SELECT count(*) FROM translation") < story.translations:
            return "translate"
        return "publish" if self.files() != story.after else "after"


@dataclass
class Story:
    """News that came in: ``before`` has published the old state, ``after`` is what an undisturbed sync makes of it."""

    before: Newsroom
    after: Mapping[str, bytes]
    links: int
    translations: int
    seconds: float
    old: Mapping[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.old = self.before.files()

    def begin(self, folder: Path, **settings: Any) -> Newsroom:
        """A newsroom of the old state that has yet to hear the news."""
        return _copy(self.before, folder, **settings)

    def nothing_half(self, newsroom: Newsroom) -> None:
        """Every file is the old one or the new one, and none of the old ones is gone."""
        files = newsroom.files()
        for name, content in files.items():
            assert content in (self.old.get(name), self.after.get(name)), f"{name} is neither the old nor the new file"
        assert not self.old.keys() - files.keys(), "a published file is gone"
        if newsroom.store.exists():
            with closing(sqlite3.connect(newsroom.store)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"

    def completes(self, newsroom: Newsroom) -> None:
        """The next sync brings the newsroom where an undisturbed one would be, byte for byte.

        It asks all sources, also one that wanted to be left alone for an hour.
        """
        newsroom.run("sync", "--json", "--all").went_well()
        self.is_complete(newsroom)

    def is_complete(self, newsroom: Newsroom) -> None:
        files = newsroom.files()
        different = [name for name in files.keys() | self.after.keys() if files.get(name) != self.after.get(name)]
        assert not different, f"other than after an undisturbed sync: {sorted(different)[:5]}"
        assert not list(newsroom.output.rglob(f"{_UNFINISHED}*")), "unfinished files stayed"


def tell(
    folder: Path, hosts: Sequence[Host], old: Iterable[int] = range(6), new: Iterable[int] = range(6, 10)
) -> Story:
    """Publishes the old articles of every host, then new ones and a changed one, which ``before`` has not seen."""
    old, new = list(old), list(new)
    step = len(old) + len(new)
    before = Newsroom(folder / "before", hosts)
    before.folder.mkdir(parents=True)
    before.configure()
    for number, host in enumerate(hosts):
        host.publish(*(number * step + one for one in old))
    before.sync().went_well()
    for number, host in enumerate(hosts):
        host.publish(*(number * step + one for one in new))
        host.publish(number * step + old[0], changed=True)
    undisturbed = _copy(before, folder / "undisturbed")
    begun = time.monotonic()
    undisturbed.sync().went_well()
    return Story(
        before,
        undisturbed.files(),
        links=undisturbed.ask("SELECT count(*) FROM link"),
        translations=undisturbed.ask("SELECT count(*) FROM translation"),
        seconds=time.monotonic() - begun,
    )


def _copy(newsroom: Newsroom, folder: Path, **settings: Any) -> Newsroom:
    copy = Newsroom(folder, newsroom.hosts)
    shutil.copytree(newsroom.folder, folder)
    copy.configure(**settings)
    return copy
