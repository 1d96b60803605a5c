"""The written page, read without a browser."""

import json
import re
from html.parser import HTMLParser

from drawings import drawn, hostile

from ldn_graph.grading.strength import Rule
from ldn_graph.pictures.page import html
from ldn_graph.records.model import Corpus


class Tags(HTMLParser):
    """What a page refers to, and the text of its table."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.rows: list[str] = []
        self.cells: list[str] = []
        self.in_table = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "srcset", "action")]
        self.in_table = self.in_table or tag == "tbody"
        self.rows += [v or "" for k, v in attrs if k == "data-claim"]

    def handle_endtag(self, tag: str) -> None:
        self.in_table = self.in_table and tag != "tbody"

    def handle_data(self, data: str) -> None:
        if self.in_table:
            self.cells.append(data)


def test_the_page_refers_to_nothing_outside(shipped: Corpus, rule: Rule) -> None:
    tags = Tags()
    tags.feed(html(drawn(shipped, rule)))
    assert tags.addresses == ["#claims"]


def test_the_table_holds_every_claim_and_quote_without_scripts(shipped: Corpus, rule: Rule) -> None:
    tags = Tags()
    tags.feed(html(drawn(shipped, rule)))
    assert sorted(tags.rows) == sorted(shipped.claims)
    text = re.sub(r"\s+", " ", "".join(tags.cells))
    for claim in shipped.claims.values():
        for item in claim.evidence:
            if item.quote:
                assert re.sub(r"\s+", " ", item.quote.exact) in text


def test_the_page_says_what_it_is_not(shipped: Corpus, rule: Rule) -> None:
    page = html(drawn(shipped, rule))
    assert page.count("Not medical advice.") == 2
    assert "Stefan Hartmann" in page
    assert "elkjs" in page


def test_the_same_scene_is_the_same_page(mini: Corpus, rule: Rule) -> None:
    assert html(drawn(mini, rule)) == html(drawn(mini, rule))


def test_no_text_ends_its_script_element(mini: Corpus, rule: Rule) -> None:
    page = html(drawn(hostile(mini), rule))
    blocks = re.findall(r'<script type="application/json" id="[\w-]+">(.*?)</script>', page, re.S)
    assert len(blocks) == 1
    for block in blocks:
        assert not set("<>&\u2028\u2029") & set(block)
        json.loads(block)
