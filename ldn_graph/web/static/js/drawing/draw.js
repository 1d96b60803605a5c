// A picture as SVG: what `arranged` placed, in presentation attributes only, so that it shows the
// same in a page, as a file, on paper and under the strictest policy.
//
// Thickness is evidence, the dash is how sure the wording sounds, colour and words are dispute.
// Nothing else makes a line thicker or darker: what is marked has a frame round its words.

import { CARD, WORDS } from "./layout.js";
import { clean } from "./lettering.js";

const FACE = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif";
const LINE = 18;
const WORD_LINE = 16;
export const HEAD = 34; // room above the cards for the names of columns
const SIDE = 108; // and beside them, where columns lie under one another
export const MARGIN = 14;
const CORNER = 9;

const escaped = (text) => clean(text).replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
const n = (value) => String(Math.round(value * 10) / 10);

export function text(x, y, words, size, fill, { weight = 400, anchor = "" } = {}) {
  const at = anchor ? ` text-anchor="${anchor}"` : "";
  return `<text x="${n(x)}" y="${n(y)}" font-size="${n(size)}" font-weight="${weight}" fill="${fill}"${at}>${escaped(words)}</text>`;
}

/** The box of the whole drawing: the cards and lines, the names of columns above, a margin round. */
export function outline({ left, top, width, height, down }) {
  const [beside, above] = down ? [SIDE, 0] : [0, HEAD];
  return {
    x: left - beside - MARGIN,
    y: top - above - MARGIN,
    w: width + beside + 2 * MARGIN,
    h: height + above + 2 * MARGIN,
  };
}

/** The parts of a drawing, one under the other; `marked`: id of the claim whose words are framed. */
export function parts(geometry, paint, { marked = null, interactive = false } = {}) {
  return [
    ...geometry.bands.map((b) => band(b, geometry, paint)),
    ...geometry.links.map((l) => line(l, paint, marked, interactive)),
    ...geometry.cards.map((c) => card(c, paint)),
    ...geometry.links.map((l) => words(l, paint, marked)),
  ].join("\n");
}

/** A whole SVG document. `spoken`: what a screen reader says of it. */
export function document_({ x, y, w, h }, title, spoken, content) {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${Math.ceil(w)}" height="${Math.ceil(h)}" ` +
    `viewBox="${n(x)} ${n(y)} ${Math.ceil(w)} ${Math.ceil(h)}" font-family="${FACE}" aria-labelledby="picture-title picture-words">\n` +
    `<title id="picture-title">${escaped(title)}</title>\n<desc id="picture-words">${escaped(spoken)}</desc>\n${content}\n</svg>\n`
  );
}

function band({ from, to, name }, { left, top, width, height, down }, paint) {
  const box = down
    ? { x: left - SIDE, y: from, w: width + SIDE + 8, h: to - from }
    : { x: from, y: top - HEAD, w: to - from, h: height + HEAD + 8 };
  const style = { weight: 650, anchor: down ? "" : "middle" };
  const head = down
    ? text(left - SIDE + 10, (from + to) / 2 + 4, name, WORDS, paint.soft, style)
    : text((from + to) / 2, top - HEAD + 21, name, WORDS, paint.soft, style);
  return `<rect x="${n(box.x)}" y="${n(box.y)}" width="${n(box.w)}" height="${n(box.h)}" rx="10" fill="${paint.band}"/>${head}`;
}

// --- lines

const colourOf = (link, paint) => paint.looks[link.look];
export const arrowLength = (width) => 9 + 0.8 * width;

function line(link, paint, marked, interactive) {
  const colour = colourOf(link, paint);
  const { path, head } = traced(link);
  const dash = link.dash ? ` stroke-dasharray="${link.dash.join(" ")}"` : "";
  const hit = interactive
    ? `<path class="hit" d="${path}" fill="none" stroke="transparent" stroke-width="${link.width + 16}"/>`
    : "";
  const kind = `line ${link.look}${link.id === marked ? " marked" : ""}`;
  const body = link.bundle
    ? `<path d="${path}" fill="none" stroke="${colour}" stroke-width="5"/><path d="${path}" fill="none" stroke="${paint.ground}" stroke-width="2"/>`
    : `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${n(link.width)}"${dash}/>`;
  const id = link.bundle ? "" : ` id="claim-${escaped(link.id)}"`;
  return `<g${id} class="${kind}" data-id="${escaped(link.id)}">${hit}${body}<polygon points="${head}" fill="${colour}"/></g>`;
}

// A line with its corners rounded, ending where its arrow begins.
function traced({ points, width }) {
  const [before, end] = points.slice(-2);
  const far = Math.hypot(end[0] - before[0], end[1] - before[1]) || 1;
  const [ux, uy] = [(end[0] - before[0]) / far, (end[1] - before[1]) / far];
  const long = Math.min(arrowLength(width), far);
  const half = 4 + 0.75 * width;
  const base = [end[0] - ux * long, end[1] - uy * long];
  const head = [end, [base[0] - uy * half, base[1] + ux * half], [base[0] + uy * half, base[1] - ux * half]];
  const stops = [...points.slice(0, -1), [end[0] - ux * long * 0.8, end[1] - uy * long * 0.8]];
  return { path: rounded(stops), head: head.map((p) => p.map(n).join(",")).join(" ") };
}

function rounded(points) {
  const at = (p) => `${n(p[0])} ${n(p[1])}`;
  let path = `M${at(points[0])}`;
  for (let i = 1; i < points.length - 1; i += 1) {
    const [a, b, c] = [points[i - 1], points[i], points[i + 1]];
    const [ab, bc] = [Math.hypot(a[0] - b[0], a[1] - b[1]), Math.hypot(c[0] - b[0], c[1] - b[1])];
    const r = Math.min(CORNER, ab / 2, bc / 2);
    const toward = (p, long) => [b[0] + ((p[0] - b[0]) * r) / (long || 1), b[1] + ((p[1] - b[1]) * r) / (long || 1)];
    path += `L${at(toward(a, ab))}Q${at(b)} ${at(toward(c, bc))}`;
  }
  return `${path}L${at(points.at(-1))}`;
}

function words(link, paint, marked) {
  const { wordsAt: box, signAt } = link;
  const framed = link.id === marked ? ` stroke="${paint.accent}" stroke-width="2"` : "";
  const colour = link.look === "contested" || link.look === "against" ? paint.words[link.look] : paint.ink;
  const weight = link.bold ? 650 : 400;
  const lines = link.words.map((t, i) =>
    text(box.x + box.w / 2, box.y + 13.5 + i * WORD_LINE, t, WORDS, colour, { weight, anchor: "middle" }),
  );
  const sign = signAt ? changeSign(link, signAt, paint) : "";
  return (
    `<g class="words ${link.look}" data-id="${escaped(link.id)}"><rect x="${n(box.x + 1)}" y="${n(box.y)}" width="${n(box.w - 2)}" ` +
    `height="${n(box.h)}" rx="4" fill="${paint.ground}"${framed}/>${lines.join("")}${sign}</g>`
  );
}

// That less (or more) of the subject is meant, where the line leaves it.
function changeSign(link, box, paint) {
  return (
    `<rect class="change" x="${n(box.x)}" y="${n(box.y)}" width="${n(box.w)}" height="${n(box.h)}" rx="${n(box.h / 2)}" fill="${paint.card}" stroke="${colourOf(link, paint)}" stroke-width="1.5"/>` +
    text(box.x + box.w / 2, box.y + 15.5, link.sign, WORDS, paint.ink, { weight: 650, anchor: "middle" })
  );
}

// --- cards

function card(c, paint) {
  const behind = c.group
    ? `<rect x="${n(c.x + 4)}" y="${n(c.y + 4)}" width="${n(c.w)}" height="${n(c.h)}" rx="8" fill="${paint.card}" stroke="${paint.border}"/>`
    : "";
  const border = c.main && !c.group ? paint.accent : paint.border;
  const small = [...c.within, ...(c.more ? [`+${c.more} more`] : [])];
  const high = c.lines.length * LINE + small.length * WORD_LINE;
  const top = c.y + (c.h - high) / 2;
  const label = c.lines.map((t, i) =>
    text(c.x + 31, top + 13.5 + i * LINE, t, CARD, paint.ink, { weight: c.main ? 650 : 500 }),
  );
  const under = small.map((t, i) =>
    text(c.x + 31, top + c.lines.length * LINE + 12 + i * WORD_LINE, t, WORDS, paint.soft),
  );
  return (
    `<g class="card${c.group ? " group" : ""}${c.main ? " main" : ""}" data-id="${escaped(c.id)}">${behind}` +
    `<rect class="box" x="${n(c.x)}" y="${n(c.y)}" width="${n(c.w)}" height="${n(c.h)}" rx="8" fill="${paint.card}" stroke="${border}" stroke-width="${c.main ? 2 : 1.2}"/>` +
    `${sign(c.kind, c.x + 16, c.y + c.h / 2, paint)}${label.join("")}${under.join("")}</g>`
  );
}

export function sign(kind, x, y, paint) {
  const points = kind.points.map(([px, py]) => `${n(x + px * 7)},${n(y + py * 7)}`).join(" ");
  return points ? `<polygon points="${points}" fill="${kind.colour}" stroke="${paint.ink}" stroke-width="0.8"/>` : "";
}
