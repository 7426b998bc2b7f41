// Says of each moment on the status page how long ago it was. The page is complete without.

const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

for (const time of document.querySelectorAll("time[data-age]")) {
  const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
  const [unit, length] = units.find(([, length]) => seconds >= length) ?? units.at(-1);
  time.append(` (${words.format(-Math.floor(seconds / length), unit)})`);
}
