// The table of exactly what is shown: sorted by its headings, linked to what is chosen.

import { el, plural } from "./dom.js";

const PAGE = 200;

export class ClaimTable {
  constructor(room, claims, go) {
    this.room = room;
    this.claims = claims;
    this.go = go;
    this.most = PAGE;
  }

  columns() {
    const { nodes, data } = this.claims;
    const label = (id) => nodes.get(id).label;
    const agreement = new Map(data.agreements.map((a, n) => [a.id, [n, a.name]]));
    const years = (e) => [...new Set(e.items.map((i) => i[3]).filter((y) => y !== null))].sort();
    const cited = (e) => [...new Set(e.items.map((i) => i[0]))];
    return [
      { key: "claim", name: "Claim", by: (e) => e.reading },
      { key: "from", name: "From", by: (e) => label(e.s) },
      { key: "to", name: "To", by: (e) => label(e.t) },
      { key: "evidence", name: "Evidence", by: (e) => e.level, text: (e) => e.grade },
      { key: "wording", name: "Wording", by: (e) => data.certainties.indexOf(e.certainty), text: (e) => e.certainty },
      {
        key: "agreement",
        name: "Agreement",
        by: (e) => agreement.get(e.agreement)[0],
        text: (e) => `${{ contested: "≠ ", against: "✕ " }[e.look] || ""}${agreement.get(e.agreement)[1]}`,
      },
      {
        key: "sources",
        name: "Sources",
        by: (e) => cited(e).length,
        text: (e) =>
          cited(e)
            .map((n) => data.sources[n].short)
            .slice(0, 3)
            .join("; ") + (cited(e).length > 3 ? ` and ${cited(e).length - 3} more` : ""),
      },
      { key: "year", name: "Years", by: (e) => years(e)[0] ?? 9999, text: (e) => years(e).join(", ") || "not given" },
    ];
  }

  sorted(edges, sort) {
    const down = sort.startsWith("-");
    const column = this.columns().find((c) => c.key === sort.replace("-", "")) || this.columns()[0];
    const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en"));
    return [...edges].sort((a, b) => (down ? -1 : 1) * compare(column.by(a), column.by(b)) || (a.id < b.id ? -1 : 1));
  }

  draw(shown, state) {
    if (this.of !== shown) this.most = PAGE;
    this.of = shown;
    const columns = this.columns();
    const rows = this.sorted(shown.claims, state.sort || "claim");
    const heading = (c) => {
      const active = (state.sort || "claim").replace("-", "") === c.key;
      const down = (state.sort || "").startsWith("-");
      return el(
        "th",
        { scope: "col", "aria-sort": active ? (down ? "descending" : "ascending") : null },
        el(
          "button",
          { type: "button", class: "plain", onclick: () => this.go({ sort: active && !down ? `-${c.key}` : c.key }) },
          c.name,
          el("span", { "aria-hidden": "true" }, active ? (down ? " ▾" : " ▴") : ""),
        ),
      );
    };
    const cell = (c, e) =>
      c.key === "claim"
        ? el(
            "th",
            { scope: "row" },
            el(
              "button",
              { type: "button", class: "link", "data-claim": e.id, onclick: () => this.go({ select: e.id }) },
              e.reading,
            ),
          )
        : el("td", { class: c.key === "agreement" ? e.look : null }, c.text ? c.text(e) : c.by(e));
    const body = rows.slice(0, this.most).map((e) =>
      el(
        "tr",
        { id: `row-${e.id}`, class: state.select === e.id ? "chosen" : null },
        columns.map((c) => cell(c, e)),
      ),
    );
    const rest = rows.length - this.most;
    this.room.replaceChildren(
      el(
        "table",
        {},
        el("caption", {}, `${plural(rows.length, "claim")} shown`),
        el("thead", {}, el("tr", {}, columns.map(heading))),
        el("tbody", {}, body),
      ),
      ...(rest > 0
        ? [
            el(
              "p",
              {},
              el(
                "button",
                {
                  type: "button",
                  onclick: () => {
                    this.most += 1000;
                    this.draw(shown, state);
                  },
                },
                `Show ${Math.min(1000, rest)} of the ${plural(rest, "other")}`,
              ),
            ),
          ]
        : []),
    );
  }

  choose(id) {
    for (const row of this.room.querySelectorAll("tr.chosen")) row.classList.remove("chosen");
    const row = document.getElementById(`row-${id}`);
    if (!row || this.room.hidden) return;
    row.classList.add("chosen");
    row.scrollIntoView({ block: "nearest" });
  }
}
