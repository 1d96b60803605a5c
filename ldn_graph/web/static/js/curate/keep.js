// What is typed into a form of the curation stays in this browser with every key, until the server
// has it: a lost session, a full disk or a closed window lose nothing. Signing out forgets it.

const PREFIX = "ldn-graph kept ";
const SENT = "ldn-graph sent";
const NEVER = new Set(["csrf", "digest", "do", "unfinished"]);
const who = document.querySelector("[data-person]")?.dataset.person ?? "";

function keyOf(form) {
  // not form.action: a button of that name would hide it
  return `${PREFIX}${who} ${form.getAttribute("action") ?? location.pathname}`;
}

/** The text fields of a form, as pairs; never a password, a file or a secret of the page. */
function typed(form) {
  const secret = (name) => form.elements[name]?.type === "password";
  return [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && value && !NEVER.has(name) && !secret(name),
  );
}

function keep(form) {
  try {
    const at = new Date().toISOString();
    localStorage.setItem(keyOf(form), JSON.stringify({ at, fields: typed(form) }));
  } catch {
    // a browser that keeps nothing: the server still does
  }
}

function kept(form) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(form)));
  } catch {
    return null;
  }
}

/** Put fields into a form; those that it does not show go along unseen. */
export function fill(form, fields) {
  const unseen = [];
  const names = new Set(fields.map(([name]) => name));
  for (const name of names) {
    const values = fields.filter(([n]) => n === name).map(([, value]) => value);
    const found = [...form.elements].filter((e) => e.name === name);
    if (found.some((e) => e.type === "checkbox")) {
      for (const box of found) box.checked = values.includes(box.value);
    } else if (found.some((e) => e.type === "radio")) {
      for (const radio of found) radio.checked = radio.value === values[0];
    } else if (found.length > 0) {
      found[0].value = values[0];
      found[0].closest("details")?.setAttribute("open", "");
    } else {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value: values[0] });
      form.append(field);
      unseen.push(name);
    }
  }
  return unseen;
}

function putBack(form, fields) {
  const unseen = fill(form, fields);
  const look = form.querySelector("button[value=look]");
  if (unseen.length > 0 && look) form.requestSubmit(look);
  else form.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Offer what was typed here before and did not get through. */
function offer(form, entry) {
  const place = document.createElement("p");
  place.className = "notice kept-here";
  place.setAttribute("role", "status");
  const at = new Date(entry.at).toLocaleString();
  place.append(`What you typed here until ${at} was not saved. `);
  const back = document.createElement("button");
  back.type = "button";
  back.textContent = "Put it back";
  back.addEventListener("click", () => {
    place.remove();
    putBack(form, entry.fields);
  });
  const forget = document.createElement("button");
  forget.type = "button";
  forget.textContent = "Forget it";
  forget.addEventListener("click", () => {
    localStorage.removeItem(keyOf(form));
    place.remove();
  });
  place.append(back, " ", forget);
  form.before(place);
}

const forms = [...document.querySelectorAll("main form[method=post]")].filter((form) =>
  form.querySelector("textarea, input[type=text]"),
);
const sent = sessionStorage.getItem(SENT);
sessionStorage.removeItem(SENT);
const again = forms.some((form) => keyOf(form) === sent) && !document.querySelector("[data-done]");
if (sent && !again && who && !document.querySelector("[role=alert]")) localStorage.removeItem(sent);

for (const form of forms) {
  const entry = kept(form);
  const now = new Set(typed(form).map((pair) => pair.join("\n")));
  const differs = (entry?.fields ?? []).some((pair) => !now.has(pair.join("\n")));
  if (differs) offer(form, entry);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("submit", () => {
    keep(form);
    sessionStorage.setItem(SENT, keyOf(form));
  });
}
for (const leave of document.querySelectorAll("form[action$='/sign-out']")) {
  leave.addEventListener("submit", () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  });
}
