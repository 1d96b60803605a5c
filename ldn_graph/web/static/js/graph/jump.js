// The search box of the graph: a list of names that narrows while one types.

import { el, plural, sign } from "./dom.js";

export function jump(claims, chosen) {
  const field = document.getElementById("jump"),
    list = document.getElementById("jump-list");
  let found = [],
    at = -1;
  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const take = (n) => {
    const node = found[n];
    if (!node) return;
    field.value = "";
    close();
    chosen(node.id);
  };
  const mark = () => {
    [...list.children].forEach((li, n) => li.setAttribute("aria-selected", String(n === at)));
    if (at >= 0) {
      field.setAttribute("aria-activedescendant", `jump-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };
  field.addEventListener("input", () => {
    found = claims.find(field.value);
    at = found.length ? 0 : -1;
    list.replaceChildren(
      ...found.map((n, i) =>
        el(
          "li",
          {
            role: "option",
            id: `jump-${i}`,
            "aria-selected": "false",
            onmousedown: (event) => {
              event.preventDefault();
              take(i);
            },
          },
          sign(claims.kinds.get(n.kind)),
          el("span", {}, n.label),
          el("span", { class: "quiet" }, plural(claims.of.get(n.id).length, "claim")),
        ),
      ),
    );
    if (!found.length && field.value.trim())
      list.replaceChildren(
        el("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nothing has that name here."),
      );
    list.hidden = !field.value.trim();
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      close();
      document.getElementById("canvas").focus();
    } else if (list.hidden) return;
    else if (event.key === "ArrowDown") {
      at = Math.min(found.length - 1, at + 1);
      mark();
    } else if (event.key === "ArrowUp") {
      at = Math.max(0, at - 1);
      mark();
    } else if (event.key === "Enter") take(Math.max(0, at));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener("blur", close);
}
