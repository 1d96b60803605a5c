// What is shown, in words: the heading, the counts, the hint at the pointer.

import { plural } from "./dom.js";
import { read, START, write } from "./state.js";

const { select, highlight, view, sort, panel, caption, ...PICTURED } = START; // what a question is of

export function title(state, claims) {
  const name = (id) => claims.nodes.get(id)?.label ?? id;
  const list = (ids) =>
    ids.length > 3 ? `${ids.slice(0, 3).map(name).join(", ")} and ${ids.length - 3} more` : ids.map(name).join(" and ");
  const here = write({ ...START, ...Object.fromEntries(Object.keys(PICTURED).map((k) => [k, state[k]])) });
  const asked = claims.data.questions.find((q) => write(read(q.query).state) === here);
  if (asked) return asked.text;
  if (state.paths.length) return `Paths from ${name(state.paths[0])} to ${name(state.paths[1])}`;
  if (state.around.length) return `Claims about ${list(state.around)}`;
  if (state.claims.length) return state.claims.length === 1 ? "One claim" : `${state.claims.length} chosen claims`;
  if (state.all) return "All claims";
  if (state.more.length) return `Claims about ${list(state.more)}`;
  return "Overview by kinds of things";
}

export function counts(shown) {
  const {
    claims: { length: n },
    total,
    filtered,
  } = shown;
  const away = total - n;
  const hidden = away
    ? ` · ${away.toLocaleString("en")} not shown${filtered ? ` (${filtered.toLocaleString("en")} by filters)` : ""}`
    : "";
  if (!shown.overview) return `${n.toLocaleString("en")} of ${plural(total, "claim")}${hidden}`;
  const bundled = shown.bundles.reduce((sum, b) => sum + b.claims.length, 0);
  const inside = shown.groups.reduce((sum, g) => sum + g.inside.length, 0);
  const parts = [
    shown.lines.length && `${shown.lines.length} drawn singly`,
    bundled && `${bundled} in ${plural(shown.bundles.length, "bundle")}`,
    inside && `${inside} inside groups`,
  ].filter(Boolean);
  return `${n.toLocaleString("en")} of ${plural(total, "claim")}: ${parts.join(", ")}${hidden}`;
}

export function hint(id, claims, shown) {
  const { data } = claims;
  const e = claims.edges.get(id);
  if (e) {
    const agreement = data.agreements.find((a) => a.id === e.agreement).name;
    return `${e.reading}\n${e.grade} · ${e.certainty} · ${agreement}`;
  }
  const node = claims.nodes.get(id);
  if (node)
    return `${node.label}\n${claims.kinds.get(node.kind).name} · ${plural(claims.of.get(id).length, "claim")} in all`;
  const bundle = shown.bundles.find((b) => b.id === id);
  if (bundle) return `${plural(bundle.claims.length, "claim")}; open to list them`;
  const group = shown.groups.find((g) => g.id === id);
  return group
    ? `${group.name}: ${group.members
        .slice(0, 6)
        .map((m) => claims.nodes.get(m).label)
        .join(", ")}${group.members.length > 6 ? " …" : ""}`
    : "";
}

// What is lit: ids of cards and lines, the one that is chosen, and weakest links.
export function lighting(state, claims, shown, paths) {
  const drawn = new Set(shown.lines.map((e) => e.id));
  const inBundle = (id) => shown.bundles.find((b) => b.claims.some((e) => e.id === id))?.id;
  const claim = (id) => {
    const e = claims.edges.get(id);
    if (drawn.has(id)) return [id, e.s, e.t];
    const bundle = shown.bundles.find((b) => b.id === inBundle(id));
    return bundle ? [bundle.id, bundle.s, bundle.t] : [];
  };
  const thing = (id) => {
    const lines = shown.lines.filter((e) => e.s === id || e.t === id || e.about === id);
    const bundles = shown.bundles.filter((b) => b.s === id || b.t === id);
    return [id, ...lines.flatMap((e) => [e.id, e.s, e.t]), ...bundles.flatMap((b) => [b.id, b.s, b.t])];
  };
  const any = (id) => {
    if (claims.edges.has(id)) return claim(id);
    const bundle = shown.bundles.find((b) => b.id === id);
    if (bundle) return [id, bundle.s, bundle.t];
    return claims.nodes.has(id) || id.startsWith("group:") ? thing(id) : [];
  };
  const path = state.path ? paths[state.path - 1] : null;
  const weakest = path ? [path.weakest] : [];
  if (state.select) {
    const lit = path ? [...path.claims.flatMap(claim)] : [];
    return {
      lit: [...lit, ...any(state.select)],
      chosen: claims.edges.has(state.select) && !drawn.has(state.select) ? inBundle(state.select) : state.select,
      weakest,
    };
  }
  if (path) return { lit: path.claims.flatMap(claim), weakest };
  return { lit: state.highlight.flatMap(any), weakest };
}
