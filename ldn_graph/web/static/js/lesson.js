// A lesson step by step: one step at a time, questions, presenting, keys. Needs nothing else, so
// that the same script works in the file that is saved and opened without a network.
const lesson = document.getElementById("lesson");
const steps = [...lesson.querySelectorAll(".step")];
const walk = lesson.querySelector(".walk");
const links = [...walk.querySelectorAll("a")];
const back = walk.querySelector('[data-go="back"]');
const next = walk.querySelector('[data-go="next"]');
const progress = walk.querySelector(".progress");
const root = document.documentElement;
let here = 0;

for (const part of lesson.querySelectorAll(".scripted")) part.hidden = false;
lesson.classList.add("one");

function numberOf(hash) {
  const found = steps.findIndex((step) => `#${step.id}` === hash);
  return Math.max(found, 0);
}

function show(number, { focus = true } = {}) {
  here = Math.max(0, Math.min(steps.length - 1, number));
  steps.forEach((step, n) => step.classList.toggle("here", n === here));
  links.forEach((link, n) =>
    n === here ? link.setAttribute("aria-current", "step") : link.removeAttribute("aria-current"),
  );
  lesson.classList.toggle("first", here === 0);
  lesson.classList.toggle("last", here === steps.length - 1);
  back.disabled = here === 0;
  next.disabled = here === steps.length - 1;
  progress.textContent = `Step ${here + 1} of ${steps.length}`;
  if (focus) {
    steps[here].focus({ preventScroll: true });
    steps[here].scrollIntoView({ block: "start" });
  }
}

function go(by) {
  const to = here + by;
  if (to < 0 || to >= steps.length) return;
  history.pushState(null, "", `#${steps[to].id}`);
  show(to);
}

function present(on) {
  root.classList.toggle("presenting", on);
  const address = new URL(location.href);
  if (on) address.searchParams.set("present", "1");
  else address.searchParams.delete("present");
  try {
    history.replaceState(null, "", address);
  } catch {
    /* a saved file keeps its address */
  }
  if (on) root.requestFullscreen?.().catch(() => {});
  else if (document.fullscreenElement) document.exitFullscreen();
  show(here);
}

function explore(button) {
  const frame = document.createElement("iframe");
  frame.src = button.dataset.explore;
  frame.title = "The picture as a graph that can be explored";
  frame.className = "explored";
  const seen = button.closest(".seen");
  seen.querySelector(".picture").replaceWith(frame);
  button.hidden = true;
  frame.focus();
}

function check(form) {
  const chosen = form.querySelector("input:checked");
  const verdict = form.querySelector(".verdict");
  if (!chosen) {
    verdict.textContent = "Choose an answer first.";
    return;
  }
  const right = chosen.hasAttribute("data-right");
  verdict.textContent = right ? "✓ That is right." : "✗ Not quite.";
  verdict.className = `verdict ${right ? "good" : "bad"}`;
  form.parentElement.querySelector(".reveal").open = true;
}

const BACK = ["ArrowLeft", "PageUp"];
const NEXT = ["ArrowRight", "PageDown"];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const presenting = root.classList.contains("presenting");
  if (event.key === "Escape" && presenting) {
    present(false);
    return;
  }
  const at = event.target instanceof Element ? event.target : root;
  const inField = at.closest("input, select, textarea, [contenteditable]");
  // a picture or table that scrolls sideways keeps its arrows
  const inScroller = at.closest(".picture, .scroll, iframe");
  if (inField || inScroller || document.querySelector("dialog[open]")) return;
  const keys = presenting ? [BACK, [...NEXT, " "]] : [["ArrowLeft"], ["ArrowRight"]];
  if (event.key === " " && at.closest("button, summary, a")) return;
  if (keys[0].includes(event.key)) go(-1);
  else if (keys[1].includes(event.key)) go(1);
  else if (event.key === "Home" && presenting) go(-here);
  else if (event.key === "End" && presenting) go(steps.length - 1 - here);
  else if (event.key === "p") present(!presenting);
  else return;
  event.preventDefault();
});
document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && root.classList.contains("presenting")) present(false);
});
back.addEventListener("click", () => go(-1));
next.addEventListener("click", () => go(1));
window.addEventListener("popstate", () => show(numberOf(location.hash)));
window.addEventListener("hashchange", () => show(numberOf(location.hash)));
lesson.addEventListener("submit", (event) => {
  event.preventDefault();
  check(event.target);
});
lesson.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.explore) explore(button);
  else if (button?.hasAttribute("data-present")) present(!root.classList.contains("presenting"));
  else if (button?.hasAttribute("data-print")) print();
});

show(numberOf(location.hash), { focus: location.hash !== "" });
if (new URLSearchParams(location.search).has("present")) root.classList.add("presenting");
root.classList.add("ready");
