// The picture of the page: the one drawing (js/drawing/), to be moved, zoomed, pointed at and lit.

import { outline, parts } from "../drawing/draw.js";
import { best, fitted } from "../drawing/fit.js";
import { paint } from "./look.js";

const LEAST = 12 / 13; // letters of 13 px are never shown under 12 at the first sight
const LARGEST = 1.6;
const FOOT = 52;
const PAPER = { width: 1032, height: 612 }; // of A4 in landscape, in CSS pixels, what the words leave
const NS = "http://www.w3.org/2000/svg";

export class Picture {
  constructor(stage, claims, { tapped, opened, hovered }) {
    this.stage = stage;
    this.canvas = stage.querySelector(".canvas");
    this.claims = claims;
    this.svg = document.createElementNS(NS, "svg");
    this.svg.setAttribute("aria-hidden", "true");
    this.canvas.append(this.svg);
    this.view = { zoom: 1, x: 0, y: 0 };
    this.tapped = tapped;
    this.opened = opened;
    this.hovered = hovered;
    this.drawn = null;
    this.pointed();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
    new ResizeObserver(() => this.resized()).observe(stage);
    addEventListener("beforeprint", () => this.onPaper());
    addEventListener("afterprint", () => this.offPaper());
  }

  // --- drawing

  repaint() {
    if (this.drawn) this.paint();
  }

  resized() {
    const { clientWidth: w, clientHeight: h } = this.stage;
    if (!w || !h || (this.size && this.size[0] === w && this.size[1] === h)) return;
    const before = this.size;
    this.size = [w, h];
    if (this.drawn && before && Math.abs(w - before[0]) > 0.2 * before[0]) this.draw(...this.drawn);
    else if (this.fitted) this.start();
  }

  draw(shown, state) {
    if (!this.size) this.resized();
    this.drawn = [shown, state];
    const [width, height] = this.room();
    this.main = [...state.around, ...state.paths];
    const here = new Map();
    for (const e of shown.lines) for (const id of new Set([e.s, e.t, e.about])) here.set(id, (here.get(id) || 0) + 1);
    const count = (id) => (this.claims.of.get(id) || []).length;
    const more = (id) => (shown.overview || shown.groups.length ? 0 : Math.max(0, count(id) - (here.get(id) || 0)));
    const room = { width: width / LEAST, height: height / LEAST };
    this.geometry = best(shown, this.claims, room, { more, main: this.main });
    this.at = new Map(this.geometry.cards.map((c) => [c.id, c]));
    this.paint();
    this.start();
  }

  paint() {
    const text = parts(this.geometry, paint(), { interactive: true });
    const document_ = new DOMParser().parseFromString(`<svg xmlns="${NS}"><g>${text}</g></svg>`, "image/svg+xml");
    this.svg.replaceChildren(document.importNode(document_.documentElement.firstElementChild, true));
    this.moved();
    if (this.lit) this.light(this.lit);
  }

  // One page in landscape: the whole picture, with letters that can be read, bundled if need be.
  onPaper() {
    if (!this.drawn?.[0].claims.length || this.onScreen) return;
    this.onScreen = this.geometry;
    const room = { width: PAPER.width / LEAST, height: PAPER.height / LEAST, fold: true };
    const options = { edges: this.drawn[0].claims, keep: this.main, main: this.main };
    this.geometry = fitted(this.claims, room, options).geometry;
    this.paint();
    const { x, y, w, h } = outline(this.geometry);
    this.svg.firstElementChild.removeAttribute("transform");
    this.svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
    this.svg.setAttribute("width", String(w * Math.min(1, PAPER.width / w, PAPER.height / h)));
  }

  offPaper() {
    if (!this.onScreen) return;
    this.geometry = this.onScreen;
    this.onScreen = null;
    this.svg.removeAttribute("viewBox");
    this.svg.removeAttribute("width");
    this.paint();
  }

  has(id) {
    return this.at?.has(id) || this.geometry?.links.some((l) => l.id === id) || false;
  }

  isCard(id) {
    return this.at?.has(id) || false;
  }

  // The elements of a card, or of a line and its words.
  elements(id) {
    return [...this.svg.querySelectorAll(`[data-id="${CSS.escape(id)}"]`)];
  }

  // --- the view

  // The stage above the buttons at its foot.
  room() {
    const [w, h] = this.size ?? [1000, 600];
    return [w, Math.max(120, h - FOOT)];
  }

  moved() {
    const { zoom, x, y } = this.view;
    this.svg.firstElementChild?.setAttribute("transform", `translate(${x} ${y}) scale(${zoom})`);
  }

  // The view to begin with: all of it where that can be read, else what is asked about, at a size
  // that can.
  start() {
    if (!this.geometry || !this.size) return;
    const [w, h] = this.room();
    const box = outline(this.geometry);
    const zoom = Math.min(LARGEST, Math.max(LEAST, Math.min(w / box.w, h / box.h)));
    const main = this.at.get(this.main?.find((id) => this.at.has(id)));
    // along each side: in the middle where it fits, else what is asked about, never beyond the edge
    const along = (room, from, long, middle, last) => {
      if (long * zoom <= room) return (room - long * zoom) / 2 - from * zoom;
      const edge = -from * zoom;
      if (edge + last * zoom <= room) return edge; // it is in sight from the edge
      const wanted = room / 2 - middle * zoom;
      return Math.min(-from * zoom, Math.max(room - (from + long) * zoom, wanted));
    };
    const { x, y, w: wide, h: high } = main ?? { x: box.x, y: box.y, w: 0, h: 0 };
    this.view = {
      zoom,
      x: along(w, box.x, box.w, x + wide / 2, x + wide),
      y: along(h, box.y, box.h, y + high / 2, y + high),
    };
    this.fitted = true;
    this.moved();
  }

  // All of it, however small.
  fit() {
    this.start();
    const [w, h] = this.room();
    const box = outline(this.geometry);
    const zoom = Math.min(this.view.zoom, w / box.w, h / box.h);
    if (zoom >= this.view.zoom) return;
    this.view = { zoom, x: (w - box.w * zoom) / 2 - box.x * zoom, y: (h - box.h * zoom) / 2 - box.y * zoom };
    this.moved();
  }

  zoom(factor, at = [this.size[0] / 2, this.size[1] / 2]) {
    const zoom = Math.min(4, Math.max(0.1, this.view.zoom * factor));
    const by = zoom / this.view.zoom;
    this.view = { zoom, x: at[0] - (at[0] - this.view.x) * by, y: at[1] - (at[1] - this.view.y) * by };
    this.fitted = false;
    this.moved();
  }

  pan(dx, dy) {
    this.view.x += dx;
    this.view.y += dy;
    this.fitted = false;
    this.moved();
  }

  // Bring a card or the words of a line into sight.
  see(id) {
    const link = this.geometry?.links.find((l) => l.id === id);
    const box = this.at?.get(id) ?? link?.wordsAt;
    if (!box || !this.size) return;
    const { zoom, x, y } = this.view;
    const [w, h] = this.size;
    const [left, top] = [box.x * zoom + x, box.y * zoom + y];
    const low = w < 600 ? h * 0.3 : h; // a sheet covers the lower part of a small screen
    const out = (from, long, room) => (from < 8 ? 8 - from : from + long > room - 8 ? room - 8 - long - from : 0);
    this.pan(out(left, box.w * zoom, w), out(top, box.h * zoom, low));
  }

  // Light up some elements and dim the rest; nothing is dim where nothing is lit. A line is never
  // drawn thicker or darker for it: what is chosen has a frame round its words.
  light({ lit = [], chosen = null, weakest = [] }) {
    this.lit = { lit, chosen, weakest };
    const ids = new Set(lit);
    for (const one of this.svg.querySelectorAll("[data-id]")) {
      const id = one.getAttribute("data-id");
      one.classList.toggle("dim", ids.size > 0 && !ids.has(id));
      one.classList.toggle("lit", ids.has(id));
      one.classList.toggle("chosen", id === chosen);
      one.classList.toggle("weakest", weakest.includes(id));
    }
  }

  cursor(id) {
    for (const one of this.svg.querySelectorAll(".cursor")) one.classList.remove("cursor");
    if (!id) return;
    for (const one of this.elements(id)) one.classList.add("cursor");
    this.see(id);
  }

  // The card that an arrow key leads to: along a line where there is one, else the nearest.
  beside(id, [dx, dy]) {
    const cards = [...this.at.values()];
    const one = this.at.get(id);
    if (!one) return cards.sort((a, b) => a.x - b.x || a.y - b.y)[0]?.id ?? null;
    const middle = (c) => [c.x + c.w / 2, c.y + c.h / 2];
    const [x, y] = middle(one);
    const beyond = (c) => {
      const [ax, ay] = [middle(c)[0] - x, middle(c)[1] - y];
      const ahead = ax * dx + ay * dy;
      return ahead > 1 ? Math.abs(dx ? ay : ax) + ahead * 0.4 : Infinity;
    };
    const near = (all) =>
      all
        .map((c) => [beyond(c), c.id])
        .filter(([d]) => d < Infinity)
        .sort((a, b) => a[0] - b[0])[0]?.[1];
    const joined = this.geometry.links.flatMap((l) => (l.s === id ? [l.t] : l.t === id ? [l.s] : []));
    return near(joined.map((other) => this.at.get(other))) ?? near(cards) ?? null;
  }

  // --- the pointer

  pointed() {
    const { canvas } = this;
    const down = new Map();
    let travelled = 0;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const idAt = (event) => event.target.closest?.("[data-id]")?.getAttribute("data-id") ?? null;
    const hint = (event) => {
      const [x, y] = place(event);
      this.hovered(event.pointerType === "touch" || down.size ? null : idAt(event), { x, y });
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      down.set(event.pointerId, place(event));
      travelled = down.size > 1 ? Infinity : 0;
    });
    canvas.addEventListener("pointermove", (event) => {
      const before = down.get(event.pointerId);
      if (!before) return hint(event);
      const now = place(event);
      travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
      if (travelled < 6) return undefined;
      canvas.setPointerCapture(event.pointerId);
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const far = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1;
        this.zoom(far(now) / far(before), other);
      } else this.pan(now[0] - before[0], now[1] - before[1]);
      down.set(event.pointerId, now);
      return undefined;
    });
    const lifted = (event) => {
      if (!down.delete(event.pointerId) || event.type !== "pointerup" || travelled >= 6) return;
      this.tapped(idAt(event), event);
    };
    for (const type of ["pointerup", "pointercancel"]) canvas.addEventListener(type, lifted);
    canvas.addEventListener("pointerleave", () => this.hovered(null));
    canvas.addEventListener("dblclick", (event) => {
      const id = idAt(event);
      if (id && this.isCard(id)) this.opened(id);
    });
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.hovered(null);
        this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), place(event));
      },
      { passive: false },
    );
  }
}
