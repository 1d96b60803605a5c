"""What files of bibliographic records say of publications, in one form.

record       one publication and its parts; what was refused, and what was left out
tagged       lines with tags → entries: RIS, PubMed's format
tags         Web of Science's and EndNote's tags
bibtex       BibTeX and BibLaTeX
csl          CSL-JSON, as Zotero, Crossref and PubMed write it
xml_records  EndNote's and PubMed's XML
reader       which encoding and format it is; as many records as start in the file
"""

from ldn_graph.exchange.record_files.reader import (
    MAX_BYTES,
    read_records,
    record_format,
    records_in,
)
from ldn_graph.exchange.record_files.record import Reading, Record, Refused

__all__ = [
    "MAX_BYTES",
    "Reading",
    "Record",
    "Refused",
    "read_records",
    "record_format",
    "records_in",
]
