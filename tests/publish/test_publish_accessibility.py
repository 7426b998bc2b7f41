"""The pages are usable by everybody: axe-core finds nothing in them, light or dark, on a phone or a wide screen."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from chromium import needs_chromium, served
from devtools import Tab
from newsroom import NOW, Newsroom

from tweeklank.publish.status import publish_status

pytestmark = needs_chromium

AXE = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
# One page goes through them all, each in a frame of the wanted width.
RUNNER = """<!doctype html><html lang="en"><title>axe</title><body><script>%s</script><script>
const report = {};
const look = async (path) => {
  const frame = document.createElement("iframe");
  frame.width = WIDTH; frame.height = 900; frame.src = path;
  document.body.append(frame);
  await new Promise((done) => { frame.onload = done; });
  const inside = frame.contentWindow;
  inside.eval(document.scripts[0].textContent);
  const { violations, passes } = await inside.axe.run(inside.document, { resultTypes: ["violations", "passes"] });
  report[path] = {
    violations: violations.map((v) => [v.id, v.impact, v.nodes.map((node) => node.html.slice(0, 200))]),
    passes: passes.length,
    wider: inside.document.documentElement.scrollWidth - inside.innerWidth,
    dark: inside.matchMedia("(prefers-color-scheme: dark)").matches,
  };
  frame.remove();
};
(async () => {
  for (const path of PAGES) await look(path);
  const result = document.createElement("pre");
  result.textContent = JSON.stringify(report);
  document.body.append(result);
})();
</script>"""


@pytest.mark.parametrize(("width", "dark"), [(320, False), (320, True), (1440, False), (1440, True)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    two_articles: Newsroom, tab: Tab, width: int, dark: bool
) -> None:
    two_articles.publish()
    wrong = {"source/fietsen": "fietsen: https://fietsen.example/nieuws/: no answer in time.", "hub": "refused."}
    two_articles.store.problems.record(wrong, (), NOW)
    two_articles.store.problems.record({}, {"hub"}, NOW)
    publish_status(two_articles.config, two_articles.store)
    folder = two_articles.output
    pages = sorted(str(page.relative_to(folder)) for page in folder.rglob("*.html") if page.name != "embed.html")
    pages.append("embed.html?lang=en&items=1")
    runner = RUNNER.replace("%s", AXE.replace("</script", "<\\/script")).replace("WIDTH", str(width))
    (folder / "axe.html").write_text(runner.replace("PAGES", json.dumps(pages)), "utf-8")
    with served(folder) as site:
        tab.look(1440, dark=dark)
        tab.open(f"{site}/axe.html")
        tab.wait_for("document.querySelector('pre')", seconds=60)
    report = json.loads(tab.value("document.querySelector('pre').textContent"))
    assert len(report) == len(pages) >= 8
    for path, found in report.items():
        assert found["violations"] == [], path
        assert found["passes"] > 10, f"{path}: axe looked at nothing"
        assert found["wider"] <= 0, f"{path} scrolls sideways at {width} px"
        assert found["dark"] is dark
