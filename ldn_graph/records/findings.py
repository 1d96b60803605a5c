"""What a check says: one value a fault, that names the thing, the place and the remedy."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is: an error is wrong, a warning may be, a note is good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """`rule` is a slug, `where` is `file:line`.

    >>> print(Finding(Severity.ERROR, "a-rule", "x.yaml:3", "it is off", "mend it"))
    x.yaml:3: error: it is off; mend it [a-rule]
    """

    severity: Severity
    rule: str
    where: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.severity}: {self.message}; {self.remedy} [{self.rule}]"


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Distinct findings: errors first, then by file and line.

    >>> a, b = (Finding(Severity.NOTE, "r", f"x:{n}", "m", "r") for n in (9, 10))
    >>> in_order([b, a, b]) == (a, b)
    True
    """
    return tuple(sorted(set(found), key=_key))


def _key(finding: Finding) -> tuple[int, str, int, str, str]:
    place = re.fullmatch(r"(.*?)(?::(\d+))?", finding.where, re.DOTALL)
    path, line = place.groups() if place else (finding.where, None)
    order = list(Severity).index(finding.severity)
    return order, path or "", int(line or 0), finding.rule, finding.message
