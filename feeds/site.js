// Copying and sharing addresses, searching and filtering, and hiding pictures that do not come.
// Everything on the page works without this file. It is no module, for those do not load from disk.

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

// Phones hand an address to an app of choice; what a desktop offers here is of no use to a feed.
for (const button of document.querySelectorAll("button[data-share]")) {
  if (!navigator.share || !matchMedia("(pointer: coarse)").matches) break;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {}); // changed their mind
  });
}

const dropPicture = (image) => image.closest(".picture")?.remove();
for (const image of document.images) {
  if (image.complete && !image.naturalWidth && image.loading !== "lazy") dropPicture(image);
  else image.addEventListener("error", () => dropPicture(image));
}

const form = document.querySelector("form.filter");
if (form) {
  // Letters without their marks, so that "cooperatie" finds "coöperatie".
  const plain = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
  const entries = [...document.querySelectorAll("[data-entry]")].map((element) => ({
    element,
    text: plain(element.querySelector(".text").textContent),
    topics: JSON.parse(element.dataset.topics),
  }));
  const { q, topic } = form.elements;
  const output = form.querySelector("output");
  const follow = form.querySelector(".topic-feeds");
  const pages = new Map([...document.querySelectorAll("a[data-topic]")].map((link) => [link.dataset.topic.toLowerCase(), link.href]));
  const earlier = document.querySelector(".earlier");

  const names = [...new Set(entries.flatMap((entry) => entry.topics))];
  names.sort(new Intl.Collator(document.documentElement.lang).compare);
  for (const name of names) topic.add(new Option(name));
  topic.closest("label").hidden = names.length < 2;

  const show = () => {
    const words = plain(q.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { element, text, topics } of entries) {
      const fits = words.every((word) => text.includes(word)) && (!topic.value || topics.includes(topic.value));
      element.hidden = !fits;
      count += fits;
    }
    if (earlier) earlier.hidden = !earlier.querySelector("[data-entry]:not([hidden])");
    document.querySelector(".opening").hidden = entries[0].element.hidden;
    const page = pages.get(topic.value.toLowerCase());
    follow.hidden = !page;
    if (page) follow.href = `${page}#follow`;
    const asked = words.length || topic.value;
    const { none, one, some } = output.dataset;
    output.textContent = !asked ? "" : count === 0 ? none : count === 1 ? one : some.replace("{}", count);
    const query = new URLSearchParams(Object.entries({ q: q.value.trim(), topic: topic.value }).filter(([, value]) => value));
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  };

  const asked = new URLSearchParams(location.search);
  q.value = asked.get("q") ?? "";
  if (names.includes(asked.get("topic"))) topic.value = asked.get("topic");
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  if (q.value || topic.value) show();
}
