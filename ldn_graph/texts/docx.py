"""Word's .docx → blocks of text. Headings are paragraphs in a heading style.

Deleted text of tracked changes, comments, foot notes, headers and footers are left out; inserted
text is in. Cells of a table row stand in one line, ` | ` between them.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.table import Table

from ldn_graph.errors import BadFile
from ldn_graph.texts.text import Block, on_one_line

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BLANK = {f"{_W}tab", f"{_W}br", f"{_W}cr"}


def blocks_of_word(data: bytes, name: str) -> tuple[str | None, list[Block]]:
    """Title and blocks of a document. Raises BadFile where it can't be read."""
    try:
        document = docx.Document(io.BytesIO(data))
        titled = [
            on_one_line(_words(p._element))
            for p in document.paragraphs
            if _style(p).casefold() == "title"
        ]
        found = list(_blocks(document))
        own = on_one_line(document.core_properties.title or "")
    except Exception as error:  # the library raises whatever a damaged part makes it stumble over
        told = " ".join(str(error).split())[:200] or type(error).__name__
        raise BadFile(
            f"{name}: can't be read as a Word document ({told}); save it as .docx anew"
        ) from error
    return next(filter(None, (*titled, own)), None), found


def _blocks(document: Any) -> Iterator[Block]:
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            for row in part._tbl.tr_lst:
                cells = (on_one_line(_words(cell)) for cell in row.tc_lst)
                yield Block(" | ".join(filter(None, cells)))
            continue
        heading = _HEADING.fullmatch(_style(part))
        yield Block(on_one_line(_words(part._element)), int(heading.group(1)) if heading else 0)


def _style(paragraph: Any) -> str:
    return str(paragraph.style.name or "") if paragraph.style is not None else ""


def _words(element: Any) -> str:
    """The text of a paragraph or cell; paragraphs inside of it are parted by a blank."""
    found: list[str] = []
    for node in element.iter():
        if node.tag == f"{_W}t" and not any(a.tag == _FALLBACK for a in node.iterancestors()):
            found.append(node.text or "")
        elif node.tag in _BLANK or node.tag == f"{_W}p":
            found.append(" ")
    return "".join(found)
