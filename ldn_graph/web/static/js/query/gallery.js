// The canned queries: found by words and tags; chosen without leaving the page.

/** Makes the gallery searchable. */
export function sift(root) {
  const box = root.querySelector(".sift");
  const input = root.querySelector("#sift");
  const told = root.querySelector("#sifted");
  const items = [...root.querySelectorAll("#canned li")];
  const chips = [...root.querySelectorAll(".chip")];
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const tags = chips.filter((c) => c.getAttribute("aria-pressed") === "true").map((c) => c.dataset.tag);
    let count = 0;
    for (const item of items) {
      const text = `${item.textContent} ${item.dataset.words} ${item.dataset.tags}`.toLowerCase();
      const has = item.dataset.tags.split(" ");
      item.hidden = !(words.every((w) => text.includes(w)) && tags.every((t) => has.includes(t)));
      count += item.hidden ? 0 : 1;
    }
    told.textContent = words.length || tags.length ? `${count} of ${items.length} questions` : "";
  };
  box.hidden = false;
  input.addEventListener("input", show);
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      show();
    });
  }
}

/** Fetches the page of an address and gives its form part and its query. */
export async function fetchChosen(address) {
  const response = await fetch(address, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return {
    chosen: page.querySelector("#chosen"),
    text: page.querySelector("#query-text")?.value ?? "",
    ok: response.ok,
    title: page.title,
  };
}

/** Fields whose names are too many to list are looked for while typing. */
export function completeNames(root, base) {
  for (const input of root.querySelectorAll("input[data-names]")) {
    const list = root.querySelector(`#${input.getAttribute("list")}`);
    if (list.options.length) continue;
    input.addEventListener("input", async () => {
      const asked = input.value;
      const response = await fetch(
        `${base}/query/names.json?${new URLSearchParams({ type: input.dataset.names, q: asked })}`,
      );
      if (!response.ok || input.value !== asked) return;
      list.replaceChildren(...(await response.json()).map((t) => new Option(t.label, t.id)));
    });
  }
}
