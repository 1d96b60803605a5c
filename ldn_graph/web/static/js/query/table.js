// The answer as a table: sorted by any column, a page at a time.

import { isNumber } from "./asking.js";
import { make } from "./elements.js";

const PAGE = 100;
const LONG = 60;
const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export function showTable(place, result, names) {
  let order = { column: null, down: false };
  let page = 0;
  const kinds = result.columns.map((_, n) => kindOf(result.rows, n));

  function sorted() {
    if (order.column === null) return result.rows;
    const n = order.column;
    const sign = order.down ? -1 : 1;
    return [...result.rows].sort((a, b) => {
      if (!a[n] || !b[n]) return Number(!a[n]) - Number(!b[n]);
      if (kinds[n] === "number") return sign * (Number(a[n].value) - Number(b[n].value));
      return sign * words.compare(names.name(a[n]), names.name(b[n]));
    });
  }

  function header(column, n) {
    const state = order.column === n ? (order.down ? "descending" : "ascending") : "none";
    const sign = { none: "", ascending: " ▲", descending: " ▼" }[state];
    const button = make(
      "button",
      {
        type: "button",
        class: "sort",
        onclick: () => {
          order = { column: n, down: order.column === n && !order.down };
          page = 0;
          draw();
          place.querySelectorAll("button.sort")[n].focus();
        },
      },
      column,
      make("span", { "aria-hidden": "true" }, sign),
    );
    return make("th", { scope: "col", "aria-sort": state, class: kinds[n] }, button);
  }

  function draw() {
    const rows = sorted();
    const from = page * PAGE;
    const body = rows
      .slice(from, from + PAGE)
      .map((row) => make("tr", {}, ...row.map((term, n) => make("td", { class: kinds[n] }, names.shown(term)))));
    const table = make(
      "table",
      {},
      make("caption", { class: "unseen" }, "The answer, a row for each result"),
      make("thead", {}, make("tr", {}, ...result.columns.map(header))),
      make("tbody", {}, ...body),
    );
    place.replaceChildren(
      make("div", { class: "scroll rows", tabindex: "0", role: "region", "aria-label": "Rows of the answer" }, table),
      ...pager(rows.length),
    );
  }

  function pager(count) {
    const last = Math.ceil(count / PAGE) - 1;
    if (last < 1) return [];
    const go = (to) => () => {
      page = to;
      draw();
      place.querySelector(".pager").focus();
    };
    return [
      make(
        "p",
        { class: "bar pager", tabindex: "-1", role: "group", "aria-label": "Pages" },
        make("button", { type: "button", disabled: page === 0, onclick: go(page - 1) }, "Previous"),
        make("span", {}, `Rows ${page * PAGE + 1} to ${Math.min(count, (page + 1) * PAGE)} of ${count}`),
        make("button", { type: "button", disabled: page === last, onclick: go(page + 1) }, "Next"),
      ),
    ];
  }

  draw();
}

function kindOf(rows, n) {
  const there = rows.map((row) => row[n]).filter(Boolean);
  if (there.length && there.every(isNumber)) return "number";
  return there.some((t) => t.type === "literal" && t.value.length > LONG) ? "long" : "short";
}
