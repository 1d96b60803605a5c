"""Which kind a file is, by its content, its name and its media type, and its text.

Files could attack their reader. Of zip archives (Office files) sizes are counted while unpacking,
because an archive may lie about them; Office's standard forbids document types, so a file that has
one is an attack, and is refused whatever a parser would do. Readers run in a process of their own,
which has little time and memory: `read_apart` starts it, `answer` is all that it does.
"""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import Any

from ldn_graph.errors import BadFile, BadParameter, TooLarge, require
from ldn_graph.texts.text import (
    MAX_LENGTH,
    Block,
    SourceText,
    assembled,
    decoded,
    markdown,
    plain,
    settled,
    web_encoding,
)

#: Bytes of the file itself, bytes of all that it holds, and how many parts it may hold.
MAX_UNPACKED = 64 * 2**20
MAX_UNPACKED = 256 * 2**20
MAX_PARTS = 2_000
#: Unpacked bytes for each packed one; a sheet of equal rows reaches 100 or so.
MAX_RATIO = 250
#: Below this size no ratio is suspicious.
_SMALL = 4 * 2**20
_CHUNK = 2**18
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML = (".xml", ".rels", ".vml")
#: A list of parts that nobody here parses; old writers of OpenDocument give it a document type.
_UNREAD = "META-INF/manifest.xml"
_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")


def check_package(data: bytes, name: str, part: str, remedy: str) -> None:
    """Refuse an office file that is none, that is damaged, or that attacks its reader.

    `part` is what a file of the kind must hold; `remedy` says how to make a good one. Raises
    BadFile, and TooLarge where it is too large, or unpacks to too much.
    """
    if len(data) > MAX_UNPACKED:
        raise TooLarge(f"{name}: larger than {MAX_UNPACKED // 2**20} MiB; split it")
    if data.startswith(_OLE):
        raise BadFile(f"{name}: protected by a password, or of an old kind; {remedy}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if part not in {p.filename for p in parts}:
                raise BadFile(f"{name}: holds no {part}; {remedy}")
            _check_sizes(name, len(data), len(parts), sum(p.file_size for p in parts))
            _unpack(archive, name, len(data))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadFile(f"{name}: damaged, or no such file at all ({error}); {remedy}") from error


def kind_of_package(kinds: dict[str, str], data: bytes) -> str | None:
    """The kind of an archive by the part that it holds (part → kind); None where it holds none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            held = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    return next((kind for part, kind in kinds.items() if part in held), None)


def _check_sizes(name: str, packed: int, parts: int, unpacked: int) -> None:
    if parts > MAX_PARTS:
        raise TooLarge(f"{name}: holds {parts} parts, and {MAX_PARTS} are allowed; save it anew")
    if unpacked > MAX_UNPACKED:
        raise TooLarge(f"{name}: unpacks to more than {MAX_UNPACKED // 2**20} MiB; split it")
    if unpacked > max(_SMALL, packed * MAX_RATIO):
        raise TooLarge(
            f"{name}: unpacks to more than {MAX_RATIO} times its size, as only attacks do; "
            "copy its contents into a new file"
        )


def _unpack(archive: zipfile.ZipFile, name: str, packed: int) -> None:
    """Read every part in pieces, counting, and look into those that are XML."""
    total = 0
    for part in archive.infolist():
        is_xml = part.filename.lower().endswith(_XML) and part.filename != _UNREAD
        with archive.open(part) as stream:
            tail = b""
            first = True
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                _check_sizes(name, packed, 1, total)
                if is_xml:
                    _check_xml(name, part.filename, tail + chunk, first)
                    tail, first = chunk[-16:], False


def _check_xml(name: str, part: str, text: bytes, first: bool) -> None:
    if first or b"\0" in text:
        declared = _DECLARED.match(text.removeprefix(b"\xef\xbb\xbf"))
        known = b"\0" not in text
        known &= declared is None or declared.group(1).lower() in (b"utf-8", b"us-ascii", b"ascii")
        if not known or not text.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            raise BadFile(f"{name}: {part} is not UTF-8, as it has to be; save it anew")
    if _FORBIDDEN.search(text):
        raise BadFile(
            f"{name}: {part} declares a document type, as only attacks do; "
            "copy its contents into a new file"
        )


#: Seconds for one file, and bytes of memory.
SECONDS = 60
MEMORY = 2 * 2**30
#: What a reader is told of its surroundings; the rest may hold secrets.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")


def read_apart(
    module: str, words: Sequence[str], data: bytes, name: str, seconds: float = SECONDS
) -> Any:
    """What `module`, started with `words`, makes of `data`, as plain values; `name` is the file's.

    Raises BadFile, or TooLarge beyond the limits.
    """
    home = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-B", "-m", module, *words],
            input=data,
            capture_output=True,
            env={**kept, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooLarge(
            f"{name}: takes longer than {seconds:g} seconds to read; split it"
        ) from error
    if done.returncode:
        raise TooLarge(f"{name}: can't be read within {MEMORY // 2**30} GiB of memory; split it")
    found = json.loads(done.stdout)
    if "bad" in found:
        raise BadFile(*found["bad"])
    if "too_much" in found:
        raise TooLarge(*found["too_much"])
    return found["read"]


def answer(work: Callable[[bytes], Any], name: str) -> None:
    """Be such a process: write what `work` makes of the standard input to the standard output."""
    _limit()
    try:
        found = {"read": work(sys.stdin.buffer.read())}
    except TooLarge as error:
        found = {"too_much": error.problems}
    except BadFile as error:
        found = {"bad": error.problems}
    except MemoryError:
        found = {"too_much": [f"{name}: takes more than {MEMORY // 2**30} GiB to read; split it"]}
    sys.stdout.buffer.write(json.dumps(found).encode("ascii"))


def _limit() -> None:
    """Take little memory and time, and write no file, where the system can hold a process to it."""
    try:
        import resource
    except ImportError:  # Windows has none; there the parent's clock has to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
