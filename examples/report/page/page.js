"use strict";

// The page can be read without this script, which adds ages, local times, drawings
// and a filter. Names and messages come from the clouds. They become text nodes and
// attributes, and never markup.
(() => {
  const now = Date.now();
  const [second, minute, hour, day] = [1e3, 60e3, 3600e3, 86400e3];
  const days = 30;

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function build(node, attributes, ...children) {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }
  const html = (name, ...rest) => build(document.createElement(name), ...rest);
  const svg = (name, ...rest) => build(document.createElementNS("http://www.w3.org/2000/svg", name), ...rest);

  // Two units at most: 27 h and not 1 d, for a limit of 26 h.
  function duration(ms) {
    const units = (n, unit) => (n >= 1 ? [`${Math.floor(n)} ${unit}`] : []);
    if (ms < minute) return "less than 1 min";
    if (ms < 2 * day) return [...units(ms / hour, "h"), ...units((ms % hour) / minute, "min")].join(" ");
    return [...units(ms / day, "d"), ...units(ms < 14 * day ? (ms % day) / hour : 0, "h")].join(" ");
  }
  const age = (ms) => (ms > now ? `${duration(ms - now)} in the future` : `${duration(now - ms)} ago`);

  // A duration as Terraform writes it, such as "1h30m", in milliseconds.
  function milliseconds(duration) {
    let sum = 0;
    for (const [, n, unit] of duration.matchAll(/([0-9.]+)([hms])/g)) sum += n * { h: hour, m: minute, s: second }[unit];
    return sum;
  }

  const utc = (ms) => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

  // The local time, with its offset; empty if that is UTC.
  function local(ms) {
    const offset = -new Date(ms).getTimezoneOffset();
    const two = (n) => String(Math.floor(n)).padStart(2, "0");
    const zone = `UTC${offset < 0 ? "-" : "+"}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
    return offset === 0 ? "" : `${new Date(ms + offset * minute).toISOString().slice(0, 16).replace("T", " ")} ${zone}`;
  }

  // One path for each outcome, for any number of backups. A stroke keeps its width
  // while the drawing is stretched to its column, so a line of almost no length is
  // a mark with the shape of the stroke's ends.
  const marks = { successful: "15h.01", running: "15h.01", other: "15h.01", failed: "5v20" };
  const drawing = (width, ...children) => svg("svg", { viewBox: `0 0 ${width} 30`, preserveAspectRatio: "none" }, ...children);

  function draw(row) {
    const cell = one(".backups", row);
    if (one("svg", cell)) return;
    const x = (ms) => Math.min(1000, Math.round(1000 * (1 - (now - ms) / (days * day))));
    const found = Object.fromEntries(Object.keys(marks).map((outcome) => [outcome, []]));
    let older = 0;
    // Without a list of backups, the latest successful one is drawn.
    const listed = all("li", cell).map(({ className, textContent }) => [className, Date.parse(textContent.split(" ")[0])]);
    const latest = all(".latest > time", row).map(({ dateTime }) => ["successful", Date.parse(dateTime)]);
    for (const [outcome, ms] of listed.length ? listed : latest) {
      if (x(ms) >= 0) found[outcome].push(`M${x(ms)} ${marks[outcome]}`);
      else older += 1;
    }
    const counts = Object.entries(found).filter(([, paths]) => paths.length > 0);
    const band = Math.max(0, x(now - milliseconds(row.dataset.maxAge)));
    const weeks = [7, 14, 21, 28].map((n) => `M${x(now - n * day)} 0v30`);
    const label = counts.map(([outcome, { length }]) => `${length} ${outcome}`).join(", ") || "no backup";
    cell.prepend(build(drawing(1000,
      svg("rect", { class: "band", x: band, width: 1000 - band, height: 30 }),
      svg("path", { class: "axis", d: `M0 15h1000${weeks.join("")}` }),
      ...counts.map(([outcome, paths]) => svg("path", { class: outcome, d: paths.join("") }))),
    { role: "img", "aria-label": `Last ${days} days: ${label}${older ? `, and ${older} before` : ""}` }));
  }

  // Ages, and rows whose backup has become too old since the data were read.
  const rows = all("tr[id]");
  const sections = all("section");
  for (const time of all(".latest > time")) {
    const row = time.closest("tr");
    const { maxAge } = row.dataset;
    const ms = Date.parse(time.dateTime);
    const over = now - ms - milliseconds(maxAge);
    const limit = one(".limit", row);
    limit.textContent = over > 0 ? `${duration(over)} over max_age ${maxAge}` : `within max_age ${maxAge}`;
    time.before(html("strong", { class: over > 0 ? "late" : "" }, age(ms)), limit);
    if (over > 0 && !row.closest("#failing, #ignored")) {
      one("#failing tbody").append(row);
      document.title = `${all("#failing tr[id]").length} of ${all("section:not(#ignored) tr[id]").length} failing`;
      one("h1").textContent = document.title;
    }
  }
  for (const time of all(".latest > time, #read time")) {
    const localTime = local(Date.parse(time.dateTime));
    if (localTime) time.append(html("small", {}, localTime));
  }
  for (const time of all(".retention time")) time.textContent = age(Date.parse(time.dateTime));

  const read = one("#read time");
  const old = now - (read ? Date.parse(read.dateTime) : Date.parse(document.lastModified));
  if (old > day) one("#notices").append(html("li", {}, `This page is ${duration(old)} old. Newer backups are not in it.`));

  // The filter is kept in the address, so that a link can hold it.
  const input = one("#tools input");
  let searchable;
  function filter() {
    searchable ||= rows.map((row) => {
      const nodes = [one("h2", row.closest("section")).firstChild, ...all("th, .facts, .problems", row)];
      return [row, nodes.map(({ textContent }) => textContent).join(" ").toLowerCase()];
    });
    const words = input.value.toLowerCase().split(/\s+/);
    for (const [row, content] of searchable) row.hidden = !words.every((word) => content.includes(word));
    count();
  }
  function count() {
    for (const section of sections) {
      const shown = all("tr[id]:not([hidden])", section).length;
      section.hidden = shown === 0;
      one(".count", section).textContent = shown;
    }
    const shown = rows.filter((row) => !row.hidden).length;
    // Rows whose layout is skipped are empty for a screen reader: skip it only if
    // there are many.
    document.body.classList.toggle("long", shown > 200);
    one("#shown").textContent = shown < rows.length ? `${shown} of ${rows.length} shown` : "";
  }
  function fromAddress() {
    const value = new URLSearchParams(location.hash.slice(1)).get("filter");
    if (value === null) return;
    input.value = value;
    filter();
  }
  input.addEventListener("input", () => {
    history.replaceState(null, "", `#${new URLSearchParams({ filter: input.value })}`);
    filter();
  });
  addEventListener("hashchange", fromAddress);
  count();
  fromAddress();

  for (const outcome of Object.keys(marks)) {
    one("#legend").append(html("li", {}, drawing(30, svg("path", { class: outcome, d: `M15 ${marks[outcome]}` })), outcome));
  }
  one("#legend").append(html("li", {}, drawing(30, svg("rect", { class: "band", width: 30, height: 30 })), "within max_age"));
  one("#tools").hidden = false;

  // A drawing is made when its row comes into view, or when the page is printed.
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      draw(target);
    }
  }, { rootMargin: "300px" });
  for (const row of rows) observer.observe(row);
  addEventListener("beforeprint", () => rows.forEach(draw));

  // An opened list of backups has local times too.
  addEventListener("toggle", ({ target }) => {
    const both = (time) => [utc(Date.parse(time)), local(Date.parse(time))].filter(Boolean).join(" / ");
    for (const item of all("li", target)) item.textContent = item.textContent.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, both);
  }, true);
})();
