"""Names of authors, in the forms in which databases write them."""

import re
from collections.abc import Iterable

from ldn_graph.exchange.record_files.markup import on_one_line
from ldn_graph.records.model import Author

_MORE = re.compile(r"(?:and\s+|&\s*)?(?:others|et\.?\s*al(?:ii|ia)?\.?)", re.IGNORECASE)
_NOBODY = re.compile(r"\[?(?:no authors? listed|anonymous|anon)\.?\]?\.?", re.IGNORECASE)
#: `Muster A.B.`, as Embase writes it: with full stops no word is meant.
_STOPPED = re.compile(r"(\S.*?)\s+((?:[^\W\d_]{1,2}\.[-\s]?)+)")
#: `Muster AB`, as MEDLINE writes it, with what may follow.
_INITIALS = re.compile(
    r"((?:[^\W\d_][\w'’.-]*\s){0,3}?[^\W\d_][\w'’-]+)\s+([A-ZÄÖÜØÉÁ]{1,4})"
    r"(?:\s+(Jr|Sr|2nd|3rd|4th|II|III|IV)\.?)?"
)
_GROUP = re.compile(
    r"\b(?:group|grp|consortium|collaborat\w+|committee|investigators?|team|network|society"
    r"|association|organi[sz]ation|institut\w*|foundation|study|trial|panel|unit|department"
    r"|university|centre|center|council|agency|initiative|alliance|programme?|vitamin|hepatitis"
    r"|type|class|phase|part|arm)\b",
    re.IGNORECASE,
)


def people(names: Iterable[Author | str | None]) -> tuple[tuple[Author, ...], bool]:
    """The authors, without empty names, and whether the file says that there are more."""
    authors: list[Author] = []
    more = False
    for name in names:
        if isinstance(name, str) and _MORE.fullmatch(name.strip(" ,")):
            more = True
            continue
        found = name if isinstance(name, Author) else comma_name(name or "")
        if found is None:
            continue
        if _MORE.fullmatch(found.name.strip(" ,")):
            more = True
        elif not _NOBODY.fullmatch(found.name):
            authors.append(found)
    return tuple(dict.fromkeys(authors)), more


def comma_name(text: str) -> Author | None:
    """`Family, Given` as its parts; one word is a family name; anything else is as it stands. A
    comma at the end says that the name is whole.

    >>> comma_name("Muster, A."), comma_name("Muster A.B."), comma_name("Study Group,")
    (Author(literal=None, family='Muster', given='A.'), \
Author(literal=None, family='Muster', given='A.B.'), \
Author(literal='Study Group', family=None, given=None))
    """
    name = on_one_line(text).strip(";")
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and not given:
        return literal(family)
    if comma and not family:
        return literal(given)
    if not comma and " " in family:
        return initials_name(family) or literal(family)
    return person(family, given)


def initials_name(text: str) -> Author | None:
    """`Muster A.B.` or `Muster AB` as its parts; None for what may be a group.

    >>> initials_name("De Beispiel B.C."), initials_name("Hepatitis B Study Group")
    (Author(literal=None, family='De Beispiel', given='B.C.'), None)
    """
    if _GROUP.search(text):
        return None
    stopped = _STOPPED.fullmatch(text)
    if stopped:
        return person(stopped.group(1), stopped.group(2).strip())
    bare = _INITIALS.fullmatch(text)
    if bare and not bare.group(1).isupper():
        return person(bare.group(1), " ".join(filter(None, bare.group(2, 3))))
    return None


def person(family: object, given: object = None) -> Author | None:
    """A person, or None for an empty name."""
    last, first = on_one_line(family).strip(" ,"), on_one_line(given).strip(" ,")
    if last:
        return Author(family=last, given=first or None)
    return literal(first)


def literal(name: object) -> Author | None:
    """A name that has no parts, or None for an empty one."""
    whole = on_one_line(name).strip(" ,")
    return Author(literal=whole) if whole else None
