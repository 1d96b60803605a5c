// A picture that stands still, for files, pages without scripts, print and notebooks: what Python
// asks for, as SVG with the geometry that it was drawn from.

import { Claims } from "../graph/claims.js";
import { document_, outline, parts } from "./draw.js";
import { fitted } from "./fit.js";
import { sheet } from "./sheet.js";

/**
 * `data`: as the graph page has it; `paint`: colours; `keep`: things that stay themselves where the
 * picture is grouped; `room`: the width that it should fit, in pixels; `frame`: {title, subtitle,
 * foot} for a sheet to keep, else null.
 */
export function still({
  data,
  paint,
  keep = [],
  main = [],
  marked = null,
  room = null,
  frame = null,
  most,
  spoken,
  title,
}) {
  const claims = new Claims(data);
  const { shown, geometry } = fitted(claims, room, { keep, main, most });
  const drawn = frame
    ? sheet(geometry, claims, shown, paint, frame, { marked })
    : { box: outline(geometry), content: parts(geometry, paint, { marked }) };
  const { cards, links, bands } = geometry;
  return {
    svg: document_(drawn.box, title, spoken, drawn.content),
    box: drawn.box,
    cards,
    lines: links,
    bands,
    down: geometry.down,
    folded: shown.groups.map((g) => ({
      id: g.id,
      name: g.name,
      members: g.members.length,
      inside: g.inside.map((e) => e.id),
    })),
  };
}
