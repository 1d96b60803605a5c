"""What of each record is searched, and what of it is shown where it is found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from ldn_graph.grading.strength import Strength
from ldn_graph.records.model import Claim, Corpus, Entity, Source
from ldn_graph.verbalise import reading

Kind = Literal["entity", "claim", "source"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Doc:
    """A record as the index has it. `names`: what it is called, best first, with which name of
    it that is; `codes`: identifiers; `texts`: what it says, with what that is; `beside`: names
    of what it is about, found but not shown; `prominence` breaks ties, more is first."""

    kind: Kind
    id: str
    title: str
    names: tuple[tuple[str, str], ...]
    codes: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    beside: tuple[str, ...] = ()
    prominence: tuple[int, ...] = ()


def documents(corpus: Corpus, strengths: Mapping[str, Strength]) -> Iterator[Doc]:
    """Every record: entities, then claims (those in force), then sources, each by id."""
    degree: dict[str, int] = {}
    for claim in corpus.current():
        for name in {claim.subject, claim.object, claim.qualifiers.condition} - {None}:
            degree[str(name)] = degree.get(str(name), 0) + 1
    for name in sorted(corpus.entities):
        yield _entity(corpus.entities[name], degree.get(name, 0))
    for claim in corpus.current():
        yield _claim(claim, corpus, strengths[claim.id])
    for name in sorted(corpus.sources):
        yield _source(corpus.sources[name])


def _entity(entity: Entity, claims: int) -> Doc:
    definition = ((("definition", entity.definition),) if entity.definition else ()) + (
        (("note", entity.note),) if entity.note else ()
    )
    return Doc(
        "entity",
        entity.id,
        entity.label,
        (
            ("label", entity.label),
            *(("synonym", name) for name in entity.synonyms if name != entity.label),
            *(("other spelling", name) for name in entity.hidden_labels),
        ),
        (entity.id, *(mapping.curie for mapping in entity.mappings)),
        definition,
        prominence=(claims,),
    )


def _claim(claim: Claim, corpus: Corpus, strength: Strength) -> Doc:
    qualifiers = claim.qualifiers
    about = [claim.subject, claim.object, qualifiers.condition, qualifiers.population]
    quotes = [("quote", item.quote.exact) for item in claim.evidence if item.quote]
    found = [("finding", item.finding) for item in claim.evidence if item.finding]
    return Doc(
        "claim",
        claim.id,
        reading(claim, corpus),
        (),
        (claim.id,),
        tuple(dict.fromkeys(quotes + found)),
        tuple(n for e in dict.fromkeys(about) if e for n in corpus.entities[e].names),
        prominence=strength.rank,
    )


def _source(source: Source) -> Doc:
    codes = [source.id, *source.codes]
    if source.doi:
        codes += [source.doi, f"doi:{source.doi}", f"https://doi.org/{source.doi}"]
    if source.pmid:
        codes += [source.pmid, f"pmid:{source.pmid}", f"pubmed:{source.pmid}"]
    if source.registry_id:
        codes += [source.registry_id, f"clinicaltrials:{source.registry_id}"]
    authors = "; ".join(author.name for author in source.author)
    return Doc(
        "source",
        source.id,
        source.title,
        (("title", source.title),),
        tuple(codes),
        tuple(
            (what, text)
            for what, text in (
                ("authors", authors),
                ("published in", source.container_title),
                ("issued", source.issued),
                ("note", source.note),
            )
            if text
        ),
    )
