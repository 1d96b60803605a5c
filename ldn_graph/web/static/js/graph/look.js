// The colours of a drawing in the theme that is shown now, and how disputes are called in words.

import { colour } from "../colour.js";

export const MARKS = { contested: "≠ contested", against: "✕ against" };

/** The colours that `drawing/draw.js` takes, from the style sheet. */
export function paint() {
  return {
    ground: colour("ground"),
    band: colour("sunk"),
    card: colour("card"),
    border: colour("rule-strong"),
    ink: colour("ink"),
    soft: colour("ink-soft"),
    accent: colour("accent"),
    looks: {
      plain: colour("edge"),
      presupposed: colour("edge-faint"),
      against: colour("edge-against"),
      contested: colour("edge-contested"),
      bundle: colour("rule-strong"),
    },
    words: { contested: colour("contested"), against: colour("against") },
  };
}
