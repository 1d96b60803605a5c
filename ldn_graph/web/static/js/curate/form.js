// While one types: what the claim would amount to; and what is typed is kept, so that a closed
// browser loses nothing. Without this script the form works the same, a page at a time.

const form = document.getElementById("claim");
const preview = document.getElementById("preview");
const kept = document.getElementById("kept");
const LOOK_AFTER = 400; // milliseconds of quiet
const KEEP_AFTER = 2500;

let looking;
let lookTimer;
let keepTimer;
let leaving = false;

function sent() {
  const data = new FormData(form);
  data.delete("do");
  const texts = new URLSearchParams();
  for (const [name, value] of data) if (typeof value === "string") texts.append(name, value);
  return texts;
}

async function look() {
  looking?.abort();
  looking = new AbortController();
  preview.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(preview.dataset.from, {
      method: "POST",
      body: sent(),
      signal: looking.signal,
      headers: { accept: "text/html" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    // the server has escaped every word of it; the page's policy lets no script in it run
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    preview.replaceChildren(...page.body.childNodes);
  } catch (error) {
    if (error.name !== "AbortError") preview.replaceChildren("The preview can’t be had just now.");
    else return;
  }
  preview.removeAttribute("aria-busy");
}

async function keep() {
  if (leaving) return;
  try {
    const answer = await fetch(preview.dataset.keep, { method: "POST", body: sent() });
    if (!answer.ok) throw new Error(String(answer.status));
    form.elements.unfinished.value = await answer.text();
    kept.textContent = "Kept";
  } catch {
    kept.textContent = "Not kept: the server can’t be reached. Leave this page open.";
  }
}

form.addEventListener("input", () => {
  kept.textContent = "";
  clearTimeout(lookTimer);
  clearTimeout(keepTimer);
  lookTimer = setTimeout(look, LOOK_AFTER);
  keepTimer = setTimeout(keep, KEEP_AFTER);
});
form.addEventListener("submit", () => {
  leaving = true;
  clearTimeout(keepTimer);
});
// an edited quote no longer stands at its old place; the server finds the new one
form.addEventListener("input", (event) => {
  const name = event.target.name ?? "";
  if (!name.endsWith(".exact")) return;
  for (const end of ["start", "end"]) {
    const field = form.elements[name.replace(/exact$/, end)];
    if (field) field.value = "";
  }
});
if (form.elements.subject.value || form.elements["evidence.0.quote.exact"]?.value) look();
