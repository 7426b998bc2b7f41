"""A Chromium that is driven from here: keys, colour schemes, prints and pictures of pages.

It speaks the Chrome DevTools Protocol over two pipes (--remote-debugging-pipe), so that nothing
has to be installed but the browser itself.
"""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which(os.environ.get("CHROMIUM", "chromium"))
# A browser that starts for the first time on a busy machine has been seen to need half a minute.
_PATIENCE, _TO_START, _STARTS = 30.0, 90.0, 2
_KEYS = {"Tab": 9, "Enter": 13}


class SilentBrowserError(AssertionError):
    """The browser ended, or does not answer."""


class Tab:
    """One tab of a browser. What is asked of it is done when the call returns."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._numbers, self._rest, self._session = itertools.count(1), b"", ""
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._patience = _TO_START
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.do(f"{domain}.enable")
        self.do("Emulation.setFocusEmulationEnabled", enabled=True)
        self._patience = _PATIENCE

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            self._listen(answer)
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def _listen(self, event: dict[str, Any]) -> None:
        """Keeps what goes wrong on a page, but for files that are not there, and what the browser asks for."""
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(event["params"]["request"]["url"])
        elif event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(event["params"]["exceptionDetails"]))
        elif event.get("method") == "Log.entryAdded" and event["params"]["entry"]["source"] != "network":
            self.complaints.append(event["params"]["entry"]["text"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._answers], [], [], self._patience)[0]:
                raise SilentBrowserError(f"the browser says nothing for {self._patience:.0f} seconds")
            some = os.read(self._answers, 1 << 20)
            if not some:
                raise SilentBrowserError("the browser ended")
            self._rest += some
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def look(self, width: int, height: int = 900, *, dark: bool = False, media: str = "screen") -> None:
        """Sets the size of the window, the colour scheme and the medium."""
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.do("Emulation.setEmulatedMedia", media=media, features=[scheme, still])

    def open(self, address: str) -> None:
        failed = self.do("Page.navigate", url=address).get("errorText")
        assert not failed, f"{address}: {failed}"
        self.wait_for("document.readyState === 'complete'")

    def value(self, expression: str) -> Any:
        """What a JavaScript expression, or the promise that it gives, comes to."""
        answer = self.do("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, expression: str, seconds: float = _PATIENCE) -> None:
        until = time.monotonic() + seconds
        while not self.value(f"Boolean({expression})"):
            assert time.monotonic() < until, f"never came true: {expression}"
            time.sleep(0.02)

    def press(self, key: str, *, shift: bool = False) -> None:
        code, text = _KEYS[key], {"text": "\r"} if key == "Enter" else {}
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self.do("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        self.do("Input.dispatchKeyEvent", type="keyUp", **common)

    def pdf(self) -> bytes:
        return base64.b64decode(self.do("Page.printToPDF", printBackground=False)["data"])

    def picture(self, scale: float = 1.0) -> bytes:
        """What the window shows, as PNG."""
        size = self.value("({ x: 0, y: 0, width: innerWidth, height: innerHeight })")
        return base64.b64decode(self.do("Page.captureScreenshot", clip={**size, "scale": scale})["data"])


@contextmanager
def browser() -> Iterator[Tab]:
    """A browser of its own, with an empty profile. There must be one: see chromium.needs_chromium."""
    assert CHROMIUM, "NO BROWSER: apt-get install chromium"
    with ExitStack() as started:
        yield _started(started)


def _started(stack: ExitStack) -> Tab:
    """A tab of a new browser that ends with ``stack``; one that does not come up is given a second try."""
    for attempt in range(1, _STARTS + 1):
        with ExitStack() as trial:
            process, commands, answers, said = trial.enter_context(_process())
            try:
                tab = Tab(commands, answers)
            except (SilentBrowserError, BrokenPipeError) as error:
                if attempt == _STARTS:
                    raise AssertionError(f"{error}; exit code {process.poll()}; it said:\n{said()}") from error
                continue
            stack.push(trial.pop_all())
            return tab
    raise AssertionError


@contextmanager
def _process() -> Iterator[tuple[subprocess.Popen[bytes], int, int, Callable[[], str]]]:
    """A browser, the pipe to it, the pipe from it, and what it wrote on stderr."""
    (commands, to_browser), (from_browser, answers) = _pipe(), _pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        words = Path(profile) / "stderr"
        process = _start(Path(profile), commands, answers, words)
        os.close(commands)
        os.close(answers)
        try:
            yield process, to_browser, from_browser, lambda: words.read_text(errors="replace")[-4000:]
        finally:
            os.close(to_browser)
            os.close(from_browser)
            process.kill()
            process.wait()


def _pipe() -> tuple[int, int]:
    """A pipe with numbers that are not in the way of 3 and 4."""
    low = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low)
    for end in low:
        os.close(end)
    return high


def _start(profile: Path, commands: int, answers: int, words: Path) -> subprocess.Popen[bytes]:
    arguments = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--remote-debugging-pipe", f"--user-data-dir={profile}",
    ]  # fmt: skip
    # The browser reads from 3 and writes to 4. Bash puts the pipes there; dash knows no numbers above 9.
    line = f'exec "$@" 3<&{commands} 4>&{answers}'
    with words.open("wb") as stderr:
        return subprocess.Popen(
            ["bash", "-c", line, "bash", *arguments],
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env={**os.environ, "HOME": str(profile)},
        )
