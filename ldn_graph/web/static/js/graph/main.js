// The Graph page: one state, in the address; whatever changes goes through `go`.

import { Card } from "./card.js";
import { Claims } from "./claims.js";
import { counts, hint, lighting, title } from "./describe.js";
import { el } from "./dom.js";
import { jump } from "./jump.js";
import { keyboard } from "./keys.js";
import { chips, filtersPanel, questionsPanel, sharePanel } from "./panels.js";
import { pathsPanel, ranked, STEPS } from "./paths.js";
import { Picture } from "./picture.js";
import { Source } from "./source.js";
import { filtered, read, START, toggled, unfiltered, write } from "./state.js";
import { ClaimTable } from "./table.js";

const find = (id) => document.getElementById(id);
const base = document.body.dataset.base ?? "";
// the page may be a single file that holds its claims; then there are no other pages
const single = find("graph-data") ? JSON.parse(find("graph-data").textContent) : null;
const asked = () => (single ? location.hash.slice(1) || single.start : location.search);
const NARROW = matchMedia("(max-width: 56rem)");
// what only changes light, panels and table leaves the picture as it is
const LIGHT = ["select", "highlight", "view", "sort", "panel", "caption", "path"];

function remember(text, replace) {
  const address = single ? `#${text}` : `${location.pathname}${text ? `?${text}` : ""}`;
  if (address === (single ? location.hash : location.pathname + location.search)) return;
  try {
    history[replace ? "replaceState" : "pushState"](null, "", address);
  } catch (error) {
    if (!single) throw error; // a file that is shown within another page has no address of its own
  }
}

class Page {
  constructor(source, claims) {
    this.source = source;
    this.claims = claims;
    this.base = base;
    this.cursor = null;
    this.ends = ["", ""];
    this.problems = [];
    const go = (change) => this.go(change);
    this.card = new Card(claims, (id) => source.full(id), { go, base: single ? null : base });
    this.table = new ClaimTable(find("table"), claims, go);
    this.picture = new Picture(find("stage"), claims, {
      tapped: (id) => this.tapped(id),
      opened: (id) => this.opened(id),
      hovered: (id, at) => this.hint(id, at),
    });
    document.addEventListener("themechange", () => this.picture.repaint());
    addEventListener("popstate", () => this.arrive());
    this.arrive();
  }

  arrive() {
    const { state, problems } = read(asked());
    this.state = state;
    this.problems = problems;
    this.update();
  }

  /**
   * Change the state. `query`: to another one whole; `reset`: from the start; `replace`: without
   * a step in the history; `focus`: what has the focus afterwards.
   * @param {Record<string, any>} change
   */
  go({ query, reset, replace, focus, ends, ...change }) {
    const kept = { view: this.state.view };
    if (query !== undefined) this.state = { ...read(query).state, ...kept };
    else if (reset) this.state = { ...START, ...kept, panel: NARROW.matches ? "none" : this.state.panel, ...change };
    else this.state = { ...this.state, ...change };
    if (!("path" in change) && ["paths", "rank", "steps"].some((k) => k in change)) this.state.path = null;
    if (ends) this.ends = ends;
    this.problems = [];
    const text = write(this.state);
    remember(text, replace);
    this.update();
    if (focus) document.querySelector(focus)?.focus();
  }

  update() {
    const { state, claims } = this;
    const ends = state.paths.length && state.paths.every((id) => claims.nodes.has(id)) ? state.paths : null;
    this.found = ends ? this.source.paths(ends, state.steps ?? STEPS, () => this.update()) : null;
    this.paths = ranked(this.found, state);
    this.shown = claims.shown(state, this.paths);
    this.views();
    this.words();
    const key = JSON.stringify([
      Object.entries(state).filter(([k]) => !LIGHT.includes(k)),
      this.paths.map((p) => p.id),
    ]);
    if (key !== this.key) this.stale = true;
    this.key = key;
    if (!find("stage").hidden) this.draw();
    this.table.draw(this.shown, state);
    this.table.choose(state.select);
    this.panel();
    this.detail();
  }

  draw() {
    if (this.stale) {
      this.stale = false;
      performance.mark("drawing begins");
      this.picture.draw(this.shown, this.state);
      performance.mark("drawn");
      performance.measure("drawing", "drawing begins", "drawn");
      this.cursor = null;
    }
    const light = lighting(this.state, this.claims, this.shown, this.paths);
    this.picture.light(light);
    if (light.chosen) this.picture.see(light.chosen);
    document.documentElement.dataset.drawn = String(this.shown.claims.length);
  }

  views() {
    const { view } = this.state;
    const was = find("stage").hidden;
    find("stage").hidden = view === "table";
    find("table").hidden = view === "picture";
    find("explorer").dataset.view = view;
    if (was && view !== "table") this.picture.resized();
    for (const b of document.querySelectorAll("[data-view]"))
      if (b.tagName === "BUTTON") b.setAttribute("aria-pressed", String(b.dataset.view === view));
  }

  words() {
    const { state, shown, claims } = this;
    this.title = title(state, claims);
    find("shown-title").textContent = this.title;
    const count = counts(shown);
    if (find("shown-count").textContent !== count) this.say(`${this.title}. ${count}`);
    find("shown-count").textContent = count;
    document.title = `${this.title} · Graph`;
    find("chips").replaceChildren(chips({ claims, state, go: (c) => this.go(c) }));
    find("caption").hidden = !state.caption;
    find("caption").textContent = state.caption;
    const problems = [...this.problems, ...claims.unknown(state), ...(this.found?.problem ? [this.found.problem] : [])];
    find("problems").hidden = !problems.length;
    find("problems").textContent = problems.length ? `Not understood, and left out: ${problems.join("; ")}.` : "";
    const waiting = this.found?.loading;
    find("empty").hidden = shown.claims.length > 0;
    find("empty").replaceChildren(
      waiting ? "Looking for paths …" : filtered(state) ? "No claim fits. " : "No claim is there to show.",
      waiting || !filtered(state)
        ? ""
        : el("button", { type: "button", onclick: () => this.go(unfiltered()) }, "Clear the filters"),
    );
  }

  // --- panels

  panelName() {
    const { state } = this;
    if (state.panel === "none") return null;
    if (state.panel !== "auto") return state.panel;
    if (single) return null;
    if (NARROW.matches) return null;
    if (state.paths.length) return "paths";
    return this.shown.overview && innerWidth > 900 ? "questions" : null;
  }

  panel() {
    const name = this.panelName();
    const room = find("panel");
    const go = (change) => this.go(change);
    const made = {
      questions: () => questionsPanel({ claims: this.claims, go, base }),
      filters: () => filtersPanel({ claims: this.claims, state: this.state, go, paths: this.paths }),
      paths: () => pathsPanel({ claims: this.claims, state: this.state, go, found: this.found, ends: this.ends }),
      share: () =>
        sharePanel({ state: this.state, shown: this.shown, base, title: this.title, announce: (t) => this.say(t) }),
    };
    const top = room.dataset.name === name ? room.scrollTop : 0;
    const open = [...room.querySelectorAll("details")]
      .filter((d) => d.open)
      .map((d) => d.querySelector("summary").textContent);
    room.hidden = !name;
    room.dataset.name = name ?? "";
    room.replaceChildren(
      ...(name
        ? [
            this.closer("Close the panel", () => this.go({ panel: "none", focus: `[data-panel="${name}"]` })),
            ...made[name]().filter(Boolean),
          ]
        : []),
    );
    for (const d of room.querySelectorAll("details"))
      if (open.includes(d.querySelector("summary").textContent)) d.open = true;
    room.scrollTop = top;
    const button = name && document.querySelector(`button[data-panel="${name}"]`);
    room.setAttribute("aria-label", button ? button.textContent : "Panel");
    for (const b of document.querySelectorAll("button[data-panel]"))
      b.setAttribute("aria-expanded", String(b.dataset.panel === name));
  }

  closer(name, closed) {
    return el("button", { type: "button", class: "plain close", "aria-label": name, onclick: closed }, "×");
  }

  togglePanel(name, focus) {
    if (!document.querySelector(`button[data-panel="${name}"]`)) return;
    const open = this.panelName() === name;
    this.go({ panel: open ? "none" : name, replace: true });
    if (focus && !open) find("panel").querySelector("a, input, button:not(.close, [disabled]), textarea")?.focus();
  }

  async detail() {
    const { state, claims, card } = this;
    const room = find("card");
    const id = state.select;
    const known = claims.edges.has(id) || claims.nodes.has(id) || /^(group|bundle):/.test(id);
    if (!id || !known) {
      room.hidden = true;
      room.replaceChildren();
      return;
    }
    const context = { shown: this.shown, state };
    const parts = claims.edges.has(id)
      ? await card.claim(claims.edges.get(id))
      : claims.nodes.has(id)
        ? card.entity(id, context)
        : id.startsWith("group:")
          ? card.group(id, context)
          : card.bundle(id, context);
    if (this.state.select !== id) return; // something else was chosen while this was loaded
    const focused = room.contains(document.activeElement);
    room.hidden = !parts.length;
    room.replaceChildren(
      this.closer("Close", () => {
        this.go({ select: "" });
        find("canvas").focus();
      }),
      ...parts.filter(Boolean),
    );
    room.scrollTop = 0;
    if (focused || this.toCard) room.focus();
    this.toCard = false;
  }

  // --- the pointer

  tapped(id) {
    if (!id) {
      if (this.state.select) this.go({ select: "" });
      return;
    }
    this.cursor = this.picture.isCard(id) ? id : this.cursor;
    if (id.startsWith("group:")) {
      this.opened(id);
      return;
    }
    this.go({ select: this.state.select === id ? "" : id });
  }

  opened(id) {
    if (id.startsWith("group:")) this.go({ open: toggled(this.state.open, id.slice(6)), select: "" });
    else if (this.shown.overview || this.shown.groups.length) this.go(this.card.focus(id));
    else this.go({ more: toggled(this.state.more, id) });
  }

  hint(id, at) {
    const box = find("hint");
    box.hidden = !id;
    if (!id) return;
    box.textContent = hint(id, this.claims, this.shown);
    const room = find("stage");
    const x = Math.min(at.x + 14, room.clientWidth - Math.min(320, room.clientWidth) - 8),
      y = Math.min(at.y + 16, room.clientHeight - 80);
    box.style.transform = `translate(${Math.max(4, x)}px, ${Math.max(4, y)}px)`;
  }

  // --- the keyboard

  say(text) {
    find("live").textContent = text;
  }

  at(id) {
    this.cursor = id;
    this.claimAt = -1;
    this.picture.cursor(id);
    const words = hint(id, this.claims, this.shown).replace("\n", ", ");
    this.say(`${words}. ${this.lines().length} drawn here.`);
  }

  lines() {
    const { shown, cursor } = this;
    return [...shown.lines, ...shown.bundles].filter((e) => e.s === cursor || e.t === cursor);
  }

  move(by) {
    const next = this.picture.beside(this.cursor ?? "", by);
    if (next) this.at(next);
    else this.say("No card lies that way.");
  }

  enter() {
    if (!this.cursor) {
      this.move([1, 0]);
      return;
    }
    const line = this.claimAt >= 0 ? this.lines()[this.claimAt] : null;
    if (!line && this.cursor.startsWith("group:")) {
      this.opened(this.cursor);
      return;
    }
    this.toCard = true;
    this.go({ select: line ? line.id : this.cursor });
  }

  nextClaim(by) {
    const lines = this.cursor ? this.lines() : [];
    if (!lines.length) {
      this.say("Choose a card first, with the arrow keys.");
      return;
    }
    this.claimAt = ((this.claimAt ?? -1) + by + lines.length) % lines.length;
    const line = lines[this.claimAt];
    this.go({ select: line.id, replace: true });
    this.say(`${this.claimAt + 1} of ${lines.length}: ${hint(line.id, this.claims, this.shown).replace("\n", ", ")}`);
  }

  expand() {
    if (this.cursor) this.opened(this.cursor);
  }

  only() {
    if (this.claims.nodes.has(this.cursor)) this.go(this.card.focus(this.cursor));
  }

  nextView() {
    const views = ["picture", "both", "table"];
    const view = views[(views.indexOf(this.state.view) + 1) % 3];
    this.go({ view });
    this.say(`View: ${view}`);
  }

  // Escape closes the nearest thing; false where there is nothing to close.
  close() {
    if (this.state.select) {
      this.go({ select: "" });
      find("canvas").focus();
      return true;
    }
    const name = this.panelName();
    if (name) {
      this.go({ panel: "none", replace: true, focus: `[data-panel="${name}"]` });
      return true;
    }
    return false;
  }
}

async function begin() {
  const source = new Source(base, single);
  let page;
  try {
    page = new Page(source, new Claims(await source.summary()));
  } catch (error) {
    find("shown-title").textContent = "The claims can’t be loaded just now.";
    find("shown-count").textContent = error.message;
    throw error;
  }
  for (const b of document.querySelectorAll("button[data-panel]"))
    b.addEventListener("click", () => page.togglePanel(b.dataset.panel));
  for (const b of document.querySelectorAll("button[data-view]"))
    b.addEventListener("click", () => page.go({ view: b.dataset.view }));
  const zoom = {
    in: () => page.picture.zoom(1.3),
    out: () => page.picture.zoom(1 / 1.3),
    fit: () => page.picture.fit(),
  };
  for (const b of document.querySelectorAll("button[data-zoom]")) b.addEventListener("click", zoom[b.dataset.zoom]);
  find("help-button")?.addEventListener("click", () => find("keys")?.showModal());
  find("canvas").addEventListener("blur", () => page.picture.cursor(null));
  find("canvas").addEventListener("focus", () => {
    if (page.cursor) page.picture.cursor(page.cursor);
  });
  NARROW.addEventListener("change", () => page.panel());
  jump(page.claims, (id) => {
    if (page.picture.has(id)) page.go({ select: id });
    else page.go(page.card.focus(id));
    find("canvas").focus();
    page.cursor = id;
  });
  keyboard(page);
  source.prepare(page.claims.data.edges.length);
  window.ldnGraph = page; // for tests, measurements and the curious
  document.documentElement.classList.add("ready");
}

begin();
