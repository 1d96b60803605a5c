// The state of the page: one plain value, and the address that says the same.

// Lists of ids or values; the order of `paths` matters, that of the others doesn't.
export const LISTS = [
  "around",
  "more",
  "claims",
  "paths",
  "highlight",
  "open",
  "level",
  "certainty",
  "agreement",
  "direction",
  "kind",
  "column",
  "source",
  "band",
];
export const WORDS = ["select", "sort", "caption"];
const CHOICES = {
  view: ["picture", "both", "table"],
  rank: ["strongest", "shortest"],
  panel: ["auto", "questions", "filters", "paths", "share", "none"],
};
const FLAGS = ["all", "between"];
const NUMBERS = { from: [0, 9999], to: [0, 9999], path: [1, 999], steps: [1, 6], top: [1, 3000] };

// What narrows the picture down; the rest says what it is of.
export const FILTERS = [
  "level",
  "certainty",
  "agreement",
  "direction",
  "kind",
  "column",
  "source",
  "band",
  "from",
  "to",
];

export const START = Object.freeze({
  ...Object.fromEntries(LISTS.map((k) => [k, Object.freeze([])])),
  ...Object.fromEntries(WORDS.map((k) => [k, ""])),
  ...Object.fromEntries(Object.entries(CHOICES).map(([k, v]) => [k, v[0]])),
  ...Object.fromEntries(FLAGS.map((k) => [k, false])),
  ...Object.fromEntries(Object.keys(NUMBERS).map((k) => [k, null])),
});

// The state of a query string. What can't be understood is left out and told in `problems`.
export function read(query) {
  const given = new URLSearchParams(query);
  const state = { ...START };
  const problems = [];
  for (const [key, text] of given) {
    if (LISTS.includes(key)) {
      const values = text
        .split(",")
        .map((v) => v.trim())
        .filter(Boolean);
      state[key] = [...new Set([...state[key], ...values])];
    } else if (WORDS.includes(key)) state[key] = text;
    else if (CHOICES[key]) {
      if (CHOICES[key].includes(text)) state[key] = text;
      else problems.push(`${key}: “${text}” is none of ${CHOICES[key].join(", ")}`);
    } else if (FLAGS.includes(key)) state[key] = text !== "0" && text !== "";
    else if (NUMBERS[key]) {
      const [least, most] = NUMBERS[key];
      const number = /^\d+$/.test(text) ? Number(text) : NaN;
      if (number >= least && number <= most) state[key] = number;
      else problems.push(`${key}: “${text}” is no number from ${least} to ${most}`);
    }
  }
  if (state.paths.length && state.paths.length !== 2) {
    problems.push("paths: two ends are needed, as in paths=START,END");
    state.paths = [];
  }
  return { state, problems };
}

// The query string of a state, in a fixed order; what is as at the start is left out.
export function write(state) {
  const parts = [];
  const put = (key, text) => parts.push(`${key}=${encodeURIComponent(text).replaceAll("%2C", ",")}`);
  for (const key of LISTS) {
    if (state[key].length) put(key, (key === "paths" ? state[key] : [...state[key]].sort()).join(","));
  }
  for (const key of FLAGS) if (state[key]) put(key, "1");
  for (const key of Object.keys(NUMBERS)) if (state[key] !== null) put(key, String(state[key]));
  for (const key of [...Object.keys(CHOICES), ...WORDS]) if (state[key] !== START[key]) put(key, state[key]);
  return parts.join("&");
}

export const filtered = (state) => FILTERS.some((k) => (Array.isArray(state[k]) ? state[k].length : state[k] !== null));
export const unfiltered = () => Object.fromEntries(FILTERS.map((k) => [k, START[k]]));

// A list with a value put in or taken out.
export const toggled = (list, value) => (list.includes(value) ? list.filter((v) => v !== value) : [...list, value]);
