"""Files that hold a text (plain, Markdown, HTML, PDF, Word, OpenDocument, EPUB) → that text.

text          the text as it is kept, and what is known of it; plain text and Markdown
source_texts  the texts that quotes were taken from, known by their digest; where words stand
html          HTML and EPUB
pdf           PDF
docx          Word's .docx
odt           OpenDocument's .odt
formula       formulas of Office and MathML, raised and lowered characters on a line
reader        which kind a file is, what is safe to unpack, and its text
worker        a process of its own for the formats whose readers a file could attack
"""

from ldn_graph.texts.reader import KINDS, MAX_BYTES, read_text
from ldn_graph.texts.text import Section, SourceText

__all__ = ["KINDS", "MAX_BYTES", "Section", "SourceText", "read_text"]
