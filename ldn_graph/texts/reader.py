"""Which kind a file is, by its content, its name and its media type, and its text."""

import re
from pathlib import PurePath

from ldn_graph.errors import BadFile, BadParameter, TooLarge, require
from ldn_graph.texts.office_zip import check_package, kind_of_package
from ldn_graph.texts.plain import decoded, markdown, plain, web_encoding
from ldn_graph.texts.sandbox import SECONDS, read_apart
from ldn_graph.texts.text import MAX_LENGTH, Block, SourceText, assembled, settled

#: Bytes of a file.
MAX_BYTES = 32 * 2**20
#: Ending → kind.
KINDS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "word",
    ".odt": "opendocument",
    ".epub": "epub",
}
#: Kind → the module that its reader needs.
_READERS = {
    "html": "lxml",
    "pdf": "pypdfium2",
    "word": "docx",
    "opendocument": "lxml",
    "epub": "lxml",
}
#: Kind of an archive → a part that it must hold, and how to make a good one.
_PACKAGES = {
    "word": ("word/document.xml", "save it as .docx, without a password"),
    "opendocument": ("content.xml", "save it as .odt, without a password"),
    "epub": ("META-INF/container.xml", "save it as .epub, without protection"),
}
_MEDIA = {
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word",
    "application/vnd.oasis.opendocument.text": "opendocument",
    "application/epub+zip": "epub",
}
#: What must not get into a message, or onto a command line.
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_PAGE = re.compile(
    rb"\s*(<!--.{0,2000}?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


def read_text(
    data: bytes, name: str, media_type: str | None = None, *, seconds: float = SECONDS
) -> SourceText:
    """The text of a file called `name`. `media_type` is what a browser or server says of it.

    Raises BadParameter for a kind that is not read; BadFile where it is damaged, in another
    encoding, protected by a password or without text; TooLarge for what is too large or takes
    longer than `seconds`.
    """
    name = _UNSHOWN.sub("?", name[-200:])
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name}: larger than {MAX_BYTES // 2**20} MiB; split it")
    kind = _kind(data, name, media_type)
    charset = _charset(media_type)
    if kind in ("text", "markdown"):
        text = decoded(data, name, charset)
        found = markdown(text) if kind == "markdown" else plain(text)
    else:
        require(_READERS[kind], f"{name}: reading it")
        if kind == "html":
            from ldn_graph.texts.html import declared_encoding

            text = decoded(data, name, web_encoding(charset or declared_encoding(data), name))
            data = settled(text).encode("utf-8")
        elif kind in _PACKAGES:
            check_package(data, name, *_PACKAGES[kind])
        title, blocks = read_apart("ldn_graph.texts.worker", (kind, name), data, name, seconds)
        found = assembled([Block(*block) for block in blocks], kind, title)
    if not found.text.strip():
        raise BadFile(f"{name}: holds no text; save it anew")
    if found.length > MAX_LENGTH:
        raise TooLarge(f"{name}: more than {MAX_LENGTH} characters; split it")
    return found


def _kind(data: bytes, name: str, media_type: str | None) -> str:
    """A file that begins like a PDF, an archive or a page is one, whatever it is called."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    ending = PurePath(name).suffix.lower()
    told = KINDS.get(ending) or _MEDIA.get((media_type or "").partition(";")[0].strip().lower())
    if data.startswith(b"PK\x03\x04"):
        return (
            kind_of_package({part: kind for kind, (part, _) in _PACKAGES.items()}, data) or "word"
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "word"
    if told in (None, "text") and _PAGE.match(data):
        return "html"
    if told is None:
        raise BadParameter(f"{name}: unknown kind of text; end it with {', '.join(KINDS)}")
    return told


def _charset(media_type: str | None) -> str | None:
    found = re.search(r"""charset\s*=\s*["']?([^\s"';]+)""", media_type or "", re.IGNORECASE)
    return found.group(1) if found else None
