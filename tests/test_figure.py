"""SVG, PNG and GraphML: the same claims, in other hands."""

import io
import struct
from xml.etree import ElementTree as Tree

import networkx as nx
import pytest
from drawings import HOSTILE, drawn, hostile, tangled

from ldn_graph.exchange.graphml import graphml
from ldn_graph.grading.strength import Rule
from ldn_graph.pictures.figure import png, svg
from ldn_graph.pictures.scene import curve
from ldn_graph.records.model import Corpus

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=["mini", "tangled", "shipped", "hostile"])
def corpus(request: pytest.FixtureRequest, mini: Corpus, shipped: Corpus) -> Corpus:
    return {
        "mini": mini,
        "tangled": tangled(mini),
        "shipped": shipped,
        "hostile": hostile(mini),
    }[request.param]


def test_svg_is_well_formed_with_one_line_a_claim(corpus: Corpus, rule: Rule) -> None:
    root = Tree.fromstring(svg(drawn(corpus, rule)))
    ids = [e.get("id", "") for e in root.iter()]
    lines = sorted(i.removeprefix("claim-") for i in ids if i.startswith("claim-"))
    assert lines == sorted(corpus.claims)
    assert not list(root.iter(f"{SVG}script"))
    assert not list(root.iter(f"{SVG}image"))


def test_svg_lines_begin_at_the_subject_and_end_at_the_object(mini: Corpus, rule: Rule) -> None:
    made = drawn(mini, rule)
    at = {n.id: n for n in made.nodes}
    root = Tree.fromstring(svg(made))
    for edge in made.edges:
        group = next(e for e in root.iter() if e.get("id") == f"claim-{edge.id}")
        path = next(group.iter(f"{SVG}path")).get("d", "").split()
        first, last = float(path[1]), float(path[-2])
        rightwards = curve(edge, at)[0][0] < curve(edge, at)[3][0]
        assert (first < last) == rightwards


def test_svg_says_what_it_is(shipped: Corpus, rule: Rule) -> None:
    made = drawn(shipped, rule, title="What is claimed")
    root = Tree.fromstring(svg(made))
    text = " ".join(e.text or "" for e in root.iter(f"{SVG}text"))
    assert "What is claimed" in text
    assert "Not medical advice." in text
    assert "Stefan Hartmann" in text
    assert "refuted" in text
    assert root.find(f"{SVG}title") is not None
    described = root.find(f"{SVG}desc")
    assert described is not None
    assert made.edges[0].reading in (described.text or "")


def test_a_contested_claim_is_named_so(mini: Corpus, rule: Rule) -> None:
    assert "contested:" in svg(drawn(mini, rule))


def test_hostile_words_stay_words_in_svg(mini: Corpus, rule: Rule) -> None:
    text = svg(drawn(hostile(mini), rule, title=HOSTILE[0]))
    title = Tree.fromstring(text).find(f"{SVG}title")
    assert title is not None
    assert title.text == HOSTILE[0]


def test_png_is_an_image_of_some_size(corpus: Corpus, rule: Rule) -> None:
    image = png(drawn(corpus, rule))
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image[16:24])
    assert width > 1200
    assert height > 400


def test_png_grows_with_its_resolution(mini: Corpus, rule: Rule) -> None:
    small, large = (png(drawn(mini, rule), dpi=dpi) for dpi in (72, 288))
    sizes = [struct.unpack(">II", image[16:24]) for image in (small, large)]
    assert sizes[1][0] == pytest.approx(sizes[0][0] * 4, abs=4)


def test_the_same_scene_is_the_same_figure(mini: Corpus, rule: Rule) -> None:
    made = drawn(tangled(mini), rule)
    assert svg(made) == svg(made)
    assert png(made) == png(made)


def test_drawing_leaves_no_settings_behind(mini: Corpus, rule: Rule) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    svg(drawn(mini, rule))
    assert dict(matplotlib.rcParams) == before


def test_nothing_can_be_drawn_too(mini: Corpus, rule: Rule) -> None:
    empty = mini.model_copy(update={"claims": {}})
    assert "0 claims" in svg(drawn(empty, rule))
    assert nx.read_graphml(io.StringIO(graphml(drawn(empty, rule)))).number_of_nodes() == 0


def test_graphml_brings_every_claim_back(corpus: Corpus, rule: Rule) -> None:
    made = drawn(corpus, rule)
    text = graphml(made)
    graph = nx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)
    assert graph.is_directed()
    read = sorted((key, a, b) for a, b, key in graph.edges(keys=True))
    assert read == sorted((c.id, c.subject, c.object) for c in corpus.claims.values())
    for edge in made.edges:
        values = graph.edges[edge.start, edge.end, edge.id]
        assert (values["grade_step"], values["grade"]) == (edge.level, edge.level_name)
        assert values["agreement"] == str(edge.agreement)


def test_graphml_keeps_labels_and_kinds(shipped: Corpus, rule: Rule) -> None:
    graph = nx.read_graphml(io.StringIO(graphml(drawn(shipped, rule))))
    for name, values in graph.nodes(data=True):
        assert values["label"] == shipped.entities[name].label
        assert values["kind"] == shipped.entities[name].kind
