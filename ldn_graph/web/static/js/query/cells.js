// How a term is shown: what the data call it, with a link to its page.
import { make } from "./elements.js";

/** Knows the names of IRIs: `iri` is where the data's own begin, `base` the site's path. */
export class Names {
  constructor({ iri, base, known }) {
    this.iri = iri;
    this.base = base;
    this.labels = {};
    this.terms = new Map();
    this.prefixes = {};
    known.then(({ prefixes, terms }) => {
      this.prefixes = prefixes;
      this.terms = new Map(terms.map((t) => [t.name, t.label]));
    });
  }

  /** Learns what the data's own IRIs in `rows` are called. */
  async learn(rows) {
    const asked = new Set();
    for (const row of rows) {
      for (const term of row) {
        if (term?.type === "uri" && term.value.startsWith(this.iri) && !(term.value in this.labels))
          asked.add(term.value);
      }
    }
    const all = [...asked];
    for (let at = 0; at < Math.min(all.length, 20_000); at += 4000) {
      const response = await fetch(`${this.base}/query/labels.json`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(all.slice(at, at + 4000)),
      });
      if (response.ok) Object.assign(this.labels, await response.json());
    }
  }

  short(iri) {
    for (const [prefix, start] of Object.entries(this.prefixes)) {
      if (iri.startsWith(start) && iri.length > start.length) return `${prefix}:${iri.slice(start.length)}`;
    }
    return iri;
  }

  name(term) {
    if (!term) return "";
    if (term.type !== "uri") return term.type === "bnode" ? `_:${term.value}` : term.value;
    if (Object.hasOwn(this.labels, term.value)) return this.labels[term.value];
    const short = this.short(term.value);
    return this.terms.get(short) ?? short;
  }

  /** The address of an IRI's page; null for what is no web address. */
  address(iri) {
    if (iri.startsWith(this.iri)) return `${this.base}/${iri.slice(this.iri.length)}`;
    return /^https?:\/\//i.test(iri) ? iri : null;
  }

  /** The ids of the claims that rows name. */
  claims(rows) {
    const start = `${this.iri}claim/`;
    const found = new Set();
    for (const row of rows) {
      for (const term of row) {
        if (term?.type === "uri" && term.value.startsWith(start))
          found.add(term.value.slice(start.length).split("#")[0]);
      }
    }
    return [...found];
  }

  /** What a table cell holds. */
  shown(term) {
    if (!term) return make("span", { class: "unbound" }, "–");
    if (term.type !== "uri") {
      const title = term["xml:lang"]
        ? `language ${term["xml:lang"]}`
        : term.datatype
          ? this.short(term.datatype)
          : null;
      return make("span", { title }, term.value);
    }
    const address = this.address(term.value);
    if (!address) return make("span", { title: term.value }, term.value);
    const outside = !term.value.startsWith(this.iri);
    return make(
      "a",
      { href: address, title: term.value, ...(outside && { rel: "noopener external nofollow" }) },
      this.name(term),
    );
  }
}
