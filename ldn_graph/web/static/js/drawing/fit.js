// The arrangement that fits a room: narrower cards first, then columns under one another, then
// coarser groups. Letters are never made smaller than they can be read.

import { outline } from "./draw.js";
import { folded, MOST } from "./fold.js";
import { arranged } from "./layout.js";

const TRIED = [
  { size: "wide" },
  { size: "middle" },
  { size: "narrow" },
  { size: "wide", down: true },
  { size: "narrow", down: true },
];
const COARSER = [MOST, 12, 1];

/**
 * What is shown of all claims, and where, in a `room` {width, height, fold} in pixels, or as it
 * comes. `fold`: whether groups may be coarser so that it fits; else the least wide is taken.
 */
export function fitted(claims, room, { keep = [], main = [], most = MOST } = {}) {
  const edges = claims.data.edges;
  const shown = folded(claims, edges, { keep, most });
  if (!room) return { shown, geometry: arranged(shown, claims, { main }) };
  let best = null;
  for (const fewer of room.fold ? COARSER.filter((n) => n <= most) : [most]) {
    const coarse = folded(claims, edges, { keep, most: fewer });
    for (const way of TRIED) {
      const geometry = arranged(coarse, claims, { ...way, main });
      const box = outline(geometry);
      const over = Math.max(box.w / room.width, box.h / (room.height ?? Infinity));
      if (!best || over < best.over) best = { over, shown: coarse, geometry };
      if (over <= 1) return best;
    }
  }
  return best;
}
