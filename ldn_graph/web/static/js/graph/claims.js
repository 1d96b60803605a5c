// The claims, indexed; and which of them a state shows. Nothing here touches the page.

import { folded } from "../drawing/fold.js";

export class Claims {
  constructor(data) {
    this.data = data;
    for (const e of data.edges) Object.assign(e, { width: data.widths[e.level], dash: data.dashes[e.certainty] });
    this.nodes = new Map(data.nodes.map((n) => [n.id, n]));
    this.kinds = new Map(data.kinds.map((k) => [k.id, k]));
    this.columns = new Map(data.columns.map((c) => [c.id, c]));
    this.edges = new Map(data.edges.map((e) => [e.id, e]));
    this.of = new Map(data.nodes.map((n) => [n.id, []]));
    this.placeOf = new Map(data.sources.map((s, n) => [s.id, n]));
    for (const e of data.edges) {
      this.of.get(e.s).push(e);
      if (e.t !== e.s) this.of.get(e.t).push(e);
      if (e.about && e.about !== e.s && e.about !== e.t) this.of.get(e.about)?.push(e);
    }
    this.members = new Map(data.kinds.map((k) => [k.id, data.nodes.filter((n) => n.kind === k.id)]));
  }

  // The place of a column from the left.
  columnPlace(column) {
    return this.data.columns.findIndex((c) => c.id === column);
  }

  column(id) {
    return this.kinds.get(this.nodes.get(id).kind).column;
  }

  years() {
    const all = this.data.edges.flatMap((e) => e.items.map((i) => i[3])).filter((y) => y !== null);
    return all.length ? [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))] : null;
  }

  // Whether a claim passes the filters. Source, direction, dose band and year are asked of one
  // evidence item together; an item without a dose band fits any.
  passes(e, state) {
    const among = (list, value) => !list.length || list.includes(String(value));
    if (!among(state.level, e.level) || !among(state.certainty, e.certainty)) return false;
    if (!among(state.agreement, e.agreement)) return false;
    const kinds = [this.nodes.get(e.s).kind, this.nodes.get(e.t).kind];
    if (state.kind.length && !kinds.some((k) => state.kind.includes(k))) return false;
    if (state.column.length && !kinds.every((k) => state.column.includes(this.kinds.get(k).column))) return false;
    if (
      !state.source.length &&
      !state.direction.length &&
      !state.band.length &&
      state.from === null &&
      state.to === null
    )
      return true;
    const places = state.source.map((s) => this.placeOf.get(s));
    return e.items.some(
      ([source, direction, band, year]) =>
        (!places.length || places.includes(source)) &&
        among(state.direction, direction) &&
        (!state.band.length || band === null || state.band.includes(band)) &&
        (state.from === null || (year !== null && year >= state.from)) &&
        (state.to === null || (year !== null && year <= state.to)),
    );
  }

  // The claims that a state is of, filters aside; null stands for the overview by kinds.
  asked(state, paths) {
    const found = new Set();
    let any = false;
    const add = (edges) => {
      any = true;
      for (const e of edges) found.add(e);
    };
    if (state.all) add(this.data.edges);
    if (state.claims.length) add(state.claims.map((c) => this.edges.get(c)).filter(Boolean));
    if (state.paths.length) add((paths || []).flatMap((p) => p.claims.map((c) => this.edges.get(c)).filter(Boolean)));
    for (const id of [...state.around, ...state.more]) add(this.of.get(id) || []);
    if (!any) return null;
    if (state.between) {
      const ends = new Set([...found].flatMap((e) => [e.s, e.t]));
      add(this.data.edges.filter((e) => ends.has(e.s) && ends.has(e.t)));
    }
    return [...found];
  }

  // What a state shows: nodes, a line for each claim, groups of kinds and bundles between them.
  // `claims` are all those shown, drawn singly or in a bundle.
  shown(state, paths) {
    const asked = this.asked(state, paths);
    const passing = (asked || this.data.edges).filter((e) => this.passes(e, state));
    const total = this.data.edges.length;
    const counts = { total, filtered: (asked || this.data.edges).length - passing.length };
    if (!asked) {
      const drawn = folded(this, passing, { open: state.open, coarse: true });
      return { overview: true, ...drawn, claims: passing, ...counts };
    }
    const keep = [...state.around, ...state.paths, ...state.more].filter((id) => this.nodes.has(id));
    const drawn = folded(this, passing, { keep, open: state.open });
    const there = new Set(drawn.nodes);
    const alone = [...state.around, ...state.paths].filter((id) => this.nodes.has(id) && !there.has(id));
    return { overview: false, ...drawn, nodes: [...drawn.nodes, ...new Set(alone)], claims: passing, ...counts };
  }

  // What opens a kind: its id, unless that opens a column of several kinds.
  nameOfKind(kind) {
    const several = this.data.kinds.some((k) => k.column === kind.id && k.id !== kind.id);
    return several ? `all-${kind.id}` : kind.id;
  }

  // What a group is called, what opens it, and the kind whose sign it bears.
  group(id) {
    const name = id.slice(6);
    const column = this.columns.get(name);
    const kind = this.kinds.get(name.replace(/^all-/, "")) ?? this.data.kinds.find((k) => k.column === name);
    return { opens: name, name: column?.name ?? kind.name, kind: column ? { ...kind, points: [], id: name } : kind };
  }

  // Names in a state that the data don't have, in words.
  unknown(state) {
    const missing = [];
    const look = (key, known, what) => {
      for (const v of state[key]) if (!known(v)) missing.push(`${key}: no ${what} “${v}” in these data`);
    };
    const entity = (id) => this.nodes.has(id);
    for (const key of ["around", "more", "paths"]) look(key, entity, "entity");
    look("claims", (id) => this.edges.has(id), "claim");
    look("highlight", (id) => entity(id) || this.edges.has(id), "entity or claim");
    look("source", (id) => this.placeOf.has(id), "source");
    look("kind", (id) => this.kinds.has(id), "kind");
    look("open", (id) => this.kinds.has(id) || this.columns.has(id), "kind or column");
    look("column", (id) => this.columns.has(id), "column");
    look("level", (v) => /^[0-4]$/.test(v), "evidence level");
    look("certainty", (v) => this.data.certainties.includes(v), "certainty");
    for (const [key, values] of [
      ["agreement", "agreements"],
      ["direction", "directions"],
      ["band", "bands"],
    ]) {
      look(key, (v) => this.data[values].some((x) => x.id === v), key);
    }
    if (
      state.select &&
      !entity(state.select) &&
      !this.edges.has(state.select) &&
      !/^(group|bundle):/.test(state.select)
    ) {
      missing.push(`select: no entity or claim “${state.select}” in these data`);
    }
    return missing;
  }

  // Entities whose name has the words typed, best first: whole beginnings, then any place.
  find(words, most = 12) {
    const wanted = words.trim().toLowerCase();
    if (!wanted) return [];
    const scored = [];
    for (const n of this.nodes.values()) {
      const names = [n.label, ...(n.synonyms || [])].map((t) => t.toLowerCase());
      const score = Math.min(
        ...names.map(
          (t, i) =>
            (t === wanted ? 0 : t.startsWith(wanted) ? 1 : t.includes(` ${wanted}`) ? 2 : t.includes(wanted) ? 3 : 9) +
            (i ? 0.5 : 0),
        ),
      );
      if (score < 9) scored.push([score, -this.of.get(n.id).length, n]);
    }
    scored.sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2].id < b[2].id ? -1 : 1));
    return scored.slice(0, most).map((s) => s[2]);
  }
}
