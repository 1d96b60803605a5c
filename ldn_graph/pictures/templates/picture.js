// The picture: vis-network draws lines and takes clicks; cards, headings and words are drawn here.

const drawing = read("network");
const stage = find("stage");
const at = new Map(data.nodes.map((n) => [n.id, { ...n, visible: true }]));
const extras = { words: [], bands: data.bands, paper: false };
let colours = {};

function readColours() {
  const style = getComputedStyle(extras.paper ? find("paper") : document.documentElement);
  const names = ["page", "card", "ink", "muted", "rule", "accent", "band",
    "plain", "presupposed", "against", "contested"];
  colours = Object.fromEntries(names.map((n) => [n, style.getPropertyValue(`--${n}`).trim()]));
}
readColours();

const lit = () => {
  if (state.claim) {
    const claim = claims.get(state.claim);
    return { claims: new Set([claim.id]), things: new Set([claim.start, claim.end]) };
  }
  if (state.thing) {
    const own = claimsOf.get(state.thing);
    const ends = own.flatMap((c) => [c.start, c.end]);
    return { claims: new Set(own.map((c) => c.id)), things: new Set([state.thing, ...ends]) };
  }
  return null;
};
let light = null;

function outline(ctx, points, x, y, r) {
  ctx.beginPath();
  points.forEach(([px, py], n) => ctx[n ? "lineTo" : "moveTo"](x + px * r, y + py * r));
  ctx.closePath();
}

function card({ ctx, id, x, y, state: { hover } }) {
  const node = at.get(id), kind = data.kinds[node.kind];
  const { width: w, height: h } = node;
  const dim = light && !light.things.has(id);
  const open = state.thing === id;
  const drawNode = () => {
    ctx.beginPath();
    ctx.roundRect(x - w / 2, y - h / 2, w, h, 8);
    ctx.fillStyle = dim ? colours.band : colours.card;
    ctx.fill();
    ctx.globalAlpha = dim ? 0.35 : 1;
    ctx.lineWidth = open ? 2.5 : hover ? 2 : 1.2;
    ctx.strokeStyle = open ? colours.accent : hover ? colours.ink : colours.rule;
    ctx.stroke();
    outline(ctx, kind.points, x - w / 2 + 17, y, 7);
    ctx.fillStyle = kind.colour;
    ctx.fill();
    ctx.lineWidth = 1;
    ctx.strokeStyle = colours.ink;
    ctx.stroke();
    lettering(ctx, node, x - w / 2 + 32, y, w - 40);
  };
  return { drawNode, nodeDimensions: { width: w, height: h } };
}

function lettering(ctx, node, x, y, room) {
  const family = getComputedStyle(document.body).fontFamily;
  ctx.font = `500 15px ${family}`;
  const widest = Math.max(...node.lines.map((l) => ctx.measureText(l).width));
  if (widest > room) ctx.font = `500 ${Math.floor((15 * room / widest) * 10) / 10}px ${family}`;
  ctx.fillStyle = colours.ink;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  node.lines.forEach((l, n) => ctx.fillText(l, x, y + (n - (node.lines.length - 1) / 2) * 18 + 0.5));
}

function lineStyle(claim) {
  const dim = light && !light.claims.has(claim.id);
  const open = light && !dim;
  const colour = open && claim.look === "presupposed" ? colours.plain : colours[claim.look];
  const width = data.widths[claim.level] + (open ? 1 : 0);
  const crowd = !light && drawn.size > MANY && !marked(claim) ? 0.72 : 1;
  return {
    id: claim.id,
    width,
    dashes: data.dashes[claim.certainty] || false,
    color: { color: colour, hover: colours.accent, highlight: colour, opacity: dim ? 0.1 : crowd, inherit: false },
    background: {
      enabled: claim.look === "contested" && !dim,
      color: `${colours.contested}55`,
      size: width + 9,
      dashes: false,
    },
    arrows: { to: { enabled: true, type: "arrow", scaleFactor: 0.6 } },
  };
}

let drawn = new Set(data.edges.map((c) => c.id));
const nodes = new vis.DataSet(drawing.nodes.map((n) => ({
  ...n, ctxRenderer: card, color: undefined, font: undefined, title: undefined,
})));
const edges = new vis.DataSet(drawing.edges.map((e) => ({ ...e, ...lineStyle(claims.get(e.id)), title: undefined })));
const network = new vis.Network(stage, { nodes, edges }, drawing.options);

// vis-network asks each line for its control points; ours were computed with the cards' places.
function steer() {
  for (const claim of data.edges) {
    const type = network.body.edges[claim.id] && network.body.edges[claim.id].edgeType;
    if (!type || claim.start === claim.end) continue;
    type._getViaCoordinates = () => controls(claim, at).slice(1, 3);
    type.getViaNode = type._getViaCoordinates;
  }
}

network.on("beforeDrawing", (ctx) => {
  ctx.fillStyle = colours.band;
  for (const band of extras.bands) {
    ctx.beginPath();
    ctx.roundRect(band.x, band.y, band.width, band.height, 12);
    ctx.fill();
  }
});

// A heading stays in sight while its column is.
function heading(ctx, band, top) {
  const name = data.columns[band.column];
  const y = Math.min(Math.max(band.y, top), Math.max(band.y, band.y + band.height - 40));
  ctx.font = `600 14px ${getComputedStyle(document.body).fontFamily}`;
  ctx.fillStyle = colours.band;
  ctx.beginPath();
  ctx.roundRect(band.x + 6, y + 5, ctx.measureText(name).width + 16, 28, 6);
  ctx.fill();
  ctx.fillStyle = colours.muted;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(name, band.x + 14, y + 19);
}

function cross(ctx, { x, y }, r) {
  ctx.lineWidth = 3;
  ctx.strokeStyle = colours.against;
  ctx.beginPath();
  for (const s of [1, -1]) { ctx.moveTo(x - r, y - r * s); ctx.lineTo(x + r, y + r * s); }
  ctx.stroke();
}

function label(ctx, { claim, lines, box, cross: room }) {
  ctx.globalAlpha = light && !light.claims.has(claim.id) ? 0.15 : 1;
  ctx.fillStyle = colours.band;
  ctx.beginPath();
  ctx.roundRect(box.x, box.y, box.w, box.h, 4);
  ctx.fill();
  ctx.font = `500 ${WORDS_FONT}px ${getComputedStyle(document.body).fontFamily}`;
  ctx.fillStyle = marked(claim) ? colours[claim.look] : colours.muted;
  const middle = box.x + (box.w + room) / 2;
  lines.forEach((l, n) => ctx.fillText(l, middle, box.y + 2 + (n + 0.5) * (WORDS_FONT + 3)));
  if (room) cross(ctx, { x: box.x + 13, y: box.y + box.h / 2 }, 5);
  ctx.globalAlpha = 1;
}

// What speaks against a claim bears a cross, whether or not there is room for its words.
network.on("afterDrawing", (ctx) => {
  const worded = new Set(extras.words.map((w) => w.claim.id));
  for (const claim of data.edges) {
    const seen = drawn.has(claim.id) && (!light || light.claims.has(claim.id));
    if (claim.look === "against" && seen && !worded.has(claim.id)) cross(ctx, pointAt(controls(claim, at), 0.5), 7);
  }
  const top = network.DOMtoCanvas({ x: 0, y: 0 }).y;
  for (const band of extras.bands) heading(ctx, band, top);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const word of extras.words) label(ctx, word);
});

// With most of a large picture hidden, what is left closes up.
function arrange() {
  for (const n of data.nodes) Object.assign(at.get(n.id), { x: n.x, y: n.y });
  extras.bands = data.bands;
  if (state.focus) closeUp();
  nodes.update([...at.values()].map(({ id, x, y, visible }) => ({ id, x, y, hidden: !visible })));
}

function closeUp() {
  const rest = data.bands.filter((b) => b.y !== data.bands[0].y);
  const below = [...at.values()].filter((n) => n.visible && rest.some((b) => n.y > b.y));
  const lanes = new Map();
  for (const n of at.values()) {
    if (n.visible && !below.includes(n)) lanes.set(n.x, [...(lanes.get(n.x) || []), n]);
  }
  let half = 0;
  for (const lane of lanes.values()) {
    const height = lane.reduce((sum, n) => sum + n.height + 16, -16);
    let y = -height / 2;
    for (const n of lane.sort((a, b) => a.y - b.y)) { n.y = y + n.height / 2; y += n.height + 16; }
    half = Math.max(half, height / 2);
  }
  const rows = rest.length ? inRows(below, rest[0], half + 90) : 0;
  extras.bands = data.bands.map((b) => (rest.includes(b)
    ? { ...b, y: half + 34, height: 70 + rows * 90 }
    : { ...b, y: -half - 40, height: 2 * half + 56 }));
}

function inRows(below, band, top) {
  const pitch = 196, most = Math.max(1, Math.floor((band.width - 40) / pitch - 0.5));
  below.sort((a, b) => a.x - b.x || a.y - b.y).forEach((n, i) => {
    const row = Math.floor(i / most);
    n.x = band.x + 100 + ((i % most) + (row % 2) / 2) * pitch;
    n.y = top + row * 90 + 24;
  });
  return Math.ceil(below.length / most);
}

function bounds() {
  const b = extras.bands;
  return {
    left: Math.min(...b.map((x) => x.x)) - 10,
    right: Math.max(...b.map((x) => x.x + x.width)) + 10,
    top: Math.min(...b.map((x) => x.y)) - 8,
    bottom: Math.max(...b.map((x) => x.y + x.height)) + 8,
  };
}

const SMALLEST = 0.62;
const LARGEST = 1.2;

function fit() {
  if (!extras.bands.length) return;
  const box = bounds(), room = stage.clientWidth;
  const scale = Math.min(LARGEST, Math.max(SMALLEST, room / (box.right - box.left)));
  const most = window.innerWidth < 700 ? window.innerHeight * 0.58 : 1800;
  const height = Math.round(Math.min(most, Math.max(220, (box.bottom - box.top) * scale)));
  stage.style.height = `${height}px`;
  network.setSize("100%", "100%");
  network.redraw();
  const wide = (box.right - box.left) * scale > room + 1;
  const tall = (box.bottom - box.top) * scale > height + 1;
  const first = state.thing || state.focus;
  const middle = first && at.has(first) ? at.get(first).y : (box.top + box.bottom) / 2;
  network.moveTo({
    scale,
    position: {
      x: wide ? box.left + room / 2 / scale : (box.left + box.right) / 2,
      y: tall ? middle : (box.top + box.bottom) / 2,
    },
  });
}

function paint() {
  light = lit();
  const open = new Set(light ? light.claims : []);
  edges.update(data.edges.map((c) => ({ ...lineStyle(c), hidden: !drawn.has(c.id) })));
  steer();
  const ctx = stage.querySelector("canvas").getContext("2d");
  extras.words = placeWords(ctx, data.edges.filter((c) => drawn.has(c.id)), open, bounds());
  network.redraw();
}

function show(list) {
  drawn = new Set(list.map((c) => c.id));
  const seen = new Set(list.flatMap((c) => [c.start, c.end]));
  for (const n of at.values()) n.visible = seen.has(n.id);
  arrange();
  paint();
}

function zoom(by) {
  network.moveTo({ scale: Math.min(4, Math.max(0.2, network.getScale() * by)), animation: false });
}

function pan(dx, dy) {
  const p = network.getViewPosition(), s = network.getScale();
  network.moveTo({ position: { x: p.x + dx / s, y: p.y + dy / s } });
}

// The wheel scrolls the page, as everywhere; with Ctrl it zooms.
stage.addEventListener("wheel", (e) => { if (!e.ctrlKey && !e.metaKey) e.stopPropagation(); }, { capture: true });
stage.addEventListener("keydown", (e) => {
  const moves = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };
  if (moves[e.key]) pan(...moves[e.key]);
  else if (e.key === "+" || e.key === "=") zoom(1.2);
  else if (e.key === "-") zoom(1 / 1.2);
  else if (e.key === "0") fit();
  else return;
  e.preventDefault();
});

// vis-network's own hint names the last line near the pointer, not the one that is lit.
const hints = new Map(drawing.edges.map((e) => [e.id, e.title]));

function hint(id, at) {
  const box = find("hint");
  box.hidden = id === null;
  stage.classList.toggle("pointing", id !== null);
  if (id === null) return;
  box.textContent = hints.get(id) || "";
  const left = Math.min(at.x + 14, stage.clientWidth - box.offsetWidth - 8);
  const below = at.y + 18 + box.offsetHeight < stage.clientHeight;
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${below ? at.y + 18 : at.y - box.offsetHeight - 12}px`;
}

network.on("hoverEdge", ({ edge, pointer }) => hint(edge, pointer.DOM));
network.on("blurEdge", () => hint(null));
network.on("hoverNode", () => { hint(null); stage.classList.add("pointing"); });
network.on("blurNode", () => stage.classList.remove("pointing"));
stage.addEventListener("pointerleave", () => hint(null));

// On paper the picture is a copy in the colours of paper.
function copyForPaper() {
  extras.paper = true;
  readColours();
  fit();
  paint();
  const from = stage.querySelector("canvas"), to = find("paper-picture");
  to.width = from.width;
  to.height = from.height;
  to.getContext("2d").drawImage(from, 0, 0);
  extras.paper = false;
  readColours();
  paint();
}
