// How the picture looks: the encodings that came with the data, in the colours of the page.

import { colour } from "../colour.js";

const NAMES = [
  "ground",
  "card",
  "ink",
  "ink-soft",
  "rule",
  "rule-strong",
  "accent",
  "edge",
  "edge-faint",
  "edge-against",
  "edge-contested",
  "against",
  "contested",
];

export function colours() {
  return Object.fromEntries(NAMES.map((n) => [n, colour(n)]));
}

export const MARKS = { contested: "≠ contested", against: "✕ against" };

const escaped = (text) => String(text).replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);

// A card's picture: the sign of its kind, and how many of its claims are not shown.
export function badge(kind, { w, h, more = 0, paint }) {
  const points = kind.points.map(([x, y]) => `${(17 + x * 8).toFixed(1)},${(h / 2 + y * 8).toFixed(1)}`).join(" ");
  const text = more ? `+${more}` : "";
  const pill = more
    ? `<rect x="${w - 12 - text.length * 7}" y="${h - 15}" width="${text.length * 7 + 9}" height="13" rx="6.5" fill="${escaped(paint.rule)}"/>` +
      `<text x="${w - 8 - text.length * 3.5 + 0.5}" y="${h - 5}" font-size="10.5" font-family="sans-serif" text-anchor="middle" fill="${escaped(paint.ink)}">${text}</text>`
    : "";
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">` +
    `<rect x="0" y="5" width="4" height="${Math.max(0, h - 10)}" rx="2" fill="${escaped(kind.colour)}"/>` +
    (points &&
      `<polygon points="${points}" fill="${escaped(kind.colour)}" stroke="${escaped(paint.ink)}" stroke-width="0.8"/>`) +
    `${pill}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}

// Cytoscape's style sheet. `plain` leaves out what costs most in a picture of thousands.
export function sheet(paint, { plain = false, family = "system-ui, sans-serif" } = {}) {
  return [
    {
      selector: "node",
      style: {
        shape: plain ? "rectangle" : "round-rectangle",
        width: "data(w)",
        height: "data(h)",
        "background-color": paint.card,
        "border-color": paint["rule-strong"],
        "border-width": 1.2,
        label: "data(label)",
        color: paint.ink,
        "font-family": family,
        "font-size": 15,
        "font-weight": 500,
        "text-wrap": "wrap",
        "text-max-width": "128px",
        "text-valign": "center",
        "text-halign": "center",
        "text-margin-x": 13,
        "min-zoomed-font-size": 5,
        "z-index": 20,
        "overlay-opacity": 0,
      },
    },
    {
      selector: "node[image]",
      style: {
        "background-image": "data(image)",
        "background-width": "100%",
        "background-height": "100%",
        "background-fit": "none",
        "background-image-smoothing": "yes",
      },
    },
    { selector: "node.group", style: { "border-style": "double", "border-width": 5, "font-weight": 700 } },
    { selector: "node.more", style: { "text-margin-y": -5 } },
    { selector: "node.main", style: { "border-color": paint.accent, "border-width": 3, "font-weight": 700 } },
    {
      selector: "edge",
      style: {
        "curve-style": "unbundled-bezier",
        "edge-distances": "node-position",
        "control-point-distances": (e) => e.data("distances"),
        "control-point-weights": (e) => e.data("weights"),
        "source-endpoint": "data(from)",
        "target-endpoint": "data(to)",
        width: "data(width)",
        "line-color": paint.edge,
        "target-arrow-color": paint.edge,
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.62,
        "line-opacity": "data(opacity)",
        "font-family": family,
        "font-size": 12,
        color: paint["ink-soft"],
        "min-zoomed-font-size": 6,
        "text-background-color": paint.ground,
        "text-background-opacity": 0.92,
        "text-background-padding": "2px",
        "text-background-shape": "round-rectangle",
        "text-wrap": "ellipsis",
        "text-max-width": "data(room)",
        "overlay-opacity": 0,
        "z-index": 5,
      },
    },
    { selector: "edge[words]", style: { "target-label": "data(words)", "target-text-offset": "data(offset)" } },
    { selector: "edge[dash]", style: { "line-style": "dashed", "line-dash-pattern": (e) => e.data("dash") } },
    {
      selector: "edge.loop",
      style: { "curve-style": "bezier", "source-endpoint": "outside-to-node", "target-endpoint": "outside-to-node" },
    },
    {
      selector: "edge.presupposed",
      style: { "line-color": paint["edge-faint"], "target-arrow-color": paint["edge-faint"] },
    },
    {
      selector: "edge.against",
      style: {
        "line-color": paint["edge-against"],
        "target-arrow-color": paint["edge-against"],
        "target-arrow-shape": "triangle-cross",
        color: paint.against,
        "font-weight": 700,
        "z-index": 8,
      },
    },
    {
      selector: "edge.contested",
      style: {
        "line-color": paint["edge-contested"],
        "target-arrow-color": paint["edge-contested"],
        "underlay-color": paint["edge-contested"],
        "underlay-padding": 5,
        "underlay-opacity": 0.25,
        color: paint.contested,
        "font-weight": 700,
        "z-index": 8,
      },
    },
    {
      selector: "edge.bundle",
      style: {
        "line-color": paint["edge-faint"],
        "target-arrow-color": paint["edge-faint"],
        "font-size": 12.5,
        color: paint.ink,
      },
    },
    { selector: "edge.dim", style: { opacity: 0.14, "underlay-opacity": 0, "text-background-opacity": 0 } },
    { selector: "node.dim", style: { opacity: 0.3 } },
    { selector: "edge.lit", style: { "line-opacity": 1, "z-index": 12 } },
    { selector: "node.lit", style: { "border-color": paint.ink, "border-width": 2 } },
    {
      selector: "edge.chosen",
      style: { "line-opacity": 1, "z-index": 15, "line-outline-width": 2, "line-outline-color": paint.accent },
    },
    { selector: "node.chosen", style: { "border-color": paint.accent, "border-width": 3.5 } },
    { selector: "edge.weakest", style: { "line-outline-width": 3, "line-outline-color": paint.ink } },
    { selector: ".hover", style: { "border-color": paint.accent, opacity: 1 } },
    {
      selector: "node.cursor",
      style: { "underlay-color": paint.accent, "underlay-opacity": 0.45, "underlay-padding": 7 },
    },
  ];
}
