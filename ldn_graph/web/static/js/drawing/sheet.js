// A picture as a sheet to keep: title, drawing, key, and whose claims these are.

import { MARGIN, outline, parts, sign, text } from "./draw.js";
import { WORDS } from "./layout.js";
import { widthOf, wrapped } from "./lettering.js";

const LEAST = 720;

/** The box and the content of the sheet round a drawing. `frame`: {title, subtitle, foot}. */
export function sheet(geometry, claims, shown, paint, frame, options) {
  const inner = outline(geometry);
  const left = inner.x + MARGIN;
  const above = inner.y + MARGIN;
  const w = Math.max(inner.w - 2 * MARGIN, LEAST);
  const title = wrapped(frame.title, w, 21, { bold: true });
  const subtitle = wrapped(frame.subtitle, w, 14);
  const top = above - 22 - title.length * 27 - subtitle.length * 19;
  const content = [];
  title.forEach((t, i) => content.push(text(left, top + 20 + i * 27, t, 21, paint.ink, { weight: 700 })));
  subtitle.forEach((t, i) => content.push(text(left, top + title.length * 27 + 14 + i * 19, t, 14, paint.soft)));
  content.push(parts(geometry, paint, options));
  let y = geometry.top + geometry.height + 34;
  for (const row of rows(keys(claims, shown), w)) {
    for (const key of row) content.push(keyDrawn(key, left + key.x, y, paint));
    y += 22;
  }
  y += 4;
  for (const words of frame.foot)
    for (const t of wrapped(words, w, WORDS)) {
      content.push(text(left, y, t, WORDS, paint.soft));
      y += 18;
    }
  const box = { x: left - 24, y: top - 18, w: w + 48, h: y - top + 24 };
  const ground = `<rect x="${box.x}" y="${box.y}" width="${box.w}" height="${box.h}" fill="${paint.ground}"/>`;
  return { box, content: `${ground}\n${content.join("\n")}` };
}

// What the encodings that are in sight mean.
function keys(claims, { nodes, groups, lines, bundles }) {
  const kinds = [
    ...new Set([
      ...nodes.map((id) => claims.nodes.get(id).kind),
      ...groups.flatMap((g) => g.members.map((m) => claims.nodes.get(m).kind)),
    ]),
  ];
  const { data } = claims;
  const has = (name, value) => lines.some((e) => e[name] === value);
  const line = (name, extra) => ({ name, line: { look: "plain", width: 2.5, dash: null, ...extra } });
  const grades = [...data.widths.keys()].filter((n) => has("level", n));
  return [
    data.kinds.filter((k) => kinds.includes(k.id)).map((k) => ({ name: k.name, kind: k })),
    lines.length
      ? [{ name: "Evidence:" }, ...grades.map((n) => line(data.levels[n] || `step ${n}`, { width: data.widths[n] }))]
      : [],
    lines.length
      ? [
          { name: "Wording:" },
          ...data.certainties.filter((c) => has("certainty", c)).map((c) => line(c, { dash: data.dashes[c] })),
        ]
      : [],
    [
      ...(has("look", "presupposed") ? [line("taken for granted, stated nowhere", { look: "presupposed" })] : []),
      ...(has("look", "against") ? [line("✕ spoken against", { look: "against" })] : []),
      ...(has("look", "contested") ? [line("≠ contested: sources for and against", { look: "contested" })] : []),
      ...(bundles.length ? [line("several claims, bundled", { look: "bundle" })] : []),
      ...(lines.some((e) => e.change) ? [{ name: "(less) less of what the line comes from" }] : []),
    ],
  ].filter((g) => g.length);
}

function rows(groups, room) {
  const found = [];
  for (const group of groups) {
    let x = Infinity;
    for (const key of group) {
      const w = (key.kind ? 22 : key.line ? 44 : 0) + widthOf(key.name, WORDS) + 22;
      if (x + w > room) {
        found.push([]);
        x = 0;
      }
      found.at(-1).push({ ...key, x });
      x += w;
    }
  }
  return found;
}

function keyDrawn(key, x, y, paint) {
  if (key.kind) return sign(key.kind, x + 8, y - 4, paint) + text(x + 22, y, key.name, WORDS, paint.ink);
  if (!key.line) return text(x, y, key.name, WORDS, paint.soft);
  const { look, width, dash } = key.line;
  const dashes = dash ? ` stroke-dasharray="${dash.join(" ")}"` : "";
  const stroke = (colour, wide) =>
    `<line x1="${x}" y1="${y - 4}" x2="${x + 36}" y2="${y - 4}" stroke="${colour}" stroke-width="${wide}"${dashes}/>`;
  const drawn =
    look === "bundle" ? stroke(paint.looks.bundle, 5) + stroke(paint.ground, 2) : stroke(paint.looks[look], width);
  return drawn + text(x + 44, y, key.name, WORDS, paint.ink);
}
