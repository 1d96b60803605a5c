// The picture: Cytoscape draws what `layout` placed, and tells what was pointed at.

import cytoscape from "../../vendor/cytoscape-3.34.4/cytoscape.esm.min.mjs";
import { layout, WIDE } from "./layout.js";
import { badge, colours, MARKS, sheet } from "./look.js";

export const WORDED = 40; // a picture of more claims bears words only where they are disputed
const CROWD = 700; // more cards than this are drawn plainly

cytoscape.warnings(false); // the one that may come, `mend` sees to

const pen = document.createElement("canvas").getContext("2d");

function lines(text) {
  pen.font = "500 15px system-ui, sans-serif";
  let count = 1,
    width = 0;
  for (const word of String(text).split(/\s+/)) {
    const w = pen.measureText(`${word} `).width;
    if (width && width + w > 126) {
      count += 1;
      width = 0;
    }
    width += w;
  }
  return count;
}

function written(text) {
  pen.font = "bold 12.5px system-ui, sans-serif";
  return text ? pen.measureText(text).width : 0;
}

export class Picture {
  constructor(stage, claims, { tapped, opened, hovered }) {
    this.stage = stage;
    this.claims = claims;
    this.paint = colours();
    this.cy = cytoscape({
      container: stage.querySelector(".canvas"),
      style: this.sheet(false),
      minZoom: 0.03,
      maxZoom: 3.5,
      boxSelectionEnabled: false,
      autoungrabify: true,
      autounselectify: true,
      textureOnViewport: false,
      hideEdgesOnViewport: false,
    });
    this.plain = false;
    this.drawn = null;
    this.cy.on("tap", (event) => tapped(event.target === this.cy ? null : event.target.id(), event));
    this.cy.on("dbltap", "node", (event) => opened(event.target.id()));
    this.cy.on("mouseover", "node, edge", (event) => {
      event.target.addClass("hover");
      hovered(event.target.id(), event.renderedPosition);
    });
    this.cy.on("mouseout", "node, edge", (event) => {
      event.target.removeClass("hover");
      hovered(null);
    });
    this.cy.on("viewport", () => {
      hovered(null);
      this.overlay();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
    new ResizeObserver(() => this.resized()).observe(stage);
  }

  sheet(plain) {
    return sheet(this.paint, {
      plain,
      family: getComputedStyle(document.body)
        .fontFamily.split(",")
        .map((f) => f.trim().replace(/^"|"$/g, ""))
        .filter((f) => /^[\w -]+$/.test(f) && !f.startsWith("-"))
        .join(", "),
    });
  }

  repaint() {
    this.paint = colours();
    if (this.drawn) this.draw(...this.drawn, { keep: true });
  }

  resized() {
    const { clientWidth: w, clientHeight: h } = this.stage;
    if (!w || !h || (this.size && this.size[0] === w && this.size[1] === h)) return;
    const before = this.size;
    this.size = [w, h];
    this.cy.resize();
    if (this.drawn && before && Math.abs(w / h - before[0] / before[1]) > 0.25) this.draw(...this.drawn);
    else if (this.fitted) this.fit();
    this.overlay();
  }

  // Draw what is shown. `keep` leaves the view where it is.
  draw(shown, state, { keep = false } = {}) {
    if (!this.size) this.resized();
    this.drawn = [shown, state];
    const { claims } = this;
    const plain = shown.nodes.length > CROWD;
    const small = this.size?.[0] < 600;
    const worded = shown.lines.length <= WORDED && !small && !shown.overview;
    const count = (id) => (claims.of.get(id) || []).length;
    const here = new Map();
    for (const e of shown.lines) for (const id of new Set([e.s, e.t, e.about])) here.set(id, (here.get(id) || 0) + 1);
    const more = (id) => (shown.overview ? 0 : Math.max(0, count(id) - (here.get(id) || 0)));
    const cards = [...shown.nodes.map((id) => this.card(id, more(id))), ...shown.groups.map((g) => this.group(g))].sort(
      (a, b) => (a.sort < b.sort ? -1 : 1),
    );
    const links = [
      ...shown.lines.map((e) => ({ id: e.id, s: e.s, t: e.t })),
      ...shown.bundles.map((b) => ({ id: b.id, s: b.s, t: b.t })),
    ];
    const widest = Math.max(0, ...shown.lines.map((e) => written(this.words(e, worded))));
    const gaps = worded
      ? [Math.min(330, widest + 56), 180, 130]
      : [shown.overview ? 142 : Math.max(small ? 56 : 84, widest + 14)];
    this.placed = this.arranged(cards, links, gaps, {
      order: claims.data.columns.map((c) => c.id),
      pitch: shown.overview ? 22 : worded ? 18 : links.length < 60 ? 8 : 5,
    });
    const room = this.placed.gap - (worded ? 34 : 10);
    /** @type {object[]} */
    const elements = cards.map((c) => {
      const at = this.placed.at.get(c.id);
      const hidden = c.group ? 0 : more(c.id);
      const main = state.around.includes(c.id) || state.paths.includes(c.id);
      return {
        group: "nodes",
        position: { x: at.x, y: at.y },
        classes: [c.group && "group", main && "main", hidden && "more"].filter(Boolean).join(" "),
        data: {
          id: c.id,
          label: c.label,
          w: at.w,
          h: at.h,
          ...(plain
            ? { image: badge(c.kind, { w: WIDE, h: 40, paint: this.paint }) }
            : { image: badge(c.kind, { w: at.w, h: at.h, more: hidden, paint: this.paint }) }),
        },
      };
    });
    for (const e of shown.lines) elements.push(this.line(e, worded, room));
    for (const b of shown.bundles) elements.push(this.bundle(b));
    this.cy.batch(() => {
      this.cy.elements().remove();
      this.cy.style().fromJson(this.sheet(plain));
      this.cy.add(elements);
    });
    this.mended = false;
    this.cy.one("render", () => this.mend());
    if (this.lit) this.light(this.lit);
    this.bands();
    if (!keep) this.start(state);
    this.overlay();
  }

  // Cytoscape can't draw a line that would leave its card exactly at a corner: rounding makes it
  // miss both sides. A card that is moved by a hair has no such line. It is looked for when the
  // picture has been drawn once: then the answer is at hand, and costs nothing.
  mend() {
    const broken = () => this.cy.edges().filter((e) => !Number.isFinite(e.midpoint().x));
    for (let n = 1, found = broken(); n < 4 && found.nonempty(); n += 1, found = broken()) {
      found.sources().forEach((node) => {
        node.position("y", node.position("y") + 0.17 * n);
      });
    }
    this.mended = true;
  }

  // The view to begin with: all of it; on a small screen what is asked about, large enough.
  start(state) {
    this.fit();
    if (!(this.size?.[0] < 600) || this.cy.zoom() > 0.5 || this.cy.nodes().empty()) return;
    const main = [...state.around, ...state.paths].find((id) => this.placed.at.has(id));
    this.fitted = false;
    this.cy.zoom({ level: 0.6, renderedPosition: { x: 0, y: 0 } });
    this.cy.center(main ? this.cy.getElementById(main) : this.cy.nodes().min((n) => n.position("x")).ele);
  }

  // The layout, with as much room for words as leaves them large enough to be read, and more air
  // between the cards where the screen is taller than it needs.
  arranged(cards, links, gaps, options) {
    const [w, h] = this.size ?? [1000, 600];
    const aspect = Math.max(0.4, w / Math.max(1, h - 60));
    let placed, gap;
    for (gap of gaps.filter((g, n) => !n || g < gaps[0])) {
      placed = layout(cards, links, { ...options, gap, aspect });
      if (w / placed.width > 0.8) break;
    }
    const spare = placed.width / aspect / Math.max(placed.height, 1);
    const row = Math.min(54, 14 + 16 * (spare - 1));
    if (spare > 1.25 && cards.length <= CROWD) placed = layout(cards, links, { ...options, gap, aspect, row });
    return { ...placed, gap };
  }

  card(id, more) {
    const node = this.claims.nodes.get(id);
    const kind = this.claims.kinds.get(node.kind);
    const label = node.label.length > 70 ? `${node.label.slice(0, 68)}…` : node.label;
    return {
      id,
      kind,
      label,
      column: kind.column,
      within: kind.within,
      height: 20 + lines(label) * 18 + (more ? 9 : 0),
      sort: `${kind.within}${kind.id} ${id}`,
    };
  }

  group({ id, name, kind, members, inside }) {
    const within = inside.length ? `\n${inside.length} claim${inside.length === 1 ? "" : "s"} inside` : "";
    const label = `${name} (${members.length})${within}`;
    return {
      id,
      group: true,
      kind,
      label,
      column: kind.column,
      within: kind.within,
      height: within ? 66 : 48,
      sort: `${kind.within}${kind.id}`,
    };
  }

  words(e, worded) {
    const mark = MARKS[e.look];
    if (!worded) return mark || "";
    return mark ? `${mark}: ${e.verb}` : e.verb;
  }

  line(e, worded, room) {
    const { data } = this.claims;
    const width = data.widths[e.level];
    const words = this.words(e, worded);
    return {
      group: "edges",
      classes: `${e.look} ${e.s === e.t ? "loop" : ""}`,
      data: {
        id: e.id,
        source: e.s,
        target: e.t,
        width,
        opacity: this.opacity(e),
        ...this.route(e.id, e.s, e.t),
        ...(data.dashes[e.certainty] ? { dash: data.dashes[e.certainty] } : {}),
        ...(words ? { words, room: `${room}px`, offset: Math.min(room, written(words)) / 2 + 15 } : { room: "90px" }),
      },
    };
  }

  // What little is known of is fainter, too: level 0 at 0.62, level 4 at 1.
  opacity(e) {
    return e.look === "contested" || e.look === "against" ? 1 : 0.62 + 0.095 * e.level;
  }

  bundle(b) {
    const disputed = b.claims.filter((e) => MARKS[e.look]).length;
    const n = b.claims.length;
    const words = `${n} claim${n === 1 ? "" : "s"}${disputed ? ` · ≠ ${disputed}` : ""}`;
    return {
      group: "edges",
      classes: "bundle",
      data: {
        id: b.id,
        source: b.s,
        target: b.t,
        width: 1.5 + 1.7 * Math.log2(1 + n),
        opacity: 0.85,
        words,
        room: "120px",
        offset: written(words) / 2 + 18,
        ...this.route(b.id, b.s, b.t),
      },
    };
  }

  // Control points as Cytoscape wants them: along and across the line between the two centres.
  route(id, s, t) {
    const { from, to, points } = this.placed.lines.get(id) || {};
    const a = this.placed.at.get(s),
      b = this.placed.at.get(t);
    const dx = b.x - a.x,
      dy = b.y - a.y,
      long = Math.hypot(dx, dy);
    if (!points || !long) return { distances: [40], weights: [0.5], from: "outside-to-node", to: "outside-to-node" };
    return {
      distances: points.map(([x, y]) => (-(x - a.x) * dy + (y - a.y) * dx) / long),
      weights: points.map(([x, y]) => ((x - a.x) * dx + (y - a.y) * dy) / (long * long)),
      from: `${from.x}px ${from.y}px`,
      to: `${to.x}px ${to.y}px`,
    };
  }

  // --- columns behind and above the cards

  bands() {
    const under = this.stage.querySelector(".bands"),
      heads = this.stage.querySelector(".heads");
    const { bands } = this.placed;
    under.replaceChildren(...bands.map(() => document.createElement("div")));
    heads.replaceChildren(
      ...bands.map((band) => {
        const head = document.createElement("span");
        head.textContent = this.claims.columns.get(band.column).name;
        return head;
      }),
    );
  }

  overlay() {
    if (!this.placed) return;
    const zoom = this.cy.zoom(),
      pan = this.cy.pan();
    const under = this.stage.querySelector(".bands").children,
      heads = this.stage.querySelector(".heads").children;
    this.placed.bands.forEach((band, n) => {
      const left = band.x * zoom + pan.x,
        width = band.w * zoom;
      under[n].style.transform = `translateX(${left}px)`;
      under[n].style.width = `${width}px`;
      const from = Math.max(left, 0),
        to = Math.min(left + width, this.stage.clientWidth);
      heads[n].style.transform = `translateX(${(from + to) / 2}px) translateX(-50%)`;
      heads[n].style.minWidth = `${Math.max(0, to - from)}px`;
      heads[n].hidden = to - from < 30;
    });
  }

  // --- the view

  fit() {
    if (!this.placed || !this.size) return;
    const { left, top, width, height } = this.placed;
    const [w, h] = this.size;
    const head = 40,
      pad = 26;
    const zoom = Math.min((w - 2 * pad) / width, (h - head - 2 * pad) / height, 1.25);
    this.cy.viewport({
      zoom,
      pan: { x: (w - width * zoom) / 2 - left * zoom, y: head + (h - head - height * zoom) / 2 - top * zoom },
    });
    this.fitted = true;
  }

  zoom(factor) {
    this.fitted = false;
    this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: { x: this.size[0] / 2, y: this.size[1] / 2 } });
  }

  // Bring a card into sight, and near enough to be read.
  see(id) {
    const one = this.cy.getElementById(id);
    if (one.empty()) return;
    const box = one.renderedBoundingBox({ includeLabels: false });
    const [w, h] = this.size;
    const inside = box.x1 > 8 && box.y1 > 44 && box.x2 < w - 8 && box.y2 < h - 8;
    if (this.cy.zoom() < 0.55 && one.isNode()) {
      this.fitted = false;
      this.cy.zoom({ level: 0.75, position: one.position() });
      this.cy.center(one);
    } else if (!inside) {
      this.fitted = false;
      this.cy.center(one);
    }
    // a sheet covers the lower part of a small screen
    if (w < 600) this.cy.panBy({ x: 0, y: h * 0.2 - one.renderedBoundingBox().y1 });
  }

  // Light up some elements and dim the rest; nothing is dim where nothing is lit.
  light({ lit = [], chosen = null, weakest = [] }) {
    this.lit = { lit, chosen, weakest };
    const ids = new Set(lit);
    this.cy.batch(() => {
      this.cy.elements().removeClass("dim lit chosen weakest");
      if (ids.size)
        this.cy.elements().forEach((one) => {
          one.addClass(ids.has(one.id()) ? "lit" : "dim");
        });
      if (chosen) this.cy.getElementById(chosen).addClass("chosen");
      for (const id of weakest) this.cy.getElementById(id).addClass("weakest");
    });
  }

  cursor(id) {
    this.cy.nodes(".cursor").removeClass("cursor");
    if (id) {
      this.cy.getElementById(id).addClass("cursor");
      this.see(id);
    }
  }

  // The card that an arrow key leads to: along a line where there is one, else the nearest.
  beside(id, [dx, dy]) {
    const one = this.cy.getElementById(id);
    const nodes = this.cy.nodes();
    if (one.empty())
      return nodes.nonempty()
        ? [...nodes].sort((a, b) => a.position("x") - b.position("x") || a.position("y") - b.position("y"))[0].id()
        : null;
    const { x, y } = one.position();
    const beyond = (n) => {
      const ax = n.position("x") - x,
        ay = n.position("y") - y;
      return dx
        ? ax * dx > 1
          ? Math.abs(ay) + ax * dx * 0.4
          : Infinity
        : ay * dy > 1 && Math.abs(ax) < 1
          ? ay * dy
          : Infinity;
    };
    const near = (all) =>
      [...all]
        .map((n) => [beyond(n), n.id()])
        .filter(([d]) => d < Infinity)
        .sort((a, b) => a[0] - b[0])[0];
    const found = (dx && near(one.neighborhood("node"))) || near(nodes);
    return found ? found[1] : null;
  }
}
