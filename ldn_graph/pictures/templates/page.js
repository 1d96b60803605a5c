// Ties filters, search, table, panel and picture together.

const rows = [...document.querySelectorAll("tr[data-claim]")];
const boxes = [...document.querySelectorAll("input[data-facet]")];
let opener = null;

const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;

function count(shown) {
  const total = data.edges.length, hidden = total - shown.length;
  find("count").textContent = `Showing ${shown.length} of ${plural(total, "claim", "claims")}`;
  find("table-count").textContent = `${shown.length} of ${total}`;
  const about = state.focus ? ` Only claims about ${things.get(state.focus).label} are shown.` : "";
  find("hidden-note").textContent = hidden ? `${plural(hidden, "claim is", "claims are")} hidden.${about}` : "";
  find("reset").hidden = !hidden && !state.words;
  find("nothing").hidden = shown.length > 0;
}

function refresh({ refit = false } = {}) {
  const shown = shownClaims();
  const ids = new Set(shown.map((c) => c.id));
  for (const row of rows) {
    row.hidden = !ids.has(row.dataset.claim);
    row.classList.toggle("current", row.dataset.claim === state.claim);
  }
  for (const box of boxes) box.checked = !state.off[box.dataset.facet].has(box.value);
  if (find("search").value !== state.words) find("search").value = state.words;
  count(shown);
  show(shown);
  showPanel();
  if (refit) fit();
  const hash = toHash();
  if (location.hash.slice(1) !== hash) history.replaceState(null, "", hash ? `#${hash}` : location.href.split("#")[0]);
}

function open({ claim = null, thing = null }, from) {
  state.claim = claim;
  state.thing = thing;
  if (from) opener = from;
  refresh();
  if ((claim || thing) && from) find("panel-title").focus({ preventScroll: window.innerWidth >= 1000 });
}

function close() {
  open({});
  if (opener && opener.isConnected) opener.focus();
  opener = null;
}

function reset() {
  for (const values of Object.values(state.off)) values.clear();
  Object.assign(state, { words: "", focus: null });
  refresh({ refit: true });
}

function pickOnly(facet, value) {
  const all = boxes.filter((b) => b.dataset.facet === facet && !b.disabled).map((b) => b.value);
  const alone = all.every((v) => (v === value) !== state.off[facet].has(v));
  state.off[facet] = new Set(alone ? [] : all.filter((v) => v !== value));
  refresh();
}

network.on("click", ({ nodes: [thing], edges: [claim] }) => {
  if (thing !== undefined) open({ thing });
  else if (claim !== undefined) open({ claim });
  else if (state.claim || state.thing) open({});
});

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-open-claim], [data-open-thing], [data-about], [data-only]");
  if (!target) return;
  const { openClaim, openThing, about, only } = target.dataset;
  if (openClaim) open({ claim: openClaim }, target);
  else if (openThing) open({ thing: openThing }, target);
  else if (only) pickOnly(target.dataset.facet, only);
  else {
    state.focus = about || null;
    refresh({ refit: true });
  }
});
for (const box of boxes) {
  box.addEventListener("change", () => {
    state.off[box.dataset.facet][box.checked ? "delete" : "add"](box.value);
    refresh();
  });
}
find("search").addEventListener("input", (e) => { state.words = e.target.value; refresh(); });
find("reset").addEventListener("click", reset);
find("close").addEventListener("click", close);
find("zoom-in").addEventListener("click", () => zoom(1.25));
find("zoom-out").addEventListener("click", () => zoom(0.8));
find("fit").addEventListener("click", fit);
find("print").addEventListener("click", () => window.print());
find("save").addEventListener("click", () => {
  const link = el("a", { href: stage.querySelector("canvas").toDataURL("image/png"), download: "ldn-graph.png" });
  link.click();
});
document.addEventListener("keydown", (e) => {
  if (e.key === "Escape" && (state.claim || state.thing)) close();
  if (e.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    e.preventDefault();
    find("search").focus();
  }
});

// The table sorts by the column whose heading is pressed; pressed again, the other way round.
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th"), column = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const th of head.parentElement.cells) th.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].dataset.sort || row.cells[column].textContent.trim();
    rows.sort((a, b) => key(a).localeCompare(key(b), undefined, { numeric: true }) * (down ? -1 : 1));
    rows[0].parentElement.append(...rows);
  });
}

let width = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth === width) return;
  width = window.innerWidth;
  fit();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); paint(); });
window.addEventListener("beforeprint", copyForPaper);
window.addEventListener("hashchange", () => { fromHash(location.hash); refresh(); });

if (window.innerWidth < 1000) find("filters").open = false;
fromHash(location.hash);
refresh({ refit: true });
document.documentElement.classList.add("ready");
window.ldnGraph = { network, nodes, edges, state, drawn: () => [...drawn], words: () => extras.words, controls: (id) => controls(claims.get(id), at) };
