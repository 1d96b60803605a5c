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
