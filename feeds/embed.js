/* <tweeklank-feed src="https://…/en.json" lang="en" items="5" topic="…">: the newest articles of a JSON Feed. */

const TEXTS = {
  nl: { locale: "nl-NL", loading: "Nieuws laden …", empty: "Er zijn nog geen berichten.", error: "Het nieuws kon niet worden geladen.", machine: "automatisch vertaald", more: "Meer van" },
  en: { locale: "en-GB", loading: "Loading news …", empty: "There are no articles yet.", error: "The news could not be loaded.", machine: "machine-translated", more: "More from" },
};
const FRESH = 10 * 60 * 1000; // milliseconds that a feed is not asked for again
const PATIENCE = 15 * 1000;

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :host {
    display: block;
    color: var(--tweeklank-ink, inherit);
    font: var(--tweeklank-font, inherit);
  }
  :host([hidden]) { display: none; }
  ol { margin: 0; padding: 0; list-style: none; }
  li { padding: var(--tweeklank-gap, 0.8em) 0; border-bottom: 1px solid var(--tweeklank-rule, color-mix(in srgb, currentColor 20%, transparent)); }
  a { color: inherit; text-decoration-color: var(--tweeklank-accent, currentColor); text-underline-offset: 0.2em; }
  a:hover { color: var(--tweeklank-accent, inherit); }
  a:focus-visible { outline: 2px solid var(--tweeklank-accent, currentColor); outline-offset: 2px; }
  [part="title"] { font-weight: 600; text-decoration: none; overflow-wrap: anywhere; }
  [part="title"]:hover { text-decoration: underline; }
  [part="meta"], [part="more"], [part="state"] { margin: 0.25em 0 0; font-size: 0.875em; color: var(--tweeklank-soft, inherit); }
  [part="more"] { margin-top: 0.9em; }
`);

const asked = new Map(); // address → promise of a feed, shared by all elements on a page

const remembered = (address) => {
  try {
    return JSON.parse(sessionStorage.getItem(`tweeklank:${address}`));
  } catch {
    return null;
  }
};

const remember = (address, feed) => {
  try {
    sessionStorage.setItem(`tweeklank:${address}`, JSON.stringify({ at: Date.now(), feed }));
  } catch {
    // Full or forbidden: then every page asks anew.
  }
};

/* Only what is shown, so that a session's storage stays small. */
const trimmed = ({ title, home_page_url, items }) => ({
  title,
  home_page_url,
  items: items.map(({ url, title, date_published, tags = [], _tweeklank = {} }) => ({
    // A machine's text is read here, next to its original; any other at its publisher.
    url: _tweeklank.origin === "machine" ? _tweeklank.page : url,
    title,
    date: date_published,
    tags,
    machine: _tweeklank.origin === "machine",
  })),
});

const fetchFeed = async (address) => {
  const kept = remembered(address);
  const age = Date.now() - kept?.at;
  if (age >= 0 && age < FRESH) return kept.feed;
  try {
    const answer = await fetch(address, { credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    const feed = trimmed(await answer.json());
    remember(address, feed);
    return feed;
  } catch (error) {
    if (kept) return kept.feed; // old news is better than none
    throw error;
  }
};

const load = (address) => {
  if (!asked.has(address)) asked.set(address, fetchFeed(address).finally(() => asked.delete(address)));
  return asked.get(address);
};

const element = (name, part, text = "") => {
  const made = document.createElement(name);
  if (part) made.setAttribute("part", part);
  made.textContent = text;
  return made;
};

/* A feed may say anything: only web addresses become links. */
const link = (part, text, address) => {
  const made = element("a", part, text);
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === "https:" || url?.protocol === "http:") made.href = url.href;
  return made;
};

/* Days are those of the Netherlands, as on the pages, wherever the visitor is. */
const timeZone = "Europe/Amsterdam";
const day = (date) => Date.parse(new Intl.DateTimeFormat("en-CA", { timeZone }).format(date));

const dateText = (date, locale) => {
  const days = (day(date) - day(Date.now())) / 86_400_000;
  if (days > -14 && days <= 0) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone }).format(date);
};

class TweeklankFeed extends HTMLElement {
  static observedAttributes = ["src", "lang", "items", "topic"];
  #root = this.attachShadow({ mode: "open" });
  #turn = 0;

  connectedCallback() {
    this.#root.adoptedStyleSheets = [sheet];
    this.#show();
  }

  attributeChangedCallback(name, before, now) {
    if (this.isConnected && before !== now) this.#show();
  }

  get #lang() {
    const lang = (this.closest("[lang]")?.lang || "nl").slice(0, 2).toLowerCase();
    return lang in TEXTS ? lang : "en";
  }

  async #show() {
    const turn = ++this.#turn;
    await null; // attributes that are set together are one change
    if (turn !== this.#turn) return;
    const texts = TEXTS[this.#lang];
    if (!this.#root.querySelector("ol")) this.#state(texts.loading);
    this.setAttribute("aria-busy", "true");
    try {
      const feed = await load(new URL(this.getAttribute("src") ?? "", document.baseURI).href);
      if (turn === this.#turn) this.#list(feed, texts);
    } catch {
      if (turn === this.#turn) this.#state(texts.error, document.createElement("slot"));
    } finally {
      if (turn === this.#turn) this.removeAttribute("aria-busy");
    }
  }

  #state(text, ...more) {
    const state = element("p", "state", text);
    state.setAttribute("role", "status");
    this.#root.replaceChildren(state, ...more);
  }

  #list(feed, texts) {
    const topic = this.getAttribute("topic")?.trim().toLowerCase();
    const fitting = feed.items.filter((item) => !topic || item.tags.some((tag) => String(tag).toLowerCase() === topic));
    const most = Math.max(1, parseInt(this.getAttribute("items"), 10) || 5);
    if (!fitting.length) return this.#state(texts.empty);
    const list = element("ol", "list");
    list.setAttribute("role", "list");
    list.append(...fitting.slice(0, most).map((item) => this.#item(item, texts)));
    const more = element("p", "more", `${texts.more} `);
    more.append(link("", feed.title, feed.home_page_url));
    this.#root.replaceChildren(list, more);
  }

  #item(item, texts) {
    const made = element("li", "item");
    const meta = element("p", "meta");
    const date = new Date(item.date);
    if (!Number.isNaN(date.valueOf())) {
      const time = element("time", "date", dateText(date, texts.locale));
      time.dateTime = item.date;
      meta.append(time);
    }
    if (item.machine) meta.append(" · ", element("span", "machine", texts.machine));
    made.append(link("title", item.title, item.url), meta);
    return made;
  }
}

if (!customElements.get("tweeklank-feed")) {
  customElements.define("tweeklank-feed", TweeklankFeed);
  // A frame with embed.html tells how high it wants to be.
  addEventListener("message", ({ data, source }) => {
    if (data?.type !== "tweeklank-height" || !(data.height > 0)) return;
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow === source) frame.style.height = `${Math.min(data.height, 10_000)}px`;
    }
  });
}
