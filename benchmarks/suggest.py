"""How well `suggest` does: precision and recall against the curated article, section by section.

`python -m benchmarks.suggest --texts DIR` prints the tables, `--write` puts them into
docs/suggest.md, `--errors` lists what was missed and what was wrong. Leave one section out: its
claims are taken out of the corpus, and so are the synonyms and hidden labels that the article
uses in that section and nowhere else. The rules themselves know no section and learn nothing.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ldn_graph import files
from ldn_graph.errors import UsageError
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.model import Corpus, Entity
from ldn_graph.records.vocabularies import Certainty, Direction, Stated
from ldn_graph.suggest import Suggestion, suggest
from ldn_graph.texts import source_texts
from ldn_graph.texts.source_texts import Texts

ARTICLE = "hartmann-uses-of-ldn"
SYNTHETIC = files.root() / "tests" / "data" / "suggest"
PAGE = files.root() / "docs" / "suggest.md"
BEGIN, END = "<!-- table: python -m benchmarks.suggest --write -->", "<!-- end of table -->"
_Key = tuple[str, ...]


@dataclass(frozen=True)
class Gold:
    """One curated statement; offsets are 0 to the end where only the text is known."""

    subject: str
    relation: str
    object: str
    certainty: Certainty
    direction: Direction
    start: int
    end: int
    presupposed: bool = False

    @property
    def pair(self) -> _Key:
        return (self.subject, self.object)

    @property
    def full(self) -> _Key:
        return (self.subject, self.relation, self.object, self.direction)


@dataclass
class Score:
    """Counts of one comparison; recall is over gold, precision over suggestions."""

    gold: int = 0
    said: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.gold + other.gold,
            self.said + other.said,
            self.found + other.found,
            self.right + other.right,
        )

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass
class Result:
    """What one section, or one text, came to."""

    name: str
    pair: Score
    full: Score
    matched: list[tuple[Gold, Suggestion]] = field(default_factory=list)
    missed: list[Gold] = field(default_factory=list)
    wrong: list[Suggestion] = field(default_factory=list)


def article_gold(corpus: Corpus) -> list[tuple[str, Gold]]:
    """The article's curated items with their section."""
    found = []
    for claim in corpus.current():
        for item in claim.evidence:
            if item.source == ARTICLE and item.quote and item.quote.start is not None:
                gold = Gold(
                    claim.subject, claim.predicate, claim.object, item.certainty, item.direction,
                    item.quote.start, item.quote.end or 0, item.stated is Stated.PRESUPPOSED,
                )  # fmt: skip
                found.append((item.section or "", gold))
    return found


def without_section(corpus: Corpus, text: str, start: int, end: int) -> Corpus:
    """The corpus without the items quoted in `text[start:end]`, claims that then have none, and
    the synonyms and hidden labels that stand there and nowhere else in the text."""
    outside = text[:start] + "\n" + text[end:]
    entities = {i: _without_names(e, text[start:end], outside) for i, e in corpus.entities.items()}
    claims = {}
    for claim in corpus.claims.values():
        kept = tuple(
            i
            for i in claim.evidence
            if not (
                i.source == ARTICLE
                and i.quote
                and i.quote.start is not None
                and start <= i.quote.start < end
            )
        )
        if kept:
            claims[claim.id] = claim.model_copy(update={"evidence": kept})
    return corpus.model_copy(update={"entities": entities, "claims": claims})


def _without_names(entity: Entity, inside: str, outside: str) -> Entity:
    def keeps(name: str) -> bool:
        return not source_texts.mentions(inside, [name]) or bool(
            source_texts.mentions(outside, [name])
        )

    return entity.model_copy(
        update={
            "synonyms": tuple(n for n in entity.synonyms if keeps(n)),
            "hidden_labels": tuple(n for n in entity.hidden_labels if keeps(n)),
        }
    )


def compare(name: str, gold: Sequence[Gold], said: Sequence[Suggestion]) -> Result:
    """Match suggestions with gold statements whose quotes overlap: by pair, and in full."""
    result = Result(name, Score(len(gold), len(said)), Score(len(gold), len(said)))
    for level in ("pair", "full"):
        score: Score = getattr(result, level)
        score.found = sum(any(_same(g, s, level) for s in said) for g in gold)
        score.right = sum(any(_same(g, s, level) for g in gold) for s in said)
    for g in gold:
        match = next((s for s in said if _same(g, s, "full")), None)
        if match is None:
            result.missed.append(g)
        else:
            result.matched.append((g, match))
    result.wrong = [s for s in said if not any(_same(g, s, "full") for g in gold)]
    return result


def _same(gold: Gold, one: Suggestion, level: str) -> bool:
    ends = tuple(f"new:{e.id}" if e.new else e.id for e in (one.subject, one.object))
    start, end = one.quote.start or 0, one.quote.end or 0
    if not (start < gold.end and gold.start < end) or ends != gold.pair:
        return False
    return level == "pair" or gold.full == (ends[0], one.predicate, ends[1], one.direction)


def article(graph: EvidenceGraph, text: str) -> list[Result]:
    """Every section of the article, each left out in turn."""
    gold = article_gold(graph.corpus)
    results = []
    for section, start, end in _sections(graph.corpus, text):
        corpus = without_section(graph.corpus, text, start, end)
        said = [
            s
            for s in suggest(text, corpus, rule=graph.rule, source=ARTICLE)
            if start <= (s.quote.start or 0) < end
        ]
        inside = [g for _, g in gold if start <= g.start < end]
        if inside or said:
            results.append(compare(section, inside, said))
    return results


def _sections(corpus: Corpus, text: str) -> Iterator[tuple[str, int, int]]:
    heads = [(g.start, g.end) for g in corpus.gaps[ARTICLE] if g.reason == "heading"]
    for (start, end), following in zip(heads, [*(h[0] for h in heads[1:]), len(text)], strict=True):
        yield text[start:end].strip(), start, following


def synthetic(graph: EvidenceGraph, folder: Path) -> list[Result]:
    """The synthetic texts of a folder with their hand-made claims."""
    results = []
    for path in sorted(folder.glob("*.yaml")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        gold = [Gold(s, r, o, Certainty(c), Direction(d), 0, len(text)) for s, r, o, c, d in rows]
        said = suggest(text, graph.corpus, rule=graph.rule)
        results.append(compare(path.stem, gold, said))
    return results


def table(results: Sequence[Result]) -> str:
    """The table of pairs and full claims, as Markdown."""
    lines = [
        "| | curated | suggested | pair P | pair R | pair F1 | full P | full R | full F1 |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    whole = [sum((r.pair for r in results), Score()), sum((r.full for r in results), Score())]
    for name, pair, full in (
        *((r.name, r.pair, r.full) for r in results),
        ("**all**", *whole),
    ):
        cells = [f"{v:.2f}" for s in (pair, full) for v in (s.precision, s.recall, s.f1)]
        lines.append(f"| {name} | {full.gold} | {full.said} | {' | '.join(cells)} |")
    return "\n".join(lines)


def confusion(results: Sequence[Result]) -> str:
    """Certainty and direction on what was matched: rows curated, columns suggested."""
    matched = [pair for r in results for pair in r.matched]
    right = sum(g.certainty is s.certainty for g, s in matched)
    lines = [
        f"Certainty right on {right} of {len(matched)} matches.\n",
        "| curated ↓ suggested → | asserted | hedged | speculative |",
        "|---|--:|--:|--:|",
    ]
    for row in Certainty:
        counts = [
            sum(g.certainty is row and s.certainty is c for g, s in matched) for c in Certainty
        ]
        lines.append(f"| {row} | {' | '.join(map(str, counts))} |")
    pairs = [
        (g, s)
        for r in results
        for g in (*r.missed, *(g for g, _ in r.matched))
        for s in (*r.wrong, *(s for _, s in r.matched))
        if _same(g, s, "pair") and g.relation == s.predicate
    ]
    seen = {(g.full, g.start, s.direction) for g, s in pairs}
    lines += [
        "",
        "| curated ↓ suggested → | supports | refutes | inconclusive |",
        "|---|--:|--:|--:|",
    ]
    for way in Direction:
        counts = [sum(k[0][3] == way and k[2] is d for k in seen) for d in Direction]
        lines.append(f"| {way} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def page(results: Sequence[Result], texts: Sequence[Result], heldout: Sequence[Result]) -> str:
    """All that the measurement prints."""
    return "\n".join(
        (
            "### The article, each section left out in turn\n",
            table(results),
            "",
            confusion(results),
            "\n### Synthetic texts that no rule was changed for\n",
            table(heldout),
            "",
            confusion(heldout),
            "\n### Synthetic texts whose errors were looked at\n",
            table(texts),
            "",
            confusion(texts),
        )
    )


def errors(results: Iterable[Result]) -> Iterator[str]:
    """What was missed and what was wrong, a line each."""
    for result in results:
        yield f"## {result.name}"
        for g in result.missed:
            yield f"missed {' '.join(g.full)} {g.certainty}{' presupposed' * g.presupposed}"
        for s in result.wrong:
            new = " new" * (s.subject.new or s.object.new)
            yield (
                f"wrong  {s.subject.id} {s.predicate} {s.object.id} {s.direction} ({s.score}{new})"
                f" {s.quote.exact!r}"
            )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print or write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suggest", description=__doc__)
    default = files.root().parent / "shared" / "article"
    parser.add_argument("--texts", type=Path, default=default, help="the folder of the article")
    parser.add_argument("--errors", action="store_true", help="list what was missed and wrong")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    options = parser.parse_args(argv)
    graph = EvidenceGraph.open()
    text = Texts.read(options.texts, graph.corpus).by_source.get(ARTICLE)
    if text is None:
        raise UsageError(f"{options.texts}: holds no text of {ARTICLE}; give --texts DIR")
    results, texts = article(graph, text), synthetic(graph, SYNTHETIC)
    heldout = synthetic(graph, SYNTHETIC / "heldout")
    told = page(results, texts, heldout)
    print(told)
    if options.errors:
        print("\n".join(errors([*results, *texts])))
    if options.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        files.write_text(PAGE, f"{before}{BEGIN}\n{told}\n{END}{after}")
        print(f"wrote {PAGE}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
