// The answer as bars: one column names them, another gives their length. The table has the same.

import { isNumber } from "./asking.js";
import { make } from "./elements.js";

const MOST = 60;
const [BAR, GAP, LEFT, WIDTH, RIGHT] = [22, 6, 300, 900, 70];

export function numberColumns(result) {
  return result.columns
    .map((_, n) => n)
    .filter((n) => {
      const there = result.rows.map((row) => row[n]).filter(Boolean);
      return there.length > 0 && there.every(isNumber);
    });
}

export function showChart(place, result, names) {
  const numbers = result.kind === "rows" ? numberColumns(result) : [];
  const others = result.columns?.map((_, n) => n).filter((n) => !numbers.includes(n)) ?? [];
  if (!numbers.length) {
    place.replaceChildren(
      make("p", {}, "A chart needs a column of numbers. “COUNT(?x) AS ?number” with GROUP BY gives one."),
    );
    return;
  }
  const label = choice("Bars are", result.columns, others.length ? others : numbers, others[0] ?? numbers[0]);
  const value = choice("Length is", result.columns, numbers, numbers[0]);
  const figure = make("div", { class: "chart scroll", tabindex: "0", role: "region", "aria-label": "Chart" });
  const draw = () =>
    figure.replaceChildren(...bars(result, Number(label.select.value), Number(value.select.value), names));
  label.select.addEventListener("change", draw);
  value.select.addEventListener("change", draw);
  place.replaceChildren(make("p", { class: "bar" }, label.field, value.field), figure);
  draw();
}

function choice(words, columns, among, chosen) {
  const select = make(
    "select",
    {},
    ...among.map((n) => make("option", { value: n, selected: n === chosen }, columns[n])),
  );
  return { select, field: make("label", { class: "inline" }, `${words} `, select) };
}

function bars(result, label, value, names) {
  const rows = result.rows.filter((row) => row[value]).slice(0, MOST);
  const values = rows.map((row) => Number(row[value].value));
  const low = Math.min(0, ...values);
  const span = Math.max(0, ...values) - low || 1;
  const at = (number) => LEFT + ((number - low) / span) * (WIDTH - LEFT - RIGHT);
  const height = rows.length * (BAR + GAP) + GAP;
  const summary = `Bars of ${result.columns[value]} for ${rows.length} rows; the table has the same numbers.`;
  const svg = draw("svg", {
    viewBox: `0 0 ${WIDTH} ${height}`,
    width: WIDTH,
    height,
    role: "img",
    "aria-label": summary,
  });
  svg.append(draw("line", { x1: at(0), x2: at(0), y1: 0, y2: height, class: "axis" }));
  rows.forEach((row, n) => {
    const y = GAP + n * (BAR + GAP);
    const name = names.name(row[label]);
    const bar = draw("rect", {
      x: Math.min(at(0), at(values[n])),
      y,
      width: Math.max(1, Math.abs(at(values[n]) - at(0))),
      height: BAR,
      class: "bar-mark",
      rx: 2,
    });
    bar.append(draw("title", {}, `${name}: ${values[n]}`));
    svg.append(
      bar,
      draw(
        "text",
        { x: LEFT - 10, y: y + BAR * 0.72, "text-anchor": "end" },
        name.length > 42 ? `${name.slice(0, 41)}…` : name,
      ),
      draw("text", { x: Math.max(at(0), at(values[n])) + 6, y: y + BAR * 0.72, class: "amount" }, String(values[n])),
    );
  });
  const more = result.rows.length - rows.length;
  return [
    svg,
    ...(more > 0
      ? [
          make(
            "p",
            { class: "quiet" },
            `The first ${rows.length} of ${result.rows.length} rows; sort in the query (ORDER BY) to see others.`,
          ),
        ]
      : []),
  ];
}

function draw(name, properties, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(properties)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
