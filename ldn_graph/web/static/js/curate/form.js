// While one types: what the claim would amount to; what is wrong stands at its field, with buttons
// that clear it. Without this script the form works the same, a page at a time.

import { fill } from "./keep.js";

const form = document.getElementById("claim");
const preview = document.getElementById("preview");
const told = document.getElementById("kept");
const LOOK_AFTER = 400; // milliseconds of quiet
const KEEP_AFTER = 800;

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

/** Put the parts of an answer that belong into the form where they belong. */
function placeParts(page) {
  for (const part of page.querySelectorAll("template[data-for]")) {
    const place = document.getElementById(part.dataset.for);
    if (place && !place.contains(document.activeElement)) {
      place.replaceChildren(part.content.cloneNode(true));
      // what a button had set unseen is shown now
      for (const field of place.querySelectorAll("[name]")) {
        for (const other of form.querySelectorAll("form > input[type=hidden]")) {
          if (other.name === field.name) other.remove();
        }
      }
    }
    part.remove();
  }
}

/** Mark the fields that something is wrong with, and say what; of those that miss something only
 * those that were told before, or that hold what nobody knows. */
function markFields() {
  const before = new Set();
  for (const old of form.querySelectorAll(".wrong")) {
    before.add(old.id);
    old.remove();
  }
  for (const old of form.querySelectorAll("[aria-invalid]")) {
    old.removeAttribute("aria-invalid");
    old.removeAttribute("aria-describedby");
  }
  for (const item of preview.querySelectorAll(".doubts :is(li.error, li.missing)")) {
    const name = item.dataset.field;
    const field = document.getElementById(`f-${name}`);
    const id = `w-${name}`;
    if (!field || (item.className === "missing" && !field.value && !before.has(id))) continue;
    const words = document.createElement("span");
    Object.assign(words, { className: "wrong", id });
    words.textContent = item.querySelector(".words").textContent;
    if (field.tagName === "FIELDSET") field.append(words);
    else {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", id);
      field.after(words);
    }
  }
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
    placeParts(page);
    const typing = [...preview.querySelectorAll("input[name]")].filter((field) => field.value);
    preview.replaceChildren(...page.body.childNodes);
    for (const old of typing) {
      const field = preview.querySelector(`input[name="${old.name}"]`);
      if (field) field.value = old.value;
    }
    markFields();
  } catch (error) {
    if (error.name === "AbortError") return;
    preview.replaceChildren("The preview can’t be had just now.");
  }
  preview.removeAttribute("aria-busy");
}

async function keep() {
  if (leaving) return;
  try {
    const answer = await fetch(preview.dataset.keep, { method: "POST", body: sent(), keepalive: true });
    if (!answer.ok) throw new Error(String(answer.status));
    form.elements.unfinished.value = await answer.text();
    told.textContent = "Kept";
  } catch (error) {
    const out = ["401", "403"].includes(error.message);
    told.textContent = out
      ? "You are signed out. Sign in beside this page, then go on here: what you typed stays."
      : "Not kept on the server; this browser keeps what you typed. Leave this page open.";
    told.dataset.out = out ? "yes" : "";
  }
}

/** After signing in beside this page: the secret that forms of the new session send back. */
async function signInAgain() {
  if (!told.dataset.out) return;
  const answer = await fetch(preview.dataset.page, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const secret = page.querySelector("#claim [name=csrf]")?.value;
  if (!secret) return;
  form.elements.csrf.value = secret;
  told.dataset.out = "";
  await keep();
}

function changed() {
  told.textContent = "";
  clearTimeout(lookTimer);
  clearTimeout(keepTimer);
  lookTimer = setTimeout(look, LOOK_AFTER);
  keepTimer = setTimeout(keep, KEEP_AFTER);
}

form.addEventListener("input", changed);
form.addEventListener("submit", (event) => {
  const action = event.submitter?.value ?? "";
  if (action === "look") {
    event.preventDefault();
    look();
    return;
  }
  if (action.startsWith("set:")) {
    event.preventDefault();
    fill(form, Object.entries(JSON.parse(action.slice("set:".length))));
    form.dispatchEvent(new Event("input", { bubbles: true }));
    look();
    return;
  }
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
// a cue of one's own: the words that are selected in the quote
for (const button of form.querySelectorAll("[data-mark]")) {
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    const start = button.dataset.mark;
    const quote = form.elements[`${start}quote.exact`];
    const words = quote.value.slice(quote.selectionStart, quote.selectionEnd).trim();
    const list = form.elements[`${start}loose.cues`];
    if (!words) {
      quote.focus();
      return;
    }
    list.value = [...list.value.split("\n").filter(Boolean), words].join("\n");
    list.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
// a new entity was added beside this form, or somebody signed in again
window.addEventListener("focus", () => {
  signInAgain();
  if (preview.querySelector("li.missing")) look();
});
if (form.elements.subject.value || form.elements["evidence.0.quote.exact"]?.value) look();
