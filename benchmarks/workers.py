"""A sync by several worker processes beside the same one by a single process, with a worker killed on the way.

    python benchmarks/workers.py [--articles 2000] [--workers 3]

Starts a PostgreSQL server of its own and eight small sites on loopback. At the end every article
must have been translated exactly once, and the feeds of both syncs must be equal byte for byte. Not
compared are the archive, whose order is that in which articles came in, and the status page, which tells times.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import postgresql  # noqa: E402
from tests.pipeline.conftest import Site, article_page, running_site  # noqa: E402

from tweeklank.store import open_store  # noqa: E402
from tweeklank.store.open import connected, parsed  # noqa: E402

HOSTS = 8
WHO = ("vakbond", "minister", "branchevereniging", "commissie", "secretaris", "inspectie", "gemeente")
WHERE = ("Almelo", "Breda", "Delft", "Emmen", "Gouda", "Hoorn", "Leiden", "Meppel", "Tiel", "Venlo", "Zwolle")
WHAT = ("goud", "katoen", "cacao", "hout", "natuursteen", "koffie", "kobalt", "palmolie", "thee", "zink")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=3)
    chosen = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sites = [stack.enter_context(running_site()) for _ in range(HOSTS)]
        for number in range(chosen.articles):
            sites[number % HOSTS].pages[f"/nieuws/bericht-{number}"] = _page(number)
        for site in sites:
            site.publish()
        server = stack.enter_context(postgresql.running())
        url = server.address(server.database())
        spread = _spread(stack, folder / "spread", sites, url, chosen.workers, chosen.articles)
        alone = _config(folder / "alone", sites, "sqlite:///tweeklank.db", "false")
        started = time.perf_counter()
        subprocess.run([*_COMMAND, "sync", "--config", str(alone)], check=True, stdout=subprocess.DEVNULL)
        print(f"one process: {time.perf_counter() - started:.0f} s")
        first, second = (_feeds(config.parent / "feeds") for config in (spread, alone))
        different = {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)}
        print(f"files: {len(first)} and {len(second)}, different: {len(different)} {sorted(different)[:5]}")
        sys.exit(bool(different))


_COMMAND = (sys.executable, "-m", "tweeklank")


def _spread(stack: ExitStack, folder: Path, sites: list[Site], url: str, count: int, articles: int) -> Path:
    """A sync by workers, of which one is killed while it collects and one while it translates."""
    config = _config(folder, sites, url, "true")
    with open_store(url):
        pass
    engine = connected(parsed(url))
    workers = [subprocess.Popen([*_COMMAND, "worker", "--config", str(config)]) for _ in range(count)]
    for worker in workers:
        stack.callback(worker.kill)
    started = time.perf_counter()
    sync = subprocess.Popen([*_COMMAND, "sync", "--config", str(config)], stdout=subprocess.DEVNULL)
    for table in ("article", "translation"):
        moment = random.randrange(articles // 10, articles // 2)
        while _count(engine, f"SELECT count(*) FROM {table}") < moment:
            time.sleep(0.5)
        workers.pop().kill()
        print(f"killed a worker when there were {moment} of {table}", flush=True)
    assert sync.wait() == 0
    print(f"{count} workers, 2 of them killed: {time.perf_counter() - started:.0f} s", flush=True)
    for worker in workers:
        worker.terminate()
        worker.wait()
    found = [_count(engine, f"SELECT {what}") for what in _COUNTS]
    print("articles, translations, translations ever made:", *found, flush=True)
    assert found == [articles] * 3
    engine.dispose()
    return config


# A translation that is made anew takes another number, so the highest one counts all that were ever made.
_COUNTS = ("count(*) FROM article", "count(*) FROM translation", "max(id) FROM translation")


def _count(engine: object, query: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def _page(number: int) -> str:
    """A short article with words and a date of its own."""
    who, where, what = WHO[number % len(WHO)], WHERE[number % len(WHERE)], WHAT[number % len(WHAT)]
    day, hour, minute = 1 + number // 1440, number // 60 % 24, number % 60
    body = (
        f"<p>De {who} sprak in {where} met {12 + number} bedrijven over de winning van {what}.</p>"
        "<p>Zij willen misstanden in de keten voorkomen.</p>"
    )
    page = article_page(f"bericht-{number}", body, f"Overleg {number} in {where} over {what}")
    return page.replace("18 juni 2026 | 14.30 uur", f"{day} juni 2026 | {hour}.{minute:02} uur")


def _config(folder: Path, sites: list[Site], store: str, enabled: str) -> Path:
    folder.mkdir()
    listed = "".join(
        f'[[sources]]\nid = "bron-{number}"\nlisting = "{site.base}/nieuws"\nlocal = true\n'
        for number, site in enumerate(sites)
    )
    file = folder / "config.toml"
    file.write_text(
        '[publication]\nbase_url = "https://example.org/"\nentries = 1000\n'
        '[collect]\ncontact = "mailto:redactie@example.org"\ndelay = 0\nmax_articles = 10000\n'
        f'[store]\nurl = "{store}"\n[workers]\nenabled = {enabled}\n{listed}'
    )
    return file


def _feeds(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file() and not {"archive", "status"} & {*file.parts})
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


if __name__ == "__main__":
    main()
