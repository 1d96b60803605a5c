// The parts of CodeMirror 6 that the query page puts together (static/js/query/editor.js).
export {
  EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, drawSelection, placeholder,
} from "@codemirror/view";
export { EditorState, Compartment, Prec } from "@codemirror/state";
export { defaultKeymap, history, historyKeymap, indentMore, indentLess } from "@codemirror/commands";
export {
  HighlightStyle, syntaxHighlighting, syntaxTree, bracketMatching, indentUnit,
} from "@codemirror/language";
export {
  autocompletion, completionKeymap, startCompletion, closeBrackets, closeBracketsKeymap,
} from "@codemirror/autocomplete";
export { linter, lintGutter, lintKeymap, setDiagnostics, forceLinting } from "@codemirror/lint";
export { search, searchKeymap, highlightSelectionMatches } from "@codemirror/search";
export { tags } from "@lezer/highlight";
export { sparql } from "codemirror-lang-sparql";
