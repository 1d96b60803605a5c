// How wide words are and how they break, without a screen: in DejaVu Sans, which is wider than what
// pages are set in, so that what fits here fits everywhere.

// Advance widths of the characters from space to tilde, in hundredths of the letter size.
const PLAIN = [
  32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84,
  84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 30, 30, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 68, 61,
  68, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59,
  82, 59, 59, 52, 64, 34, 64, 84,
];
const BOLD = 1.13; // no letter that words are made of is more than this wider in bold
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{10000}-\u{10ffff}]/u;

const wide = (char) => {
  const code = char.codePointAt(0);
  if (code >= 32 && code < 127) return PLAIN[code - 32];
  return WIDE.test(char) ? 100 : code < 0x250 ? 64 : 84;
};

/** The width of a text in pixels at a letter size in pixels. */
export function widthOf(text, size, bold = false) {
  let sum = 0;
  for (const char of text) sum += wide(char);
  return (sum / 100) * size * (bold ? BOLD : 1);
}

/** A text without what neither XML nor a reader can take: controls, and marks that turn the line. */
export const clean = (text) =>
  String(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]/gu, " ")
    .replace(/\p{Cs}/gu, "\ufffd")
    .replace(/\s+/g, " ")
    .trim();

/** The lines of a text in a room; a word that is too long is cut, what exceeds `most` ends in "…". */
export function wrapped(text, room, size, { bold = false, most = 99 } = {}) {
  const fits = (t) => widthOf(t, size, bold) <= room;
  const lines = [];
  for (const word of clean(text).split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && fits(longer)) lines[lines.length - 1] = longer;
    else for (const piece of pieces(word, fits)) lines.push(piece);
  }
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  let last = [...kept[most - 1]];
  while (last.length && !fits(`${last.join("")}…`)) last = last.slice(0, -1);
  return [...kept.slice(0, -1), `${last.join("").trimEnd()}…`];
}

// A word in pieces that fit: at its hyphens, or anywhere.
function pieces(word, fits) {
  if (fits(word)) return [word];
  const found = [];
  for (const part of word.split(/(?<=[-–/])/)) {
    if (found.length && fits(found.at(-1) + part)) found[found.length - 1] += part;
    else if (fits(part)) found.push(part);
    else
      for (const char of part) {
        if (found.length && fits(found.at(-1) + char)) found[found.length - 1] += char;
        else found.push(char);
      }
  }
  return found;
}
