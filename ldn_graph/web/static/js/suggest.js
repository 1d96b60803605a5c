// Suggestions while typing: a combobox after the ARIA Authoring Practices (list autocomplete,
// manual selection). Enter without a choice sends the form, as it does without this script.

const WAIT = 120;
const names = { entity: "thing", claim: "claim", source: "source", quote: "quote", agent: "curator" };
let counter = 0;

export function suggest(input, base) {
  const id = `suggestions-${++counter}`;
  const list = document.createElement("ul");
  const said = document.createElement("span");
  let found = [];
  let at = -1;
  let asked = 0;
  let timer = 0;

  list.id = id;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  said.className = "unseen";
  said.setAttribute("role", "status");
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": id,
  }))
    input.setAttribute(name, value);
  input.after(list, said);

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(n) {
    const options = list.children;
    if (at >= 0) options[at]?.setAttribute("aria-selected", "false");
    at = n;
    if (at < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    options[at].setAttribute("aria-selected", "true");
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  }

  function go(n) {
    const { kind, id: name } = found[n];
    location.assign(`${base}/${kind}/${encodeURIComponent(name)}`);
  }

  function show(results) {
    found = results;
    list.replaceChildren(
      ...results.map((result, n) => {
        const option = document.createElement("li");
        option.id = `${id}-${n}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        const kind = document.createElement("span");
        kind.className = "kind";
        kind.textContent = names[result.kind] ?? result.kind;
        const label = document.createElement("span");
        label.textContent = result.name;
        option.append(kind, label);
        // mousedown would take the focus from the field
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => go(n));
        return option;
      }),
    );
    at = -1;
    list.hidden = results.length === 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    input.removeAttribute("aria-activedescendant");
    said.textContent = results.length === 1 ? "1 suggestion" : `${results.length} suggestions`;
  }

  async function ask() {
    const words = input.value.trim();
    const mine = ++asked;
    if (words.length < 2) return close();
    try {
      const answer = await fetch(`${base}/api/search?q=${encodeURIComponent(words.slice(0, 200))}&limit=8`);
      const results = answer.ok ? (await answer.json()).items : [];
      if (mine === asked && document.activeElement === input) show(results);
    } catch {
      close(); // no network: the form still works when it is back
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "Escape" && open) {
      close();
      event.preventDefault();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && open) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      const last = found.length - 1;
      choose(at + step > last ? -1 : at + step < -1 ? last : at + step);
      event.preventDefault();
    } else if (event.key === "Enter" && open && at >= 0) {
      go(at);
      event.preventDefault();
    }
  });
}
