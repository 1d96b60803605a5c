"""The pages of `docs/` that are generated: queries from their headers, strength from its table,
certainties beside those that others state from the shipped corpus.

`python -m ldn_graph.reports.reference_pages` rewrites them; a test holds them equal to it.
"""

from collections.abc import Mapping

from ldn_graph import files, queries
from ldn_graph.grading.strength import read_rule
from ldn_graph.records import corpus
from ldn_graph.reports.markdown import MADE, page, table
from ldn_graph.reports.stated_certainty import stated_page
from ldn_graph.reports.strength_page import strength_page


def main() -> None:
    """Rewrite the generated pages of a checkout."""
    for name, text in pages().items():
        files.write_text(files.root() / "docs" / name, text)


def pages() -> dict[str, str]:
    """File name in `docs/` → its text."""
    root = files.root()
    canned = queries.canned(root / "queries")
    checks = queries.canned(root / "queries" / "checks")
    rule = read_rule(root / "data" / "strength.yaml")
    return {
        "queries.md": queries_page(canned, checks),
        "strength.md": strength_page(rule),
        "stated-certainty.md": stated_page(corpus.read(root / "data")[0], rule),
    }


def queries_page(
    canned: Mapping[str, queries.CannedQuery], checks: Mapping[str, queries.CannedQuery]
) -> str:
    """`docs/queries.md`: every canned query and every check, from their headers."""
    index = [(q.summary, f"[{q.name}](#{q.name})", ", ".join(q.tags)) for q in canned.values()]
    rules = [
        (c.summary, f"[{c.name}](../queries/checks/{c.name}.rq)", c.severity, c.remedy)
        for c in checks.values()
    ]
    return page(
        f"""
        # Questions that the graph answers
        {MADE}

        Each is a plain SPARQL file in `queries/`, which runs on any endpoint as it stands. A
        parameter is a slot `VALUES ?x {{ example }}`; the example is what you get without giving
        one, and `any` leaves the slot open.

        ```
        ldn-graph query claims-for-condition -p condition=fibromyalgia
        ldn-graph query claims-for-condition -p condition=any -p min_level=2 -f csv
        ldn-graph query claims-for-condition --sparql          # the SPARQL that would be asked
        ```
        ```python
        g = EvidenceGraph.open()
        g.query("claims-for-condition", condition="fibromyalgia").to_dataframe()
        ```

        The graph records what texts claim, in whose words and on what basis. It is not medical
        advice, and no row here says that a treatment works.

        ## Columns that recur
        """,
        table(("column", "holds"), _COLUMNS),
        "## Index",
        table(("question", "query", "tags"), index),
        *(_about(query) for query in canned.values()),
        """
        ## Checks
        `queries/checks/`: every row of these is a violation, with the thing and what is wrong
        about it. `ldn-graph check` runs them all.
        """,
        table(("what must hold", "check", "severity", "remedy"), rules),
    )


#: What columns of these names hold, in whichever query.
_COLUMNS = (
    ("`claim`", "the claim's address; its last part is the id that `ldn-graph show` takes"),
    ("`says`", "the claim in plain words; beside a quote, what that source says, hedges kept"),
    ("`quote`", "the exact words; empty for a study that is known by its finding only"),
    ("`section`, `start`, `end`", "where the quote stands; characters from 0, the end exclusive"),
    ("`grade`", "the claim's grade in words; with quotes, on the rows of what earned it"),
    ("`level`", "the step of the grade, 0 to 4, on the claim's own scale"),
    ("`wording`", "what the source's language commits to, from prospective to assertion"),
    ("`agreement`", "whether sources speak for it, against it, or both (contested)"),
    ("`why`", "the reason in words"),
    ("`source`", "the source's title, or its address where the question is about sources"),
)


def _about(query: queries.CannedQuery) -> str:
    params = [
        (f"`{p.name}`", p.scheme or p.type, p.doc, f"`{_example_of(p)}`") for p in query.params
    ]
    given = table(("parameter", "type", "what", "as it stands"), params) + "\n\n" if params else ""
    return (
        f"### {query.name}\n**{query.summary}** {query.description}\n\n{given}"
        f"Columns: {', '.join(f'`{c}`' for c in query.columns)}. "
        f"[SPARQL](../queries/{query.name}.rq)"
    )


def _example_of(param: queries.Param) -> str:
    """A parameter's example as a user would type it."""
    if param.default == "UNDEF":
        return "any"
    if param.default.startswith('"'):
        return param.default[1:].partition('"')[0]
    return param.default.partition(":")[2].removeprefix(f"{param.scheme}-") or param.default


if __name__ == "__main__":
    main()
