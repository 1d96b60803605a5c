// What is shown and what is open. The address bar holds it, so that a link brings it back.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const byId = (list) => new Map(list.map((x) => [x.id, x]));
const find = (id) => document.getElementById(id);

const data = read("scene");
const things = byId(data.nodes);
const claims = byId(data.edges);
const sources = byId(data.sources);
const claimsOf = new Map(data.nodes.map((n) => [n.id, []]));
for (const claim of data.edges) {
  for (const end of new Set([claim.start, claim.end])) claimsOf.get(end).push(claim);
}

const kindsOf = (claim) => [things.get(claim.start).kind, things.get(claim.end).kind];

// Each facet says which of its values a claim has, and whether all of them must be ticked.
const facets = {
  level: { of: (c) => [String(c.level)], all: true },
  certainty: { of: (c) => [c.certainty], all: true },
  agreement: { of: (c) => [c.agreement], all: true },
  kind: { of: kindsOf, all: true },
  source: { of: (c) => c.sources, all: false },
};

const state = { off: {}, words: "", focus: data.focus, claim: null, thing: null };
for (const name of Object.keys(facets)) state.off[name] = new Set();

const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
  .replace(/[\u2018\u2019]/g, "'").toLowerCase();

const haystack = new Map(data.edges.map((claim) => {
  const ends = [things.get(claim.start), things.get(claim.end)];
  const items = claim.items.flatMap((i) => [
    i.quote.map((p) => p.text).join(""), i.finding || "", sources.get(i.source).citation,
  ]);
  const names = ends.flatMap((n) => [n.label, ...n.synonyms]);
  return [claim.id, plain([claim.id, claim.reading, ...names, ...items].join(" \n "))];
}));

function passes(claim) {
  if (state.focus && claim.start !== state.focus && claim.end !== state.focus) return false;
  for (const [name, facet] of Object.entries(facets)) {
    const ticked = facet.of(claim).filter((v) => !state.off[name].has(v)).length;
    if (facet.all ? ticked < facet.of(claim).length : ticked === 0) return false;
  }
  const text = haystack.get(claim.id);
  return plain(state.words).split(/\s+/).every((word) => text.includes(word));
}

const shownClaims = () => data.edges.filter(passes);

function toHash() {
  const params = new URLSearchParams();
  for (const [name, values] of Object.entries(state.off)) {
    if (values.size) params.set(`hide-${name}`, [...values].sort().join(","));
  }
  if (state.words.trim()) params.set("find", state.words.trim());
  if (state.focus !== data.focus) params.set("about", state.focus || "all");
  if (state.claim) params.set("claim", state.claim);
  if (state.thing) params.set("thing", state.thing);
  return params.toString();
}

function fromHash(text) {
  const params = new URLSearchParams(text.replace(/^#/, ""));
  for (const name of Object.keys(facets)) {
    const values = params.get(`hide-${name}`);
    state.off[name] = new Set(values ? values.split(",") : []);
  }
  state.words = params.get("find") || "";
  const about = params.get("about");
  state.focus = about === null ? data.focus : (things.has(about) ? about : null);
  state.claim = claims.has(params.get("claim")) ? params.get("claim") : null;
  state.thing = things.has(params.get("thing")) ? params.get("thing") : null;
}
