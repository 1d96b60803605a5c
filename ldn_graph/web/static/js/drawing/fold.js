// What a picture shows of the claims it is asked for: each as a line of its own, or, where they are
// too many to be read, bundled between groups of things with their number. A group opens by its
// name; nothing is left out, and nothing is drawn twice.

export const MOST = 26; // lines that a picture holds before it groups
const LARGEST = 400; // and when groups are opened by hand
const DRAWN = 150; // a group of more things than this is listed beside the picture, not opened in it
const DISPUTED = 9; // so many disputed lines stay lines of their own in a grouped picture
const disputed = (e) => e.look === "contested" || e.look === "against";

/**
 * The groups by kind, or by column where kinds would still be too many. `keep`: ids of things that
 * stay themselves; `open`: kinds and columns that are opened; `coarse`: by column at once.
 */
export function folded(claims, lines, { keep = [], open = [], most = MOST, coarse = false } = {}) {
  if (lines.length <= most && !coarse) return grouped(claims, lines, () => null);
  const own = new Set(keep);
  const marked = coarse ? [] : lines.filter(disputed);
  if (marked.length <= DISPUTED) for (const e of marked) own.add(e.s).add(e.t);
  const counts = new Map();
  for (const id of new Set(lines.flatMap((e) => [e.s, e.t])))
    if (!own.has(id)) counts.set(claims.nodes.get(id).kind, (counts.get(claims.nodes.get(id).kind) ?? 0) + 1);
  const byKind = (id) => {
    const kind = claims.kinds.get(claims.nodes.get(id).kind);
    if (own.has(id) || counts.get(kind.id) < 2) return null;
    const name = claims.nameOfKind(kind);
    return open.includes(name) && counts.get(kind.id) <= DRAWN ? null : `group:${name}`;
  };
  const fine = grouped(claims, lines, byKind);
  if (!coarse && fine.lines.length + fine.bundles.length <= (open.length ? LARGEST : most)) return fine;
  return grouped(claims, lines, (id) => columnOf(claims, id, own, open, byKind));
}

function columnOf(claims, id, own, open, byKind) {
  const kind = claims.kinds.get(claims.nodes.get(id).kind);
  if (own.has(id) || open.includes(kind.column) || open.includes(claims.nameOfKind(kind))) return byKind(id);
  return `group:${kind.column}`;
}

/** Lines, and what `groupOf` (id → id of a group, or null) puts together. */
export function grouped(claims, lines, groupOf) {
  const ends = new Set(lines.flatMap((e) => [e.s, e.t]));
  const at = new Map([...ends].map((id) => [id, groupOf(id) ?? id]));
  const size = Map.groupBy(at.values(), (key) => key);
  for (const [id, key] of at) if (size.get(key).length === 1) at.set(id, id); // one thing is no group
  const groups = new Map();
  for (const id of ends) {
    const key = at.get(id);
    if (key === id) continue;
    if (!groups.has(key)) groups.set(key, { id: key, ...claims.group(key), members: [], inside: [] });
    groups.get(key).members.push(id);
  }
  const single = [];
  const bundles = new Map();
  for (const e of lines) {
    const s = at.get(e.s),
      t = at.get(e.t);
    if (s === e.s && t === e.t) single.push(e);
    else if (s === t) groups.get(s).inside.push(e);
    else {
      const key = `bundle:${s}>${t}`;
      if (!bundles.has(key)) bundles.set(key, { id: key, s, t, claims: [] });
      bundles.get(key).claims.push(e);
    }
  }
  for (const g of groups.values()) {
    const kinds = new Set(g.members.map((id) => claims.nodes.get(id).kind));
    if (kinds.size === 1) g.kind = claims.kinds.get([...kinds][0]);
    if (kinds.size === 1) g.name = g.kind.name;
  }
  return {
    nodes: [...ends].filter((id) => at.get(id) === id),
    lines: single,
    groups: [...groups.values()],
    bundles: [...bundles.values()],
  };
}
