// Elements made by hand: whatever comes from the data enters the page as text, never as HTML.

export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// The sign of a kind: its shape in its colour.
export function sign(kind, size = 15) {
  const shape = svg("polygon", { points: kind.points.map((p) => p.join(",")).join(" "), fill: kind.colour });
  return svg(
    "svg",
    { viewBox: "-1.25 -1.25 2.5 2.5", width: size, height: size, class: "sign", "aria-hidden": "true" },
    shape,
  );
}

// A line as the picture draws it: width by level, dash by certainty, colour and mark by look.
export function stroke({ width = 2.5, dash = null, look = "plain" }) {
  const parts = [];
  parts.push(
    svg("line", {
      class: `stroke ${look}`,
      x1: 2,
      y1: 8,
      x2: 38,
      y2: 8,
      "stroke-width": width,
      ...(dash ? { "stroke-dasharray": dash.join(" ") } : {}),
    }),
  );
  if (look === "against")
    parts.push(svg("path", { class: "stroke against", d: "M15 3 L25 13 M25 3 L15 13", "stroke-width": 2.5 }));
  return svg("svg", { viewBox: "0 0 40 16", width: 40, height: 16, class: "sample", "aria-hidden": "true" }, ...parts);
}

export const plural = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
