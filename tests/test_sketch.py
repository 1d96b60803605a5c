"""The small picture of the pages: every claim a line, nothing that runs, two themes."""

import re
import xml.etree.ElementTree as ET

from drawings import HOSTILE, drawn, hostile, tangled

from ldn_graph.grading.strength import Rule
from ldn_graph.pictures.thumbnail import DARK, LIGHT, sketch
from ldn_graph.records.model import Corpus

SVG = "{http://www.w3.org/2000/svg}"


def test_every_claim_is_one_line(mini: Corpus, rule: Rule) -> None:
    corpus = tangled(mini)
    root = ET.fromstring(sketch(drawn(corpus, rule)))
    lines = [g.get("id") for g in root.iter(f"{SVG}g")]
    assert sorted(lines) == sorted(f"claim-{name}" for name in corpus.claims)


def test_the_marked_claim_stands_out(mini: Corpus, rule: Rule) -> None:
    scene = drawn(mini, rule)
    name = "endorphin-decreases-inflammation"
    groups = {
        g.get("id"): len(list(g.iter(f"{SVG}path")))
        for g in ET.fromstring(sketch(scene, marked=name)).iter(f"{SVG}g")
    }
    assert groups[f"claim-{name}"] == 2


def test_hostile_words_are_text(mini: Corpus, rule: Rule) -> None:
    text = sketch(drawn(hostile(mini), rule, title=HOSTILE[1]))
    root = ET.fromstring(text)
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "title", "desc", "rect", "text", "g", "path", "polygon"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {a for a in attributes if a.startswith("on") or a in ("style", "href")}


def test_light_and_dark_differ_in_colours_only(mini: Corpus, rule: Rule) -> None:
    scene = drawn(mini, rule)
    light, dark = sketch(scene, LIGHT), sketch(scene, DARK)
    assert light != dark
    bare = [re.sub(r"#[0-9a-fA-F]{6}", "#", text) for text in (light, dark)]
    assert bare[0] == bare[1]


def test_an_empty_scene_is_a_picture(mini: Corpus, rule: Rule) -> None:
    empty = mini.model_copy(update={"claims": {}})
    assert ET.fromstring(sketch(drawn(empty, rule))).tag == f"{SVG}svg"
