"""Runs every fault and prints a table: python -m tests.pipeline.faults [--kills 200] [--seed 1] [--only kill …]"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.pipeline.faults import files, network, others
from tests.pipeline.faults.kills import kills
from tweeklank.translate.models import BUILTIN

Trial = Callable[[Path], Counter[str]]


def _storm(folder: Path) -> Counter[str]:
    told = network.storm(folder, network.all_cases(), healthy=5, timeout=3)
    for (name, place), failures in told.items():
        print(f"    {name}, {place}: {failures[0] if failures else 'read all the same'}")
    return Counter({"cases as foreseen": len(told)})


def trials(times: int, seed: int) -> dict[str, Trial]:
    """Every fault by name."""
    stores = {
        f"store: {name}": (lambda folder, name=name: files.broken_store(folder, name, 5, seed))
        for name in files.STORE_FAULTS
    }
    return {
        "network: 39 faults at once, 5 healthy hosts": _storm,
        "network: 25 of 50 sources down": lambda folder: Counter(
            {"hosts down": len(network.storm(folder, network.all_cases()[:25], healthy=25, timeout=3))}
        ),
        "network: DNS, refused, certificate": network.unreachable,
        "disk: full": lambda folder: files.full_disk(folder, 16),
        "disk: read-only": files.read_only,
        **stores,
        "model: broken": lambda folder: files.broken_model(folder, BUILTIN),
        "clock: back": files.clock_back,
        "two syncs at once": lambda folder: others.two_at_once(folder, 5),
        "power: order of writes": others.order_of_writes,
        "kill": lambda folder: Counter(kills(folder, times, seed)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[""], help="faults whose name has one of these words")
    chosen = parser.parse_args()
    failed = 0
    for name, trial in trials(chosen.kills, chosen.seed).items():
        if not any(word in name for word in chosen.only):
            continue
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as work:
            try:
                outcome = ", ".join(f"{count} {what}" for what, count in sorted(trial(Path(work) / "work").items()))
            except Exception:  # noqa: BLE001 - one fault that goes wrong should not hide the others
                traceback.print_exc()
                outcome, failed = "FAILED", failed + 1
        print(f"{name:45} {time.monotonic() - begun:6.0f} s  {outcome}", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
