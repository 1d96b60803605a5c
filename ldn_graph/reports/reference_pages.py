"""The pages of `docs/` that are generated: queries from their headers, strength from its table, and
our certainties beside those that reviews or guidelines state, which are never an input of ours.

A stated certainty is never an input of grading: the table shows where the two differ, and why.

`python -m ldn_graph.reports.reference_pages` rewrites them; a test holds them equal to it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from ldn_graph import files, queries
from ldn_graph.grading.body import Body, Part, bodies
from ldn_graph.grading.grade import scale_of
from ldn_graph.grading.rule import Rule
from ldn_graph.grading.strength import read_rule
from ldn_graph.records import corpus
from ldn_graph.records.enumerations import CertaintyOfEvidence, GradeScale
from ldn_graph.records.model import Corpus
from ldn_graph.reports.strength_page import MADE, page, strength_page, table

#: A κ of fewer bodies, or of one category, says nothing.
KAPPA_BODIES, KAPPA_CATEGORIES = 3, 2
_LEVEL = re.compile(r"\b(very low|low|moderate|high)\b", re.IGNORECASE)
_STATED_COLUMNS = ("body of evidence", "stated by", "stated", "here", "the difference")


def stated_page(corpus: Corpus, rule: Rule) -> str:
    """The page: one row a stated certainty, with our reasons where the two differ."""
    found = list(stated(corpus, rule))
    rows = [_row(body, part, corpus) for body, part in found]
    return page(
        f"""
        # Certainties that others state, beside ours
        {MADE}

        What a review or a guideline says of the certainty of a body of evidence, and what the rule
        of [strength](strength.md) makes of the results that were read. The stated one is never an
        input.
        """,
        _agreement(found),
        table(_STATED_COLUMNS, rows),
    )


def _agreement(found: Sequence[tuple[Body, Part]]) -> str:
    """How far the two agree: how many are the same, and κ where it means something."""
    pairs = {
        (body.key, part.source.id): (level, body.rating.certainty)
        for body, part in found
        if part.result and (level := level_in(part.result.certainty_stated or ""))
    }
    same = sum(theirs is ours for theirs, ours in pairs.values())
    told = f"{same} of {len(pairs)} are the same, a body and who states it counted once."
    kappa = weighted_kappa(list(pairs.values()))
    if kappa is None:
        return (
            f"{told} No κ is given: it takes {KAPPA_BODIES} bodies or more, stated in "
            f"{KAPPA_CATEGORIES} categories or more."
        )
    return f"{told} Linearly weighted κ is {kappa:.2f}."


def weighted_kappa(
    pairs: Sequence[tuple[CertaintyOfEvidence, CertaintyOfEvidence]],
) -> float | None:
    """Cohen's κ with linear weights (Cohen 1968) of pairs of ratings; None of fewer than three
    bodies, or where either side has one category only.

    >>> low, high = CertaintyOfEvidence.LOW, CertaintyOfEvidence.HIGH
    >>> weighted_kappa([(low, low), (high, high), (low, high), (low, low)])
    0.5
    """
    sides = [[a.step for a, _ in pairs], [b.step for _, b in pairs]]
    if len(pairs) < KAPPA_BODIES or any(len(set(s)) < KAPPA_CATEGORIES for s in sides):
        return None
    observed: float = sum(abs(a - b) for a, b in zip(*sides, strict=True)) / len(pairs)
    expected: float = sum(abs(a - b) for a in sides[0] for b in sides[1]) / (
        len(pairs) * len(pairs)
    )
    return 1 - observed / expected


def stated(corpus: Corpus, rule: Rule) -> Iterator[tuple[Body, Part]]:
    """Each result for which its source states a certainty, with the body that it belongs to."""
    claims = [c for c in corpus.current() if scale_of(c, corpus) is GradeScale.CERTAINTY]
    for body in bodies(claims, corpus, rule.certainty):
        for part in body.parts:
            if part.result is not None and part.result.certainty_stated:
                yield body, part


def level_in(words: str) -> CertaintyOfEvidence | None:
    """The GRADE level that words name; None where they name none.

    >>> str(level_in("GRADE low, serious imprecision"))
    'low'
    """
    found = _LEVEL.search(words)
    return CertaintyOfEvidence(found[1].lower().replace(" ", "-")) if found else None


def _row(body: Body, part: Part, corpus: Corpus) -> tuple[str, ...]:
    key, rating = body.key, body.rating
    words = (part.result.certainty_stated if part.result else None) or ""
    labels = [corpus.entities[name].label for name in (key.outcome, key.condition)]
    about = " in ".join(dict.fromkeys(labels))
    ours = rating.certainty.replace("-", " ")
    same = level_in(words) is rating.certainty
    why = "none" if same else "; ".join(rating.reasons)
    return (
        f"{corpus.entities[key.intervention].label} ({key.band}) {key.against}: {about}",
        part.source.id,
        words,
        f"{ours}: {rating.shows.in_words}",
        why,
    )


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
