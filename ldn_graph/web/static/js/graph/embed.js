// The small version for other sites: the picture of a state, and one line about what is chosen.

import { badge } from "./card.js";
import { Claims } from "./claims.js";
import { counts, hint, lighting, title } from "./describe.js";
import { el } from "./dom.js";
import { ranked, STEPS } from "./paths.js";
import { Picture } from "./picture.js";
import { Source } from "./source.js";
import { read } from "./state.js";

const find = (id) => document.getElementById(id);
const base = document.body.dataset.base ?? "";

async function begin() {
  const source = new Source(base);
  const claims = new Claims(await source.summary());
  const { state } = read(location.search);
  let shown,
    paths = [];

  const choose = (id) => {
    state.select = id ?? "";
    picture.light(lighting(state, claims, shown, paths));
    const e = claims.edges.get(id);
    const page = e
      ? `${base}/claim/${encodeURIComponent(id)}`
      : claims.nodes.has(id)
        ? `${base}/entity/${encodeURIComponent(id)}`
        : null;
    find("chosen").hidden = !id;
    find("chosen").replaceChildren(
      ...(id
        ? [
            el("p", {}, hint(id, claims, shown).replace("\n", ": ")),
            e && badge(e.look),
            page && el("a", { href: page, target: "_blank", rel: "noopener" }, "Read more"),
          ].filter(Boolean)
        : []),
    );
  };
  const picture = new Picture(find("stage"), claims, {
    tapped: choose,
    opened: () => {},
    hovered: (id, at) => {
      find("hint").hidden = !id;
      if (!id) return;
      find("hint").textContent = hint(id, claims, shown);
      find("hint").style.transform =
        `translate(${Math.max(4, Math.min(at.x + 14, innerWidth - 330))}px, ${at.y + 16}px)`;
    },
  });
  const draw = () => {
    const ends = state.paths.length && state.paths.every((id) => claims.nodes.has(id)) ? state.paths : null;
    paths = ranked(ends ? source.paths(ends, state.steps ?? STEPS, draw) : null, state);
    shown = claims.shown(state, paths);
    picture.draw(shown, state);
    find("shown-title").textContent = title(state, claims);
    find("shown-count").textContent = counts(shown);
    find("caption").hidden = !state.caption;
    find("caption").textContent = state.caption;
    choose(state.select || null);
    document.documentElement.dataset.drawn = String(shown.claims.length);
  };
  draw();
  const zoom = { in: () => picture.zoom(1.3), out: () => picture.zoom(1 / 1.3), fit: () => picture.fit() };
  for (const b of document.querySelectorAll("button[data-zoom]")) b.addEventListener("click", zoom[b.dataset.zoom]);
  document.documentElement.classList.add("ready");
}

begin();
