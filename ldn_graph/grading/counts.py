"""Sources counted by what they are, as running text."""

from collections.abc import Mapping

from ldn_graph.records.vocabularies import Design


def count(number: int, one: str, several: str) -> str:
    """A number with its noun: "one study", "3 studies"."""
    return f"one {one}" if number == 1 else f"{number} {several}"


_NOUNS: dict[Design | None, tuple[str, str]] = {
    Design.META_ANALYSIS: ("synthesis", "syntheses"),
    Design.SYSTEMATIC_REVIEW: ("synthesis", "syntheses"),
    Design.LETTER: ("letter", "letters"),
    Design.REGULATORY_LABEL: ("regulatory label", "regulatory labels"),
    Design.GUIDELINE: ("guideline", "guidelines"),
    Design.NARRATIVE_REVIEW: ("narrative review", "narrative reviews"),
    Design.PROTOCOL: ("protocol", "protocols"),
    Design.REGISTRY_RECORD: ("registry record", "registry records"),
}
_STUDY = ("study", "studies")


def by_design(designs: Mapping[str, Design | None]) -> str:
    """Sources (id → design) by what they are: "3 studies, 2 syntheses and one letter"."""
    nouns = [_NOUNS.get(design, _STUDY) for design in designs.values()]
    kinds = sorted(set(nouns), key=[_STUDY, *_NOUNS.values()].index)
    return joined([count(nouns.count(k), *k) for k in kinds])


def joined(parts: list[str]) -> str:
    """Parts as running text: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
