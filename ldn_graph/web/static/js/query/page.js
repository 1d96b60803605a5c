// The query page: puts editor, gallery, answer and history together.

import { ask, FORMATS, Refusal, read } from "./asking.js";
import { Names } from "./cells.js";
import { numberColumns, showChart } from "./chart.js";
import { Editor } from "./editor.js";
import { copy, make, save } from "./elements.js";
import { completeNames, fetchChosen, sift } from "./gallery.js";
import { forgetAll, remember, showKept } from "./kept.js";
import { edgesOf, showGraph } from "./picture.js";
import { showRaw } from "./raw.js";
import { showSnippets } from "./snippets.js";
import { showTable } from "./table.js";

const $ = (id) => document.getElementById(id);
const script = $("query-page");
const base = document.body.dataset.base;
const endpoint = new URL(`${base}/sparql`, location.href).href;
const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";
const known = fetch(`${base}/query/terms.json`).then(
  (r) => (r.ok ? r.json() : { prefixes: {}, terms: [] }),
  () => ({ prefixes: {}, terms: [] }),
);
const names = new Names({ iri: script.dataset.iri, base, known });
const area = $("query-text");
/** The address of the ready-made question whose text stands unchanged in the editor. */
let canned = new URLSearchParams(location.search).has("query") ? null : { address: location.href, text: area.value };
let running = null;
let answer = null;

const editor = new Editor($("editor"), {
  text: area.value,
  known,
  base,
  onRun: run,
  onChange: () => {
    $("trouble").hidden = true;
  },
});
area.hidden = true;
document.querySelector('label[for="query-text"]').hidden = true;
$("share").hidden = $("keep").hidden = $("hint").hidden = false;

function addressNow() {
  if (canned && canned.text === editor.text && editor.text) return canned.address;
  return new URL(`?${new URLSearchParams({ query: editor.text })}`, location.href.split("#")[0]).href;
}

function trouble(message) {
  const place = editor.tell(message);
  const box = $("trouble");
  box.replaceChildren(make("p", {}, message));
  if (place)
    box.append(make("button", { type: "button", onclick: () => editor.goTo(place.from) }, `Go to line ${place.line}`));
  box.hidden = false;
}

async function run() {
  await known;
  if (running) running.abort();
  editor.addPrefixes();
  editor.hush();
  const query = editor.text;
  if (!query.trim()) {
    trouble("the text is empty; write a query, or choose a question");
    return;
  }
  const mine = new AbortController();
  running = mine;
  $("trouble").hidden = true;
  $("cancel").hidden = false;
  $("state").textContent = "Asking …";
  const begun = performance.now();
  try {
    const found = await ask(endpoint, query, ACCEPT, mine.signal);
    const took = performance.now() - begun;
    const result = read(found);
    if (result.rows) await names.learn(result.rows);
    if (mine !== running) return;
    history.replaceState(null, "", addressNow());
    remember(query);
    list();
    show(result, query, took);
  } catch (error) {
    if (mine !== running) return;
    if (error.name === "AbortError") {
      $("state").textContent = "Cancelled.";
      return;
    }
    $("state").textContent = "";
    trouble(error instanceof Refusal ? error.message : `The endpoint can’t be reached (${error.message}); try again.`);
  } finally {
    if (mine === running) {
      running = null;
      $("cancel").hidden = true;
    }
  }
}

function counted(result, took) {
  const seconds = `${(took / 1000).toFixed(2)} s`;
  if (result.kind === "boolean") return `Answered in ${seconds}.`;
  const [one, many] = result.kind === "triples" ? ["triple", "triples"] : ["row", "rows"];
  const count = result.rows.length;
  return `${count.toLocaleString("en")} ${count === 1 ? one : many} in ${seconds}.`;
}

function show(result, query, took) {
  answer = { result, query };
  const words = counted(result, took);
  $("state").textContent = words;
  $("counted").textContent = words;
  const claims = result.rows ? names.claims(result.rows) : [];
  if (claims.length && claims.length <= 400) {
    $("counted").append(
      " ",
      make(
        "a",
        { href: `${base}/graph?${new URLSearchParams({ claims: claims.join(",") })}` },
        claims.length === 1 ? "Show its claim in the graph" : `Show these ${claims.length} claims in the graph`,
      ),
    );
  }
  $("answer").hidden = $("elsewhere").hidden = false;
  for (const view of VIEWS) $(`view-${view}`).replaceChildren();
  $("tab-graph").disabled = result.kind === "boolean" || !edgesOf(result).length;
  $("tab-chart").disabled = result.kind !== "rows" || !numberColumns(result).length;
  downloads(result, query);
  showSnippets($("snippets"), endpoint, query);
  choose(result.kind === "triples" && !$("tab-graph").disabled && result.rows.length <= 400 ? "graph" : "table");
}

function downloads(result, query) {
  $("downloads").replaceChildren(
    "Download ",
    ...FORMATS[result.kind].map(([ending, name, type]) =>
      make(
        "button",
        {
          type: "button",
          onclick: async () => {
            try {
              save(`answer.${ending}`, type, (await ask(endpoint, query, type)).text);
            } catch (error) {
              trouble(error.message);
            }
          },
        },
        name,
      ),
    ),
  );
}

const VIEWS = ["table", "graph", "chart", "raw"];

function choose(view) {
  for (const other of VIEWS) {
    const tab = $(`tab-${other}`);
    tab.setAttribute("aria-selected", String(other === view));
    tab.tabIndex = other === view ? 0 : -1;
    $(`view-${other}`).hidden = other !== view;
  }
  const place = $(`view-${view}`);
  if (place.childElementCount) return;
  const { result, query } = answer;
  if (view === "raw") showRaw(place, result, { endpoint, query });
  else if (view === "chart") showChart(place, result, names);
  else if (view === "graph") showGraph(place, result, names);
  else if (result.kind === "boolean")
    place.replaceChildren(make("p", { class: "boolean" }, result.value ? "Yes" : "No"));
  else if (!result.rows.length)
    place.replaceChildren(
      make("p", {}, "Nothing in the data fits. Fewer conditions, or OPTIONAL round some of them, may find more."),
    );
  else showTable(place, result, names);
}

for (const view of VIEWS) {
  $(`tab-${view}`).addEventListener("click", () => choose(view));
  $(`tab-${view}`).addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const open = VIEWS.filter((v) => !$(`tab-${v}`).disabled);
    const next = open[(open.indexOf(view) + step + open.length) % open.length];
    choose(next);
    $(`tab-${next}`).focus();
    event.preventDefault();
  });
}

function list() {
  showKept($("kept-list"), $("kept"), (text) => {
    canned = null;
    editor.text = text;
    editor.focus();
  });
}

async function open(address, { push = true } = {}) {
  const found = await fetchChosen(address);
  $("chosen").replaceChildren(...found.chosen.childNodes);
  document.title = found.title;
  canned = { address, text: found.text };
  editor.text = found.text;
  if (push) history.pushState(null, "", address);
  for (const link of document.querySelectorAll("#canned a")) {
    const same = new URL(link.href).searchParams.get("name") === new URL(address).searchParams.get("name");
    if (same) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  completeNames($("chosen"), base);
  if (found.ok && found.text) await run();
}

document.querySelector(".gallery").addEventListener("click", (event) => {
  const link = event.target.closest(".canned a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (matchMedia("(max-width: 60rem)").matches) $("gallery").open = false;
  open(link.href);
});
$("chosen").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const fields = /** @type {any} */ (new FormData(form));
  open(new URL(`?${new URLSearchParams(fields)}`, form.action).href);
});
window.addEventListener("popstate", () => open(location.href, { push: false }));
$("asking").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
$("cancel").addEventListener("click", () => {
  running?.abort();
  $("run").focus();
});
$("share").addEventListener("click", async () => {
  const address = addressNow();
  history.replaceState(null, "", address);
  $("state").textContent = (await copy(address)) ? "Link copied." : "The link is in the address bar.";
});
$("keep").addEventListener("click", () => {
  remember(editor.text, document.querySelector("#chosen h2")?.textContent ?? "Kept query");
  list();
  $("kept").open = true;
  $("state").textContent = "Kept; rename it under “Your queries”.";
});
$("forget").addEventListener("click", () => {
  forgetAll();
  list();
});

sift(document.querySelector(".gallery"));
completeNames($("chosen"), base);
if (matchMedia("(max-width: 60rem)").matches) $("gallery").open = false;
list();
document.documentElement.classList.add("ready");
if (script.dataset.run === "yes") run();
