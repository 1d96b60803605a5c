// The panel at the left: questions to start from, filters that are the key of the picture, and
// what to share and save. Paths have a file of their own.

import { el, plural, sign, stroke } from "./dom.js";
import { filtered, START, toggled, unfiltered, write } from "./state.js";

export function questionsPanel({ claims, go, base }) {
  const ask = (query) => (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go({ query });
  };
  const link = (q) =>
    el(
      "li",
      {},
      el("a", { href: `${base}/graph?${q.query}`, onclick: ask(q.query) }, q.text),
      el("span", { class: "quiet" }, ` ${plural(q.claims, "claim")}`),
    );
  const { data } = claims;
  return [
    el("h2", {}, "Start with a question"),
    el("ul", { class: "questions" }, data.questions.map(link)),
    el(
      "p",
      { class: "quiet" },
      "Or open a group in the picture, find a name, or look for ",
      el(
        "button",
        { type: "button", class: "link inline", onclick: () => go({ panel: "paths" }) },
        "paths between two things",
      ),
      ".",
    ),
    el(
      "p",
      {},
      el("a", { href: `${base}/graph`, onclick: ask("") }, "Overview by kinds"),
      " · ",
      el("a", { href: `${base}/graph?all=1`, onclick: ask("all=1") }, `All ${plural(data.edges.length, "claim")}`),
    ),
  ];
}

export function filtersPanel({ claims, state, go, paths }) {
  const { data } = claims;
  const asked = claims.asked(state, paths) || data.edges;
  // how many claims a choice would leave, the other groups of filters as they are
  const count = (key, value) => {
    const tried = { ...state, [key]: [String(value)] };
    return asked.reduce((n, e) => n + claims.passes(e, tried), 0);
  };
  const choice = (key, value, label, mark) => {
    const n = count(key, value);
    const on = state[key].includes(String(value));
    return el(
      "label",
      { class: n || on ? "choice" : "choice none" },
      el("input", {
        type: "checkbox",
        name: key,
        value,
        checked: on,
        onchange: () => go({ [key]: toggled(state[key], String(value)), focus: `[name="${key}"][value="${value}"]` }),
      }),
      mark,
      el("span", { class: "what" }, label),
      el("span", { class: "count" }, n),
    );
  };
  const group = (title, ...inside) => el("fieldset", {}, el("legend", {}, title), ...inside);
  const fold = (title, open, ...inside) =>
    el(
      "details",
      { open },
      el("summary", {}, title),
      el("fieldset", {}, el("legend", { class: "unseen" }, title), ...inside),
    );
  const present = (values, key) => values.filter((v) => count(key, v.id) || state[key].includes(v.id));
  const looks = { contested: "contested", refuted: "against" };
  return [
    el("h2", {}, "Filters and key"),
    el(
      "p",
      { class: "row" },
      el(
        "button",
        { type: "button", disabled: !filtered(state), onclick: () => go(unfiltered()) },
        "Clear the filters",
      ),
    ),
    group(
      "What stands behind it (width)",
      data.levels.map((name, n) => choice("level", n, `${n} ${name}`, stroke({ width: data.widths[n] }))),
    ),
    group(
      "How sure the source sounds (dash)",
      data.certainties.map((c) => choice("certainty", c, c, stroke({ dash: data.dashes[c] }))),
    ),
    group(
      "Whether sources agree (colour, mark)",
      [...data.agreements]
        .reverse()
        .map((a) => choice("agreement", a.id, a.name, stroke({ look: looks[a.id] || "plain" }))),
    ),
    el(
      "p",
      { class: "quiet" },
      stroke({ look: "presupposed" }),
      " pale: the wording takes it for granted, and states it nowhere.",
    ),
    group(
      "Kinds of things (sign)",
      data.kinds.map((k) => choice("kind", k.id, k.name, sign(k))),
    ),
    fold(
      "Columns",
      state.column.length > 0,
      data.columns.filter((c) => data.kinds.some((k) => k.column === c.id)).map((c) => choice("column", c.id, c.name)),
    ),
    fold(
      "Which way a source speaks",
      state.direction.length > 0,
      data.directions.map((d) => choice("direction", d.id, d.name)),
    ),
    fold(
      "Dose band",
      state.band.length > 0,
      present(data.bands, "band").map((b) => choice("band", b.id, b.name)),
    ),
    years({ claims, state, go }),
    fold(
      `Sources (${data.sources.length})`,
      state.source.length > 0,
      present(
        data.sources.length > 300 ? data.sources.filter((s) => state.source.includes(s.id)) : data.sources,
        "source",
      ).map((s) => choice("source", s.id, s.short)),
      data.sources.length > 300 ? el("p", { class: "quiet" }, "Too many to list; a source’s page leads here.") : null,
    ),
  ];
}

function years({ claims, state, go }) {
  const range = claims.years();
  if (!range) return null;
  const field = (key, name, at) =>
    el(
      "label",
      {},
      `${name} `,
      el("input", {
        type: "number",
        name: key,
        min: range[0],
        max: range[1],
        placeholder: at,
        value: state[key] ?? "",
        onchange: (event) =>
          go({
            [key]: /^\d{1,4}$/.test(event.target.value) ? Number(event.target.value) : null,
            focus: `[name="${key}"]`,
          }),
      }),
    );
  return el(
    "details",
    { open: state.from !== null || state.to !== null },
    el("summary", {}, "Year of the source"),
    el(
      "fieldset",
      { class: "years" },
      el("legend", { class: "unseen" }, "Year of the source"),
      field("from", "From", range[0]),
      field("to", "to", range[1]),
    ),
    el("p", { class: "quiet" }, "Leaves out sources that give no year."),
  );
}

const FORMATS = [
  ["png", "PNG", "picture for slides"],
  ["svg", "SVG", "picture that scales, with its text"],
  ["html", "HTML page", "one file, works off line"],
  ["graphml", "GraphML", "for Gephi, yEd, networkx"],
  ["csv", "CSV", "the table"],
  ["json", "JSON", "the table"],
];

export function sharePanel({ state, shown, base, title, announce }) {
  const query = write({ ...state });
  const here = `${location.origin}${base}/graph${query ? `?${query}` : ""}`;
  const frame = `${location.origin}${base}/graph/embed${query ? `?${query}` : ""}`;
  const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const snippet = `<iframe src="${escaped(frame)}" title="${escaped(title)}" width="100%" height="520" loading="lazy"></iframe>`;
  const copier = (id, name, text, rows) => [
    el("label", { for: id }, name),
    el("textarea", { id, readonly: true, rows, spellcheck: "false" }, text),
    el(
      "p",
      {},
      el("button", { type: "button", onclick: () => copied(id, announce) }, `Copy the ${name.toLowerCase()}`),
    ),
  ];
  const form = (format, name, what) =>
    el(
      "form",
      { method: "post", action: `${base}/graph/download.${format}` },
      el("input", { type: "hidden", name: "title", value: title }),
      el("input", { type: "hidden", name: "claims", value: shown.claims.map((e) => e.id).join(",") }),
      el("button", { "data-format": format }, name, el("span", { class: "quiet" }, ` ${what}`)),
    );
  return [
    el("h2", {}, "Share and save"),
    ...copier("share-link", "Link", here, 3),
    ...copier("share-embed", "Embed code", snippet, 4),
    el("h3", {}, `Save the ${plural(shown.claims.length, "claim")} shown as`),
    el(
      "div",
      { class: "formats" },
      FORMATS.map((f) => form(...f)),
    ),
    el("p", { class: "quiet" }, "Pictures are laid out anew for paper; each claim is one line there, too."),
  ];
}

async function copied(id, announce) {
  const field = document.getElementById(id);
  try {
    await navigator.clipboard.writeText(field.value);
    announce("Copied.");
  } catch {
    field.select();
    announce("Selected; press Ctrl+C to copy.");
  }
}

// What narrows the picture down, each with a cross that takes it away.
export function chips({ claims, state, go }) {
  const names = {
    level: (v) => `level ${v}`,
    certainty: (v) => v,
    agreement: (v) => claims.data.agreements.find((a) => a.id === v)?.name,
    direction: (v) => claims.data.directions.find((d) => d.id === v)?.name,
    kind: (v) => claims.kinds.get(v)?.name,
    column: (v) => `column ${claims.columns.get(v)?.name}`,
    source: (v) => claims.data.sources[claims.placeOf.get(v)]?.short,
    band: (v) => `dose: ${v}`,
    more: (v) => `and claims of ${claims.nodes.get(v)?.label}`,
  };
  const chip = (text, change) =>
    el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "chip", onclick: () => go(change) },
        text,
        el("span", { "aria-hidden": "true" }, " ×"),
        el("span", { class: "unseen" }, " (take away)"),
      ),
    );
  const list = Object.entries(names).flatMap(([key, name]) =>
    state[key].map((v) => chip(name(v) || v, { [key]: state[key].filter((x) => x !== v) })),
  );
  for (const key of ["from", "to"])
    if (state[key] !== null) list.push(chip(`${key} ${state[key]}`, { [key]: START[key] }));
  return list.length ? el("ul", { "aria-label": "Filters" }, list) : "";
}
