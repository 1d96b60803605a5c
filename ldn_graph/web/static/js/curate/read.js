// A passage that is selected becomes the quote of a claim. Offsets are counted in characters of
// the text (code points), as everywhere in the graph; a browser counts UTF-16 units.

const text = document.getElementById("text");
const taken = document.getElementById("taken");
const link = taken.querySelector("a");
const quoted = taken.querySelector(".quoted");
const told = document.getElementById("told");
const base = document.body.dataset.base;

/** The character that a place in the page stands for, or null outside the text. */
function offsetOf(node, units) {
  let at = node;
  let before = "";
  if (at.nodeType === Node.TEXT_NODE) {
    before = at.data.slice(0, units);
    at = at.parentElement;
  } else {
    // between elements: the beginning of the piece that follows, or the end of the one before
    const next = at.childNodes[units];
    const piece = next?.dataset?.at ? next : next?.querySelector?.("[data-at]");
    if (piece) return Number(piece.dataset.at);
    const all = [...(at.querySelectorAll?.("[data-at]") ?? [])];
    const last = all.at(-1);
    return last ? Number(last.dataset.at) + [...last.textContent].length : null;
  }
  const piece = at.closest("[data-at]");
  if (!piece || !text.contains(piece)) return null;
  return Number(piece.dataset.at) + [...before].length;
}

function show() {
  const selection = document.getSelection();
  const words = selection.toString().trim();
  if (!words || selection.isCollapsed || !text.contains(selection.anchorNode)) {
    taken.hidden = true;
    return;
  }
  const range = selection.getRangeAt(0);
  const start = offsetOf(range.startContainer, range.startOffset);
  const end = offsetOf(range.endContainer, range.endOffset);
  if (start === null || end === null || end <= start) {
    taken.hidden = true;
    return;
  }
  const query = new URLSearchParams({ source: text.dataset.source, start: `${start}`, end: `${end}` });
  link.href = `${base}/curate/new?${query}`;
  quoted.textContent = `“${words.length > 120 ? `${words.slice(0, 119)}…` : words}”`;
  if (taken.hidden) told.textContent = "A passage is selected; Enter writes a claim from it.";
  taken.hidden = false;
}

document.addEventListener("selectionchange", show);
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !taken.hidden && event.target === text) link.click();
});

// Suggestions by keyboard: n and p go to the next and the one before, Enter opens its form, x asks
// why it is rejected. The place in the list is kept, so that after a rejection n goes on from there.
const suggestions = [...document.querySelectorAll(".suggested > ol > li")];
const place = `ldn-graph.suggestion ${text.dataset.source}`;
let current = -1;
try {
  current = Number(sessionStorage.getItem(place) ?? -1);
} catch {
  /* storage is off: each page begins at its first suggestion */
}

function remember(number) {
  try {
    sessionStorage.setItem(place, `${number}`);
  } catch {
    /* storage is off */
  }
}

/** Have the suggestion of a number in focus; at either end, the last or the first one. */
function goTo(number) {
  current = Math.min(Math.max(number, 0), suggestions.length - 1);
  remember(current);
  suggestions[current].querySelector("a").focus();
}

function onSuggestionKey(event) {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, dialog")) return;
  const inside = suggestions.findIndex((item) => item.contains(target));
  const here = inside >= 0 ? inside : current;
  if (event.key === "n") goTo(here + 1);
  else if (event.key === "p") goTo(here - 1);
  else if (event.key === "x" && here >= 0) {
    const details = suggestions[Math.min(here, suggestions.length - 1)].querySelector("details");
    details.open = true;
    details.querySelector("select").focus();
    // after it is gone, the next one has its number
    remember(here - 1);
  } else return;
  event.preventDefault();
}

if (suggestions.length) document.addEventListener("keydown", onSuggestionKey);
