"""Hypothesis strategies for small valid corpora, with every optional field and awkward text."""

from typing import Any

from hypothesis import strategies as st

from ldn_graph.records import vocabularies
from ldn_graph.records.identifiers import BASE, EXTERNAL
from ldn_graph.records.model import (
    Agent,
    Author,
    BiasJudgement,
    Claim,
    Corpus,
    CurationEvent,
    Dependence,
    Description,
    Dose,
    Entity,
    EvidenceItem,
    Measurement,
    Qualifiers,
    Result,
    SentenceWithoutClaim,
    Source,
    Span,
    TermMapping,
)

#: Texts that break careless quoting, in Turtle, JSON, HTML or SPARQL.
HOSTILE = (
    '"double", \'single\', """triple"""',
    "a\nb\r\nc\td",
    "back\\slash \\u0041 \\n \\",
    "</script><img src=x onerror=alert(1)>",
    "{ <https://example.org/> } . ; , ^^xsd:integer @en #comment",
    "µ-opioid ≥ 4.5 mg · 日本語 · 😀 · \u202eright to left\u202c · e\u0301",
    "\u00a0no-break\u2028line\u2029paragraph",
    "\x01control\x7f",
    "3",
    "true",
)

texts = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12
).filter(lambda text: text.strip() != "")

slugs = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
_locals = st.text('aZ9.-_:/#?[]()<>{}|\\^`%"é日', min_size=1, max_size=8)
curies = st.builds("{}:{}".format, st.sampled_from(sorted(EXTERNAL)), _locals)
dois = st.builds("10.1234/{}".format, _locals)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def some(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    exact = draw(texts)
    start = draw(maybe(st.integers(0, 10**6)))
    return Span(exact=exact, start=start, end=None if start is None else start + len(exact))


@st.composite
def doses(draw: st.DrawFn) -> Dose:
    amounts = draw(maybe(st.lists(st.decimals(0, 1000, places=3), min_size=2, max_size=2)))
    low, high = sorted(amounts) if amounts else (None, None)
    unit = draw(st.sampled_from(("mg", "mg/kg", "uM"))) if amounts else None
    band = draw(st.sampled_from(vocabularies.DoseBand))
    return Dose(text=draw(texts), low=low, high=high, unit=unit, band=band)


mappings = st.builds(
    TermMapping,
    curie=curies,
    match=st.sampled_from(vocabularies.Match),
    label=maybe(texts),
    verified_in=texts,
)
authors = st.builds(Author, literal=texts, given=maybe(texts)) | st.builds(
    Author, family=texts, given=maybe(texts)
)
sentences = st.builds(
    SentenceWithoutClaim,
    start=st.integers(0, 10**6),
    end=st.integers(1, 10**6),
    opening=texts,
    reason=st.sampled_from(vocabularies.GapReason),
    note=maybe(texts),
)
descriptions = st.builds(
    Description,
    title=texts,
    description=texts,
    base=st.sampled_from((BASE, "https://example.org/x/", "http://127.0.0.1:8000/")),
    version=texts,
    license=texts | st.just("https://creativecommons.org/licenses/by/4.0/"),
    disclaimer=texts,
)
#: ORCID's documentation gives this one as its example.
agent_fields = {
    "name": texts,
    "kind": st.sampled_from(vocabularies.AgentKind),
    "orcid": maybe(st.just("0000-0002-1825-0097")),
    "roles": some(st.sampled_from(vocabularies.AgentRole)),
    "note": maybe(texts),
}


def entities(name: str, known: list[str]) -> st.SearchStrategy[Entity]:
    return st.builds(
        Entity,
        id=st.just(name),
        label=texts,
        kind=st.sampled_from(vocabularies.Kind),
        definition=maybe(texts),
        synonyms=some(texts),
        hidden_labels=some(texts),
        broader=some(st.sampled_from(known)),
        dose_band=maybe(st.sampled_from(vocabularies.DoseBand)),
        mappings=some(mappings),
        note=maybe(texts),
    )


bias = st.builds(
    BiasJudgement, by=texts, text=texts, judgement=maybe(st.sampled_from(vocabularies.Risk))
)
_numbers = st.decimals(-1000, 1000, places=2)


@st.composite
def results(draw: st.DrawFn, known: list[str]) -> Result:
    interval = draw(maybe(st.lists(_numbers, min_size=2, max_size=2).map(sorted)))
    signed = draw(st.booleans())
    return draw(
        st.builds(
            Result,
            outcome=maybe(st.sampled_from(known)),
            outcome_text=texts,
            role=st.sampled_from(vocabularies.OutcomeRole),
            comparator=st.sampled_from(vocabularies.Comparator),
            comparator_text=maybe(texts),
            crossover=st.booleans(),
            n_intervention=maybe(st.integers(0, 10**6)),
            n_comparator=maybe(st.integers(0, 10**6)),
            time_point=maybe(texts),
            measure=st.sampled_from(vocabularies.Measure),
            scale=maybe(texts),
            better=maybe(st.sampled_from(vocabularies.Better)),
            estimate=maybe(_numbers),
            ci_low=st.just(interval[0] if interval else None),
            ci_high=st.just(interval[1] if interval else None),
            ci_level=maybe(st.sampled_from((90, 95, 99))) if interval else st.none(),
            p_sign=st.sampled_from(vocabularies.PValueSign) if signed else st.none(),
            p_value=st.decimals(0, 1, places=4) if signed else st.none(),
            p_text=maybe(texts),
            value_intervention=maybe(texts),
            value_comparator=maybe(texts),
            important_difference=maybe(texts),
            mid=maybe(st.decimals("0.01", 100, places=2)),
            i2=maybe(st.decimals(0, 100, places=1)),
            trials=maybe(st.integers(0, 100)),
            certainty_stated=maybe(texts),
            quote=maybe(texts),
            reported_by=maybe(texts),
            recorded_from=maybe(texts),
            note=maybe(texts),
        )
    )


measurements = st.builds(
    Measurement,
    tested=st.sampled_from(vocabularies.Tested),
    tested_text=texts,
    compound=st.sampled_from(vocabularies.Compound),
    compound_text=texts,
    dose_text=maybe(texts),
    measured=texts,
    result=texts,
    controlled=maybe(st.booleans()),
    reached_by_dose=maybe(st.booleans()),
    quote=maybe(texts),
    reported_by=maybe(texts),
    recorded_from=maybe(texts),
    note=maybe(texts),
)


def sources(name: str, known: list[str]) -> st.SearchStrategy[Source]:
    return st.builds(
        Source,
        id=st.just(name),
        type=st.sampled_from(("post-weblog", "article-journal", "review", "dataset", "book")),
        title=texts,
        author=some(authors, 3),
        issued=maybe(st.sampled_from(("2013", "2024-05", "XXXX-11-10"))),
        container_title=maybe(texts),
        doi=maybe(dois),
        pmid=maybe(st.from_regex(r"[1-9][0-9]{0,8}", fullmatch=True)),
        registry_id=maybe(texts),
        design=maybe(st.sampled_from(vocabularies.Design)),
        codes=some(curies),
        language=maybe(texts),
        license=maybe(texts | st.just("https://creativecommons.org/licenses/by/4.0/")),
        text_sha256=maybe(st.from_regex(r"[0-9a-f]{64}", fullmatch=True)),
        text_length=maybe(st.integers(1, 10**7)),
        retracted=st.booleans(),
        credit=maybe(texts),
        pools=some(st.sampled_from(known)),
        comments_on=some(st.sampled_from(known)),
        pooled_designs=some(st.sampled_from(vocabularies.Design)),
        pools_more=maybe(st.booleans()),
        searched_until=maybe(st.sampled_from(("2013", "2024-05"))),
        report_of=maybe(st.sampled_from(known)),
        author_group=maybe(slugs),
        funding=maybe(texts),
        independent_funding=maybe(st.booleans()),
        bias=some(bias),
        verified_in=maybe(texts),
        unused_because=maybe(texts),
        note=maybe(texts),
    )


def items(
    name: str, known_sources: list[str], known_entities: list[str]
) -> st.SearchStrategy[EvidenceItem]:
    stated_bases = st.lists(
        st.sampled_from([b for b in vocabularies.Basis if b is not vocabularies.Basis.NONE_STATED]),
        min_size=1,
    )
    return st.builds(
        EvidenceItem,
        id=st.just(name),
        source=st.sampled_from(known_sources),
        direction=st.sampled_from(vocabularies.Direction),
        certainty=st.sampled_from(vocabularies.Certainty),
        role=st.sampled_from(vocabularies.Role),
        stated=st.sampled_from(vocabularies.Stated),
        basis=st.just((vocabularies.Basis.NONE_STATED,)) | stated_bases.map(tuple),
        design=maybe(st.sampled_from(vocabularies.Design)),
        indirectness=some(st.sampled_from(vocabularies.Indirectness)),
        quote=maybe(spans()),
        section=maybe(texts),
        cues=some(spans()),
        unhedged_cues=some(spans()),
        context=some(spans()),
        finding=texts,
        outcome=maybe(texts),
        population=maybe(texts),
        sample_size=maybe(st.integers(0, 10**20)),
        sample_text=maybe(texts),
        dose=maybe(doses()),
        duration=maybe(texts),
        results=some(results(known_entities)),
        measurements=some(measurements, 1),
        note=maybe(texts),
    )


@st.composite
def claims(draw: st.DrawFn, name: str, known: dict[str, list[str]], others: list[str]) -> Claim:
    entity, agent = st.sampled_from(known["entities"]), st.sampled_from(known["agents"])
    numbers = draw(st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True))
    return Claim(
        id=name,
        subject=draw(entity),
        predicate=draw(st.sampled_from(vocabularies.Predicate)),
        object=draw(entity),
        qualifiers=draw(
            st.builds(
                Qualifiers,
                subject_change=maybe(st.sampled_from(vocabularies.Change)),
                condition=maybe(entity),
                population=maybe(entity),
                location=maybe(entity),
                timing=maybe(texts),
                frequency=maybe(texts),
                severity=maybe(texts),
                approval=maybe(st.just("off_label_use")),
            )
        ),
        evidence=tuple(draw(items(f"e{n}", known["sources"], known["entities"])) for n in numbers),
        leans_on=draw(
            some(
                st.builds(
                    Dependence,
                    claim=st.sampled_from(others),
                    kind=st.sampled_from(vocabularies.DependenceKind),
                )
            )
        ),
        status=draw(st.sampled_from(vocabularies.Status)),
        history=draw(
            st.lists(
                st.builds(
                    CurationEvent,
                    action=st.sampled_from(vocabularies.Action),
                    by=agent,
                    on=st.dates(),
                    why=maybe(texts),
                    reasons=some(st.sampled_from(vocabularies.ReviewReason)),
                ),
                min_size=1,
                max_size=3,
            ).map(tuple)
        ),
        note=draw(maybe(texts)),
    )


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    """A corpus whose references all resolve."""

    def ids(most: int) -> list[str]:
        return draw(st.lists(slugs, min_size=1, max_size=most, unique=True))

    known = {"entities": ids(3), "sources": ids(2), "agents": ids(2)}
    claim_ids = ids(3)
    gaps = draw(st.dictionaries(st.sampled_from(known["sources"]), some(sentences)))
    return Corpus(
        description=draw(descriptions),
        entities={i: draw(entities(i, known["entities"])) for i in known["entities"]},
        sources={i: draw(sources(i, known["sources"])) for i in known["sources"]},
        agents={i: draw(st.builds(Agent, id=st.just(i), **agent_fields)) for i in known["agents"]},
        claims={i: draw(claims(i, known, claim_ids)) for i in claim_ids},
        gaps=gaps,
    )
