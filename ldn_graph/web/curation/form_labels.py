"""What the fields of the form for claims are called."""

LABELS = {
    "subject": "Subject",
    "predicate": "Relation",
    "object": "Object",
    "qualifiers.condition": "In the condition",
    "qualifiers.population": "In whom",
    "qualifiers.location": "Where in the body",
    "qualifiers.subject_change": "The subject is",
    "qualifiers.timing": "When",
    "qualifiers.frequency": "How often",
    "qualifiers.severity": "How severe",
    "qualifiers.approval": "Approval",
    "evidence": "In which words",
    "source": "Source",
    "quote": "Quote, letter by letter",
    "cues": "Words that may soften it",
    "direction": "It speaks",
    "certainty": "It sounds",
    "stated": "It is",
    "role": "Role of the words",
    "design": "Design (a study’s own result)",
    "section": "Section",
    "basis": "Basis that the text itself names",
    "finding": "Finding, in your own words",
    "sample_size": "Participants",
    "sample_text": "Participants, as written",
    "population": "Population",
    "outcome": "Outcome",
    "duration": "Duration",
    "dose": "Dose",
    "dose.text": "Dose, as written",
    "dose.low": "Dose from",
    "dose.high": "Dose to",
    "dose.unit": "Unit",
    "dose.band": "Dose band",
    "indirectness": "It is about another",
    "context": "Read with",
    "note": "Note",
    "loose.cues": "Other words that soften it, one a line",
    "loose.unhedged_cues": "Words that look as if they softened it, one a line",
    "id": "Id",
    "why": "Reason",
}
#: Fields that are chosen from a list, not typed.
CHOSEN = frozenset(
    {"predicate", "direction", "certainty", "stated", "role", "design", "basis", "unit", "band"}
)


def field_of(where: str, numbers: tuple[int, ...]) -> str:
    """The form's field for a place in a draft: items by the form's numbers, spans by their words.

    >>> field_of("evidence.0.quote", (3,)), field_of("evidence.1.context.0", (0, 2))
    ('evidence.3.quote.exact', 'evidence.2.context.0.exact')
    >>> field_of("evidence.0.cues.1", (0,)), field_of("evidence", (0,)), field_of("subject", ())
    ('evidence.0.loose.cues', 'evidence.0.quote.exact', 'subject')
    """
    parts = where.split(".")
    if parts[0] != "evidence":
        return ".".join(parts[:2])
    if len(parts) < 3 or not parts[1].isdigit():
        return f"evidence.{numbers[0] if numbers else 0}.quote.exact"
    at = int(parts[1])
    start = f"evidence.{numbers[at] if at < len(numbers) else at}."
    name = parts[2]
    if name == "quote":
        return f"{start}quote.exact"
    if name == "context":
        return f"{start}context.{parts[3] if len(parts) > 3 else 0}.exact"
    if name in ("cues", "unhedged_cues"):
        return f"{start}loose.{name}"
    if name == "dose":
        return f"{start}dose.{parts[3] if len(parts) > 3 else 'text'}"
    return start + name


def label_of(field: str) -> str:
    """What a field of the form is called, with the number of its item where there are several.

    >>> label_of("evidence.0.quote.exact"), label_of("evidence.0.dose.low"), label_of("subject")
    ('Quote, letter by letter', 'Dose from', 'Subject')
    """
    bare = field.split(".", 2)[2] if field.startswith("evidence.") and "." in field[9:] else field
    for name in (bare, bare.partition(".")[0]):
        if name in LABELS:
            return LABELS[name]
    return bare.replace("_", " ").replace(".", " ")
