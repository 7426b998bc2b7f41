"""Every kind of page, every feed and the widget in a real Chromium: colours, keyboard, print, and a broken feed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import needs_chromium, served
from devtools import Tab
from newsroom import dutch, opened, write_two

pytestmark = needs_chromium

PAGES = {
    "front": "index.html",
    "list of all": "nl/index.html",
    "list of a source": "fietsen/en.html",
    "list without articles": "koffie/nl.html",
    "list of a topic": "topics/fietsen/nl.html",
    "article by a machine": "en/bericht-1-cc99743d.html",
    "article by its publisher": "nl/bericht-2-7a28d583.html",
    "article without English": "nl/bericht-3-5234c6bb.html",
    "how to embed": "en/embed.html",
    "frame": "embed.html?lang=en&items=2",
}
FEEDS = ("nl.atom.xml", "en.rss.xml", "nl-en.atom.xml", "nl-en.rss.xml", "topics/fietsen/nl.rss.xml", "archive/nl-0001.atom.xml")  # fmt: skip
LUMINANCE = """(() => {
  const light = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 765;
  const style = getComputedStyle(document.body);
  const paper = [document.body, document.documentElement].map((one) => getComputedStyle(one).backgroundColor);
  const seen = paper.find((colour) => !colour.endsWith(", 0)"));
  return { ink: light(style.color), paper: seen ? light(seen) : null };
})()"""
# What has the focus, also inside a widget, and whether that can be seen.
FOCUS = """(() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), marked = (at) => at && getComputedStyle(at).outlineStyle !== "none";
  return {
    text: (one.innerText || one.name || "").trim(), tag: one.localName, left: box.left, width: box.width, height: box.height,
    top: box.top + scrollY, marked: marked(one) || marked(one.closest(".teaser")),
  };
})()"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with opened(tmp_path_factory.mktemp("news")) as newsroom:
        small = write_two(newsroom).with_publication(entries=3)
        small.write(dutch(0))
        small.translate()
        small.write(dutch(3))
        small.publish()
        return small.output


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    with served(folder, "default-src 'self'; img-src *; object-src 'none'; base-uri 'self'") as site:
        yield site


@pytest.mark.parametrize("kind", PAGES)
def test_every_page_keeps_to_the_colour_scheme_and_to_its_policy(tab: Tab, site: str, kind: str) -> None:
    for dark in (False, True):
        tab.look(1280, dark=dark)
        tab.open(f"{site}/{PAGES[kind]}")
        seen = tab.value(LUMINANCE)
        assert (seen["ink"] > 0.8) is dark
        assert (seen["ink"] < 0.3) is not dark
        if kind != "frame":  # which shows its host's paper
            assert (seen["paper"] < 0.2) is dark
    assert tab.complaints == []


@pytest.mark.parametrize("kind", [kind for kind in PAGES if kind not in ("front", "frame")])
def test_the_keyboard_skips_to_the_content(tab: Tab, site: str, kind: str) -> None:
    tab.look(800)
    tab.open(f"{site}/{PAGES[kind]}")
    tab.press("Tab")
    focus = tab.value(FOCUS)
    assert focus["text"] in ("Naar de inhoud", "Skip to content")
    assert focus["left"] >= 0, "the skip link stays out of sight"
    tab.press("Enter")
    assert tab.value("location.hash") == "#main"
    tab.press("Tab")
    top = tab.value("document.querySelector('main').getBoundingClientRect().top + scrollY")
    assert tab.value(FOCUS)["top"] >= top


@pytest.mark.parametrize("kind", PAGES)
def test_the_keyboard_goes_through_a_page_in_the_order_of_reading(tab: Tab, site: str, kind: str) -> None:
    tab.look(375, dark=True)
    tab.open(f"{site}/{PAGES[kind]}")
    if kind == "how to embed":
        tab.wait_for("document.querySelector('tweeklank-feed').shadowRoot?.querySelector('a')")
    stops = []
    for _ in range(80):
        tab.press("Tab")
        focus = tab.value(FOCUS)
        if focus is None or (stops and focus == stops[0]):
            break
        stops.append(focus)
    assert 2 <= len(stops) < 80, "the keyboard is trapped"
    for focus in stops:
        assert focus["marked"], f"nobody sees that {focus} has the focus"
        assert focus["width"] > 0, focus
    tops = [focus["top"] + focus["height"] for focus in stops if focus["tag"] != "button"]
    skipping = 0 if kind in ("front", "frame") else 1
    for before, after in zip(tops[skipping:], tops[skipping + 1 :], strict=False):
        assert after > before - 60, f"{kind}: the focus jumps back"


@pytest.mark.parametrize("kind", ["list of all", "article by a machine", "how to embed", "front"])
def test_a_print_has_the_words_and_none_of_the_buttons(tab: Tab, site: str, kind: str) -> None:
    tab.look(794, dark=True, media="print")
    tab.open(f"{site}/{PAGES[kind]}")
    shown = "[...document.querySelectorAll('.tools, .sections, .filter, .follow, .skip, .back')].filter(one => one.checkVisibility()).length"
    assert tab.value(shown) == 0
    assert tab.value("document.querySelector('h1').checkVisibility()")
    seen = tab.value(LUMINANCE)
    assert seen["ink"] < 0.1
    assert seen["paper"] == 1
    if kind == "article by a machine":
        assert tab.value("getComputedStyle(document.querySelector('.source a'), '::after').content").startswith(
            '" (https://'
        )
    pdf = tab.pdf()
    assert pdf.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_in_a_browser_is_a_page_that_says_how_to_follow_it(tab: Tab, site: str, name: str) -> None:
    tab.look(800, dark=True)
    tab.open(f"{site}/{name}")
    said = tab.value("getComputedStyle(document.documentElement, '::before').content")
    dutch_said, english_said = "Kopieer het adres uit de adresbalk", "Copy the address from the address bar"
    assert (dutch_said in said) is (not name.startswith("en.") or ".rss" in name)
    assert (english_said in said) is (name.startswith(("en", "nl-en")) or ".rss" in name)
    shown = tab.value("document.documentElement.innerText ?? document.documentElement.textContent")
    assert "frames uit Vietnam" in shown or "Frames from Vietnam" in shown
    hidden = tab.value(
        "[...document.querySelectorAll('*')].filter(one => ['id', 'guid', 'content', 'encoded', 'category', 'generator', 'updated']"
        ".includes(one.localName) && getComputedStyle(one).display !== 'none').length"
    )
    assert hidden == 0
    paper = tab.value("getComputedStyle(document.documentElement).backgroundColor")
    assert paper == "rgb(23, 22, 20)", "the style sheet is not there"


def test_choosing_a_topic_offers_its_feeds(tab: Tab, site: str) -> None:
    tab.look(1280)
    tab.open(f"{site}/nl/index.html")
    assert tab.value("document.querySelector('.topic-feeds').hidden")
    tab.value(
        "(form => { form.topic.value = 'fietsen'; form.dispatchEvent(new Event('input')); })(document.querySelector('.filter'))"
    )
    assert tab.value("document.querySelector('.topic-feeds').href") == f"{site}/topics/fietsen/nl.html#follow"
    assert tab.value("document.querySelector('.topic-feeds').checkVisibility()")
    assert tab.value("location.search") == "?topic=fietsen"


def test_addresses_can_be_copied_and_apps_are_offered_only_where_there_are_any(tab: Tab, site: str) -> None:
    tab.look(1280)
    tab.open(f"{site}/en/index.html")
    tab.do("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    tab.value("document.querySelector('button[data-copy]').click()")
    tab.wait_for("document.querySelector('button[data-copy]').textContent === 'Copied'")
    assert tab.value("document.querySelectorAll('button[data-share]:not([hidden])').length") == 0


def test_the_builder_writes_what_was_chosen_and_shows_it(tab: Tab, site: str) -> None:
    tab.look(1280)
    tab.open(f"{site}/en/embed.html")
    feed = "document.querySelector('tweeklank-feed')"
    tab.wait_for(f"{feed}.shadowRoot?.querySelectorAll('li').length === 3")
    choose = "(form => {{ form.{}.value = '{}'; form.dispatchEvent(new Event('input')); }})(document.querySelector('.choices'))"
    tab.value(choose.format("items", 1))
    tab.value(choose.format("language", "nl"))
    tab.wait_for(f"{feed}.shadowRoot.querySelectorAll('li').length === 1")
    assert 'nl.json" lang="nl" items="1"' in tab.value("document.querySelector('[name=script]').value")


PARTNER = """<!doctype html><html lang="en"><title>Partner</title><style>
:root {{ color-scheme: light dark }}
@media (prefers-color-scheme: dark) {{ body {{ background: #000; color: #eee }} }}
</style><h1>Partner</h1><script type="module" src="{origin}/embed.js"></script>
<tweeklank-feed id="good" src="{origin}/en.json" items="2"></tweeklank-feed>
{broken}"""
BROKEN = {"html": "<h1>502</h1>", "nothing": "", "list": "[]", "halved": '{"version": "x", "items": [{"title": "Ha', "itemless": '{"items": null}'}  # fmt: skip


def test_the_widget_on_a_partners_page(tab: Tab, site: str, tmp_path: Path) -> None:
    """It takes on the page's colours, the keyboard goes through it, and a broken feed leaves a way out."""
    feeds = [
        f'<tweeklank-feed id="{name}" src="{name}.json"><a href="/{name}">There</a></tweeklank-feed>' for name in BROKEN
    ]
    (tmp_path / "index.html").write_text(PARTNER.format(origin=site, broken="\n".join(feeds)), "utf-8")
    for name, content in BROKEN.items():
        (tmp_path / f"{name}.json").write_text(content, "utf-8")
    with served(tmp_path) as partner:
        for dark in (False, True):
            tab.look(800, dark=dark)
            tab.open(f"{partner}/index.html")
            tab.wait_for("document.querySelector('#good').shadowRoot?.querySelector('a')")
            link = "document.querySelector('#good').shadowRoot.querySelector('a')"
            assert tab.value(f"getComputedStyle({link}).color") == ("rgb(238, 238, 238)" if dark else "rgb(0, 0, 0)")
        for name in BROKEN:
            tab.wait_for(f"document.querySelector('#{name}').shadowRoot?.querySelector('slot')")
            state = f"document.querySelector('#{name}').shadowRoot.querySelector('[part=state]')"
            assert tab.value(f"{state}.textContent + {state}.role") == "The news could not be loaded.status"
        stops = []
        for _ in range(3 + len(BROKEN)):
            tab.press("Tab")
            stops.append(tab.value(FOCUS))
        assert [focus["text"] for focus in stops[-len(BROKEN) :]] == ["There"] * len(BROKEN)
        assert stops[2]["text"] == "Covenant News"
        assert all(focus["marked"] for focus in stops)
    assert tab.complaints == []


@pytest.mark.parametrize(("language", "text"), [("nl", "Bericht 3: frames uit Vietnam"), ("en", "Our own English")])
def test_the_frame_without_scripts_is_a_list(tab: Tab, site: str, language: str, text: str) -> None:
    tab.do("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.look(400)
        tab.open(f"{site}/embed.html")
        assert text in tab.value(f"document.querySelector('section[lang={language}]').innerText")
    finally:
        tab.do("Emulation.setScriptExecutionDisabled", value=False)
