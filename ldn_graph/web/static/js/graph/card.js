// What is chosen: a claim with its quotes and reasons, an entity, a group of a kind, or a bundle.

import { el, plural, sign, stroke } from "./dom.js";

const words = (text) => text.replaceAll("-", " ");
const DIRECTIONS = { supports: "Speaks for it", refutes: "Speaks against it", inconclusive: "Leaves it open" };
const BADGES = {
  contested: "≠ Contested: sources speak for it and against it",
  against: "✕ Spoken against: no source supports it",
  presupposed: "Taken for granted by the wording, stated nowhere",
};

export function badge(look) {
  return BADGES[look] ? el("p", { class: `badge ${look}` }, BADGES[look]) : null;
}

export class Card {
  constructor(claims, full, { go, base }) {
    this.claims = claims;
    this.full = full;
    this.go = go;
    this.base = base;
  }

  claimLink(e) {
    return el(
      "button",
      { type: "button", class: `link ${e.look}`, onclick: () => this.go({ select: e.id }) },
      stroke({ width: this.claims.data.widths[e.level], dash: this.claims.data.dashes[e.certainty], look: e.look }),
      el("span", {}, e.reading),
    );
  }

  thingLink(id) {
    const node = this.claims.nodes.get(id);
    return el(
      "button",
      { type: "button", class: "link", onclick: () => this.go({ select: id }) },
      sign(this.claims.kinds.get(node.kind)),
      el("span", {}, node.label),
    );
  }

  async claim(e) {
    const { data } = this.claims;
    const agreement = data.agreements.find((a) => a.id === e.agreement).name;
    const rung = ["assertion", "speculative", "none"].includes(e.wording) ? "" : ` (${words(e.wording)})`;
    const row = (k, ...v) => [el("dt", {}, k), el("dd", {}, ...v)];
    const head = [
      el("p", { class: "eyebrow" }, "Claim"),
      el("h2", { id: "card-title", dir: "auto" }, e.reading),
      badge(e.look),
      el(
        "dl",
        { class: "grades" },
        row("Evidence", stroke({ width: data.widths[e.level], look: e.look }), ` ${e.grade}`),
        row("Wording", stroke({ width: 2.5, dash: data.dashes[e.certainty] }), ` ${e.certainty}${rung}`),
        row("Agreement", agreement),
      ),
      el(
        "p",
        { class: "row" },
        this.base !== null &&
          el("a", { class: "button main", href: `${this.base}/claim/${encodeURIComponent(e.id)}` }, "The claim’s page"),
        this.thingLink(e.s),
        this.thingLink(e.t),
      ),
    ];
    let rest;
    try {
      rest = this.evidence(e, await this.full(e.id));
    } catch (error) {
      rest = [
        el(
          "p",
          { class: "notice" },
          `The quotes can’t be loaded just now (${error.message}); the claim’s page has them, too.`,
        ),
      ];
    }
    return [...head, ...rest];
  }

  evidence(_e, { claim, sources }) {
    return [
      el("h3", {}, "In the source’s words"),
      el(
        "ul",
        { class: "items" },
        claim.items.map((item) => this.item(item, sources[item.source])),
      ),
      el("h3", {}, "Why it is graded so"),
      el(
        "ul",
        { class: "reasons" },
        claim.reasons.map((r) => el("li", {}, el("b", {}, `${r.axis}: `), r.text)),
      ),
      claim.note ? el("p", { class: "note" }, el("b", {}, "Curator’s note: "), claim.note) : null,
    ];
  }

  item(item, source) {
    const quote = item.quote.length
      ? el(
          "blockquote",
          { dir: "auto" },
          "“",
          item.quote.map((p) => (p.cue ? el("mark", {}, p.text) : p.text)),
          "”",
        )
      : null;
    return el(
      "li",
      { class: `item ${item.direction}` },
      el(
        "p",
        { class: "says" },
        el(
          "span",
          { class: `tag ${item.direction === "refutes" ? "against" : item.direction === "supports" ? "for" : ""}` },
          DIRECTIONS[item.direction],
        ),
        ` ${item.says}.`,
      ),
      quote,
      item.context.length
        ? el("p", { class: "quiet" }, `Read with “${item.context.join("”, “")}” in the text around it.`)
        : null,
      item.finding ? el("p", { class: "quiet" }, `Finding, in the curator’s words: ${item.finding}`) : null,
      el(
        "p",
        { class: "quiet" },
        source.author ? `${source.author}: ` : "",
        "“",
        this.base === null
          ? source.title
          : el("a", { href: `${this.base}/source/${encodeURIComponent(source.id)}` }, source.title),
        "”",
        source.date ? `, ${source.date}` : "",
        item.section ? ` · section “${item.section}”` : "",
        source.retracted ? el("strong", {}, " · retracted") : "",
      ),
      el(
        "dl",
        { class: "facts" },
        item.facts.map(([k, v]) => [el("dt", {}, k), el("dd", {}, v)]),
      ),
    );
  }

  entity(id, { shown, state }) {
    const node = this.claims.nodes.get(id);
    const kind = this.claims.kinds.get(node.kind);
    const here = new Set(shown.claims.map((e) => e.id));
    const own = this.claims.of.get(id);
    const visible = own.filter((e) => here.has(e.id));
    const hidden = own.length - visible.length;
    const button = (text, change) => el("button", { type: "button", onclick: () => this.go(change) }, text);
    const only =
      state.around.length === 1 && state.around[0] === id && !state.all && !state.claims.length && !state.paths.length;
    const extra = state.more.includes(id);
    const list = (title, edges) =>
      edges.length
        ? [
            el("h3", {}, `${title} (${edges.length})`),
            el(
              "ul",
              { class: "links" },
              edges.map((e) => el("li", {}, this.claimLink(e))),
            ),
          ]
        : [];
    return [
      el("p", { class: "eyebrow" }, sign(kind), ` ${kind.name}`),
      el("h2", { id: "card-title", dir: "auto" }, node.label),
      node.definition ? el("p", {}, node.definition) : null,
      node.synonyms?.length ? el("p", { class: "quiet" }, `Also called: ${node.synonyms.join(", ")}`) : null,
      node.note ? el("p", { class: "quiet" }, node.note) : null,
      el(
        "p",
        { class: "row" },
        only ? null : button("Only its claims", { ...this.focus(id) }),
        extra
          ? button("Take its other claims away", { more: state.more.filter((m) => m !== id) })
          : hidden && !shown.overview
            ? button(`Add its ${plural(hidden, "other claim")}`, { more: [...state.more, id] })
            : null,
        button("Paths from here", { panel: "paths", ends: [id, ""] }),
        button("Paths to here", { panel: "paths", ends: ["", id] }),
        this.base !== null &&
          el("a", { class: "button", href: `${this.base}/entity/${encodeURIComponent(id)}` }, "Its page"),
      ),
      el("p", { class: "quiet" }, `${plural(visible.length, "claim")} of ${own.length} shown.`),
      ...list(
        "Claims that start from it",
        visible.filter((e) => e.s === id),
      ),
      ...list(
        "Claims that lead to it",
        visible.filter((e) => e.t === id && e.s !== id),
      ),
      ...list(
        "Claims made for it",
        visible.filter((e) => e.t !== id && e.s !== id),
      ),
    ];
  }

  // The state in which only the claims about one entity are shown, without the filters.
  focus(id) {
    return { reset: true, around: [id], select: id };
  }

  group(id, { shown, state }) {
    const group = shown.groups.find((g) => g.id === id);
    if (!group) return [];
    const of = (n) => sign(this.claims.kinds.get(n.kind));
    return [
      el("p", { class: "eyebrow" }, "Group"),
      el("h2", { id: "card-title" }, `${group.name}: ${group.members.length}`),
      el(
        "p",
        { class: "row" },
        el(
          "button",
          { type: "button", class: "main", onclick: () => this.go({ open: [...state.open, group.opens], select: "" }) },
          "Open the group",
        ),
      ),
      group.inside.length
        ? el(
            "p",
            { class: "quiet" },
            `${plural(group.inside.length, "claim")} between its members; open the group to see them.`,
          )
        : null,
      el(
        "ul",
        { class: "links" },
        group.members
          .map((m) => this.claims.nodes.get(m))
          .sort((a, b) => a.label.localeCompare(b.label))
          .map((n) =>
            el(
              "li",
              {},
              el(
                "button",
                { type: "button", class: "link", onclick: () => this.go(this.focus(n.id)) },
                of(n),
                el("span", {}, n.label),
                el("span", { class: "quiet" }, ` ${plural(this.claims.of.get(n.id).length, "claim")}`),
              ),
            ),
          ),
      ),
    ];
  }

  bundle(id, { shown, state }) {
    const bundle = shown.bundles.find((b) => b.id === id);
    if (!bundle) return [];
    const groups = [bundle.s, bundle.t].filter((k) => k.startsWith("group:")).map((k) => this.claims.group(k).opens);
    const name = (end) => (end.startsWith("group:") ? this.claims.group(end).name : this.claims.nodes.get(end).label);
    return [
      el("p", { class: "eyebrow" }, "Bundle of claims"),
      el("h2", { id: "card-title" }, `${name(bundle.s)} → ${name(bundle.t)}: ${plural(bundle.claims.length, "claim")}`),
      el(
        "p",
        { class: "row" },
        el(
          "button",
          {
            type: "button",
            class: "main",
            onclick: () => this.go({ reset: true, claims: bundle.claims.map((e) => e.id), select: "" }),
          },
          "Show only these",
        ),
        el(
          "button",
          { type: "button", onclick: () => this.go({ open: [...new Set([...state.open, ...groups])], select: "" }) },
          "Open the groups at its ends",
        ),
      ),
      el(
        "ul",
        { class: "links" },
        bundle.claims.map((e) => el("li", {}, this.claimLink(e))),
      ),
    ];
  }
}
