// Which prefixes a query declares and uses. Strings, IRIs and comments are not looked into.

const PIECES =
  /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*|([A-Za-z][\w-]*(?:\.[\w-]+)*)?:(?=[\w%\\:-]|[\s;.,()|/*+{}?])/g;
const DECLARED = /\bPREFIX\s+([\w-]*(?:\.[\w-]+)*):\s*<[^<>\s]*>[ \t]*\n?/gi;

export function declared(text) {
  return new Set([...text.matchAll(DECLARED)].map((m) => m[1]));
}

/** Each prefix that stands before a colon outside of declarations: {prefix, from, to}. */
export function used(text) {
  const found = [];
  for (const match of text.matchAll(PIECES)) {
    if (match[1] === undefined) continue;
    const before = text.slice(Math.max(0, match.index - 12), match.index);
    if (/\bPREFIX\s+$/i.test(before) || /[_?$@]$/.test(before)) continue;
    found.push({ prefix: match[1], from: match.index, to: match.index + match[1].length + 1 });
  }
  return found;
}

export function missingPrefixes(text, known) {
  const there = declared(text);
  const names = new Set(used(text).map((u) => u.prefix));
  return [...names].filter((p) => Object.hasOwn(known, p) && !there.has(p));
}

export function unknownPrefixes(text, known) {
  if (!Object.keys(known).length) return [];
  const there = declared(text);
  return used(text).filter((u) => !there.has(u.prefix) && !Object.hasOwn(known, u.prefix));
}

/** Where declarations are put: after the last one, else at the top. */
export function placeForPrefixes(text) {
  const last = [...text.matchAll(DECLARED)].at(-1);
  return last?.[0].endsWith("\n") ? last.index + last[0].length : 0;
}
