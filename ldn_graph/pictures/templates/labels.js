// Geometry of the lines, and words on them where there is room.

function controls(claim, at) {
  const a = at.get(claim.start), b = at.get(claim.end);
  const dx = b.x - a.x, dy = b.y - a.y;
  const moved = (p, h) => ({ x: p.x + h.sx * dx + h.ox, y: p.y + h.sy * dy + h.oy });
  return [a, moved(a, claim.first), moved(b, claim.second), b];
}

function pointAt([p, q, r, s], t) {
  const u = 1 - t;
  const mix = (k) => u ** 3 * p[k] + 3 * t * u * u * q[k] + 3 * t * t * u * r[k] + t ** 3 * s[k];
  return { x: mix("x"), y: mix("y") };
}

const WORDS_FONT = 13;
const TRIED = [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.27, 0.73, 0.22, 0.78, 0.18, 0.82];
const MANY = 40;

const marked = (claim) => claim.look === "contested" || claim.look === "against";

function wordsOf(claim) {
  return claim.look === "contested" ? ["contested:", claim.verb] : [claim.verb];
}

const overlap = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const inside = (a, b) => a.x > b.left && a.x + a.w < b.right && a.y > b.top && a.y + a.h < b.bottom;

// Lines that speak against a claim, or are contested, get words first; the rest while there is
// room, and none in a picture of many lines but those of what is open.
function placeWords(ctx, shown, open, frame) {
  const boxes = [...at.values()].filter((n) => n.visible)
    .map((n) => ({ x: n.x - n.width / 2 - 3, y: n.y - n.height / 2 - 3, w: n.width + 6, h: n.height + 6 }));
  for (const b of extras.bands) boxes.push({ x: b.x, y: b.y, w: 130, h: 32 });
  const wanted = shown.filter((c) => marked(c) || shown.length <= MANY || open.has(c.id));
  const rank = (c) => (open.has(c.id) ? 0 : marked(c) ? 1 : 2);
  const placed = [];
  ctx.font = `500 ${WORDS_FONT}px ${getComputedStyle(document.body).fontFamily}`;
  for (const claim of [...wanted].sort((a, b) => rank(a) - rank(b))) {
    const lines = wordsOf(claim);
    const cross = claim.look === "against" ? 18 : 0;
    const w = Math.max(...lines.map((l) => ctx.measureText(l).width)) + 10 + cross;
    const h = lines.length * (WORDS_FONT + 3) + 4;
    const curve = controls(claim, at);
    for (const t of TRIED) {
      const p = pointAt(curve, t);
      const box = { x: p.x - w / 2, y: p.y - h / 2, w, h };
      if (!inside(box, frame) || boxes.some((b) => overlap(b, box))) continue;
      boxes.push(box);
      placed.push({ claim, lines, box, cross });
      break;
    }
  }
  return placed;
}
