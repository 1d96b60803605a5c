// The keyboard. Keys of the picture work while it has the focus; the others anywhere on the page
// but in fields.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PANELS = { q: "questions", f: "filters", p: "paths", s: "share" };

export function keyboard(page) {
  const canvas = document.getElementById("canvas");
  const typing = (t) =>
    t instanceof Element && t.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  let leader = -Infinity; // the site's own chords begin with g

  const inPicture = (event) => {
    if (ARROWS[event.key]) page.move(ARROWS[event.key]);
    else if (event.key === "Enter" || event.key === " ") page.enter();
    else if (event.key === "c") page.nextClaim(1);
    else if (event.key === "C") page.nextClaim(-1);
    else if (event.key === "x") page.expand();
    else if (event.key === "a") page.only();
    else if (event.key === "+" || event.key === "=") page.picture.zoom(1.3);
    else if (event.key === "-") page.picture.zoom(1 / 1.3);
    else if (event.key === "0") page.picture.fit();
    else return false;
    return true;
  };
  const anywhere = (event) => {
    if (event.key === "/") document.getElementById("jump").focus();
    else if (PANELS[event.key]) page.togglePanel(PANELS[event.key], true);
    else if (event.key === "t") page.nextView();
    else if (event.key === "?") document.getElementById("keys")?.showModal();
    else if (event.key === "Escape") return page.close();
    else return false;
    return true;
  };

  window.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (typing(event.target) && event.key !== "Escape") return;
      if (event.timeStamp - leader < 3000) {
        leader = -Infinity;
        return;
      }
      if (event.key === "g") {
        leader = event.timeStamp;
        return;
      }
      if ((document.activeElement === canvas && inPicture(event)) || anywhere(event)) {
        event.preventDefault();
        event.stopPropagation();
      }
    },
    { capture: true },
  );
}
