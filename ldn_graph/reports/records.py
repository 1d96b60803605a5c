"""One claim, entity or source in full, as text for people or as JSON and YAML for programs."""

import json
from collections.abc import Iterator, Mapping

from ldn_graph.errors import UnknownName
from ldn_graph.grading.strength import Rule, Strength
from ldn_graph.records.corpus import dump
from ldn_graph.records.model import Claim, Corpus, Entity, EvidenceItem, Source, Span
from ldn_graph.verbalise import compared, numbers, reading


def find(corpus: Corpus, name: str) -> Claim | Entity | Source:
    """The record with id `name`, or the entity with that label. Raises UnknownName."""
    for known in (corpus.claims, corpus.entities, corpus.sources):
        if name in known:
            return known[name]
    if (entity := corpus.entity_called(name)) is not None:
        return entity
    everything = [*corpus.claims, *corpus.entities, *corpus.sources]
    raise UnknownName.among("claim, entity or source", name, everything)


def record(corpus: Corpus, strengths: Mapping[str, Strength], name: str, form: str) -> str:
    """The record as `yaml` (as in its file), or as `json` with a claim's strength beside it."""
    found = find(corpus, name)
    if form == "yaml":
        return dump(found).rstrip("\n")
    plain = found.model_dump(mode="json", exclude_none=True)
    if isinstance(found, Claim):
        plain["reading"] = reading(found, corpus)
        plain["strength"] = _strength(strengths[found.id])
    return json.dumps(plain, ensure_ascii=False, indent=2)


def record_text(corpus: Corpus, strengths: Mapping[str, Strength], name: str, rule: Rule) -> str:
    """The record as readable lines."""
    found = find(corpus, name)
    if isinstance(found, Claim):
        lines = _claim(found, corpus, strengths[found.id], rule)
    elif isinstance(found, Entity):
        lines = _entity(found, corpus)
    else:
        lines = _source(found, corpus)
    return "\n".join([*lines, "", corpus.description.disclaimer])


def _strength(strength: Strength) -> dict[str, object]:
    return {
        "wording": strength.wording,
        "grade": {
            "scale": strength.grade.scale,
            "grade": strength.grade.name,
            "words": strength.grade.words,
            "shows": strength.grade.shows,
            "step": strength.grade.step,
            "earned_by": [f"{claim}#{item}" for claim, item in strength.grade.shown],
        },
        "agreement": strength.agreement,
        "supporting": strength.supporting,
        "refuting": strength.refuting,
        "inconclusive": strength.inconclusive,
        "reasons": [{"axis": r.axis, "text": r.text} for r in strength.reasons],
    }


def _claim(claim: Claim, corpus: Corpus, strength: Strength, rule: Rule) -> Iterator[str]:
    yield f"claim {claim.id} ({claim.status})"
    yield f"  {reading(claim, corpus)}"
    yield ""
    yield f"evidence   {strength.grade.words}"
    yield f"agreement  {strength.agreement}: {rule.agreement_class(strength.agreement).means}"
    yield f"wording    {strength.wording}"
    yield "why"
    yield from (f"  {r.axis}: {r.text}" for r in strength.reasons)
    for item in claim.evidence:
        yield ""
        yield from _item(item, corpus)
    if claim.leans_on:
        yield ""
        yield "leans on"
        yield from (f"  {d.kind.replace('-', ' ')} {d.claim}" for d in claim.leans_on)
    if claim.note:
        yield ""
        yield f"note       {claim.note}"
    yield ""
    yield "history"
    yield from (
        f"  {e.on} {e.action} by {corpus.agents[e.by].name}" + (f": {e.why}" if e.why else "")
        for e in claim.history
    )


def _item(item: EvidenceItem, corpus: Corpus) -> Iterator[str]:
    source = corpus.sources[item.source]
    yield f"{item.id}  {item.direction} — {_cited(source)}"
    if item.quote:
        place = "" if item.quote.start is None else f" [{item.quote.start}–{item.quote.end}]"
        yield f"    “{item.quote.exact}”{place}" + (f" in “{item.section}”" if item.section else "")
    if item.finding:
        yield f"    finding: {item.finding}"
    facts = [
        f"sounds {item.certainty}" + _words(" because of", item.cues),
        "taken for granted, not stated" if item.stated == "presupposed" else "",
        "basis: " + ", ".join(b.replace("-", " ") for b in item.basis),
        f"design: {item.design.in_words}" if item.design else "",
        f"n={item.sample_size}" if item.sample_size is not None else "",
        f"dose: {item.dose.text}" if item.dose else "",
        f"indirect in: {', '.join(item.indirectness)}" if item.indirectness else "",
        _words("no hedge here:", item.unhedged_cues).strip(),
        _words("read with", item.context).strip(),
    ]
    yield "    " + "; ".join(f for f in facts if f)
    for result in item.results:
        told = numbers(result) or "no number in the text that was read"
        when = f" ({result.time_point})" if result.time_point else ""
        yield f"    result: {result.outcome_text} {compared(result)}: {told}{when}"
    for found in item.measurements:
        given = f" ({found.dose_text})" if found.dose_text else ""
        yield (
            f"    measured: {found.measured}, in {found.tested_text} under "
            f"{found.compound_text}{given}: {found.result}"
        )
    if item.note:
        yield f"    note: {item.note}"


def _words(before: str, spans: tuple[Span, ...]) -> str:
    return f"{before} " + ", ".join(f"“{s.exact}”" for s in spans) if spans else ""


def _cited(source: Source) -> str:
    authors = "; ".join(a.name for a in source.author) or "no author seen"
    ids = [f"PMID {source.pmid}" if source.pmid else "", f"doi:{source.doi}" if source.doi else ""]
    shown = ", ".join(i for i in (*ids, source.registry_id or "") if i)
    retracted = "RETRACTED: " if source.retracted else ""
    return f"{retracted}{authors}, {source.title}" + (f" ({shown})" if shown else "")


def _entity(entity: Entity, corpus: Corpus) -> Iterator[str]:
    yield f"entity {entity.id} ({entity.kind})"
    yield f"  {entity.label}" + (f": {entity.definition}" if entity.definition else "")
    if entity.synonyms:
        yield f"  also: {', '.join(entity.synonyms)}"
    if entity.broader:
        yield f"  broader: {', '.join(entity.broader)}"
    for mapping in entity.mappings:
        label = f" {mapping.label}" if mapping.label else ""
        yield f"  {mapping.match:<8}{mapping.curie}{label} (seen in {mapping.verified_in})"
    if entity.note:
        yield f"  note: {entity.note}"
    yield ""
    for claim in corpus.current():
        if entity.id in (claim.subject, claim.object):
            yield f"  {claim.id}: {reading(claim, corpus)}"


def _source(source: Source, corpus: Corpus) -> Iterator[str]:
    yield f"source {source.id} ({source.type})"
    yield f"  {_cited(source)}"
    for name in ("issued", "container_title", "design", "license", "text_sha256", "credit", "note"):
        value = getattr(source, name)
        if value:
            yield f"  {name.replace('_', ' ')}: {value}"
    yield ""
    for claim in corpus.claims.values():
        if any(i.source == source.id for i in claim.evidence):
            yield f"  {claim.id}: {reading(claim, corpus)}"
