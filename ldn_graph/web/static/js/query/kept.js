// Queries that were asked, kept in this browser: the newest first, named ones for good.
import { make } from "./elements.js";

const KEY = "ldn-graph.queries";
const MOST = 40;

export function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((q) => typeof q?.text === "string") : [];
  } catch {
    return [];
  }
}

function store(queries) {
  try {
    localStorage.setItem(KEY, JSON.stringify(queries));
  } catch {
    /* storage is full or switched off: nothing is kept, nothing else is lost */
  }
}

/** Remembers a query that was asked; `name` keeps it for good. */
export function remember(text, name) {
  const before = kept();
  const old = before.find((q) => q.text === text);
  const rest = before.filter((q) => q.text !== text);
  const entry = { text, name: name ?? old?.name ?? "", when: new Date().toISOString() };
  const named = rest.filter((q) => q.name);
  const others = rest.filter((q) => !q.name).slice(0, MOST - 1);
  store([entry, ...[...named, ...others].sort((a, b) => (a.when < b.when ? 1 : -1))]);
}

const title = (query) =>
  query.name ||
  query.text
    .replace(/^\s*(PREFIX|BASE)\b.*$/gim, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 70) ||
  "empty";

/** Lists what is kept; `use(text)` puts one back. */
export function showKept(list, box, use) {
  const queries = kept();
  const again = () => showKept(list, box, use);
  box.hidden = queries.length === 0;
  list.replaceChildren(
    ...queries.map((query) => {
      const rename = () => {
        const input = make("input", {
          type: "text",
          value: query.name,
          "aria-label": "Name of the query",
          maxlength: 80,
        });
        const form = make(
          "form",
          {
            class: "naming",
            onsubmit: (event) => {
              event.preventDefault();
              store(kept().map((q) => (q.text === query.text ? { ...q, name: input.value.trim() } : q)));
              again();
            },
          },
          input,
          make("button", { type: "submit" }, "Save"),
        );
        item.replaceChildren(form);
        input.focus();
      };
      const item = make(
        "li",
        {},
        make("button", { type: "button", class: "plain", onclick: () => use(query.text) }, title(query)),
        make("span", { class: "quiet" }, new Date(query.when).toLocaleString()),
        make(
          "span",
          { class: "small-bar" },
          make("button", { type: "button", "aria-label": `Name: ${title(query)}`, onclick: rename }, "Name"),
          make(
            "button",
            {
              type: "button",
              "aria-label": `Delete: ${title(query)}`,
              onclick: () => {
                store(kept().filter((q) => q.text !== query.text));
                again();
              },
            },
            "Delete",
          ),
        ),
      );
      return item;
    }),
  );
}

export function forgetAll() {
  store([]);
}
