// What embed.html shows, after its query: lang, items, topic and source.
import "./embed.js";

const asked = new URLSearchParams(location.search);
const lang = asked.get("lang") === "en" ? "en" : "nl";
const source = /^[a-z0-9-]+$/.test(asked.get("source") ?? "") ? `${asked.get("source")}/` : "";

const feed = document.createElement("tweeklank-feed");
feed.lang = document.documentElement.lang = lang;
feed.setAttribute("items", asked.get("items") ?? "5");
if (asked.get("topic")) feed.setAttribute("topic", asked.get("topic"));
feed.setAttribute("src", `${source}${lang}.json`);

// The list for readers without JavaScript; it stays as what an error falls back to.
for (const list of document.querySelectorAll("main > section")) {
  if (list.lang === lang) feed.append(...list.childNodes);
  list.remove();
}
document.querySelector("main").append(feed);

if (parent !== window) {
  new ResizeObserver(() => {
    parent.postMessage({ type: "tweeklank-height", height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
  }).observe(document.body);
}
