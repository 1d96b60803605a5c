"""Office files (.xlsx, .docx, .odt) and EPUB are zip archives of XML: what is safe to unpack.

Sizes are counted while unpacking, because an archive may lie about them. Office's standard forbids
document types, so a file that has one is an attack, and is refused whatever a parser would do.
"""

import io
import re
import zipfile
import zlib

from ldn_graph.errors import BadFile, TooLarge

#: Bytes of the file itself, bytes of all that it holds, and how many parts it may hold.
MAX_BYTES = 64 * 2**20
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
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name}: larger than {MAX_BYTES // 2**20} MiB; split it")
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
