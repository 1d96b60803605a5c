"""A bibliographic record that somebody pasted: which form it has, and the sources in it."""

import re
import tempfile
from pathlib import Path

from ldn_graph.errors import UsageError
from ldn_graph.exchange import bibliography
from ldn_graph.records.model import Source

#: A record of a bibliography is a few kilobytes.
LONGEST = 200_000
_FORMS = (
    (re.compile(r"PMID\s*-"), ".nbib"),
    (re.compile(r"TY\s\s?-"), ".ris"),
    (re.compile(r"@\w+\s*\{"), ".bib"),
    (re.compile(r"[\[{]"), ".json"),
)


def sources_of(record: str, seen_in: str) -> tuple[Source, ...]:
    """The publications of a record, whose form is told by how it begins.

    Raises UsageError for another form or a very long one, DataError for one that is broken.
    """
    if len(record) > LONGEST:
        raise UsageError(f"a record has up to {LONGEST:,} characters; send fewer at a time")
    begins = record.lstrip("\ufeff \t\r\n")
    for form, suffix in _FORMS:
        if form.match(begins):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"record{suffix}"
                path.write_text(begins, encoding="utf-8")
                return bibliography.read_sources(path, seen_in)
    raise UsageError(
        "this is no record of PubMed (PMID- …), RIS (TY  - …), BibTeX (@article{…) or CSL-JSON; "
        "copy one from PubMed’s “Cite”, or from Zotero’s export"
    )
