"""Which encoding and format a file of records has, by what is in it, and its records."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ldn_graph.errors import BadFile, DataError, FileError, TooLarge
from ldn_graph.exchange.record_files import bibtex, csl, tagged, tags, xml_records
from ldn_graph.exchange.record_files.record import Bad, Reading, Record, Refused

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


#: Bytes of a file of records.
MAX_BYTES = 32 * 2**20


@dataclass(frozen=True)
class Format:
    """A format: its name, how its first record begins (`begins`, from the start of a line), how
    many start in a text, and how they are read."""

    name: str
    begins: re.Pattern[str]
    starts: Callable[[str], int]
    read: Callable[[str], list[Record | Bad]]


def _line(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


FORMATS = (
    Format("RIS", _line(r"^[ \t]{0,3}TY *- ?\w"), tagged.ris_starts, tagged.read_ris),
    Format(
        "PubMed",
        _line(r"^(?:PMID *- *\d|OWN *- |VN  - Ovid|UI  - )"),
        tagged.medline_starts,
        tagged.read_medline,
    ),
    Format(
        "Web of Science",
        _line(r"^(?:FN (?:Clarivate|ISI|Thomson)|PT [A-Z]$)"),
        tags.wos_starts,
        tags.read_wos,
    ),
    Format("EndNote", _line(r"^[ \t]*%[0AT] \S"), tags.endnote_starts, tags.read_endnote),
    Format("BibTeX", _line(r"^[ \t]*@[ \t]*[A-Za-z]+\s*[{(]"), bibtex.starts, bibtex.read),
    Format(
        "XML",
        _line(r"^\s*<(?:\?xml|!DOCTYPE PubmedArticleSet|xml|records|Pubmed)"),
        xml_records.starts,
        xml_records.read,
    ),
    Format("CSL-JSON", re.compile(r"\A\s*(?:\[\s*)?\{\s*\"|\A\s*\[\s*\]"), csl.starts, csl.read),
)
#: What may stand before the first record of a text: comments, headings of exports, numbers.
_PREAMBLE = re.compile(
    r"(?:\s*(?:%.*|Record #.*|Provider:.*|Content:.*|<?\d+\.\s*>?|FN .*|VR .*)$)*\s*", re.M
)


def read_records(path: Path) -> Reading:
    """The records of a file, whatever its name ends in.

    Raises FileError where it can't be read; see `records_in`.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TooLarge(f"{path}: larger than {MAX_BYTES // 2**20} MiB; split it")
        data = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path}: can't be read ({error.strerror}); name a record file") from error
    return records_in(data, str(path))


def records_in(data: bytes, name: str) -> Reading:
    """The records of a file's bytes; messages call it `name`.

    Raises TooLarge, BadFile where its encoding or format is unknown, DataError where it can't be
    parsed at all or holds no record.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name}: larger than {MAX_BYTES // 2**20} MiB; split it")
    text, remarks = decoded(data, name)
    form = _format(text)
    if form is None:
        raise BadFile(
            f"{name}: no records that are known; export RIS, PubMed, BibTeX, CSL-JSON, Web of "
            "Science or EndNote"
        )
    try:
        found = form.read(text)
        number = form.starts(text)
    except Bad as error:
        raise DataError([f"{name}, line {error.line}: {error.what}"]) from error
    if not found:
        raise DataError([f"{name}: holds no record; export it anew"])
    if len(found) < number:
        raise DataError(
            [f"{name}: {number} records start, but {len(found)} were found; export it anew"]
        )
    return _reading(found, remarks)


def record_format(text: str) -> str | None:
    """The format of a text that begins as records do; None for any other text.

    >>> record_format("PMID- 123"), record_format("TY  - JOUR"), record_format("@article{a,")
    ('PubMed', 'RIS', 'BibTeX')
    >>> record_format('[{"type": "book"}]'), record_format("[1] A text"), record_format("Types of")
    ('CSL-JSON', None, None)
    """
    text = text.lstrip("\ufeff")
    preamble = _PREAMBLE.match(text)
    places = {0, preamble.end() if preamble else 0}
    begins = (text[place : place + 4000] for place in sorted(places))
    return next(
        (f.name for begin in begins for f in FORMATS if f.begins.match(begin.lstrip("\n\r"))), None
    )


def _format(text: str) -> Format | None:
    """The format whose first record comes first in the file."""
    found = ((m.start(), f) for f in FORMATS if (m := f.begins.search(text)) is not None)
    return min(found, key=lambda pair: pair[0], default=(0, None))[1]


def _reading(found: list[Record | Bad], remarks: tuple[str, ...]) -> Reading:
    records: list[tuple[int, Record]] = []
    refused: list[Refused] = []
    for number, one in enumerate(found, 1):
        if isinstance(one, Bad):
            refused.append(Refused(number, one.line, one.what))
        elif one.title is None:
            refused.append(Refused(number, one.line, "it has no title; add one to the file"))
        else:
            records.append((number, one))
    return Reading(tuple(records), tuple(refused), remarks)
