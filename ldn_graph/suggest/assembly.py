"""The relations of one sentence → suggestions: ends resolved, coloured, qualified and quoted."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from ldn_graph.records.model import Dose, Qualifiers, Span
from ldn_graph.records.vocabularies import Basis, Certainty, Direction, Kind, Predicate, Stated
from ldn_graph.suggest.arguments import (
    Arguments,
    Candidate,
    doubts,
    outside,
    sensible,
    with_mechanism,
    within,
)
from ldn_graph.suggest.coreference import Meant
from ldn_graph.suggest.cues import Sort
from ldn_graph.suggest.meaning import End, guessed_kind, predicate, subject_change, suffered
from ldn_graph.suggest.phrases import Colour, How, Mention, Relation, colour
from ldn_graph.suggest.relations import Family
from ldn_graph.suggest.set_phrases import set_relations
from ldn_graph.suggest.suggestion import Named, Suggestion

_SEEN = {Kind.SYMPTOM, Kind.OUTCOME, Kind.ADVERSE_EFFECT}


def _points(relation: Relation) -> bool:
    return any(m.back in ("it", "them") for m in relation.objects)


def _no_longer(painted: Colour) -> bool:
    """“so that opioids no longer cause euphoria”: they do, but for something else."""
    return any(m.cue is not None and m.cue.words == "no longer" for m in painted.negations)


def _is_study(relation: Relation) -> bool:
    return Family.STUDY in {relation.family, *relation.flags}


class Assembly(Arguments):
    """Makes suggestions of what `Clauses` read."""

    def suggestions(self) -> Iterator[Suggestion]:
        """The suggestions of the sentence; what is said to happen is remembered as they come."""
        adverse = self.memory.adverse
        relations = [*set_relations(self.page.row, self.clauses, adverse=adverse)]
        trials = any(r.family is Family.TRIAL for r in relations)
        relations += (r for r in self.clauses.relations if not (trials and Family.STUDY in r.flags))
        asks = any(r.family is Family.NEEDS_RESEARCH for r in relations)
        for relation in sorted(relations, key=lambda r: r.trigger):
            if adverse and relation.by_people and relation.family is Family.EXPERIENCE:
                relation = replace(relation, family=Family.SIDE_EFFECT)
            if not (asks and relation.family in (Family.STUDY, Family.TREAT)):
                yield from self._of_relation(relation)
        for member, head in self.clauses.examples:
            yield from self._example(member, head)
        for phrase in self.clauses.phrases:
            for mention, place in product(phrase.mentions, phrase.places):
                yield from self._placed(mention, place)

    def listed(self, family: Family) -> Iterator[Suggestion]:
        """What the heading above says of the items of a list: “Side effects”, “Uses”."""
        fits = _SEEN | {Kind.CONDITION} if family is Family.SIDE_EFFECT else {Kind.CONDITION}
        for phrase in self.clauses.phrases:
            for one in phrase.mentions:
                known = any(self.kinds[e] in fits for e in one.entities)
                if known or (family is Family.SIDE_EFFECT and one.words):
                    at = (one.start, one.end)
                    yield from self._of_relation(
                        Relation((), family, (one,), at, 0, How.LIST)
                    )  # fmt: skip

    def _of_relation(self, relation: Relation) -> Iterator[Suggestion]:
        objects = self._sufferers(relation, self._all(relation.objects, relation))
        subjects, reasons, cost = self._subjects(relation)
        subjects = self._helping(relation, subjects)
        if {m.entity for m in objects} == {m.entity for m in subjects} and _points(relation):
            objects = self.memory.other(subjects[0].entity) if subjects else ()
        if not relation.by_people and relation.how is not How.NOUN:
            self.memory.happened(relation.family, objects)
        painted = colour(relation, self.page.cues, self.clauses.clause_of)
        if self.page.assertion.withheld(relation, painted) is not None:
            return
        if any(r.how is How.MEANS for r in self.clauses.relations) and relation.how is How.MAIN:
            painted = replace(painted, basis=with_mechanism(painted.basis))
        if relation.how is How.NOUN:
            cost, reasons = cost + 10, (*reasons, "said by a noun, not a verb")
        for subject, obj in product(subjects, objects):
            if _no_longer(painted) and not self._is_drug(subject):
                continue
            one = Candidate(relation, subject, obj, painted, reasons=reasons, cost=cost)
            yield from self._made(self._turned(one))
            if relation.how is How.MEANS:
                yield from self._chain(relation, obj, painted)

    def _turned(self, one: Candidate) -> Candidate:
        """“A responds to the drug”, “who takes A should avoid it”, “A is a complication of it”:
        said of the drug."""
        other = replace(one, subject=one.object, object=one.subject)
        family = one.relation.family
        if family is Family.RESPOND:
            return other
        if not self._is_drug(one.object):
            return one
        if family is Family.AVOID and self._is_condition(one.subject):
            return other
        if family is Family.FEATURE:
            return replace(other, relation=replace(one.relation, family=Family.SIDE_EFFECT))
        return one

    def _chain(self, means: Relation, via: Meant, painted: Colour) -> Iterator[Suggestion]:
        """“reduces A by modulating B”: B, modulated, reduces A."""
        for main in self.clauses.relations:
            near = abs(main.clause - means.clause) <= 1
            named = main.family in (Family.IS, Family.LOCATED) or main.flags
            if main.how is not How.MAIN or not near or named:
                continue
            if via.entity is None or self.kinds[via.entity] in _SEEN:
                continue
            changed = replace(via, change=means.family)
            for obj in self._all(main.objects, main):
                relation = replace(main, subjects=means.objects)
                one = Candidate(relation, changed, obj, painted, cost=10,
                               reasons=("the means of an effect, taken as its cause",))  # fmt: skip
                yield from self._made(one)

    def _example(self, member: Mention, head: Mention) -> Iterator[Suggestion]:
        relation = Relation((member,), Family.IS, (head,), (head.start, head.end), -1, How.EXAMPLE)
        painted = Colour(Certainty.ASSERTED, Direction.SUPPORTS, (Basis.NONE_STATED,))
        for subject, obj in product(self._resolved(member, ()), self._resolved(head, ())):
            kind = self.kinds[obj.entity] if obj.entity else None
            alike = subject.words and guessed_kind(subject.words, Family.IS, subject=False) is kind
            if kind is not None and (subject.entity or alike):
                yield from self._made(Candidate(relation, subject, obj, painted))
        for place in head.places:
            yield from self._placed(member, place)

    def _placed(self, mention: Mention, place: Mention) -> Iterator[Suggestion]:
        """“opioid receptors in the brain” takes for granted where they are."""
        relation = Relation((mention,), Family.LOCATED, (place,), (place.start, place.end), -1,
                            How.NOUN)  # fmt: skip
        painted = Colour(Certainty.ASSERTED, Direction.SUPPORTS, (Basis.NONE_STATED,))
        inside = {Kind.TARGET, Kind.CELL, Kind.MOLECULE}
        for subject, obj in product(self._resolved(mention, ()), self._resolved(place, ())):
            if subject.entity and self.kinds[subject.entity] in inside and subject.change is None:
                yield from self._made(
                    Candidate(relation, subject, obj, painted, Stated.PRESUPPOSED,
                             ("taken for granted, not stated",), 15)
                )  # fmt: skip

    def _made(self, one: Candidate) -> Iterator[Suggestion]:
        relation = one.relation
        first = self._end(one.subject, relation.family, subject=True)
        second = self._end(one.object, relation.family, subject=False)
        if first is None or second is None:
            return
        (subject, start), (obj, end) = first, second
        if subject.kind is Kind.DRUG and obj.new and suffered(relation.family, end):
            obj = replace(obj, kind=Kind.ADVERSE_EFFECT)
            end = replace(end, kind=Kind.ADVERSE_EFFECT)
        if subject.id == obj.id or subject.new + obj.new > self.new:
            return
        name = one.relation_name or predicate(
            start, relation.family, end, relation.flags, one.colour.certainty
        )
        if name is None or not sensible(name, subject, obj):
            return
        open_ = one.colour.direction is not Direction.SUPPORTS
        if name is Predicate.STUDIED_TO_TREAT and open_ and not _is_study(relation):
            name = Predicate.TREATS_OR_APPLIED_OR_STUDIED
        suggestion = self._suggestion(one, subject, start, name, obj)
        yield suggestion
        yield from self._taken_for_granted(one, suggestion, end)
        for condition in self._further_conditions(relation, suggestion):
            narrowed = suggestion.qualifiers.model_copy(update={"condition": condition})
            further = replace(suggestion, qualifiers=narrowed)
            yield further
            yield from self._taken_for_granted(one, further, end)

    def _suggestion(
        self, one: Candidate, subject: Named, start: End, name: Predicate, obj: Named
    ) -> Suggestion:
        relation, painted = one.relation, one.colour
        page = self.page
        trigger = page.of_tokens(*relation.trigger)
        cues = tuple(page.of_tokens(m.start, m.end) for m in painted.cues)
        negations = tuple(page.of_tokens(m.start, m.end) for m in painted.negations)
        qualifiers, conditions, why, cost = self._qualifiers(relation, subject, start, name, obj)
        quote = self._quote([subject, obj], [trigger, *cues, *negations, *conditions])
        reasons = (f"“{trigger.exact}”", *one.reasons, *why, *doubts(subject, obj))
        certainty = Certainty.ASSERTED if one.stated is Stated.PRESUPPOSED else painted.certainty
        if name in (Predicate.IN_CLINICAL_TRIALS_FOR, Predicate.STUDIED_TO_TREAT):
            certainty = Certainty.SPECULATIVE
        return Suggestion(
            subject=subject,
            predicate=name,
            object=obj,
            direction=painted.direction,
            certainty=certainty,
            basis=painted.basis,
            stated=one.stated,
            qualifiers=qualifiers,
            quote=quote,
            trigger=trigger,
            section=page.sentence.section,
            cues=cues,
            unhedged_cues=self._unhedged(quote, painted),
            negations=negations,
            context=outside(quote, [subject.span, obj.span, *conditions]),
            dose=self._dose(subject),
            score=max(5, 90 - one.cost - cost - 30 * (subject.new + obj.new)),
            reasons=reasons,
            source=self.source,
        )

    def _qualifiers(
        self, relation: Relation, subject: Named, start: End, name: Predicate, obj: Named
    ) -> tuple[Qualifiers, tuple[Span, ...], tuple[str, ...], int]:
        """Condition, population, place and the subject's change, with the spans that say so."""
        found: dict[str, str] = {}
        spans: list[Span] = []
        why: tuple[str, ...] = ()
        wants = {"condition": Kind.CONDITION, "population": Kind.POPULATION}
        if obj.kind in _SEEN | {Kind.PATHWAY} and name is not Predicate.HAS_SIDE_EFFECT:
            for slot, kind in wants.items():
                for meant in self._all(relation.around, relation):
                    if meant.entity and self.kinds[meant.entity] is kind and slot not in found:
                        found[slot] = meant.entity
                        spans.append(self.page.span(meant.start, meant.end))
            if "population" in found and "condition" not in found:
                found |= self._condition_of(found["population"])
        above = [
            m for m in self.page.heading if m.entity and self.kinds[m.entity] is Kind.CONDITION
        ]
        drug = subject.kind is Kind.DRUG
        fits = drug and obj.kind in _SEEN and name is not Predicate.HAS_SIDE_EFFECT
        if not found and fits and len({m.entity for m in above}) == 1:
            found["condition"] = above[0].entity or ""
            why = (f"condition {above[0].entity} from the heading",)
        if name not in (Predicate.LOCATED_IN,) and obj.kind in (Kind.TARGET, Kind.CELL):
            for meant in self._all(relation.places, relation)[:1]:
                if meant.entity and self.kinds[meant.entity] is Kind.ANATOMY:
                    found["location"] = meant.entity
                    spans.append(self.page.span(meant.start, meant.end))
        change = subject_change(start) if subject.kind is not Kind.DRUG else None
        return (
            Qualifiers.model_validate({**found, "subject_change": change}),
            tuple(spans),
            why,
            5 * len(why),
        )

    def _applied(self, made: Suggestion, condition: str) -> Iterator[Suggestion]:
        """What people with a condition report on a drug takes for granted that they take it."""
        meant = next((m for m in self.page.named if m.entity == condition), None)
        named = None if meant is None else self._end(meant, Family.USE, subject=False)
        if named is None:
            return
        yield replace(
            made,
            predicate=Predicate.APPLIED_TO_TREAT,
            object=named[0],
            certainty=Certainty.ASSERTED,
            direction=Direction.SUPPORTS,
            stated=Stated.PRESUPPOSED,
            basis=(Basis.NONE_STATED,),
            qualifiers=Qualifiers(),
            cues=(),
            unhedged_cues=(*made.cues, *made.unhedged_cues),
            negations=(),
            score=max(5, made.score - 25),
            reasons=(f"“{made.trigger.exact}”", "taken for granted, not stated"),
        )

    def _further_conditions(self, relation: Relation, made: Suggestion) -> tuple[str, ...]:
        """“cravings in A and B”: a claim for each."""
        if made.qualifiers.condition is None:
            return ()
        meant = self._all(relation.around, relation)
        ids = [m.entity for m in meant if m.entity and self.kinds[m.entity] is Kind.CONDITION]
        return tuple(i for i in ids if i != made.qualifiers.condition)

    def _condition_of(self, population: str) -> dict[str, str]:
        """“patients with X” have X."""
        condition = self.memory.suffers.get(population)
        return {} if condition is None else {"condition": condition}

    def _quote(self, ends: list[Named], spans: list[Span]) -> Span:
        """The shortest words of the sentence that hold all parts that stand in it."""
        sentence = self.page.sentence
        parts = [end.pointing or end.span for end in ends] + spans
        inside = [
            (s.start, s.end)
            for s in parts
            if s.start is not None and s.end is not None
            and sentence.start <= s.start and s.end <= sentence.end
        ]  # fmt: skip
        inside = inside or [(s.start or 0, s.end or 0) for s in (ends[1].span,)]
        return self.page.span(min(a for a, _ in inside), max(b for _, b in inside))

    def _unhedged(self, quote: Span, painted: Colour) -> tuple[Span, ...]:
        """Hedges within the quote that weaken another part of it."""
        held = {(m.start, m.end) for m in painted.cues}
        spans: dict[tuple[int, int], Span] = {}
        for match in self.page.cues:
            if match.cue is None or match.cue.sort is not Sort.HEDGE:
                continue
            inside = any(a <= match.start and match.end <= b for a, b in held)
            span = self.page.of_tokens(match.start, match.end)
            if not inside and within(span, quote):
                spans.setdefault((match.start, match.end), span)
        return tuple(spans.values())

    def _dose(self, subject: Named) -> Dose | None:
        """The dose that the sentence gives for a drug."""
        return self.page.dose() if subject.kind is Kind.DRUG else None

    def _taken_for_granted(
        self, one: Candidate, suggestion: Suggestion, end: End
    ) -> Iterator[Suggestion]:
        """What helps a symptom of a condition takes for granted that the condition has it."""
        condition = suggestion.qualifiers.condition
        helps = (Predicate.DECREASES, Predicate.INCREASES)
        if (
            condition is None
            or suggestion.subject.kind is not Kind.DRUG
            or suggestion.predicate not in helps
            or suggestion.object.new
        ):
            return
        if one.relation.by_people and one.relation.subjects:
            yield from self._applied(suggestion, condition)
        better = (suggestion.predicate is Predicate.DECREASES) == end.bad
        meant = next((m for m in self.page.named if m.entity == condition), None)
        if meant is None or not better or one.colour.direction is not Direction.SUPPORTS:
            return
        named = self._end(meant, Family.TREAT, subject=False)
        if named is None:
            return
        name = Predicate.FEATURE_OF if end.bad else Predicate.IMPAIRED_IN
        spans = [suggestion.trigger] if named[0].span not in (suggestion.quote,) else []
        quote = self._quote([suggestion.object, named[0]], spans)
        yield replace(
            suggestion,
            subject=suggestion.object,
            predicate=name,
            object=named[0],
            certainty=Certainty.ASSERTED,
            stated=Stated.PRESUPPOSED,
            basis=(Basis.NONE_STATED,),
            qualifiers=Qualifiers(),
            cues=(),
            negations=(),
            dose=None,
            quote=quote,
            unhedged_cues=self._unhedged(quote, replace(one.colour, cues=())),
            context=outside(quote, [suggestion.object.span, named[0].span]),
            score=max(5, suggestion.score - 25),
            reasons=(f"“{suggestion.trigger.exact}”", "taken for granted, not stated"),
        )
