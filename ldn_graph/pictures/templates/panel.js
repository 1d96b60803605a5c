// The panel: one claim with its quotes, or one thing with its claims. Text only ever enters the
// page through textContent.

const panel = find("panel");

function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") element.addEventListener("click", value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

const words = (text) => text.replaceAll("-", " ");
const SVG = "http://www.w3.org/2000/svg";

function sign(kind, size = 14) {
  const svg = document.createElementNS(SVG, "svg");
  const shape = document.createElementNS(SVG, "polygon");
  for (const [k, v] of Object.entries({ viewBox: "-1.2 -1.2 2.4 2.4", width: size, height: size, class: "sign", "aria-hidden": "true" })) svg.setAttribute(k, v);
  shape.setAttribute("points", data.kinds[kind].points.map((p) => p.join(",")).join(" "));
  shape.setAttribute("fill", data.kinds[kind].colour);
  svg.append(shape);
  return svg;
}

const claimButton = (claim) => el("button", { type: "button", class: "link", "data-open-claim": claim.id }, claim.reading);
const thingButton = (id) => el("button", { type: "button", class: "thing", "data-open-thing": id }, sign(things.get(id).kind), things.get(id).label);

function meter(level) {
  const dots = [1, 2, 3, 4].map((n) => el("span", { class: n <= level ? "dot full" : "dot" }));
  return el("span", { class: "meter", "aria-hidden": "true" }, ...dots);
}

const DIRECTIONS = { supports: "Speaks for it", refutes: "Speaks against it", inconclusive: "Leaves it open" };
const AGREEMENTS = { none: "no direct source" };

function quote(item) {
  if (!item.quote.length) return null;
  const parts = item.quote.map((p) => (p.cue ? el("mark", {}, p.text) : p.text));
  return el("blockquote", { dir: "auto" }, "“", ...parts, "”");
}

function cite(item) {
  const source = sources.get(item.source);
  const title = source.link
    ? el("a", { href: source.link, rel: "noopener noreferrer", target: "_blank" }, source.title)
    : source.title;
  const line = [source.author ? `${source.author}: ` : "", "“", title, "”", source.date ? `, ${source.date}` : ""];
  return el("p", { class: "cite" }, ...line, item.section ? ` · section “${item.section}”` : "",
    source.retracted ? el("strong", {}, " · retracted") : "");
}

function evidence(item) {
  const facts = item.facts.flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, v)]);
  return el("li", { class: `item ${item.direction}` },
    el("p", { class: "says" }, el("span", { class: "tag" }, DIRECTIONS[item.direction]), " ", item.says + "."),
    quote(item),
    item.context.length ? el("p", { class: "small" }, `Read with “${item.context.join("”, “")}” in the text around it.`) : null,
    item.finding ? el("p", { class: "small" }, `Finding, in the curator’s words: ${item.finding}`) : null,
    cite(item),
    el("dl", { class: "facts" }, ...facts),
    item.note ? el("p", { class: "small" }, `Note: ${item.note}`) : null);
}

function badge(claim) {
  if (claim.look === "contested") return el("p", { class: "badge contested" }, "Contested: sources speak for it and against it");
  if (claim.look === "against") return el("p", { class: "badge against" }, "Spoken against: no source supports it");
  if (claim.look === "presupposed") return el("p", { class: "badge" }, "Taken for granted by the wording, stated nowhere");
  return null;
}

function claimView(claim) {
  const name = claim.level_name ? `, ${claim.level_name}` : "";
  const rung = ["assertion", "speculative", "none"].includes(claim.wording) ? "" : ` (${words(claim.wording)})`;
  const row = (k, ...v) => [el("dt", {}, k), el("dd", {}, ...v)];
  return [
    el("p", { class: "eyebrow" }, claim.status === "accepted" ? "Claim" : `Claim · ${claim.status}`),
    el("h2", { id: "panel-title", tabindex: "-1", dir: "auto" }, claim.reading),
    badge(claim),
    el("dl", { class: "grades" },
      ...row("Evidence", meter(claim.level), ` ${claim.level_name}`),
      ...row("Wording", claim.certainty + rung),
      ...row("Agreement", AGREEMENTS[claim.agreement] || words(claim.agreement))),
    el("h3", {}, "In the source’s words"),
    el("ul", { class: "items" }, ...claim.items.map(evidence)),
    el("h3", {}, "Why it is graded so"),
    el("ul", { class: "reasons" }, ...claim.reasons.map((r) => el("li", {}, el("b", {}, `${r.axis}: `), r.text))),
    claim.note ? el("p", { class: "note" }, el("b", {}, "Curator’s note: "), claim.note) : null,
    el("p", { class: "ends" }, thingButton(claim.start), el("span", { class: "verb" }, ` ${claim.verb} `), thingButton(claim.end)),
    el("p", { class: "small" }, "Claim id: ", el("code", {}, claim.id)),
  ];
}

function thingView(thing) {
  const own = claimsOf.get(thing.id);
  const group = (title, list) => (list.length
    ? [el("h3", {}, `${title} (${list.length})`), el("ul", { class: "links" }, ...list.map((c) => el("li", {}, claimButton(c))))]
    : []);
  const about = state.focus === thing.id
    ? el("button", { type: "button", class: "button", "data-about": "" }, "Show all claims again")
    : el("button", { type: "button", class: "button", "data-about": thing.id }, "Show only the claims about it");
  return [
    el("p", { class: "eyebrow" }, sign(thing.kind), ` ${data.kinds[thing.kind].name}`),
    el("h2", { id: "panel-title", tabindex: "-1", dir: "auto" }, thing.label),
    thing.definition ? el("p", {}, thing.definition) : null,
    thing.synonyms.length ? el("p", { class: "small" }, `Also called: ${thing.synonyms.join(", ")}`) : null,
    thing.note ? el("p", { class: "note" }, thing.note) : null,
    el("p", {}, about),
    ...group("Claims that start from it", own.filter((c) => c.start === thing.id)),
    ...group("Claims that lead to it", own.filter((c) => c.end === thing.id && c.start !== thing.id)),
  ];
}

function showPanel() {
  const body = find("panel-body");
  const view = state.claim ? claimView(claims.get(state.claim)) : state.thing ? thingView(things.get(state.thing)) : [];
  body.replaceChildren(...view.filter(Boolean));
  panel.hidden = !view.length;
  document.body.classList.toggle("open", !!view.length);
  panel.scrollTop = 0;
}
