"""Numbers in cells as the spreadsheet shows them: the unit may stand in the number format alone.

Formats after ECMA-376, part 1, 18.8.31 (numFmts).
"""

import re
from decimal import Decimal

from ldn_graph.exchange.sheets.cells import Fault

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_UNSHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")
_CORE = re.compile(r"[#0?,]*(?:\.[#0?]*)?")
_PLAIN = "format the cell as text, and type it again"


def shown(value: int | float, form: str) -> str | Fault:
    """A number as a cell of that format shows it; a fault where it shows another number.

    >>> shown(4.5, '0.0" mg"'), shown(0.29, "0%"), shown(31.0, "General"), shown(1500, "#,##0")
    ('4.5 mg', '29%', '31', '1500')
    >>> shown(4.56, '0.0" mg"').what
    "is 4.56, but is shown as '4.6 mg'; format the cell as text, and type it again"
    """
    exact = Decimal(repr(value))
    bare = f"{exact.normalize():f}"
    if form in ("General", "@"):
        return bare
    sections = form.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    literals: list[str] = []

    def kept(match: re.Match[str]) -> str:
        literals.append(next((g for g in match.groups() if g is not None), ""))
        return "\ue000"

    pattern = _UNSHOWN.sub("", _LITERAL.sub(kept, section))
    core = max(_CORE.findall(pattern), key=len, default="")
    if not core or "General" in pattern:
        core, pattern = "General", pattern if "General" in pattern else "General"
    before, _, after = pattern.partition(core)
    if re.search(r"[#0?/Ee]", before + after) or core.rstrip("0#?.").endswith(",,"):
        return Fault(f"is a number in the format {form!r}, which is not read; {_PLAIN}")
    percent = "%" in before + after
    amount = exact * 100 if percent else exact
    text = f"{amount.normalize():f}"
    if core != "General":
        least = len(re.sub(r"[^0]", "", core.partition(".")[2]))
        most = len(re.sub(r"[^0#?]", "", core.partition(".")[2]))
        decimals = max(least, min(most, len(text.partition(".")[2])))
        text = f"{amount:.{decimals}f}"
    rest = iter(literals)
    before, after = (re.sub("\ue000", lambda _: next(rest), part) for part in (before, after))
    told = f"{before}{text.lstrip('-') if value < 0 and len(sections) > 1 else text}{after}".strip()
    if abs(Decimal(text) - amount) > abs(amount) * Decimal("1e-12"):
        return Fault(f"is {bare}, but is shown as {told!r}; {_PLAIN}")
    return told
