"""What a picture shows, before it is drawn: claims as lines between things.

Every claim is exactly one edge from its subject to its object; nothing is merged, averaged or
left out. Drawings, the page and GraphML are all made of this one value.
"""

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ldn_graph.errors import UnknownName
from ldn_graph.grading.strength import Rule, Strength
from ldn_graph.pictures.style import CERTAINTY_OF, Look
from ldn_graph.records.model import Claim, Corpus, Entity, EvidenceItem, Source, Span
from ldn_graph.records.vocabularies import Agreement, Certainty, Column, Direction, Kind, Wording
from ldn_graph.verbalise import CHANGED, is_denied, reading, says

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class SceneNode:
    """A thing that claims are about."""

    id: str
    label: str
    kind: Kind
    column: Column
    definition: str | None
    synonyms: tuple[str, ...]
    note: str | None


@dataclass(frozen=True)
class Part:
    """A piece of a quote; `cue` where it is a word that shows how sure the source sounds."""

    text: str
    cue: bool


@dataclass(frozen=True)
class SceneItem:
    """An evidence item, in words ready to be shown; `says` is a whole sentence."""

    id: str
    source: str
    says: str
    quote: tuple[Part, ...]
    context: tuple[str, ...]
    section: str | None
    direction: Direction
    certainty: Certainty
    facts: tuple[tuple[str, str], ...]
    finding: str | None
    note: str | None


@dataclass(frozen=True)
class SceneReason:
    axis: str
    text: str


@dataclass(frozen=True)
class SceneEdge:
    """A claim, from its subject to its object. `level` is 0 to 4; `change`: "less" or "more" where
    that of the subject is meant."""

    id: str
    start: str
    end: str
    verb: str
    reading: str
    level: int
    level_name: str
    wording: Wording
    certainty: Certainty
    agreement: Agreement
    look: Look
    denied: bool
    change: str | None
    status: str
    items: tuple[SceneItem, ...]
    reasons: tuple[SceneReason, ...]
    note: str | None

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(sorted({item.source for item in self.items}))


@dataclass(frozen=True)
class SceneSource:
    """A source as a reader cites it; `link` is its DOI or PubMed page, where it has one."""

    id: str
    title: str
    author: str
    date: str
    link: str | None
    retracted: bool
    credit: str | None

    @property
    def citation(self) -> str:
        """Author, title and date in one line."""
        author = f"{self.author}: " if self.author else ""
        return f"{author}“{self.title}”" + (f", {self.date}" if self.date else "")

    @property
    def short(self) -> str:
        """Author and date, or the beginning of the title where the author was not seen."""
        if not self.author:
            return textwrap.shorten(self.title, 40, placeholder=" …")
        return " ".join(filter(None, (self.author, self.date)))


@dataclass(frozen=True)
class Scene:
    """A picture, ready to be written. `levels` names the evidence levels 0 to 4."""

    title: str
    subtitle: str
    nodes: tuple[SceneNode, ...]
    edges: tuple[SceneEdge, ...]
    sources: tuple[SceneSource, ...]
    disclaimer: str
    levels: tuple[str, ...]


def scene(
    corpus: Corpus,
    strengths: Mapping[str, Strength],
    claim_ids: Iterable[str],
    *,
    title: str,
    rule: Rule | None = None,
) -> Scene:
    """The picture of `claim_ids`; `rule` gives the evidence levels their names.

    Raises UnknownName for an id that the corpus doesn't have.
    """
    claims = _chosen(corpus, claim_ids)
    entities = [corpus.entities[i] for i in sorted({n for c in claims for n in _ends(c)})]
    levels = tuple(line.name for line in rule.levels) if rule else ("",) * 5
    nodes = tuple(_node(entity) for entity in entities)
    edges = tuple(_edge(c, corpus, strengths[c.id]) for c in claims)
    sources = _sources(corpus, edges)
    return Scene(
        title=title,
        subtitle=_subtitle(nodes, edges, sources),
        nodes=nodes,
        edges=edges,
        sources=sources,
        disclaimer=corpus.description.disclaimer,
        levels=levels,
    )


def date_in_words(issued: str | None) -> str:
    """An EDTF date as a reader writes it.

    >>> date_in_words("2013"), date_in_words("2024-05"), date_in_words("XXXX-11-10")
    ('2013', 'May 2024', '10 November, year not given')
    """
    if not issued:
        return ""
    year, *rest = issued.split("-")
    words = [MONTHS[int(rest[0]) - 1]] if rest else []
    words = [str(int(rest[1])), *words] if len(rest) > 1 else words
    if year == "XXXX":
        return " ".join(words) + ", year not given" if words else "year not given"
    return " ".join([*words, year])


def xml_text(text: str) -> str:
    """Text without the characters that XML can't hold."""
    return re.sub(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]", "\ufffd", text)


def _chosen(corpus: Corpus, claim_ids: Iterable[str]) -> list[Claim]:
    wanted = sorted(set(claim_ids))
    for name in wanted:
        if name not in corpus.claims:
            raise UnknownName.among("claim", name, corpus.claims)
    return [corpus.claims[name] for name in wanted]


def _ends(claim: Claim) -> tuple[str, str]:
    return claim.subject, claim.object


def _node(entity: Entity) -> SceneNode:
    return SceneNode(
        id=entity.id,
        label=entity.label,
        kind=entity.kind,
        column=entity.column,
        definition=entity.definition,
        synonyms=tuple(s for s in entity.synonyms if s != entity.label),
        note=entity.note,
    )


def _edge(claim: Claim, corpus: Corpus, strength: Strength) -> SceneEdge:
    denied = is_denied(claim, corpus)
    wording = strength.wording_against if denied else strength.wording
    weakest = max((i.certainty for i in claim.evidence), key=list(Certainty).index)
    certainty = CERTAINTY_OF.get(wording, weakest)
    return SceneEdge(
        id=claim.id,
        start=claim.subject,
        end=claim.object,
        verb=claim.info.negative if denied else claim.info.reads,
        reading=reading(claim, corpus),
        level=strength.level,
        level_name=strength.grade.words,
        wording=wording,
        certainty=certainty,
        agreement=strength.agreement,
        look=_look(strength, wording),
        denied=denied,
        change=CHANGED[claim.qualifiers.subject_change]
        if claim.qualifiers.subject_change
        else None,
        status=str(claim.status),
        items=tuple(_item(i, claim, corpus) for i in claim.evidence),
        reasons=tuple(SceneReason(r.axis, _titled(r.text, corpus)) for r in strength.reasons),
        note=claim.note,
    )


def _titled(text: str, corpus: Corpus) -> str:
    """A reason with the titles of its sources for their ids."""

    def title(match: re.Match[str]) -> str:
        source = corpus.sources.get(match[0])
        return f"“{source.title}”" if source else match[0]

    return re.sub(r"[a-z0-9]+(?:-[a-z0-9]+)+", title, text)


def _look(strength: Strength, wording: Wording) -> Look:
    if strength.agreement is Agreement.CONTESTED:
        return "contested"
    if strength.agreement is Agreement.REFUTED:
        return "against"
    return "presupposed" if wording is Wording.IMPLIED else "plain"


def _item(item: EvidenceItem, claim: Claim, corpus: Corpus) -> SceneItem:
    return SceneItem(
        id=item.id,
        source=item.source,
        says=says(item, claim, corpus),
        quote=quote_parts(item.quote, item.cues) if item.quote else (),
        context=tuple(span.exact for span in item.context),
        section=item.section,
        direction=item.direction,
        certainty=item.certainty,
        facts=_facts(item),
        finding=item.finding,
        note=item.note,
    )


def _facts(item: EvidenceItem) -> tuple[tuple[str, str], ...]:
    """What is known of the evidence behind an item, as (name, value) in the order of reading."""
    size = item.sample_text or (str(item.sample_size) if item.sample_size is not None else None)
    named = (
        ("Basis given", ", ".join(b.replace("-", " ") for b in item.basis)),
        ("Design", item.design.in_words if item.design else None),
        ("Participants", size),
        ("Dose", item.dose.text if item.dose else None),
        ("Duration", item.duration),
        ("Population", item.population),
        ("Outcome", item.outcome),
        ("Indirect in", ", ".join(i.in_words for i in item.indirectness)),
    )
    return tuple((name, value) for name, value in named if value)


def quote_parts(quote: Span, cues: Iterable[Span]) -> tuple[Part, ...]:
    """A quote cut at its cue words; a cue outside the quote marks nothing."""
    marks = sorted(_inside(quote, cue) for cue in cues)
    parts, at = [], 0
    for start, end in marks:
        if at <= start < end:
            parts += [Part(quote.exact[at:start], False), Part(quote.exact[start:end], True)]
            at = end
    parts.append(Part(quote.exact[at:], False))
    return tuple(p for p in parts if p.text)


def _inside(quote: Span, cue: Span) -> tuple[int, int]:
    """Where a cue stands in its quote; (-1, -1) where it doesn't."""
    if quote.start is not None and cue.start is not None:
        start = cue.start - quote.start
    else:
        start = quote.exact.find(cue.exact)
    end = start + len(cue.exact)
    return (start, end) if start >= 0 and quote.exact[start:end] == cue.exact else (-1, -1)


def _sources(corpus: Corpus, edges: Iterable[SceneEdge]) -> tuple[SceneSource, ...]:
    names = sorted({name for edge in edges for name in edge.sources})
    return tuple(_source(corpus.sources[name]) for name in names)


def _source(source: Source) -> SceneSource:
    link = f"https://doi.org/{source.doi}" if source.doi else None
    if link is None and source.pmid:
        link = f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"
    return SceneSource(
        id=source.id,
        title=source.title,
        author="; ".join(a.name for a in source.author),
        date=date_in_words(source.issued),
        link=link,
        retracted=source.retracted,
        credit=source.credit,
    )


def _subtitle(
    nodes: Sequence[SceneNode], edges: Sequence[SceneEdge], sources: Sequence[SceneSource]
) -> str:
    claims = "1 claim" if len(edges) == 1 else f"{len(edges)} claims"
    if len(sources) == 1:
        one = sources[0]
        by = f" by {one.author}" if one.author else ""
        return f"{claims} about {len(nodes)} things, made in “{one.title}”{by}" + (
            f" ({one.date})" if one.date else ""
        )
    return f"{claims} about {len(nodes)} things, from {len(sources)} sources"
