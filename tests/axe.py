"""axe-core in the page: what an accessibility audit finds there must be nothing."""

from functools import cache
from pathlib import Path
from typing import Any

AXE = Path(__file__).parent / "data" / "axe" / "axe.min.js"
#: Levels A and AA of WCAG 2.0 to 2.2, and what axe holds to be good practice beside them.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FINDINGS = """async (tags) => {
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id} (${rule.impact}): ${node.html.slice(0, 200)} -- ${node.failureSummary}`));
}"""


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_findings(page: Any) -> list[str]:
    """One line a finding. The script goes in through the debugger, so the page's policy stays."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {_source()} }}")
    return list(page.evaluate(_FINDINGS, _RULES))


def no_axe_findings(page: Any) -> None:
    """Fail with every finding on the page as it is now."""
    found = axe_findings(page)
    assert not found, f"{page.url}\n" + "\n".join(found)
