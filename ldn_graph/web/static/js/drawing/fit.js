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
const MANY = 60; // more lines than this fit no screen, and take long: they are arranged once

/** How far a drawing goes beyond a room {width, height}: 1 just fits. */
const over = (geometry, room) => {
  const box = outline(geometry);
  return Math.max(box.w / room.width, box.h / (room.height ?? Infinity));
};

/** The arrangement of what is shown that fits a room best; the first that fits it. */
export function best(shown, claims, room, options) {
  const few = shown.lines.length + shown.bundles.length <= MANY;
  let found = null;
  for (const way of few ? TRIED : TRIED.slice(0, 1)) {
    if (found && !way.down && over(found, room) > 1.4) continue; // narrower cards save less than that
    const geometry = arranged(shown, claims, { ...way, ...options });
    if (!found || over(geometry, room) < over(found, room)) found = geometry;
    if (over(found, room) <= 1) break;
  }
  return found;
}

/**
 * What is shown of claims, and where, in a `room` {width, height, fold} in pixels, or as it
 * comes. `edges`: those asked for; `fold`: whether groups may be coarser so that it fits.
 */
export function fitted(claims, room, { edges = claims.data.edges, keep = [], main = [], most = MOST } = {}) {
  const shown = folded(claims, edges, { keep, most });
  if (!room) return { shown, geometry: arranged(shown, claims, { main }) };
  let found = null;
  for (const fewer of room.fold ? COARSER.filter((n) => n <= most) : [most]) {
    const coarse = folded(claims, edges, { keep, most: fewer });
    const geometry = best(coarse, claims, room, { main });
    if (!found || over(geometry, room) < over(found.geometry, room)) found = { shown: coarse, geometry };
    if (over(geometry, room) <= 1) break;
  }
  return found;
}
