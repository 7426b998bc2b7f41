"""Two syncs at once, and the order in which files and names reach the disk."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.pipeline.faults.newsroom import tell
from tests.pipeline.faults.site import running

_CALL = re.compile(r"\b(?P<call>fsync|fdatasync|rename|renameat|renameat2|write)\((?P<rest>.*)")


def two_at_once(folder: Path, times: int) -> Counter[str]:
    """Of two syncs that start together one does the work, and the other one says so and stops."""
    found = Counter[str]()
    with running() as host:
        story = tell(folder, [host])
        host.seconds = 0.02
        for attempt in range(times):
            newsroom = story.begin(folder / f"try-{attempt}")
            both = [newsroom.start("sync"), newsroom.start("sync")]
            told = [process.communicate()[1] for process in both]
            codes = sorted(process.returncode for process in both)
            # On a busy machine one may be done before the other one begins.
            assert codes in ([0, 3], [0, 0]), told
            if codes == [0, 3]:
                assert sum(one.startswith("tweeklank: another sync is at work on") for one in told) == 1
            found["refused with exit code 3" if 3 in codes else "one after the other"] += 1
            story.nothing_half(newsroom)
            story.is_complete(newsroom)
            story.completes(newsroom)
    return found


def order_of_writes(folder: Path) -> Counter[str]:
    """What strace sees of a sync: no file takes its name before its bytes are on the disk, no name stays unsettled."""
    with running() as host:
        story = tell(folder, [host])
        newsroom = story.begin(folder / "try")
        log = folder / "calls"
        watch = ["strace", "-f", "-y", "-o", str(log), "-e", "trace=fsync,fdatasync,rename,renameat,renameat2,write"]
        command = [sys.executable, "-m", "tweeklank", "sync", "--config", str(newsroom.config_file)]
        subprocess.run([*watch, *command], check=True, capture_output=True)
        story.is_complete(newsroom)
    return check_order(log.read_text(errors="replace"), newsroom.output)


def check_order(log: str, output: Path) -> Counter[str]:
    """Counts the files and folders; raises AssertionError where a power failure could leave half a file."""
    found, unflushed, unsettled = Counter[str](), set[str](), set[str]()
    for match in map(_CALL.search, log.splitlines()):
        if match is None:
            continue
        call, rest = match["call"], match["rest"]
        named = re.match(r"\d+<(?P<path>[^>]*)>", rest)
        path = named["path"] if named else ""
        if call == "write" and path.startswith(str(output)):
            unflushed.add(path)
        elif call.startswith("f"):
            unflushed.discard(path)
            found["folders"] += path in unsettled
            unsettled.discard(path)
        elif call.startswith("rename"):
            source, target = re.findall(r'"([^"]*)"', rest)[:2]
            if target.startswith(str(output)):
                assert source not in unflushed, f"{target} took its name before its bytes were on the disk"
                unsettled.add(str(Path(target).parent))
                found["files"] += 1
    assert found["files"], "nothing was written"
    assert not unsettled, f"names that a power failure may undo: {unsettled}"
    return found
