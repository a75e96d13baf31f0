"use strict";

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const now = Date.now();

  const minute = 60e3;
  const hour = 60 * minute;
  const day = 24 * hour;

  // What each API's statuses mean here. A status that is not listed is drawn
  // as "other", and a plan with one needs attention.
  const services = {
    dbs: {
      noun: "plan",
      title: "DBS plan",
      backups: { finish: "good", stop: "failed", running: "busy", schedule: "busy", pause: "other" },
      plan: {
        running: null,
        stop: "The plan has failed",
        init: "The plan has not started, its precheck failed",
        locked: "The plan is locked",
        pause: "The plan is paused",
        wait: "The plan is not configured",
        check_pass: "The plan has not started",
      },
      ended: "ended",
    },
    taurusdb: {
      noun: "instance",
      title: "TaurusDB instance",
      backups: { COMPLETED: "good", FAILED: "failed", BUILDING: "busy", DELETING: "other" },
      plan: null,
      ended: "updated",
    },
  };

  // Names and messages come from the clouds: they only ever become text nodes
  // and attributes, never markup.
  function append(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) node.setAttribute(name, value);
    }
    for (const child of children) {
      if (child !== null && child !== undefined) node.append(child);
    }
    return node;
  }
  const html = (name, attributes = {}, ...children) => append(document.createElement(name), attributes, children);
  const svg = (name, attributes = {}, ...children) =>
    append(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
  const byId = (id) => document.getElementById(id);

  const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  const present = (text) => text !== null && text !== undefined && text.trim() !== "" && text.trim() !== "NULL";

  function instant(text) {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? null : ms;
  }

  const utc = (ms) => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const time = (ms, text) => html("time", { datetime: new Date(ms).toISOString(), title: utc(ms) }, text);

  // Two units at most: an age a little over its limit must not read like it.
  function duration(ms) {
    const minutes = Math.floor(ms / minute);
    const units = (big, bigName, small, smallName) => (small ? `${big} ${bigName} ${small} ${smallName}` : `${big} ${bigName}`);
    if (minutes < 1) return `${Math.floor(ms / 1e3)} s`;
    if (minutes < 60) return `${minutes} min`;
    if (minutes < 48 * 60) return units(Math.floor(minutes / 60), "h", minutes % 60, "min");
    const hours = Math.floor(minutes / 60);
    if (hours < 14 * 24) return units(Math.floor(hours / 24), "d", hours % 24, "h");
    return `${Math.floor(hours / 24)} d`;
  }

  function age(ms) {
    if (ms > now) return `${duration(ms - now)} ahead of this clock`;
    return ms > now - minute ? "just now" : `${duration(now - ms)} ago`;
  }

  function milliseconds(text) {
    let sum = 0;
    for (const [, number, unit] of text.matchAll(/([0-9.]+)([hms])/g)) {
      sum += Number(number) * { h: hour, m: minute, s: 1e3 }[unit];
    }
    return sum;
  }

  // A row with all that is worked out about it. Problems are worst first;
  // severity 3 and above is failing, below it needs attention.
  function examine(row) {
    const service = services[row.service];
    const limit = milliseconds(row.max_age);
    const newestGood = instant(row.newest_good);
    const backups = row.backups.map((backup) => ({
      ...backup,
      start: instant(backup.start),
      end: instant(backup.end),
      outcome: service.backups[backup.status] || "other",
    }));
    const totals = { good: 0, failed: 0, busy: 0, other: 0 };
    let listed = 0;
    for (const [status, n] of Object.entries(row.counts)) {
      totals[service.backups[status] || "other"] += n;
      listed += n;
    }

    const problems = [];
    const problem = (severity, text, detail) => problems.push({ severity, text, detail: present(detail) ? detail.trim() : null });
    const late = newestGood !== null && now - newestGood > limit;
    if (newestGood === null) {
      problem(6, totals.good > 0 ? "The good backups have no time" : listed > 0 ? `None of ${count(listed, "backup")} is good` : "There is no backup");
    } else if (late) {
      problem(5, `The newest good backup is ${duration(now - newestGood - limit)} over the limit`);
    }
    if (service.plan) {
      if (!(row.status in service.plan)) {
        problem(2, row.status ? `The plan's status "${row.status}" is not known to this page` : "The plan has no status", row.error);
      } else if (service.plan[row.status]) {
        problem(4, service.plan[row.status], row.error);
      }
    }
    const ended = backups.find((backup) => backup.outcome === "good" || backup.outcome === "failed");
    if (ended && ended.outcome === "failed") {
      problem(3, ended.start === null ? "The last backup failed" : `The last backup, ${age(ended.start)}, failed`, ended.error);
    }
    const short = row.retention_days !== null && row.retention_days < row.min_retention_days;
    if (short) {
      problem(1, `Retention is ${count(row.min_retention_days - row.retention_days, "day")} short of what was agreed`);
    }
    if (!row.complete) {
      problem(1, "The list of backups may be incomplete");
    }
    problems.sort((a, b) => b.severity - a.severity);

    return {
      ...row, service, limit, newestGood, late, backups, totals, listed, short, problems,
      title: present(row.name) ? row.name : row.id,
      severity: problems.length ? problems[0].severity : 0,
    };
  }

  const shapes = {
    good: () => svg("circle", { r: 4.5 }),
    failed: () => svg("path", { d: "M-4-4 4 4M-4 4 4-4" }),
    busy: () => svg("circle", { r: 4 }),
    other: () => svg("path", { d: "M0-5 5 0 0 5-5 0Z" }),
  };

  function mark(outcome) {
    const shape = shapes[outcome]();
    shape.setAttribute("class", outcome);
    return shape;
  }

  const icon = (outcome) => svg("svg", { class: "mark", width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" }, mark(outcome));

  // Positions are percentages, so that a drawing follows the column's width on
  // a screen and on paper without being drawn again.
  const spans = { 3: 0.5, 14: 2, 30: 5, 90: 15, 365: 60 };
  const position = (ms, days) => 100 * (1 - (now - ms) / (days * day));

  function statusOf(backup) {
    return present(backup.status) ? backup.status : "no status";
  }

  function timeline(row, days) {
    const drawing = svg("svg", { class: "timeline", role: "img" });
    const from = Math.max(0, position(now - row.limit, days));
    drawing.append(svg("rect", { class: "band", x: `${from}%`, y: 0, width: `${100 - from}%`, height: 30 }));
    for (let tick = 0; tick <= days; tick += spans[days]) {
      const x = `${position(now - tick * day, days)}%`;
      drawing.append(svg("line", { class: "tick", x1: x, x2: x, y1: 0, y2: 30 }));
    }
    drawing.append(svg("line", { class: "base", x1: "0%", x2: "100%", y1: 15, y2: 15 }));

    const shown = { good: 0, failed: 0, busy: 0, other: 0 };
    let older = 0;
    // Oldest first, so that the newest lies on top where marks overlap.
    for (const backup of [...row.backups].reverse()) {
      if (backup.start === null) continue;
      const x = Math.min(100, position(backup.start, days));
      if (x < 0) {
        older += 1;
        continue;
      }
      shown[backup.outcome] += 1;
      drawing.append(svg("svg", { x: `${x}%`, y: 15, overflow: "visible" },
        mark(backup.outcome), svg("title", {}, `${utc(backup.start)}, ${age(backup.start)}: ${statusOf(backup)}`)));
    }

    const parts = Object.entries(shown).filter(([, n]) => n > 0).map(([outcome, n]) => `${n} ${outcome === "busy" ? "running" : outcome}`);
    const label = `Last ${count(days, "day")}: ${parts.length ? parts.join(", ") : "no backup"}${older ? `, and ${older} before` : ""}`;
    drawing.setAttribute("aria-label", label);
    return [drawing, html("div", { class: "ends", "aria-hidden": "true" }, html("span", {}, `${days} d ago`), html("span", {}, "now"))];
  }

  function log(row) {
    const list = html("ol", { class: "log" });
    for (const backup of row.backups) {
      const facts = [statusOf(backup)];
      if (backup.end !== null && backup.outcome !== "busy") facts.push(`${row.service.ended} ${utc(backup.end)}`);
      list.append(html("li", {},
        icon(backup.outcome),
        html("div", {},
          html("div", {}, backup.start === null ? "no time" : time(backup.start, utc(backup.start)), ` · ${facts.join(" · ")}`),
          html("div", { class: "soft" }, present(backup.name) ? `${backup.name} · ` : null, html("span", { class: "id" }, backup.id)),
          present(backup.error) ? html("div", { class: "detail" }, backup.error.trim()) : null)));
    }
    return list;
  }

  function details(row) {
    if (row.listed === 0) return html("p", { class: "soft none" }, "No backup");
    const counts = [`${row.totals.good} good`];
    if (row.totals.failed) counts.push(`${row.totals.failed} failed`);
    if (row.totals.busy) counts.push(`${row.totals.busy} running`);
    if (row.totals.other) counts.push(`${row.totals.other} other`);
    const notes = [];
    if (row.backups.length < row.listed) notes.push(`newest ${row.backups.length} shown`);
    const timeless = row.backups.filter((backup) => backup.start === null).length;
    if (timeless) notes.push(`${timeless} without a time`);
    const box = html("details", {},
      html("summary", {}, `${count(row.listed, "backup")}: ${counts.join(", ")}${notes.length ? ` (${notes.join(", ")})` : ""}`));
    // Thousands of backups are listed only where somebody looks.
    box.addEventListener("toggle", () => box.append(log(row)), { once: true });
    return box;
  }

  function newestGood(row) {
    if (row.newestGood === null) {
      return [html("span", { class: "figure bad" }, "none"), html("span", { class: "soft" }, `limit ${duration(row.limit)}`)];
    }
    return [
      html("span", { class: row.late ? "figure bad" : "figure" }, time(row.newestGood, age(row.newestGood))),
      html("span", { class: "soft" }, `${row.late ? "late, " : ""}limit ${duration(row.limit)}`),
    ];
  }

  function retention(row) {
    const agreed = `agreed ${count(row.min_retention_days, "day")}`;
    const oldest = instant(row.oldest_good);
    if (row.retention_days === null) {
      return [
        html("span", { class: "figure soft" }, "not told"),
        html("span", { class: "soft" }, oldest === null ? agreed : html("span", {}, "oldest good ", time(oldest, age(oldest)))),
      ];
    }
    return [
      html("span", { class: row.short ? "figure warn" : "figure" }, count(row.retention_days, "day")),
      html("span", { class: "soft" }, `${row.short ? "short, " : ""}${agreed}`),
    ];
  }

  function draw(row) {
    const facts = [row.service.title, present(row.database) && row.service.plan ? row.database : null, row.region].filter(present);
    const problems = html("ul", { class: "problems" });
    for (const { severity, text, detail } of row.problems) {
      problems.append(html("li", { class: severity >= 3 ? "bad" : "warn" }, text, detail ? html("span", { class: "detail" }, detail) : null));
    }
    const cell = (label, className, ...children) => html("td", { role: "cell", class: className, "data-label": label }, ...children);
    row.plot = html("div", { class: "plot" });
    return html("tr", { role: "row", class: row.severity >= 3 ? "failing" : row.severity > 0 ? "attention" : "fine" },
      html("th", { role: "rowheader", scope: "row" },
        html("span", { class: "name" }, row.title),
        html("span", { class: "facts" }, facts.join(" · "),
          row.service.plan && present(row.status) ? html("span", { class: "status" }, row.status) : null),
        row.title === row.id ? null : html("span", { class: "id" }, row.id),
        row.problems.length ? problems : null),
      cell("Newest good backup", "age", ...newestGood(row)),
      cell("Retention", "retention", ...retention(row)),
      cell("Backups", "backups", row.plot, details(row)));
  }

  function notice(...children) {
    byId("notices").append(html("li", { class: "notice" }, ...children));
  }

  function summarise(rows, groups) {
    const [failing, attention] = groups.map((group) => group.rows.length);
    let summary = "Nothing to watch";
    if (rows.length) {
      summary = failing ? `${failing} of ${rows.length} failing` : attention ? "None failing" : `All ${rows.length} in order`;
      if (rows.length === 1) summary = failing ? "The only one is failing" : attention ? "None failing" : "In order";
      if (attention) summary += `, ${attention} to look at`;
    }
    byId("summary").textContent = summary;
    byId("summary").className = failing ? "bad" : attention || !rows.length ? "warn" : "good";
    document.title = `${summary} · Database backups`;

    const plans = rows.filter((row) => row.service === services.dbs).length;
    const scope = [];
    if (data.regions.length) scope.push(`${count(plans, "DBS plan")} in ${data.regions.map(({ region }) => region).join(", ")}`);
    if (rows.length > plans) scope.push(count(rows.length - plans, "TaurusDB instance"));
    byId("scope").textContent = scope.length ? scope.join(" · ") : "Neither dbs_regions nor taurusdb_instances is set, so no cloud was read.";
  }

  function notices(rows) {
    const regions = (list) => list.map(({ region }) => region).join(", ");
    const incomplete = data.regions.filter(({ complete }) => !complete);
    if (incomplete.length) {
      notice(html("strong", {}, "Plans may be missing. "), `The list of plans was not proven complete: ${regions(incomplete)}.`);
    }
    const partial = rows.filter((row) => !row.complete).length;
    if (partial) {
      notice(html("strong", {}, "Backups may be missing. "), `The lists of ${count(partial, "row")} were not proven complete.`);
    }
    const empty = data.regions.filter(({ region }) => !data.rows.some((row) => row.service === "dbs" && row.region === region));
    if (empty.length) {
      notice(html("strong", {}, "No plan. "), `There is no DBS plan in ${regions(empty)}.`);
    }
    if (data.limits_without_row.length) {
      notice(html("strong", {}, "Limits for nothing. "), `No plan or instance has the id ${data.limits_without_row.join(", ")}.`);
    }
    // A file from disk tells when it was written; a server may say "now".
    const written = Date.parse(document.lastModified);
    const old = now - written;
    if (old > day) {
      notice(html("strong", {}, "This page is old. "), `It was written ${duration(old)} ago. Newer backups are not in it.`);
    }
    byId("as-of").append(
      "Ages count from the opening of this page, ", time(now, utc(now)), ". ",
      ...(old > minute ? ["It was written ", time(written, age(written)), ". "] : []),
      "The backups are those that Terraform read last.");
  }

  function choose(days, rows) {
    byId("axis-title").textContent = `Backups of ${days} days`;
    const axis = byId("axis");
    axis.replaceChildren();
    for (let tick = 0; tick <= days; tick += spans[days]) {
      if (!Number.isInteger(tick)) continue;
      const x = position(now - tick * day, days);
      const anchor = x > 98 ? "end" : x < 2 ? "start" : "middle";
      axis.append(svg("text", { x: `${x}%`, y: 11, "text-anchor": anchor }, tick === 0 ? "now" : `${tick} d`));
    }
    for (const row of rows) row.plot.replaceChildren(...timeline(row, days));
  }

  const rows = data.rows.map(examine).sort((a, b) =>
    b.severity - a.severity || a.title.localeCompare(b.title, "en", { numeric: true }) || (a.id < b.id ? -1 : 1));
  const groups = [
    { title: "Failing", className: "bad", rows: rows.filter(({ severity }) => severity >= 3) },
    { title: "To look at", className: "warn", rows: rows.filter(({ severity }) => severity > 0 && severity < 3) },
    { title: "In order", className: "good", rows: rows.filter(({ severity }) => severity === 0) },
  ];

  summarise(rows, groups);
  notices(rows);
  for (const group of groups.filter((each) => each.rows.length)) {
    byId("table").append(html("tbody", { role: "rowgroup" },
      html("tr", { role: "row", class: "group" },
        html("th", { role: "rowheader", scope: "rowgroup", colspan: 4 },
          html("span", { class: group.className }, group.title), html("span", { class: "soft" }, ` ${group.rows.length}`))),
      ...group.rows.map(draw)));
  }

  if (rows.length) {
    const longest = Math.max(...rows.map((row) => row.limit));
    const choices = Object.keys(spans).map(Number);
    const initial = choices.find((days) => days >= 14 && days * day >= 2 * longest) || choices[choices.length - 1];
    for (const days of choices) {
      const input = html("input", { type: "radio", name: "span", value: days });
      input.checked = days === initial;
      input.addEventListener("change", () => choose(days, rows));
      byId("spans").append(html("label", {}, input, html("span", {}, String(days))));
    }
    choose(initial, rows);
    byId("main").hidden = false;
  }
})();
