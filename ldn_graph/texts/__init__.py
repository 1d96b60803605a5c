"""Files that hold a text (plain, Markdown, HTML, PDF, Word) → the text that quotes are taken from.

text      the text as it is kept, and what is known of it
plain     plain text and Markdown, and which encoding a file is in
markup    HTML
paper     PDF
word      Word's .docx
apart     a process of its own for the formats whose readers a file could attack
worker    that process
reader    which kind a file is, and its text
keeping   where texts are kept
"""

from ldn_graph.texts.reader import KINDS, MAX_BYTES, read_text
from ldn_graph.texts.text import Section, SourceText

__all__ = ["KINDS", "MAX_BYTES", "Section", "SourceText", "read_text"]
