// Where cards stand and how lines run: pure functions of ids and sizes, the same in every run.
//
// Cards stand in lanes from left to right. A line that passes a lane gets a slot of its own there,
// between cards, so that no line runs behind a card. Each line has its own port at its cards, so
// that parallel lines stay apart. Lanes that are too tall for the screen are dealt into several.

export const WIDE = 176;
const ROW = 14; // between two cards of a lane, unless there is room for more
const SLOTS = 2600; // so many slots and more cost more than they clear up

// cards: [{id, column, within, height}]; links: [{id, s, t}]; both in a fixed order.
// → {at: Map id → {x, y, w, h}, lines: Map id → {ports, points}, bands: [{column, x, w}], width, height}
export function layout(cards, links, { order, gap = 90, pitch = 8, aspect = 1.6, row = ROW }) {
  const ends = links.filter((l) => l.s !== l.t);
  const size = new Map(cards.map((c) => [c.id, grown(c, ends, pitch)]));
  const base = columns(cards, ends, order);
  const lanes = dealt(base, ends, size, gap, aspect, row);
  const laneOf = new Map(lanes.flatMap((lane, n) => lane.ids.map((id) => [id, n])));
  const chains = slots(lanes, laneOf, ends, size, pitch, row);
  arrange(lanes, chains);
  const y = heights(lanes, chains, size, row);
  const pitchX = Math.round(WIDE + gap);
  const at = new Map(
    cards.map((c) => [c.id, { x: laneOf.get(c.id) * pitchX, y: Math.round(y.get(c.id)), w: WIDE, h: size.get(c.id) }]),
  );
  const lines = routed(links, chains, laneOf, at, y, pitch, pitchX, gap);
  return { at, lines, bands: bands(lanes, pitchX, gap), ...extent(at, lines) };
}

// A card is tall enough for a port of each of its lines on the busier side.
function grown(card, links, pitch) {
  let lines = 0;
  for (const l of links) if (l.s === card.id || l.t === card.id) lines += 1;
  return Math.round(Math.max(card.height, Math.min(lines, 120) * pitch * 0.62 + 14));
}

// --- lanes -------------------------------------------------------------------------------------

// Lanes of each column; kinds within a column share one unless claims lead from one to another.
function columns(cards, links, order) {
  const at = new Map(cards.map((c) => [c.id, c]));
  const linked = new Set();
  for (const l of links) {
    const a = at.get(l.s),
      b = at.get(l.t);
    if (a.column === b.column && a.within !== b.within) linked.add(a.column);
  }
  const lanes = new Map();
  for (const c of cards) {
    const within = linked.has(c.column) ? c.within : 0;
    const key = order.indexOf(c.column) * 10 + within;
    if (!lanes.has(key)) lanes.set(key, { column: c.column, ids: [] });
    lanes.get(key).ids.push(c.id);
  }
  return [...lanes.keys()].sort((a, b) => a - b).map((k) => lanes.get(k));
}

// Deal tall lanes into as many as make the whole largest on a screen of this aspect.
function dealt(lanes, links, size, gap, aspect, row) {
  const tall = (lane) => lane.ids.reduce((sum, id) => sum + size.get(id) + row, 0);
  const most = Math.max(1, ...lanes.map((lane) => Math.ceil(lane.ids.length / 2)));
  const highest = Math.max(...lanes.map(tall), 1);
  const widest = Math.max(...[...size.values()], 1);
  let best = null;
  for (let n = 1; n <= Math.min(most, 60); n += 1) {
    const cap = Math.max(highest / n, widest + row);
    const parts = lanes.map((lane) => Math.max(1, Math.ceil(tall(lane) / cap - 0.05)));
    const width = parts.reduce((a, b) => a + b, 0) * (WIDE + gap);
    const height = Math.max(...lanes.map((lane, i) => tall(lane) / parts[i])) + 60;
    const zoom = Math.min((aspect * 1000) / width, 1000 / height);
    if (!best || zoom > best.zoom * 1.04) best = { zoom, parts };
  }
  const degree = new Map();
  for (const l of links) for (const id of [l.s, l.t]) degree.set(id, (degree.get(id) || 0) + 1);
  return lanes.flatMap((lane, i) => {
    const parts = Array.from({ length: best.parts[i] }, () => ({ column: lane.column, ids: [] }));
    const sorted = [...lane.ids].sort((a, b) => degree.get(b) - degree.get(a) || (a < b ? -1 : 1));
    // the busiest nearest to the columns that they are linked with: the left
    if (parts.length === 1) parts[0].ids = [...lane.ids];
    else sorted.forEach((id, n) => parts[n % parts.length].ids.push(id));
    return parts;
  });
}

// --- slots -------------------------------------------------------------------------------------

// link id → the ids of its slots from its left end to its right end; slots join their lanes.
function slots(lanes, laneOf, links, size, pitch, row) {
  const needed = links.reduce((sum, l) => sum + Math.max(0, Math.abs(laneOf.get(l.s) - laneOf.get(l.t)) - 1), 0);
  const chains = [];
  for (const l of links) {
    let [a, b] = [l.s, l.t];
    if (laneOf.get(a) > laneOf.get(b)) [a, b] = [b, a];
    const chain = { link: l, left: a, right: b, slots: [], nodes: [a, b] };
    if (needed <= SLOTS) {
      for (let n = laneOf.get(a) + 1; n < laneOf.get(b); n += 1) {
        const id = `slot ${l.id} ${n}`;
        lanes[n].ids.push(id);
        size.set(id, -row + pitch);
        chain.slots.push(id);
      }
      chain.nodes = [a, ...chain.slots, b];
    }
    chains.push(chain);
  }
  return chains;
}

// --- order in lanes: sweeps of barycentres, the best of them kept ------------------------------

function arrange(lanes, chains) {
  const left = new Map(),
    right = new Map();
  for (const lane of lanes)
    for (const id of lane.ids) {
      left.set(id, []);
      right.set(id, []);
    }
  for (const { nodes } of chains) {
    for (let n = 1; n < nodes.length; n += 1) {
      right.get(nodes[n - 1]).push(nodes[n]);
      left.get(nodes[n]).push(nodes[n - 1]);
    }
  }
  const rank = new Map();
  const number = (lane) => lane.ids.forEach((id, n) => rank.set(id, (n + 0.5) / lane.ids.length));
  lanes.forEach(number);
  const both = new Map([...left.keys()].map((id) => [id, [...left.get(id), ...right.get(id)]]));
  const count = chains.length < 700;
  let best = null;
  for (let sweep = 0; sweep < (chains.length > 3000 ? 6 : 14); sweep += 1) {
    const down = sweep % 2 === 0;
    const near = sweep >= 10 ? both : down ? left : right;
    for (const lane of down ? lanes : [...lanes].reverse()) {
      const key = new Map(lane.ids.map((id) => [id, mean(near.get(id), rank, rank.get(id))]));
      lane.ids.sort((a, b) => key.get(a) - key.get(b) || rank.get(a) - rank.get(b));
      number(lane);
    }
    const crossings = count ? crossed(chains, rank) : -sweep;
    if (best === null || crossings < best.crossings) best = { crossings, ids: lanes.map((l) => [...l.ids]) };
  }
  lanes.forEach((lane, n) => {
    lane.ids = best.ids[n];
  });
}

const mean = (ids, value, otherwise) =>
  ids.length ? ids.reduce((sum, id) => sum + value.get(id), 0) / ids.length : otherwise;

function crossed(chains, rank) {
  const spans = new Map();
  for (const { nodes, slots: own } of chains) {
    for (let n = 1; n < nodes.length; n += 1) {
      const key = own.length ? nodes[n].split(" ").pop() : "";
      if (!spans.has(key)) spans.set(key, []);
      spans.get(key).push([rank.get(nodes[n - 1]), rank.get(nodes[n])]);
    }
  }
  let total = 0;
  for (const span of spans.values()) {
    for (let i = 0; i < span.length; i += 1) {
      for (let j = 0; j < i; j += 1) if ((span[i][0] - span[j][0]) * (span[i][1] - span[j][1]) < 0) total += 1;
    }
  }
  return total;
}

// --- heights -----------------------------------------------------------------------------------

function heights(lanes, chains, size, row) {
  const near = new Map();
  const join = (a, b) => {
    (near.get(a) || near.set(a, []).get(a)).push(b);
  };
  for (const { nodes } of chains) {
    for (let n = 1; n < nodes.length; n += 1) {
      join(nodes[n - 1], nodes[n]);
      join(nodes[n], nodes[n - 1]);
    }
  }
  const y = new Map();
  for (const lane of lanes) {
    const total = lane.ids.reduce((sum, id) => sum + size.get(id) + row, 0);
    let top = -total / 2;
    for (const id of lane.ids) {
      y.set(id, top + (size.get(id) + row) / 2);
      top += size.get(id) + row;
    }
  }
  const rounds = chains.length > 3000 ? 2 : 8;
  for (let round = 0; round < rounds; round += 1) {
    for (const lane of round % 2 ? [...lanes].reverse() : lanes) {
      const wanted = lane.ids.map((id) => mean(near.get(id) || [], y, y.get(id)));
      const apart = lane.ids.slice(1).map((id, n) => (size.get(id) + size.get(lane.ids[n])) / 2 + row);
      const weights = lane.ids.map((id) => (id.startsWith("slot ") ? 4 : 1));
      spread(wanted, apart, weights).forEach((value, n) => y.set(lane.ids[n], value));
    }
  }
  return y;
}

// The places nearest to `wanted` (least squares), in order and so far `apart`.
export function spread(wanted, apart, weights = wanted.map(() => 1)) {
  const offsets = [0];
  for (const d of apart) offsets.push(offsets[offsets.length - 1] + d);
  const blocks = [];
  wanted.forEach((value, n) => {
    let total = (value - offsets[n]) * weights[n],
      weight = weights[n],
      count = 1;
    while (blocks.length && blocks[blocks.length - 1][0] / blocks[blocks.length - 1][1] > total / weight) {
      const [more, heavier, members] = blocks.pop();
      total += more;
      weight += heavier;
      count += members;
    }
    blocks.push([total, weight, count]);
  });
  const levels = blocks.flatMap(([total, weight, count]) => Array(count).fill(total / weight));
  return levels.map((level, n) => level + offsets[n]);
}

// --- lines -------------------------------------------------------------------------------------

// Each line: `from` and `to`, the ports relative to the centres of its cards; `points`, where it
// is drawn towards on its way, from its start to its end.
function routed(links, chains, laneOf, at, y, pitch, pitchX, gap) {
  const chainOf = new Map(chains.map((c) => [c.link.id, c]));
  const ports = placed(links, chainOf, laneOf, at, y, pitch);
  const half = WIDE / 2;
  const loops = new Map();
  const lines = new Map();
  for (const l of links) {
    const a = at.get(l.s),
      b = at.get(l.t);
    const from = ports.get(`${l.id} s`),
      to = ports.get(`${l.id} t`);
    const ys = a.y + from.y,
      yt = b.y + to.y;
    if (laneOf.get(l.s) === laneOf.get(l.t)) {
      const key = `${laneOf.get(l.s)}`;
      const nth = loops.get(key) || 0;
      loops.set(key, nth + 1);
      const x = a.x + half + Math.min(gap - 18, 26 + Math.min(30, Math.abs(ys - yt) / 12) + (nth % 6) * 5);
      lines.set(l.id, {
        from,
        to,
        points: [
          [x, ys],
          [x, yt],
        ],
        loop: true,
      });
      continue;
    }
    const own = chainOf.get(l.id).slots;
    const forward = laneOf.get(l.s) < laneOf.get(l.t);
    const step = forward ? 1 : -1;
    const stops = (forward ? own : [...own].reverse()).map((id) => y.get(id));
    const turn = half + Math.min(60, gap * 0.32);
    if (!own.length && Math.abs(laneOf.get(l.s) - laneOf.get(l.t)) > 1) {
      lines.set(l.id, {
        from,
        to,
        points: [
          [a.x + step * turn, ys],
          [b.x - step * turn, yt],
        ],
      });
      continue;
    }
    // it turns soon after a lane, then runs level: there its words stand
    const points = [];
    let x = a.x,
      last = ys;
    for (const stop of [...stops, yt]) {
      points.push([x + step * turn, last], [x + step * turn, stop], [x + step * (turn + 34), stop]);
      x += step * pitchX;
      if (x !== b.x && Math.abs(x - b.x) > 1) points.push([x + step * half, stop]);
      last = stop;
    }
    lines.set(l.id, { from, to, points });
  }
  return lines;
}

// The ports of every card, sorted by where their lines come from.
function placed(links, chainOf, laneOf, at, y, pitch) {
  const sides = new Map();
  const add = (id, side, key, toward, tie) => {
    const name = `${side} ${id}`;
    if (!sides.has(name)) sides.set(name, []);
    sides.get(name).push({ id, side, key, toward, tie });
  };
  for (const l of links) {
    if (laneOf.get(l.s) === laneOf.get(l.t)) {
      // round the right side: from below for what lies below
      add(l.s, 1, `${l.id} s`, at.get(l.t).y, l.id);
      add(l.t, 1, `${l.id} t`, at.get(l.s).y, l.id);
      continue;
    }
    const chain = chainOf.get(l.id);
    const next = (end) =>
      end === chain.left ? chain.slots[0] || chain.right : chain.slots[chain.slots.length - 1] || chain.left;
    add(l.s, l.s === chain.left ? 1 : -1, `${l.id} s`, y.get(next(l.s)), l.id);
    add(l.t, l.t === chain.left ? 1 : -1, `${l.id} t`, y.get(next(l.t)), l.id);
  }
  const found = new Map();
  for (const list of sides.values()) {
    list.sort((a, b) => a.toward - b.toward || (a.tie < b.tie ? -1 : 1));
    const room = at.get(list[0].id).h - 12;
    const step = Math.min(pitch, list.length > 1 ? room / (list.length - 1) : pitch);
    list.forEach((port, n) =>
      found.set(port.key, { x: (port.side * WIDE) / 2, y: (n - (list.length - 1) / 2) * step }),
    );
  }
  return found;
}

// --- the whole ---------------------------------------------------------------------------------

function bands(lanes, pitchX, gap) {
  const found = [];
  lanes.forEach((lane, n) => {
    const last = found[found.length - 1];
    const x = n * pitchX - WIDE / 2 - Math.min(18, gap / 4);
    const right = n * pitchX + WIDE / 2 + Math.min(18, gap / 4);
    if (last && last.column === lane.column) last.w = right - last.x;
    else found.push({ column: lane.column, x, w: right - x });
  });
  return found;
}

function extent(at, lines) {
  if (!at.size) return { left: 0, top: 0, width: 1, height: 1 };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (x, y) => {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  };
  for (const c of at.values()) {
    take(c.x - c.w / 2, c.y - c.h / 2);
    take(c.x + c.w / 2, c.y + c.h / 2);
  }
  for (const { points, loop } of lines.values()) for (const [x, y] of points) take(loop ? x + 36 : x, y);
  return { left, top, width: right - left, height: bottom - top };
}
