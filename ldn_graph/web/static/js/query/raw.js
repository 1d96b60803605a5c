// The answer as the endpoint writes it, in each of its formats.

import { ask, FORMATS } from "./asking.js";
import { copy, make } from "./elements.js";

const MOST = 200_000;

export function showRaw(place, result, { endpoint, query }) {
  const formats = FORMATS[result.kind];
  const select = make(
    "select",
    { id: "raw-format" },
    ...formats.map(([id, name]) => make("option", { value: id }, name)),
  );
  const text = make("pre", { tabindex: "0", role: "region", "aria-label": "Raw answer" });
  const state = make("span", { role: "status" });
  let whole = "";
  let asked = 0; // an answer that comes after one has chosen another format is not shown
  const load = async () => {
    const mine = ++asked;
    const [, , type] = formats.find(([id]) => id === select.value);
    state.textContent = "Asking …";
    try {
      const answer = (await ask(endpoint, query, type)).text;
      if (mine !== asked) return;
      whole = answer;
      text.textContent = whole.slice(0, MOST);
      state.textContent =
        whole.length > MOST ? `The first ${MOST} of ${whole.length} characters; a download has all.` : "";
    } catch (error) {
      if (mine !== asked) return;
      text.textContent = "";
      state.textContent = error.message;
    }
  };
  select.addEventListener("change", load);
  const button = make(
    "button",
    {
      type: "button",
      onclick: async () => {
        state.textContent = (await copy(whole))
          ? "Copied."
          : "The browser does not let pages copy; select the text instead.";
      },
    },
    "Copy",
  );
  place.replaceChildren(
    make("p", { class: "bar" }, make("label", { class: "inline" }, "Format ", select), button, state),
    text,
  );
  return load();
}
