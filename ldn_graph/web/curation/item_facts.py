"""Everything that an evidence item, or a claim, would bring into force, as a reviewer reads it.

By the fields of the model, so that a field that is added shows by itself.
"""

from collections.abc import Iterator
from enum import StrEnum

from pydantic import BaseModel

from ldn_graph.records.model import Claim, Corpus, Dose, EvidenceItem, Span
from ldn_graph.web.curation.form_labels import LABELS

#: What the page shows in places of its own.
_SHOWN = {"id", "source", "quote", "section", "direction", "certainty", "basis", "design",
          "finding", "note"}  # fmt: skip
_CALLED = {
    "role": "Role of the words",
    "stated": "The words",
    "cues": "Softened by",
    "unhedged_cues": "Looks as if softened by, and is not",
    "context": "To be read with",
}


def item_facts(item: EvidenceItem) -> tuple[tuple[str, str], ...]:
    """What an item says beside its words, source and finding: label and value."""
    return tuple(_facts(item, _SHOWN))


def claim_facts(claim: Claim, corpus: Corpus) -> tuple[tuple[str, str], ...]:
    """The qualifiers of a claim, what it leans on, and its note."""
    found = []
    for name, value in claim.qualifiers.model_dump(mode="json", exclude_none=True).items():
        entity = corpus.entities.get(value)
        label = LABELS.get(f"qualifiers.{name}", _words(name))
        found.append((label, entity.label if entity else _words(value)))
    for link in claim.leans_on:
        found.append(("Leans on", f"{_words(link.kind)} {link.claim}"))
    return (*found, *((("Note on the claim", claim.note),) if claim.note else ()))


def _facts(value: BaseModel, left_out: set[str]) -> Iterator[tuple[str, str]]:
    for name in type(value).model_fields:
        given = getattr(value, name)
        if name in left_out or given is None or given == ():
            continue
        many = given if isinstance(given, tuple) else (given,)
        yield _CALLED.get(name) or LABELS.get(name) or _words(name), "; ".join(map(_said, many))


def _said(value: object) -> str:
    """One value in words; of a value with fields, each field that is given."""
    if isinstance(value, Span):
        return f"“{value.exact}”"
    if isinstance(value, Dose):
        return _dose(value)
    if isinstance(value, BaseModel):
        return ", ".join(f"{label.lower()} {said}" for label, said in _facts(value, set()))
    return _words(value) if isinstance(value, StrEnum) else str(value)


def _dose(dose: Dose) -> str:
    amounts = ""
    if dose.low is not None:
        ends = f"{dose.low}" if dose.low == dose.high else f"{dose.low} to {dose.high}"
        amounts = f" = {ends} {dose.unit}"
    return f"“{dose.text}”{amounts}, band {_words(dose.band)}"


def _words(name: object) -> str:
    text = str(name).replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:] if "_" in str(name) or isinstance(name, str) else text
