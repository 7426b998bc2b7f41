"""SIGKILL at any moment between the first request and the end."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.pipeline.faults.newsroom import Story, tell
from tests.pipeline.faults.site import ARTICLES, running


def kills(folder: Path, times: int, seed: int) -> Iterator[str]:
    """Kills so many syncs, each with the same news to tell; yields the phase in which each kill fell.

    Each must leave whole files and a whole store, and the next sync must complete the work without
    asking again for what was stored. Raises AssertionError.
    """
    moments, killed = random.Random(seed), 0
    with running() as host:
        story = tell(folder, [host])
        host.seconds, span = 0.02, story.seconds
        while killed < times:
            phase = _kill(folder / "try", story, moments.uniform(0, span))
            shutil.rmtree(folder / "try")
            # The machine may be busier or idler by now: few syncs should end before their kill.
            span *= 1.02 if phase else 0.9
            if phase:
                killed += 1
                yield phase


def _kill(folder: Path, story: Story, seconds: float) -> str:
    newsroom = story.begin(folder)
    [host] = newsroom.hosts
    host.full.clear()
    host.asked.clear()
    process = newsroom.start("sync")
    assert host.asked.wait(60), "no sync asked for anything"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    if process.returncode != -signal.SIGKILL:
        return ""  # it had ended before
    story.nothing_half(newsroom)
    phase = newsroom.phase(story)
    story.completes(newsroom)
    twice = [page for page, times in Counter(host.full).items() if times > 1 and page.startswith(ARTICLES)]
    assert len(twice) <= 1, f"asked for again although it was stored: {twice}"
    return phase
