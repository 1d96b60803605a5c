"""Sources and claims as references: CSL-JSON, BibTeX, RIS and plain text.

One form first, CSL's; the others are written from it. What a record does not say is
left out: no year is made up, and no address.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ldn_graph.rdf import Names
from ldn_graph.records.model import Author, Claim, Corpus, Source
from ldn_graph.verbalise import reading

Reference = Mapping[str, Any]

#: What LaTeX would misread; braces as words, because BibTeX counts even those that are escaped.
_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "$&%#_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
)
#: Fields whose text is an address or number, taken as it is.
_VERBATIM = {"doi", "url", "pmid", "pmcid", "year"}

_BIBTEX = {"article-journal": "article", "book": "book"}
_RIS = {
    "article-journal": "JOUR",
    "book": "BOOK",
    "dataset": "DATA",
    "legislation": "STAT",
    "post-weblog": "BLOG",
    "webpage": "ELEC",
}
#: What stands for authors that the record does not name.
_MORE = "et al."
#: CSL has no kind for a review article or a regulatory text of its own.
_CSL = {"review": "article-journal", "regulation": "legislation"}


def source_reference(source: Source) -> Reference:
    """A source's record as a CSL-JSON item."""
    more = [{"literal": _MORE}] if source.more_authors else []
    return _kept(
        {
            "id": source.id,
            "type": _CSL.get(source.type, source.type),
            "title": source.title,
            "author": [*map(_name, source.author), *more],
            "issued": _issued(source.issued),
            "container-title": source.container_title,
            "DOI": source.doi,
            "PMID": source.pmid,
            "PMCID": source.pmcid,
            "number": source.registry_id,
            "language": source.language,
            "note": "Retracted" if source.retracted else None,
        }
    )


def claim_reference(claim: Claim, corpus: Corpus) -> Reference:
    """A claim as a CSL-JSON item: its sentence, who recorded it, when it was last changed."""
    about = corpus.description
    makers = dict.fromkeys(e.by for e in claim.history if e.action in ("create", "edit"))
    day = max(str(e.on) for e in claim.history)
    return _kept(
        {
            "id": f"claim-{claim.id}",
            "type": "dataset",
            "title": f"Claim: {reading(claim, corpus)}",
            "author": [{"literal": corpus.agents[name].name} for name in makers],
            "issued": _issued(day),
            "container-title": about.title,
            "version": about.version,
            "URL": Names(about.base).of("claim", claim.id).value,
            "note": f"Status: {claim.status}",
        }
    )


def references(claim: Claim, corpus: Corpus) -> tuple[Reference, ...]:
    """The claim and then its sources, in the order of its evidence."""
    sources = dict.fromkeys(item.source for item in claim.evidence)
    return (
        claim_reference(claim, corpus),
        *(source_reference(corpus.sources[name]) for name in sources),
    )


def csl_json(found: Iterable[Reference]) -> str:
    """The references as a CSL-JSON document."""
    return json.dumps(list(found), ensure_ascii=False, indent=2) + "\n"


def bibtex(found: Iterable[Reference]) -> str:
    """The references as BibTeX, with what LaTeX would misread escaped."""
    return "\n".join(map(_entry, found))


def ris(found: Iterable[Reference]) -> str:
    """The references as RIS."""
    return "\n".join(
        "".join(
            f"{tag}  - {' '.join(value.split())}\n" for tag, value in (*_ris_fields(r), ("ER", ""))
        )
        for r in found
    )


def plain(found: Iterable[Reference]) -> str:
    """The references as lines of text: author (year). Title. Where. Identifiers."""
    return "".join(_sentence(r) + "\n" for r in found)


#: Ending of a file → (its media type, how it is written).
FORMATS: dict[str, tuple[str, Callable[[Iterable[Reference]], str]]] = {
    "txt": ("text/plain", plain),
    "bib": ("application/x-bibtex", bibtex),
    "ris": ("application/x-research-info-systems", ris),
    "json": ("application/vnd.citationstyles.csl+json", csl_json),
}


def _name(author: Author) -> dict[str, str]:
    if author.literal is not None:
        return {"literal": author.literal}
    return {k: v for k, v in (("family", author.family), ("given", author.given)) if v}


def _issued(day: str | None) -> dict[str, Any] | None:
    """An EDTF date; one without a year stays as it is written."""
    if not day:
        return None
    parts = day.split("-")
    if not all(p.isdigit() for p in parts):
        return {"literal": day}
    return {"date-parts": [[int(p) for p in parts]]}


def _kept(fields: Mapping[str, Any]) -> Reference:
    """The fields that have a value, their texts on one line."""
    return {k: " ".join(v.split()) if isinstance(v, str) else v for k, v in fields.items() if v}


def _year(reference: Reference) -> str:
    parts = reference.get("issued", {}).get("date-parts")
    return f"{parts[0][0]:04}" if parts else ""


def _names(reference: Reference) -> list[str]:
    return [
        a.get("literal") or ", ".join(filter(None, (a.get("family"), a.get("given"))))
        for a in reference.get("author", [])
    ]


def _entry(reference: Reference) -> str:
    kind = _BIBTEX.get(reference["type"], "misc")
    container = "journal" if kind == "article" else "howpublished"
    # a name in braces of its own is one name, whatever commas it holds
    authors = zip(_names(reference), reference.get("author", []), strict=True)
    names = [
        "others" if n == _MORE
        else f"{{{n.translate(_LATEX)}}}" if "literal" in a else n.translate(_LATEX)
        for n, a in authors
    ]  # fmt: skip
    values = {
        "title": reference["title"],
        container: reference.get("container-title"),
        "year": _year(reference),
        "doi": reference.get("DOI"),
        "pmid": reference.get("PMID"),
        "pmcid": reference.get("PMCID"),
        "number": reference.get("number"),
        "version": reference.get("version"),
        "url": reference.get("URL"),
        "note": reference.get("note"),
    }
    fields = {"author": " and ".join(names)} if names else {}
    fields |= {k: v if k in _VERBATIM else v.translate(_LATEX) for k, v in values.items() if v}
    lines = "".join(f"\t{name} = {{{value}}},\n" for name, value in fields.items())
    return f"@{kind}{{{reference['id']},\n{lines}}}\n"


def _ris_fields(reference: Reference) -> list[tuple[str, str]]:
    """Tags after the RIS specification; a number that has no tag of its own is a note."""
    fields = [
        ("TY", _RIS.get(reference["type"], "GEN")),
        ("ID", reference["id"]),
        *(("AU", name) for name in _names(reference)),
        ("TI", reference["title"]),
        ("JF", reference.get("container-title")),
        ("PY", _year(reference)),
        ("DO", reference.get("DOI")),
        ("M1", reference.get("number")),
        ("ET", reference.get("version")),
        ("UR", reference.get("URL")),
        ("N1", reference.get("note")),
        *(("N1", f"{n}: {reference[n]}") for n in ("PMID", "PMCID") if n in reference),
    ]
    return [(tag, value) for tag, value in fields if value]


def _sentence(reference: Reference) -> str:
    year = _year(reference) or reference.get("issued", {}).get("literal", "")
    ids = (
        f"doi:{reference['DOI']}" if "DOI" in reference else "",
        f"PMID {reference['PMID']}" if "PMID" in reference else "",
        reference.get("PMCID", ""),
        reference.get("number", ""),
        reference.get("URL", ""),
    )
    version = f"version {reference['version']}" if "version" in reference else ""
    where = ", ".join(filter(None, (reference.get("container-title"), version)))
    lead = " ".join(filter(None, ("; ".join(_names(reference)), f"({year})" if year else "")))
    parts = (lead, reference["title"], where, ", ".join(filter(None, ids)), reference.get("note"))
    return ". ".join(p.rstrip(".") for p in parts if p) + "."
