// The panel of paths: two ends, and every path between them, its weakest link marked.

import { el, plural, stroke } from "./dom.js";

export const TOP = 8; // so many paths are drawn unless more are asked for
export const STEPS = 4;

// The paths as they are ranked and as many as are drawn.
export function ranked(found, state) {
  if (!found?.paths) return [];
  const list = state.rank === "shortest" ? [...found.paths].sort((a, b) => a.shortest - b.shortest) : found.paths;
  return list.slice(0, Math.max(state.top ?? TOP, state.path ?? 0));
}

export function pathsPanel({ claims, state, go, found, ends }) {
  const label = (id) => claims.nodes.get(id)?.label ?? id ?? "";
  const [start, end] = state.paths.length ? state.paths : ends;
  const field = (name, text, value) =>
    el(
      "p",
      {},
      el("label", { for: `ends-${name}` }, text),
      el("input", {
        id: `ends-${name}`,
        type: "text",
        list: "ends",
        value: label(value),
        required: true,
        autocomplete: "off",
      }),
    );
  const options = [...claims.nodes.values()].sort((a, b) => a.label.localeCompare(b.label)).slice(0, 5000);
  const problem = el("p", { class: "notice", role: "alert", hidden: true });
  const submit = (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const ids = ["start", "end"].map((n) => named(claims, form.querySelector(`#ends-${n}`).value));
    const missing = ["start", "end"]
      .filter((_n, i) => !ids[i])
      .map((n) => `“${form.querySelector(`#ends-${n}`).value}”`);
    problem.hidden = !missing.length && ids[0] !== ids[1];
    problem.textContent = missing.length
      ? `Nothing in the data is called ${missing.join(" or ")}; choose a name from the list.`
      : "A path needs two different ends.";
    if (problem.hidden)
      go({
        reset: true,
        panel: "paths",
        paths: ids,
        rank: form.elements.rank.value,
        steps: Number(form.elements.steps.value) === STEPS ? null : Number(form.elements.steps.value),
      });
  };
  const radio = (value, text) =>
    el(
      "label",
      {},
      el("input", {
        type: "radio",
        name: "rank",
        value,
        checked: state.rank === value,
        onchange: () => {
          if (state.paths.length) go({ rank: value, path: null, focus: `[name="rank"][value="${value}"]` });
        },
      }),
      ` ${text}`,
    );
  return [
    el("h2", {}, "Paths between two things"),
    el(
      "form",
      { class: "ends", onsubmit: submit },
      field("start", "From", start),
      field("end", "To", end),
      el(
        "datalist",
        { id: "ends" },
        options.map((n) => el("option", { value: n.label })),
      ),
      el(
        "fieldset",
        { class: "inline" },
        el("legend", {}, "First"),
        radio("strongest", "the strongest"),
        radio("shortest", "the shortest"),
      ),
      el(
        "p",
        {},
        el("label", { for: "ends-steps" }, "In at most "),
        el(
          "select",
          { id: "ends-steps", name: "steps" },
          [1, 2, 3, 4, 5, 6].map((n) =>
            el("option", { value: n, selected: n === (state.steps ?? STEPS) }, plural(n, "step")),
          ),
        ),
      ),
      problem,
      el("p", {}, el("button", { class: "main" }, "Find paths")),
    ),
    ...results({ claims, state, go, found }),
  ];
}

function results({ claims, state, go, found }) {
  if (!state.paths.length) return [];
  if (!found || found.loading) return [el("p", { role: "status" }, "Looking for paths …")];
  if (found.problem) return [el("p", { class: "notice", role: "alert" }, found.problem)];
  if (!found.paths.length)
    return [
      el(
        "p",
        { role: "status" },
        "No path of supported claims leads there in so many steps. Allow more steps, or ask the other way round.",
      ),
    ];
  const list = ranked(found, state);
  const rest = found.paths.length - list.length;
  return [
    el(
      "p",
      { class: "quiet", role: "status" },
      `${plural(found.paths.length, "path")}, ${state.rank} first. A path is as strong as its weakest link.`,
    ),
    el(
      "ol",
      { class: "paths" },
      list.map((path, n) => one(path, n + 1, { claims, state, go })),
    ),
    rest > 0
      ? el(
          "p",
          {},
          el(
            "button",
            { type: "button", onclick: () => go({ top: list.length + 20 }) },
            `Draw ${Math.min(20, rest)} more of ${rest}`,
          ),
        )
      : null,
  ];
}

function one(path, n, { claims, state, go }) {
  const chosen = state.path === n;
  const steps = path.claims.map((id) => {
    const e = claims.edges.get(id);
    const weakest = id === path.weakest;
    return el(
      "li",
      { class: weakest ? "weakest" : null },
      el(
        "button",
        { type: "button", class: `link ${e.look}`, onclick: () => go({ path: n, select: id }) },
        stroke({ width: claims.data.widths[e.level], dash: claims.data.dashes[e.certainty], look: e.look }),
        el("span", {}, e.reading),
      ),
      weakest ? el("strong", { class: "tag" }, `weakest link: ${e.grade}`) : null,
    );
  });
  return el(
    "li",
    { class: chosen ? "chosen" : null },
    el(
      "button",
      {
        type: "button",
        class: "chain",
        "aria-pressed": String(chosen),
        "data-path": n,
        onclick: () => go({ path: chosen ? null : n, select: "", focus: `[data-path="${n}"]` }),
      },
      chain(path, claims),
    ),
    el("p", { class: "quiet" }, `${plural(path.claims.length, "step")} · ${path.grade} at its weakest`),
    chosen ? el("ol", { class: "steps" }, steps) : null,
    chosen
      ? el(
          "div",
          { class: "quiet" },
          path.explained.map((line) => el("p", {}, line)),
        )
      : null,
  );
}

// A path in a line: each thing, and what is said to lead to the next.
function chain(path, claims) {
  const label = (id) => claims.nodes.get(id)?.label ?? id;
  return [
    label(path.nodes[0]),
    ...path.claims.map((id, n) => [
      el("span", { class: "verb" }, ` ${claims.edges.get(id)?.verb ?? ""} → `),
      label(path.nodes[n + 1]),
    ]),
  ].flat();
}

// The id of what somebody typed: a label, a synonym or an id.
export function named(claims, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return null;
  for (const n of claims.nodes.values()) if (n.id === wanted || n.label.toLowerCase() === wanted) return n.id;
  for (const n of claims.nodes.values()) if ((n.synonyms || []).some((s) => s.toLowerCase() === wanted)) return n.id;
  return null;
}
