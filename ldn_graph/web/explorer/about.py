"""The pages about the whole: what it is, the rule, article and studies compared, gaps."""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.grading.comparison import proposition
from ldn_graph.paths.gaps import Gap
from ldn_graph.pictures.forest import LANES, Forest, overview
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Design, Indirectness
from ldn_graph.reports.gaps import HEADINGS
from ldn_graph.reports.paths import chain
from ldn_graph.web.explorer import pictures
from ldn_graph.web.explorer.caches import kept
from ldn_graph.web.explorer.template_context import page
from ldn_graph.web.state import snapshot


def about(request: Request) -> Response:
    """What this is, who stands behind it, how strength is derived, and how to cite it."""
    graph = snapshot(request).graph
    return page(
        request,
        "about.html",
        rule=graph.rule,
        designs=[(d, graph.rule.design[d]) for d in Design],
        caps=[(i, graph.rule.indirectness_cap[i]) for i in Indirectness],
        served=snapshot(request).at,
    )


def compare(request: Request) -> Response:
    """What the article says beside what studies found, question by question."""
    graph = snapshot(request).graph
    found: Forest = kept(request, "overview", lambda: overview(graph.corpus, graph.rule))
    return page(
        request,
        "compare.html",
        forest=found,
        lanes=LANES,
        size=pictures.size_of_studies(found),
    )


def gaps(request: Request) -> Response:
    """Where evidence is missing."""
    graph = snapshot(request).graph
    found: tuple[Gap, ...] = kept(request, "gaps", lambda: tuple(graph.gaps()))
    lists = [
        (kind, *HEADINGS[kind], [_told(g, graph.corpus) for g in group])
        for kind, group in groupby(found, key=lambda g: g.kind)
    ]
    return page(request, "gaps.html", lists=lists)


def _told(gap: Gap, corpus: Corpus) -> tuple[str, str, str, str, str]:
    """What it asks, why it is a gap, the claim, the chain if any, and what it is about."""
    asks = proposition(gap.question, corpus)
    words = chain(gap.path, corpus) if gap.path else ""
    return asks, gap.why, gap.claims[0], words, gap.about
