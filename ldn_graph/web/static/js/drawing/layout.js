// Where cards stand, how lines run and where their words are: by ELK's layered layout (elkjs).
//
// Columns are its partitions. The words of a line are an inline label: they have a place of their
// own on the line, which no card, no other line and no other words may take. The same input gives
// the same picture, in a browser and in Python's interpreter.

import { Worker } from "../../vendor/elkjs-0.12.1/elk-worker.min.mjs";
import { clean, widthOf, wrapped } from "./lettering.js";

export const CARD = 14; // letter sizes in pixels; none is under 13, so that a picture may be drawn at 12/13
export const WORDS = 13;
const LINE = 18;
const WORD_LINE = 16;
const WIDTHS = { wide: 156, middle: 140, narrow: 124 };

// What a disputed line says before its words; null for the others. A denial says so itself.
const markOf = (e) =>
  e.look === "contested" ? "≠ contested:" : e.look !== "against" ? null : e.denied ? "✕" : "✕ refuted:";

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.partitioning.activate": "true",
  "elk.separateConnectedComponents": "false",
  "elk.randomSeed": "1",
  "elk.layered.thoroughness": "7",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.layered.edgeLabels.centerLabelPlacementStrategy": "SPACE_EFFICIENT_LAYER",
  "elk.spacing.nodeNode": "14",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "12",
  "elk.spacing.edgeLabel": "0",
  "elk.spacing.nodeSelfLoop": "18",
  "elk.layered.spacing.nodeNodeBetweenLayers": "18",
  "elk.layered.spacing.edgeNodeBetweenLayers": "17", // an arrow head
  "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
};

let engine = null;

// ELK's own dispatcher, asked at once instead of by messages.
function elk(graph) {
  if (!engine) {
    engine = new Worker("");
    engine.onmessage = ({ data }) => {
      engine.answer = data;
    };
    engine.dispatcher.saveDispatch({ data: { id: 0, cmd: "register", algorithms: ["layered"] } });
  }
  engine.dispatcher.saveDispatch({ data: { id: 1, cmd: "layout", graph, layoutOptions: {}, options: {} } });
  if (engine.answer.error) throw new Error(`the layout failed: ${engine.answer.error.message}`);
  return engine.answer.data;
}

/**
 * The geometry of what is shown: cards, lines with their words, bands of columns, in pixels.
 * `size`: one of WIDTHS; `down`: columns lie under one another; `more`: id → claims of a card that
 * are not shown; `main`: ids of what the picture is about.
 */
export function arranged(shown, claims, { size = "wide", down = false, more = (_id) => 0, main = [] } = {}) {
  const width = WIDTHS[size];
  const links = [...shown.lines.map((e) => claimLink(e, width)), ...shown.bundles.map(bundleLink)];
  const cards = [
    ...shown.nodes.map((id) => card(claims, id, width, more(id), main.includes(id))),
    ...shown.groups.map((g) => group(claims, g, width)),
  ].sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  for (const c of cards) {
    if (down) c.w = Math.max(c.w, portRoom(c.id, links));
    else c.h = Math.max(c.h, portRoom(c.id, links));
  }
  const places = [...new Set(cards.map((c) => c.order))];
  const placeOf = new Map(cards.map((c) => [c.id, String(places.indexOf(c.order))]));
  const node = ({ id, w, h }, at) => ({
    id,
    width: w,
    height: h,
    layoutOptions: { "elk.partitioning.partition": placeOf.get(at) },
  });
  const signs = links.filter((l) => l.sign);
  const laid = elk({
    id: "picture",
    layoutOptions: { ...OPTIONS, "elk.direction": down ? "DOWN" : "RIGHT" },
    children: [...cards.map((c) => node(c, c.id)), ...signs.map((l) => node(signBox(l), l.s))],
    edges: links.flatMap(edges),
  });
  const found = new Map([...laid.children, ...laid.edges].map((one) => [one.id, one]));
  for (const c of cards) Object.assign(c, { x: found.get(c.id).x, y: found.get(c.id).y });
  for (const l of links) Object.assign(l, routed(l, found));
  return { cards, links, down, bands: bands(cards, claims, down), ...extent(cards, links) };
}

// A card is wide enough for its longest word, unless that is no word any more.
const wideEnough = (w, texts, bold) =>
  Math.max(w, ...texts.map((t) => Math.min(Math.ceil(widthOf(t, CARD, bold)) + 42, 230)));

function card(claims, id, least, more, main) {
  const node = claims.nodes.get(id);
  const kind = claims.kinds.get(node.kind);
  const w = wideEnough(least, clean(node.label).split(" "), main);
  const lines = wrapped(node.label, w - 42, CARD, { most: 4, bold: main });
  const h = Math.max(lines.length * LINE + 14 + (more ? WORD_LINE : 0), 34);
  return { id, w, h, kind, lines, within: [], more, main, group: false, order: claims.columnPlace(kind.column) };
}

function group(claims, { id, name, kind, members, inside }, least) {
  const within = inside.length ? [`${inside.length} claim${inside.length === 1 ? "" : "s"} inside`] : [];
  const w = wideEnough(least, [...name.split(" "), ...within], true);
  const lines = wrapped(`${name} (${members.length})`, w - 42, CARD, { most: 3, bold: true });
  const h = lines.length * LINE + 18 + within.length * WORD_LINE;
  return { id, w, h, kind, lines, within, more: 0, main: true, group: true, order: claims.columnPlace(kind.column) };
}

// A card is tall enough for a port of each of its lines on the busier side.
function portRoom(id, links) {
  const out = links.filter((l) => l.s === id).reduce((sum, l) => sum + l.width + 11, 8);
  const into = links.filter((l) => l.t === id).reduce((sum, l) => sum + l.width + 11, 8);
  return Math.max(out, into);
}

function claimLink(e, cardWidth) {
  const mark = markOf(e);
  const bold = Boolean(mark);
  return {
    id: e.id,
    s: e.s,
    t: e.t,
    look: e.look,
    level: e.level,
    width: e.width,
    dash: e.dash,
    bold,
    bundle: false,
    claims: [e.id],
    words: wrapped(mark ? `${mark} ${e.verb}` : e.verb, Math.max(88, cardWidth - 46), WORDS, { bold, most: 4 }),
    sign: e.change ?? null,
  };
}

function bundleLink(b) {
  const n = b.claims.length;
  const marked = b.claims.filter(markOf).length;
  const words = [`${n} claim${n === 1 ? "" : "s"}`, ...(marked ? [`≠ ${marked} disputed`] : [])];
  return {
    id: b.id,
    s: b.s,
    t: b.t,
    look: "bundle",
    level: 0,
    width: 3,
    bold: true,
    bundle: true,
    words,
    sign: null,
    claims: b.claims.map((e) => e.id),
  };
}

// The sign that less (or more) of the subject is meant stands in the line where it leaves the
// subject: for the layout it is a small card between two pieces of the line.
const signBox = (l) => ({ id: `sign ${l.id}`, w: Math.ceil(widthOf(l.sign, WORDS, true)) + 16, h: 22 });

function edges(l) {
  const widest = Math.max(...l.words.map((t) => widthOf(t, WORDS, l.bold)));
  const words = {
    text: l.words.join(" "),
    width: Math.ceil(widest) + 10,
    height: l.words.length * WORD_LINE + 3,
    layoutOptions: { "elk.edgeLabels.inline": "true" },
  };
  const line = (from) => ({ id: `line ${l.id}`, sources: [from], targets: [l.t], labels: [words] });
  if (!l.sign) return [line(l.s)];
  const near = { layoutOptions: { "elk.layered.priority.shortness": "100" } };
  return [{ id: `stub ${l.id}`, sources: [l.s], targets: [`sign ${l.id}`], ...near }, line(`sign ${l.id}`)];
}

function routed(l, found) {
  const line = found.get(`line ${l.id}`);
  const [words] = line.labels;
  const sign = found.get(`sign ${l.id}`);
  const points = [...(l.sign ? pointsOf(found.get(`stub ${l.id}`)) : []), ...pointsOf(line)];
  return {
    points: points.filter(([x, y], n) => !n || x !== points[n - 1][0] || y !== points[n - 1][1]),
    wordsAt: boxOf(words),
    signAt: sign ? boxOf(sign) : null,
  };
}

const boxOf = ({ x, y, width, height }) => ({ x, y, w: width, h: height });

const pointsOf = ({ sections: [{ startPoint, bendPoints = [], endPoint }] }) =>
  [startPoint, ...bendPoints, endPoint].map(({ x, y }) => [x, y]);

// The area of each column: across the picture from its first card to its last.
function bands(cards, claims, down) {
  const found = new Map();
  for (const c of cards) {
    const [from, to] = down ? [c.y - 8, c.y + c.h + 8] : [c.x - 8, c.x + c.w + 8];
    const [first, last] = found.get(c.kind.column) ?? [Infinity, -Infinity];
    found.set(c.kind.column, [Math.min(first, from), Math.max(last, to)]);
  }
  return [...found]
    .map(([column, [from, to]]) => ({ column, name: claims.columns.get(column).name, from, to }))
    .sort((a, b) => a.from - b.from);
}

function extent(cards, links) {
  const boxes = [...cards, ...links.flatMap((l) => [l.wordsAt, l.signAt].filter(Boolean))];
  const xs = [0, ...boxes.flatMap((b) => [b.x, b.x + b.w]), ...links.flatMap((l) => l.points.map(([x]) => x))];
  const ys = [0, ...boxes.flatMap((b) => [b.y, b.y + b.h]), ...links.flatMap((l) => l.points.map(([, y]) => y))];
  const [left, right] = [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b))];
  const [top, bottom] = [ys.reduce((a, b) => Math.min(a, b)), ys.reduce((a, b) => Math.max(a, b))];
  return { left, top, width: right - left, height: bottom - top };
}
