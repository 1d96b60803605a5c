"""Bytes of a record file → text: UTF-8, UTF-16, or what the file declares; else Windows-1252,
which is told."""

import codecs
import re

from ldn_graph.errors import BadFile

_DECLARED = re.compile(
    rb"""%\s*Encoding:\s*([\w.:-]+)|<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE
)
#: What a file may declare; other codecs of Python hide what a text holds, or are none of text.
_KNOWN = re.compile(
    r"(?:us-)?ascii|iso-?8859-?\d+|latin-?\d|(?:windows-|cp)\d+|mac-?\w+|gb\w+|big5\w*|euc-?\w+"
    r"|shift_?jis|koi8-?\w"
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file, its lines ended by `\\n`; with a remark where its encoding is a guess.

    Raises BadFile where it is in no encoding that is read, or no text.
    """
    encoding = _encoding(data)
    remarks: tuple[str, ...] = ()
    try:
        text = data.decode(encoding or "utf-8")
    except (UnicodeDecodeError, LookupError) as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = re.sub(rb"\r\n?", b"\n", data[:start]).count(b"\n") + 1
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as second:
            raise BadFile(
                f"{name}, line {line}: in no encoding that is read; export it anew as UTF-8"
            ) from second
        remarks = (
            f"line {line}: not UTF-8; read as Windows-1252, so look at its letters, or export it "
            "anew as UTF-8",
        )
    text = re.sub("\r\n?", "\n", text.removeprefix("\ufeff"))
    if "\0" in text:
        raise BadFile(f"{name}: is no text; export the records as RIS, BibTeX or PubMed")
    return text, remarks


def _encoding(data: bytes) -> str | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    begins = data[:200]
    if len(begins) > 3 and begins.count(b"\0") * 3 > len(begins):
        return "utf-16-be" if begins[0] == 0 else "utf-16-le"
    declared = _DECLARED.search(data[:500])
    if declared is None:
        return None
    found = (declared.group(1) or declared.group(2)).decode("ascii").lower()
    return found if _KNOWN.fullmatch(found) else "utf-8"
