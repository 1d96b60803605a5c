// Asks the endpoint, and reads what it answers.

export const FORMATS = {
  rows: [
    ["csv", "CSV", "text/csv"],
    ["tsv", "TSV", "text/tab-separated-values"],
    ["json", "JSON", "application/sparql-results+json"],
    ["xml", "XML", "application/sparql-results+xml"],
  ],
  triples: [
    ["ttl", "Turtle", "text/turtle"],
    ["nt", "N-Triples", "application/n-triples"],
    ["jsonld", "JSON-LD", "application/ld+json"],
    ["rdf", "RDF/XML", "application/rdf+xml"],
  ],
};
FORMATS.boolean = FORMATS.rows.slice(2);

const MOST_BYTES = 60e6;

/** What the endpoint said instead of an answer. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The endpoint's answer as text. Throws Refusal; AbortError where `signal` stopped it. */
export async function ask(endpoint, query, accept, signal) {
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort());
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept },
    body: new URLSearchParams({ query }),
    signal: controller.signal,
  });
  const text = await whole(response, controller);
  if (!response.ok) throw new Refusal(response.status, told(text, response));
  return { text, type: (response.headers.get("content-type") ?? "").split(";")[0], headers: response.headers };
}

/** The text of a response, unless it is more than a page can hold. */
async function whole(response, controller) {
  const decoder = new TextDecoder();
  const parts = [];
  let size = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return parts.join("") + decoder.decode();
    size += value.length;
    if (size > MOST_BYTES) {
      controller.abort();
      throw new Refusal(
        0,
        `The answer is larger than ${MOST_BYTES / 1e6} MB, which is more than a page should hold; add a LIMIT, or ask with curl and save it.`,
      );
    }
    parts.push(decoder.decode(value, { stream: true }));
  }
}

/** The message of an error's body, which is text or problem details. */
export function told(text, response) {
  try {
    const { detail, title, message } = JSON.parse(text);
    return detail ?? message ?? title ?? text;
  } catch {
    return text.trim() || `${response.status} ${response.statusText}`;
  }
}

/** A result as {kind, columns, rows} or {kind: "boolean", value}; each cell a term or undefined. */
export function read(answer) {
  if (answer.type === "application/sparql-results+json") {
    const { head, results, boolean } = JSON.parse(answer.text);
    if (typeof boolean === "boolean") return { kind: "boolean", value: boolean };
    const columns = head.vars ?? [];
    return { kind: "rows", columns, rows: results.bindings.map((b) => columns.map((c) => b[c])) };
  }
  return { kind: "triples", columns: ["subject", "predicate", "object"], rows: ntriples(answer.text) };
}

const NODE = String.raw`<[^>]*>|_:\S+`;
const LINE = new RegExp(
  String.raw`^\s*(${NODE})\s+(<[^>]*>)\s+(${NODE}|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?)\s*\.\s*$`,
);

function ntriples(text) {
  return text
    .split("\n")
    .map((line) => LINE.exec(line))
    .filter(Boolean)
    .map((m) => m.slice(1).map(ntTerm));
}

function ntTerm(text) {
  if (text.startsWith("<")) return { type: "uri", value: unescaped(text.slice(1, -1)) };
  if (text.startsWith("_:")) return { type: "bnode", value: text.slice(2) };
  const end = text.lastIndexOf('"');
  const after = text.slice(end + 1);
  return {
    type: "literal",
    value: unescaped(text.slice(1, end)),
    ...(after.startsWith("@") && { "xml:lang": after.slice(1) }),
    ...(after.startsWith("^^") && { datatype: after.slice(3, -1) }),
  };
}

const ESCAPES = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", '"': '"', "'": "'", "\\": "\\" };

function unescaped(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, sign) =>
    sign === undefined ? String.fromCodePoint(parseInt(short ?? long, 16)) : (ESCAPES[sign] ?? sign),
  );
}

export function isNumber(term) {
  return term?.type === "literal" && /#(integer|decimal|double|float|int|long)$/.test(term.datatype ?? "");
}
