// The colours of the style sheet for what is drawn by a script.

const probe = document.createElement("span");
probe.hidden = true;

/** What a colour of the style sheet (`--ink`: "ink") is in the theme that is shown now. */
export function colour(name) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(--${name}, #888)`;
  return getComputedStyle(probe).color;
}
