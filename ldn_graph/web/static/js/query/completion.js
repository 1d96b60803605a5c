// What the editor suggests: things by name, terms with their definitions, prefixes, variables.

const KINDS = { ldn: "entity", ldnc: "claim", ldns: "source", ldna: "agent" };
const PREFIX_OF = Object.fromEntries(Object.entries(KINDS).map(([p, k]) => [k, p]));

const WORDS = [
  "SELECT",
  "DISTINCT",
  "WHERE",
  "OPTIONAL",
  "FILTER",
  "FILTER NOT EXISTS",
  "UNION",
  "VALUES",
  "BIND",
  "GROUP BY",
  "ORDER BY",
  "DESC",
  "LIMIT",
  "COUNT",
  "CONSTRUCT",
  "DESCRIBE",
  "ASK",
  "GRAPH",
  "MINUS",
  "HAVING",
  "GROUP_CONCAT",
  "STRSTARTS",
  "CONTAINS",
  "LCASE",
  "COALESCE",
];

/** The sources for autocompletion: `known` is the promise of {prefixes, terms}. */
export function completions(known, base) {
  return [variables, (context) => names(context, known, base)];
}

function variables(context) {
  const word = context.matchBefore(/[?$]\w*/);
  if (!word) return null;
  const text = context.state.doc.toString();
  const found = new Set([...text.matchAll(/[?$](\w+)/g)].filter((m) => m.index !== word.from).map((m) => `?${m[1]}`));
  return { from: word.from, options: [...found].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
}

async function names(context, known, base) {
  const word = context.matchBefore(/[A-Za-z][\w-]*(?::[\w.-]*)?/);
  if (!word && !context.explicit) return null;
  const typed = word?.text ?? "";
  const from = word?.from ?? context.pos;
  if (from > 0 && /[?$@<:]/.test(context.state.sliceDoc(from - 1, from))) return null;
  const { terms, prefixes } = await known;
  const [prefix, local] = typed.includes(":") ? typed.split(":", 2) : ["", typed];
  const options = [];
  if (typed.includes(":")) {
    if (KINDS[prefix]) options.push(...(await things(KINDS[prefix], local, base)));
    else options.push(...terms.filter((t) => t.name.startsWith(`${prefix}:`) && fits(t, local)).map(term));
  } else {
    const wanted = typed.toLowerCase();
    options.push(
      ...WORDS.filter((w) => wanted && w.toLowerCase().startsWith(wanted)).map((label) => ({
        label,
        type: "keyword",
        boost: 2,
      })),
    );
    options.push(
      ...Object.keys(prefixes)
        .filter((p) => p.startsWith(wanted))
        .map((p) => ({ label: `${p}:`, detail: prefixes[p], type: "namespace" })),
    );
    if (typed.length > 2) {
      options.push(
        ...terms
          .filter((t) => fits(t, typed))
          .slice(0, 30)
          .map(term),
      );
      options.push(...(await things("entity", typed, base)));
    }
  }
  return options.length && !context.aborted ? { from, options, filter: false } : null;
}

function fits(term, words) {
  const wanted = words.toLowerCase();
  return term.name.split(":")[1].toLowerCase().includes(wanted) || term.label.toLowerCase().includes(wanted);
}

function term(t) {
  return {
    label: t.name,
    detail: t.label === t.name.split(":")[1] ? t.kind : t.label,
    info: t.about || undefined,
    type: t.kind,
  };
}

async function things(kind, words, base) {
  const asked = new URLSearchParams({ type: kind, q: words.replaceAll("-", " ") });
  const other = new URLSearchParams({ type: kind, q: words });
  const found = await Promise.all(
    [asked, ...(words.includes("-") ? [other] : [])].map(async (query) => {
      const answer = await fetch(`${base}/query/names.json?${query}`);
      return answer.ok ? answer.json() : [];
    }),
  );
  const byId = new Map(found.flat().map((t) => [t.id, t]));
  return [...byId.values()].map((t) => ({
    label: `${PREFIX_OF[kind]}:${t.id}`,
    detail: t.label,
    info: t.detail,
    type: kind,
  }));
}
