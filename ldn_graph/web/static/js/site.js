// What every page has: theme, keys, copying, suggestions while typing. All works without it, too.
import { suggest } from "./suggest.js";

const root = document.documentElement;
const base = document.body.dataset.base ?? "";
const system = matchMedia("(prefers-color-scheme: dark)");
const themeButton = document.getElementById("theme");
const keys = document.getElementById("keys");

const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

function showTheme() {
  themeButton?.setAttribute("aria-pressed", String(dark()));
  document.dispatchEvent(new CustomEvent("themechange", { detail: { dark: dark() } }));
}

function turn() {
  root.dataset.theme = dark() ? "light" : "dark";
  try {
    // what the system has anyway is not stored: it goes on following the system
    if (dark() === system.matches) localStorage.removeItem("ldn-graph-theme");
    else localStorage.setItem("ldn-graph-theme", root.dataset.theme);
  } catch {
    /* storage is off: it holds for this page */
  }
  showTheme();
}

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role=application]");
}

const places = { s: "/", e: "/map", g: "/graph", q: "/query", l: "/lessons" };
let leader = -Infinity; // when g was pressed; times count from the opening of the page

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const armed = event.timeStamp - leader < 3000;
  leader = -Infinity;
  if (armed && event.key in places) location.assign(base + places[event.key]);
  else if (event.key === "g") leader = event.timeStamp;
  else if (event.key === "?") keys?.showModal();
  else if (event.key === "t") turn();
  else if (event.key === "/") {
    (document.getElementById("ask") ?? document.getElementById("find"))?.focus();
    event.preventDefault();
  }
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy)?.textContent ?? "";
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text.trim());
    button.textContent = "Copied";
  } catch {
    getSelection()?.selectAllChildren(document.getElementById(button.dataset.copy));
    button.textContent = "Selected: press Ctrl+C";
  }
  setTimeout(() => {
    button.textContent = before;
  }, 2000);
}

if (themeButton) {
  themeButton.hidden = false;
  themeButton.addEventListener("click", turn);
}
system.addEventListener("change", showTheme);
showTheme();
document.addEventListener("keydown", onKey);
const opener = document.getElementById("keys-open");
if (opener) {
  opener.hidden = false;
  opener.addEventListener("click", () => keys?.showModal());
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => copy(button));
}
for (const input of document.querySelectorAll("input[data-suggest]")) suggest(input, base);

// paper has no folds
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not([open])")) {
    fold.open = true;
    fold.dataset.opened = "";
  }
});
addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details[data-opened]")) {
    fold.open = false;
    delete fold.dataset.opened;
  }
});
