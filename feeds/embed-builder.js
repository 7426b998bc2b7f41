// Writes the lines to copy on the "embed this" page, and shows what they give.

const form = document.querySelector("form.choices");
const preview = document.querySelector(".preview tweeklank-feed");
const { base, title } = form.dataset;

const signs = { "&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;" };
const quoted = (text) => text.replace(/[&"<>]/g, (sign) => signs[sign]);

const show = () => {
  const { channel, language, items, topic } = form.elements;
  const folder = channel.value ? `${channel.value}/` : "";
  const name = topic.value.trim();
  const attributes = { src: `${base}${folder}${language.value}.json`, lang: language.value, items: items.value || "5" };
  if (name) attributes.topic = name;

  const written = Object.entries(attributes).map(([key, value]) => `${key}="${quoted(value)}"`).join(" ");
  form.elements.script.value =
    `<script type="module" src="${quoted(base)}embed.js"></` + `script>\n` +
    `<tweeklank-feed ${written}>\n  <a href="${quoted(base)}${language.value}/">${quoted(title)}</a>\n</tweeklank-feed>\n`;

  const query = new URLSearchParams({ lang: language.value, items: attributes.items });
  if (channel.value) query.set("source", channel.value);
  if (name) query.set("topic", name);
  form.elements.frame.value =
    `<iframe src="${quoted(`${base}embed.html?${query}`)}" title="${quoted(title)}" loading="lazy" width="100%" height="480"></iframe>\n`;

  preview.lang = language.value;
  preview.setAttribute("items", attributes.items);
  if (name) preview.setAttribute("topic", name);
  else preview.removeAttribute("topic");
  preview.setAttribute("src", `../${folder}${language.value}.json`);
};

for (const label of form.querySelectorAll("[data-choice]")) label.hidden = false;
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
for (const area of form.querySelectorAll("textarea")) area.addEventListener("focus", () => area.select());
show();
