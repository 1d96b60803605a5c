"""Files that hold a text (plain, Markdown, HTML, PDF, Word, OpenDocument, EPUB) → that text.

spans         where words stand, and whether a span cuts one
text          the text as it is kept, and what is known of it
source_texts  the texts that quotes were taken from, known by their digest
plain         plain text and Markdown, and which encoding a file is in
html          HTML
pdf           PDF
docx          Word's .docx
odt           OpenDocument's .odt
epub          EPUB
formula       formulas of Office and MathML on a line
scripts       raised and lowered characters, and marks for what can't be told
symbol_fonts  characters of fonts that have no letters
office_zip    what is safe to unpack of the zip archives that office files are
sandbox       a process of its own for the formats whose readers a file could attack
worker        that process
reader        which kind a file is, and its text
"""

from ldn_graph.texts.reader import KINDS, MAX_BYTES, read_text
from ldn_graph.texts.text import Section, SourceText

__all__ = ["KINDS", "MAX_BYTES", "Section", "SourceText", "read_text"]
