"""pyvis: the network that people build on, and its page without a network."""

import re

from drawings import HOSTILE, drawn, hostile, tangled

from ldn_graph.grading.strength import Rule
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures.pyvis_network import html, network
from ldn_graph.records.model import Corpus


def test_every_claim_is_one_directed_edge(mini: Corpus, rule: Rule) -> None:
    """Parallel claims too, which an undirected pyvis network would drop."""
    corpus = tangled(mini)
    made = network(drawn(corpus, rule))
    edges = sorted((e["id"], e["from"], e["to"]) for e in made.edges)
    assert edges == sorted((c.id, c.subject, c.object) for c in corpus.claims.values())
    assert made.directed


def test_the_graph_gives_its_network() -> None:
    graph = EvidenceGraph.open()
    assert len(graph.to_pyvis().edges) == len(graph.corpus.current())
    few = graph.neighbourhood("lupus")
    assert sorted(e["id"] for e in graph.to_pyvis(few).edges) == sorted(few)


def test_the_page_asks_for_nothing(mini: Corpus, rule: Rule) -> None:
    page = html(drawn(mini, rule))
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert "vis.Network" in page


def test_words_are_no_html(mini: Corpus, rule: Rule) -> None:
    page = html(drawn(hostile(mini), rule))
    assert HOSTILE[0] not in page
    assert "<script>alert" not in page
