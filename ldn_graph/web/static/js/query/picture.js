// The answer as a picture of nodes and lines. The table beside it has the same in words.
import { colour } from "../colour.js";
import { make, save } from "./elements.js";

const MOST = 600;
const FROM = ["subject", "from", "s", "drug", "start"];
const TO = ["object", "to", "o", "thing", "condition", "end"];
const BY = ["predicate", "relation", "p", "says", "verb"];

/** The columns that make lines: {from, to, by}; null where there are none. */
export function lineColumns(result) {
  if (result.kind === "boolean") return null;
  const at = (names) => names.map((n) => result.columns.indexOf(n)).find((n) => n >= 0) ?? -1;
  const [from, to] = [at(FROM), at(TO)];
  if (from >= 0 && to >= 0 && from !== to) return { from, to, by: at(BY) };
  const things = result.columns
    .map((_, n) => n)
    .filter((n) => result.rows.length && result.rows.every((r) => !r[n] || r[n].type === "uri"));
  return things.length >= 2 ? { from: things[0], to: things[1], by: things[2] ?? at(BY) } : null;
}

/** The rows that are lines between two things, each as [from, to, by]. */
export function edgesOf(result) {
  const columns = lineColumns(result);
  if (!columns) return [];
  const isNode = (term) => term && term.type !== "literal";
  return result.rows
    .filter((r) => isNode(r[columns.from]) && isNode(r[columns.to]))
    .map((r) => [r[columns.from], r[columns.to], r[columns.by]]);
}

let library = null;

function load() {
  // Cytoscape would put a style element in the page, which the policy refuses; where it finds
  // one of this id it does not, and query.css has the one rule that was in it.
  if (!library) {
    document.head.append(make("meta", { id: "__________cytoscape_stylesheet", name: "cytoscape", content: "styled" }));
    library = import("../../vendor/cytoscape-3.34.4/cytoscape.esm.min.mjs").then((found) => found.default);
  }
  return library;
}

export async function showGraph(place, result, names) {
  const edges = edgesOf(result);
  if (!edges.length) {
    place.replaceChildren(
      make("p", {}, "A picture needs two columns of things, such as ?subject and ?object, or a CONSTRUCT query."),
    );
    return;
  }
  const shown = edges.slice(0, MOST);
  const nodes = new Map();
  for (const [from, to] of shown) for (const term of [from, to]) nodes.set(key(term), names.name(term));
  const words = `${nodes.size} things and ${shown.length} lines; the table has the same in words.`;
  const canvas = make("div", { class: "picture", role: "img", "aria-label": `Picture of ${words}` });
  const more = edges.length > shown.length ? `Only the first ${MOST} of ${edges.length} lines are drawn. ` : "";
  const note = make(
    "p",
    { class: "quiet" },
    `${more}${words} Drag to move, pinch or Ctrl+wheel to zoom, double-click a thing for its page.`,
  );
  const bar = make("p", { class: "bar" });
  place.replaceChildren(bar, canvas, note);
  try {
    const draw = drawn(await load(), canvas, nodes, shown, names);
    controls(bar, draw);
  } catch (error) {
    place.replaceChildren(make("p", {}, `No picture: ${error.message}.`));
  }
}

const key = (term) => (term.type === "bnode" ? `_:${term.value}` : term.value);

function drawn(cytoscape, canvas, nodes, edges, names) {
  const places = columns(
    [...nodes.keys()],
    edges.map(([from, to]) => [key(from), key(to)]),
  );
  const cy = cytoscape({
    container: canvas,
    elements: [
      ...[...nodes].map(([id, label]) => ({ data: { id, ...sized(label) } })),
      ...edges.map(([from, to, by], n) => ({
        data: { id: `line ${n}`, source: key(from), target: key(to), label: by ? names.name(by).slice(0, 60) : "" },
      })),
    ],
    layout: { name: "preset", positions: (node) => places.get(node.id()), padding: 20 },
    userZoomingEnabled: false,
    minZoom: 0.1,
    maxZoom: 4,
  });
  style(cy);
  document.addEventListener("themechange", () => style(cy));
  canvas.addEventListener(
    "wheel",
    (event) => {
      cy.userZoomingEnabled(event.ctrlKey || event.metaKey);
    },
    { capture: true, passive: true },
  );
  cy.on("dbltap", "node", (event) => {
    const to = names.address(event.target.id());
    if (to) location.assign(to);
  });
  return cy;
}

/** Where nodes stand: in columns, each to the right of what leads to it; circles are cut open. */
function columns(ids, lines) {
  const column = new Map();
  const after = Map.groupBy(lines, ([from]) => from);
  const led = new Set(lines.map(([, to]) => to));
  const visit = (start) => {
    const waiting = [[start, 0]];
    while (waiting.length) {
      const [id, n] = waiting.shift();
      if (column.has(id)) continue;
      column.set(id, n);
      for (const [, to] of after.get(id) ?? []) waiting.push([to, n + 1]);
    }
  };
  for (const id of ids) if (!led.has(id)) visit(id);
  for (const id of ids) visit(id);
  const rows = Map.groupBy(ids, (id) => column.get(id));
  const most = Math.max(...[...rows.values()].map((row) => row.length));
  const places = new Map();
  const apart = Math.max(360, (most * 64 * 1.5) / rows.size);
  for (const [n, row] of [...rows].sort(([a], [b]) => a - b)) {
    const before = (id) => {
      const heights = lines.filter(([from, to]) => to === id && places.has(from)).map(([from]) => places.get(from).y);
      return heights.length ? heights.reduce((a, b) => a + b) / heights.length : 0;
    };
    const ordered = n
      ? row
          .map((id) => [before(id), id])
          .sort(([a], [b]) => a - b)
          .map(([, id]) => id)
      : row;
    ordered.forEach((id, at) => places.set(id, { x: n * apart, y: ((at + 0.5) / row.length) * most * 64 }));
  }
  return places;
}

/** A label with the room that it takes, in lines of some 20 characters. */
function sized(label) {
  const short = label.length > 60 ? `${label.slice(0, 59)}…` : label;
  const lines = Math.ceil(short.length / 19);
  return { label: short, width: Math.min(166, 22 + short.length * 7.4), height: 14 + lines * 17 };
}

function style(cy) {
  cy.style([
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        width: "data(width)",
        height: "data(height)",
        label: "data(label)",
        "text-valign": "center",
        "text-halign": "center",
        "text-wrap": "wrap",
        "text-max-width": "150px",
        "font-size": 13,
        "font-family": "system-ui, sans-serif",
        color: colour("ink"),
        "background-color": colour("card"),
        "border-width": 1.5,
        "border-color": colour("rule-strong"),
      },
    },
    {
      selector: "edge",
      style: {
        width: 2,
        label: "data(label)",
        "curve-style": "bezier",
        "target-arrow-shape": "triangle",
        "line-color": colour("edge-faint"),
        "target-arrow-color": colour("edge-faint"),
        "font-size": 11,
        color: colour("ink-soft"),
        "text-background-color": colour("ground"),
        "text-background-opacity": 0.9,
        "text-background-padding": "2px",
        "text-wrap": "wrap",
        "text-max-width": "130px",
      },
    },
  ]);
}

function controls(bar, cy) {
  const zoom = (factor) => () =>
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  bar.append(
    make("button", { type: "button", onclick: zoom(1.25), "aria-label": "Zoom in" }, "+"),
    make("button", { type: "button", onclick: zoom(0.8), "aria-label": "Zoom out" }, "−"),
    make("button", { type: "button", onclick: () => cy.fit(undefined, 20) }, "Whole picture"),
    make(
      "button",
      {
        type: "button",
        onclick: async () => {
          const blob = await cy.png({ output: "blob-promise", full: true, scale: 2, bg: colour("card") });
          save("answer.png", "image/png", blob);
        },
      },
      "PNG",
    ),
  );
}
