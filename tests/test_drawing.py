"""Drawings, PNG and GraphML: the same claims, in other hands."""

import io
import re
import struct
from xml.etree import ElementTree as Tree

import networkx as nx
import pytest
from drawings import HOSTILE, drawn, hostile, tangled

from ldn_graph.exchange.graph_files import graphml
from ldn_graph.grading.strength import Rule
from ldn_graph.pictures.drawing import DARK, Drawing, draw, png, svg
from ldn_graph.pictures.style import LOOK_COLOURS, WIDTHS
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


def accounted(drawing: Drawing) -> list[str]:
    """The claims of a drawing, singly, in bundles and inside groups."""
    lines = [claim for line in drawing.lines for claim in line.claims]
    return sorted(lines + [claim for group in drawing.groups for claim in group.inside])


def test_every_claim_is_drawn_once(corpus: Corpus, rule: Rule) -> None:
    drawing = draw(drawn(corpus, rule))
    assert accounted(drawing) == sorted(corpus.claims)
    root = Tree.fromstring(drawing.svg)
    groups = [g.get("id", "") for g in root.iter(f"{SVG}g")]
    single = sorted(line.id for line in drawing.lines if not line.bundle)
    assert sorted(g.removeprefix("claim-") for g in groups if g.startswith("claim-")) == single


def test_lines_begin_at_the_subject_and_end_at_the_object(mini: Corpus, rule: Rule) -> None:
    drawing = draw(drawn(tangled(mini), rule))
    at = {card.id: card.box for card in drawing.cards}
    for line in drawing.lines:
        for name, (x, y) in ((line.start, line.points[0]), (line.end, line.points[-1])):
            box = at[name]
            assert box.x - 1 <= x <= box.x + box.w + 1
            assert box.y - 1 <= y <= box.y + box.h + 1


def test_thickness_is_evidence_and_nothing_else(mini: Corpus, rule: Rule) -> None:
    """A marked or contested line is drawn once, as thick and as dark as every one of its grade."""
    scene = drawn(tangled(mini), rule)
    level = {e.id: e for e in scene.edges}
    for marked in (None, "endorphin-decreases-inflammation"):
        for group in Tree.fromstring(draw(scene, marked=marked).svg).iter(f"{SVG}g"):
            if (group.get("id") or "").startswith("claim-"):
                edge = level[group.get("id", "").removeprefix("claim-")]
                (path,) = group.iter(f"{SVG}path")
                assert float(path.get("stroke-width", "")) == WIDTHS[edge.level]
                assert path.get("stroke") == LOOK_COLOURS[edge.look]
                assert path.get("opacity") is None


def test_the_marked_claim_has_a_frame_round_its_words(mini: Corpus, rule: Rule) -> None:
    name = "endorphin-decreases-inflammation"
    root = Tree.fromstring(draw(drawn(mini, rule), marked=name).svg)
    framed = [
        g.get("data-id")
        for g in root.iter(f"{SVG}g")
        if (g.get("class") or "").startswith("words") and g[0].get("stroke")
    ]
    assert framed == [name]


def test_light_and_dark_differ_in_colours_only(mini: Corpus, rule: Rule) -> None:
    scene = drawn(mini, rule)
    light, dark = draw(scene).svg, draw(scene, DARK).svg
    assert light != dark
    bare = [re.sub(r"#[0-9a-fA-F]{6}", "#", text) for text in (light, dark)]
    assert bare[0] == bare[1]


def test_a_sheet_says_what_it_is(shipped: Corpus, rule: Rule) -> None:
    made = drawn(shipped, rule, title="What is claimed")
    root = Tree.fromstring(svg(made))
    text = " ".join(e.text or "" for e in root.iter(f"{SVG}text"))
    assert "What is claimed" in text
    assert "Not medical advice." in text
    assert f"{len(made.sources) - 16} more" in text
    title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert described is not None
    assert made.edges[0].reading in (described.text or "")


def test_what_is_disputed_says_so(mini: Corpus, rule: Rule) -> None:
    words = {line.id: " ".join(line.words) for line in draw(drawn(tangled(mini), rule)).lines}
    looks = {line.id: line.look for line in draw(drawn(tangled(mini), rule)).lines}
    assert words["denied"] == "✕ does not reduce"
    contested = [name for name, look in looks.items() if look == "contested"]
    assert contested
    assert all(words[name].startswith("≠ contested:") for name in contested)


def test_hostile_words_are_text(mini: Corpus, rule: Rule) -> None:
    root = Tree.fromstring(svg(drawn(hostile(mini), rule, title=HOSTILE[0])))
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == HOSTILE[0]
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "title", "desc", "rect", "text", "g", "path", "polygon", "line"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {a for a in attributes if a.startswith("on") or a in ("style", "href")}


def test_png_is_an_image_of_some_size(corpus: Corpus, rule: Rule) -> None:
    image = png(svg(drawn(corpus, rule)))
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image[16:24])
    assert width > 900
    assert height > 400


def test_png_grows_with_its_resolution(mini: Corpus, rule: Rule) -> None:
    small, large = (png(svg(drawn(mini, rule)), dpi=dpi) for dpi in (72, 288))
    sizes = [struct.unpack(">II", image[16:24]) for image in (small, large)]
    assert sizes[1][0] == pytest.approx(sizes[0][0] * 4, abs=4)


def test_the_same_scene_is_the_same_figure(mini: Corpus, rule: Rule) -> None:
    made = drawn(tangled(mini), rule)
    assert svg(made) == svg(made)
    assert png(svg(made)) == png(svg(made))


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
