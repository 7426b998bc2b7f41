#!/usr/bin/env python3
"""Takes the pictures in this folder anew: .venv/bin/python docs/screenshots/take.py

It runs the demo, serves what that made and the sample site with its pictures on loopback, and
looks at it in Chromium. The pictures of pages are of the demo's articles as the installed
translation model renders them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "publish"))

from chromium import served  # noqa: E402
from devtools import Tab, browser  # noqa: E402

from tweeklank.demo.server import serve_site  # noqa: E402

OUTPUT = ROOT / "build" / "demo"
SITE_PORT = 8017  # the demo's own, so that the addresses of pictures are right
PARTNER = """<!doctype html><html lang="nl"><meta charset="utf-8"><title>Fietsersvereniging De Ketting</title>
<style>
:root {{ color-scheme: light dark; --tweeklank-accent: #0a6b52; }}
body {{ margin: 0; font: 1rem/1.55 "Liberation Sans", Arial, sans-serif; background: #f2f7f5; color: #10241d; }}
header {{ padding: 1.4rem 3rem; background: #0a6b52; color: #fff; font-size: 1.4rem; font-weight: 700; }}
main {{ display: grid; grid-template-columns: 3fr 2fr; gap: 3rem; max-width: 66rem; padding: 2rem 3rem; }}
aside {{ padding: 1.2rem 1.5rem; background: #fff; border-radius: 8px; }}
h1, h2 {{ margin-top: 0; line-height: 1.2; }}
</style>
<header>De Ketting</header><main><article><h1>Welkom bij onze vereniging</h1>
<p>Dit is de pagina van een partner, op een ander adres dan het nieuws. Hiernaast staat
<code>&lt;tweeklank-feed&gt;</code>: twee regels HTML, in de letter en de kleur van deze pagina.</p></article>
<aside><h2>Uit de convenanten</h2>
<script type="module" src="{origin}/embed.js"></script>
<tweeklank-feed src="{origin}/nl.json" lang="nl" items="5"></tweeklank-feed></aside></main></html>"""


@dataclass(frozen=True)
class Picture:
    """``ready`` is a JavaScript condition to wait for; ``height`` cuts the page off there.

    Photographs make heavy PNGs: ``scale`` keeps a picture of them small.
    """

    name: str
    address: str
    width: int
    height: int
    dark: bool = False
    ready: str = "true"
    scale: float = 1.0


def pictures(site: str, partner: str) -> list[Picture]:
    article = article_with_both_languages()
    feed = "document.querySelector('tweeklank-feed').shadowRoot?.querySelector('li')"
    return [
        Picture("en-index-1280", f"{site}/en/index.html", 1280, 800, scale=0.8),
        Picture("en-index-375", f"{site}/en/index.html", 375, 812),
        Picture("article-light", f"{site}/{article}", 1280, 1250, scale=0.6),
        Picture("article-dark", f"{site}/{article}", 1280, 1250, dark=True, scale=0.6),
        Picture("embed", f"{site}/en/embed.html", 1280, 1000, ready=feed),
        Picture("feed-in-browser", f"{site}/nl-en.atom.xml", 900, 800),
        Picture("partner", f"{partner}/index.html", 1100, 620, ready=feed),
    ]


def article_with_both_languages() -> str:
    """An English page of an article that a machine translated and that has a picture."""
    for page in sorted((OUTPUT / "en").glob("*.html")):
        text = page.read_text("utf-8")
        if text.count("<article lang") == 2 and 'class="machine"' in text and '<figure class="picture">' in text:
            return f"en/{page.name}"
    sys.exit(f"{OUTPUT}: no article in both languages with a picture")


def take(tab: Tab, picture: Picture) -> None:
    tab.look(picture.width, picture.height, dark=picture.dark)
    tab.open(picture.address)
    tab.wait_for(picture.ready)
    tab.wait_for("[...document.images ?? []].every((image) => image.complete || image.loading === 'lazy')")
    file = HERE / f"{picture.name}.png"
    file.write_bytes(tab.picture(picture.scale))
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size / 1024:.0f} kB")  # noqa: T201


def main() -> None:
    subprocess.run([Path(sys.executable).with_name("tweeklank"), "demo", "--output", OUTPUT], check=True)  # noqa: S603
    with tempfile.TemporaryDirectory() as folder, serve_site(SITE_PORT), served(OUTPUT) as site:
        Path(folder, "index.html").write_text(PARTNER.format(origin=site), "utf-8")
        with served(Path(folder)) as partner, browser() as tab:
            for picture in pictures(site, partner):
                take(tab, picture)


if __name__ == "__main__":
    main()
