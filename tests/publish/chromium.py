"""A real Chromium, without a window."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from devtools import CHROMIUM
from lxml import html

# Where CI is set there must be a browser: without one these tests fail there, unless CHROMIUM="" says that none starts.
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and (not os.environ.get("CI") or os.environ.get("CHROMIUM") == ""),
    reason="NO BROWSER: pages and widget are not tried in Chromium (apt-get install chromium)",
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    policy = ""

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        """A feed that is opened in a window as what it is for the eye: Chromium shows Atom and RSS as source text."""
        for form in ("atom", "rss"):
            if str(path).endswith(f".{form}.xml"):
                opened = self.headers["Sec-Fetch-Dest"] == "document"
                return "application/xml; charset=utf-8" if opened else f"application/{form}+xml; charset=utf-8"
        return super().guess_type(path)

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path, policy: str = "") -> Iterator[str]:
    handler = type("Handler", (Quiet,), {"policy": policy})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page_in_chromium(
    address: str, profile: Path, width: int = 1280, *, dark: bool = False, milliseconds: int = 3000
) -> html.HtmlElement:
    """The page as it is after its scripts have run."""
    assert CHROMIUM, "NO BROWSER: apt-get install chromium"
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={profile}",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        f"--window-size={width},900", f"--virtual-time-budget={milliseconds}", "--dump-dom", address,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, timeout=150, check=True)
    return html.document_fromstring(done.stdout.decode("utf-8"))
