// The SPARQL editor: CodeMirror 6 in a shadow root, where its style sheets are constructed ones,
// which the page's strict policy allows; an inserted <style> it would refuse.
import {
  autocompletion,
  bracketMatching,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  defaultKeymap,
  drawSelection,
  EditorState,
  EditorView,
  forceLinting,
  HighlightStyle,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSelectionMatches,
  highlightSpecialChars,
  history,
  historyKeymap,
  indentUnit,
  keymap,
  lineNumbers,
  linter,
  lintGutter,
  lintKeymap,
  Prec,
  search,
  searchKeymap,
  sparql,
  syntaxHighlighting,
  syntaxTree,
  tags,
} from "../../vendor/codemirror-6.43.15/codemirror.js";
import { completions } from "./completion.js";
import { missingPrefixes, placeForPrefixes, unknownPrefixes } from "./prefixes.js";

const theme = EditorView.theme({
  "&": {
    color: "var(--ink)",
    backgroundColor: "var(--card)",
    fontSize: ".95rem",
    border: "1px solid var(--rule-strong)",
    borderRadius: "var(--radius)",
  },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: "var(--mono)",
    lineHeight: "1.55",
    minHeight: "11rem",
    maxHeight: "26rem",
    overflow: "auto",
  },
  ".cm-content": { caretColor: "var(--ink)", padding: ".5rem 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    backgroundColor: "var(--ground)",
    color: "var(--ink-soft)",
    border: "none",
    borderRadius: "var(--radius) 0 0 var(--radius)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)" },
  ".cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--accent) 14%, transparent)",
    color: "var(--ink)",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 32%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--accent) 18%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--mark)", color: "var(--mark-ink)" },
  ".cm-tooltip, .cm-panels": {
    backgroundColor: "var(--card)",
    color: "var(--ink)",
    border: "1px solid var(--rule-strong)",
    borderRadius: "4px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--text)", fontSize: ".92rem", maxHeight: "18rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".25rem .5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-completionLabel": { fontFamily: "var(--mono)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "1", marginLeft: ".8em" },
  ".cm-tooltip.cm-completionInfo": { padding: ".5rem .7rem", fontFamily: "var(--text)", maxWidth: "24rem" },
  ".cm-diagnostic": { padding: ".35rem .6rem", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeft: "5px solid var(--against)" },
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--against)", backgroundImage: "none" },
  ".cm-lintPoint::after": { borderBottomColor: "var(--against)" },
  ".cm-button, .cm-textfield": {
    backgroundImage: "none",
    background: "var(--ground)",
    color: "var(--ink)",
    border: "1px solid var(--rule-strong)",
  },
});

const colours = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword],
    color: "var(--code-keyword)",
    fontWeight: "600",
  },
  { tag: [tags.variableName, tags.propertyName], color: "var(--code-variable)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.integer, tags.bool, tags.literal], color: "var(--code-number)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-soft)", fontStyle: "italic" },
  { tag: [tags.name, tags.namespace, tags.typeName, tags.url, tags.link], color: "var(--code-name)" },
  { tag: tags.function(tags.variableName), color: "var(--code-keyword)" },
]);

/** Where a message such as "line 2, column 5: …" points, as an offset; null where it doesn't. */
export function placeOf(message, doc) {
  const found = /line (\d+)(?:, column |:)(\d+)/.exec(message) ?? /line (\d+)/.exec(message);
  if (!found || Number(found[1]) > doc.lines || Number(found[1]) < 1) return null;
  const line = doc.line(Number(found[1]));
  const from = Math.min(line.from + Math.max(0, Number(found[2] ?? 1) - 1), line.to);
  return { from, line: line.number, column: from - line.from + 1 };
}

/** The end of the word that begins at an offset, at least one character where there is one. */
function wordEnd(doc, from) {
  const line = doc.lineAt(from);
  const word = /^[^\s{}()[\].;,]+/.exec(line.text.slice(from - line.from));
  return Math.min(line.to, from + (word ? word[0].length : 1));
}

/** Types over a selection. Left to itself, the browser would put in a styled element, to keep the
 * look of what was there; the page's policy refuses that, and it says so in the console. */
function typeOver(event, view) {
  const { from, to, empty } = view.state.selection.main;
  if (empty || event.inputType !== "insertText" || !event.data || view.composing) return false;
  event.preventDefault();
  const change = () =>
    view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  const handled = view.state
    .facet(EditorView.inputHandler)
    .some((handle) => handle(view, from, to, event.data, change));
  if (!handled) view.dispatch(change());
  return true;
}

export class Editor {
  /** `known` is the promise of {prefixes, terms}; `base` the site's path. */
  constructor(place, { text, known, base, onRun, onChange }) {
    this.told = null;
    this.prefixes = {};
    const root = place.attachShadow({ mode: "open" });
    // from outside, what is typed in a shadow root looks typed nowhere: the site's keys would act
    place.addEventListener("keydown", (event) => event.stopPropagation());
    this.view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({ doc: text, extensions: this.#extensions({ known, base, onRun, onChange }) }),
    });
    known.then((found) => {
      this.prefixes = found.prefixes;
      forceLinting(this.view);
    });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  set text(value) {
    this.told = null;
    this.view.dispatch({
      changes: { from: 0, to: this.view.state.doc.length, insert: value },
      selection: { anchor: 0 },
    });
  }

  /** Marks what the server said of the text; returns its place, null where it names none. */
  tell(message) {
    const place = placeOf(message, this.view.state.doc);
    this.told = place && { message, from: place.from, text: this.text };
    forceLinting(this.view);
    return place;
  }

  hush() {
    this.told = null;
    forceLinting(this.view);
  }

  goTo(offset) {
    this.view.dispatch({ selection: { anchor: offset }, scrollIntoView: true });
    this.view.focus();
  }

  focus() {
    this.view.focus();
  }

  /** Declares the known prefixes that the text uses and does not declare. */
  addPrefixes() {
    const changes = this.#missing(this.view.state);
    if (changes) this.view.dispatch({ changes });
  }

  #missing(state) {
    const text = state.doc.toString();
    const missing = missingPrefixes(text, this.prefixes);
    if (!missing.length) return null;
    const lines = missing.map((p) => `PREFIX ${p}: <${this.prefixes[p]}>\n`).join("");
    return { from: placeForPrefixes(text), insert: lines };
  }

  #problems(view) {
    const doc = view.state.doc;
    const text = doc.toString();
    const found = [];
    if (this.told?.text === text) {
      found.push({
        from: this.told.from,
        to: wordEnd(doc, this.told.from),
        severity: "error",
        source: "server",
        message: this.told.message,
      });
    }
    if (text.trim()) {
      const error = firstError(syntaxTree(view.state));
      if (error !== null && !found.length) {
        const line = doc.lineAt(error);
        const rest = text.slice(error).trimStart().split("\n")[0].slice(0, 30);
        const at = `line ${line.number}, column ${error - line.from + 1}`;
        const message = rest
          ? `${at}: syntax error at “${rest}”`
          : `${at}: the query ends too early; something is not closed or not finished`;
        found.push({ from: error, to: wordEnd(doc, error), severity: "error", message });
      }
      for (const { from, to, prefix } of unknownPrefixes(text, this.prefixes)) {
        found.push({
          from,
          to,
          severity: "error",
          message: `prefix “${prefix}:” is not declared; declare it with PREFIX ${prefix}: <…>`,
        });
      }
    }
    return found;
  }

  #extensions({ known, base, onRun, onChange }) {
    const run = () => {
      onRun();
      return true;
    };
    return [
      Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
      lineNumbers(),
      lintGutter(),
      highlightSpecialChars(),
      history(),
      drawSelection(),
      indentUnit.of("  "),
      EditorState.tabSize.of(2),
      EditorView.lineWrapping,
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSelectionMatches(),
      search({ top: true }),
      sparql(),
      syntaxHighlighting(colours),
      theme,
      autocompletion({ override: completions(known, base), maxRenderedOptions: 60, icons: false }),
      linter((view) => this.#problems(view), { delay: 300 }),
      // Tab is left to the browser: it goes on to the next control
      keymap.of([
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...completionKeymap,
        ...lintKeymap,
      ]),
      EditorView.contentAttributes.of({
        "aria-label": "SPARQL query",
        tabindex: "0",
        spellcheck: "false",
        autocapitalize: "off",
        translate: "no",
      }),
      EditorView.domEventHandlers({ beforeinput: typeOver }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        onChange?.();
        const typed = update.transactions.some((t) => t.isUserEvent("input"));
        if (typed && this.#missing(update.state)) queueMicrotask(() => this.addPrefixes());
      }),
    ];
  }
}

function firstError(tree) {
  let first = null;
  tree.iterate({
    enter(node) {
      if (first !== null) return false;
      if (node.type.isError) first = node.from;
      return undefined;
    },
  });
  return first;
}
