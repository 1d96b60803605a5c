"""Reads noun phrases from the items of a sentence: coordinated, given examples and surrounded."""

from dataclasses import replace

from ldn_graph.records.vocabularies import Kind
from ldn_graph.suggest.dependencies import finite, skip
from ldn_graph.suggest.phrase_heads import DEEPEST, Heads
from ldn_graph.suggest.phrases import Mention, Phrase, exampled, kinds_of, merged
from ldn_graph.suggest.tagging import Part

_FROM_TO = [Part.NAME, Part.TO, Part.NAME]
#: What ends words in apposition.
_CLOSES = (Part.COMMA, Part.CLOSE, Part.SIGN, Part.END, Part.RELATIVE)


class Reader(Heads):
    """Reads coordinated phrases; see `Heads` for its fields."""

    def group(self, i: int) -> tuple[Phrase, int] | None:
        """The coordinated phrase that begins at item `i`, and where it ends."""
        if self.depth >= DEEPEST:
            return None
        self.depth += 1
        try:
            return self._group(i)
        finally:
            self.depth -= 1

    def _group(self, i: int) -> tuple[Phrase, int] | None:
        first = self._with_around(i)
        if first is None:
            return None
        whole, j = first
        joined = False
        while True:
            apposed = self._apposed(whole, j)
            if apposed is not None:
                whole, j = apposed
            step = self._conjunct(j)
            if step is None:
                break
            after, k = step
            if self.row[k - 1].part is Part.NAME and self._and_other(j):
                members = [m for m in (whole.mentions or whole.around) if not m.back]
                pairs = tuple((m, head) for head in after.mentions for m in members)
                whole = replace(whole, examples=(*whole.examples, *pairs))
            inherits = all(m.change is None for m in after.mentions)
            last = whole.mentions[-1] if whole.mentions else None
            if inherits and last and last.change is not None and self._shares_noun(whole, after):
                after = replace(after, mentions=tuple(
                    replace(m, change=last.change, change_at=last.change_at)
                    for m in after.mentions))  # fmt: skip
            joined = joined or any(item.part is Part.AND for item in self.row[j:k])
            whole, j = merged(whole, after), k
        listed = joined or len(whole.mentions) == len(first[0].mentions)
        return (whole, j) if listed or not finite(self.row, skip(self.row, j)) else first

    def _apposed(self, whole: Phrase, j: int) -> tuple[Phrase, int] | None:
        """“A, a form of B,” and “A (the Bs of C)”: A is a B; None where no such words follow."""
        if j + 2 >= len(self.row) or self.row[j].part not in (Part.COMMA, Part.OPEN):
            return None
        first = self.row[j + 1]
        opens = first.part is Part.POSSESSIVE or first.low in ("a", "an", "the")
        role = first.part is Part.NAME and {self.kinds[e] for e in first.entities} == {Kind.ROLE}
        found = self.core(j + 1) if opens or role else None
        if found is None or not whole.mentions or len(found[0].mentions) != 1:
            return None
        (head,), k = found[0].mentions, found[1]
        kinds = {self.kinds[e] for e in head.entities}
        last = kinds_of(whole.mentions, self.kinds)
        new = not last and first.low in ("a", "an") and bool(whole.mentions[-1].words)
        fits = kinds == {Kind.ROLE} or kinds == last or new
        if not kinds or head.change or head.back or not fits:
            return None
        places, k = self._place(k)
        k = self._behind_participle(k)
        after = self.row[k].part if k < len(self.row) else Part.SIGN
        if self.row[j].part is Part.OPEN and after is not Part.CLOSE:
            return None
        further = k + 1 < len(self.row) and self.row[k + 1].part is Part.AND
        that = k < len(self.row) and self.row[k].low == "that"
        if (after not in _CLOSES and not that) or further:
            return None
        many = any(i.part is Part.NUMBER or i.low in ("two", "three") for i in self.row[j:k])
        members = whole.mentions if many else whole.mentions[-1:]
        pairs = tuple((m, replace(head, places=places)) for m in members)
        verb = k < len(self.row) and finite(self.row, skip(self.row, k + 1))
        k += after is Part.CLOSE or (after is Part.COMMA and verb)
        return replace(whole, examples=(*whole.examples, *pairs)), k

    def _behind_participle(self, k: int) -> int:
        """“a peptide derived from B, …”: the comma."""
        if k >= len(self.row) or not self.row[k].low.endswith("ed"):
            return k
        ahead = range(k + 1, min(k + 10, len(self.row)))
        return next((n for n in ahead if self.row[n].part is Part.COMMA), k)

    def _place(self, k: int) -> tuple[tuple[Mention, ...], int]:
        """“the immune cells of the brain”: where they are."""
        if k + 1 >= len(self.row) or self.row[k].low not in ("of", "in"):
            return (), k
        found = self.core(k + 1)
        if found is None or kinds_of(found[0].mentions, self.kinds) != {Kind.ANATOMY}:
            return (), k
        return found[0].mentions, found[1]

    def _and_other(self, j: int) -> bool:
        """“lupus and other autoimmune diseases”: lupus is one of them."""
        return any(self.row[n].low == "other" for n in range(j, min(j + 3, len(self.row))))

    def _shares_noun(self, whole: Phrase, after: Phrase) -> bool:
        """“increase in A and B”: a change noun governs both; an adjective only its own noun."""
        at = whole.mentions[-1].change_at
        return at is not None and any(
            i.start == at and i.part is Part.CHANGE for i in self.row
        ) and after.start > at  # fmt: skip

    def _conjunct(self, j: int) -> tuple[Phrase, int] | None:
        """A further member of the list after a comma or “and”."""
        k = j
        while k < len(self.row) and self.row[k].part in (Part.COMMA, Part.AND, Part.ADVERB):
            k += 1
        joined = any(self.row[n].part is not Part.ADVERB for n in range(j, k))
        # “reductions in A and in B”
        again = joined and k + 1 < len(self.row) and self.row[k].low in ("in", "of")
        if k == j or not joined or not self.starts(k + again):
            return None
        if self.row[k].part in (Part.PRONOUN, Part.POINTER) or self._verb_follows(k):
            return None
        k += again
        found = self._with_around(k)
        if found is None:
            return None
        known = any(m.entities for m in found[0].mentions)
        if k == j + 1 and self.row[j].part is Part.COMMA and self._unknown_before(j):
            return None
        by_and = any(self.row[n].part is Part.AND for n in range(j, k))
        after = self.row[found[1]].part if found[1] < len(self.row) else None
        known = known or (after is Part.AND and bool(found[0].mentions))
        return found if known or (by_and and found[0].mentions) else None

    def _unknown_before(self, j: int) -> bool:
        """“As more data become available, LDN …” is no list."""
        return j > 0 and self.row[j - 1].part in (Part.WORD, Part.ADVERB)

    def _verb_follows(self, k: int) -> bool:
        return self.row[k].part is Part.VERB and not self.attributive(k)

    def _with_around(self, i: int) -> tuple[Phrase, int] | None:
        core = self.core(i)
        if core is None:
            return None
        phrase, j = core
        while j < len(self.row):
            step = self._further(phrase, j)
            if step is None:
                break
            phrase, j = step
        return phrase, j

    def _further(self, phrase: Phrase, j: int) -> tuple[Phrase, int] | None:
        """The phrase with what stands behind it: in brackets, by example, behind a preposition."""
        item = self.row[j]
        if item.part is Part.OPEN:
            close = self._closing(j)
            return None if close is None else (phrase, close)
        k = j + (item.part is Part.COMMA)
        if k < len(self.row) and self.row[k].part is Part.EXAMPLE:
            members = self._examples(k + 1)
            return None if members is None else (exampled(phrase, members[0]), members[1])
        named = self._called(j)
        if named is not None:
            return named
        span = self._from_to(j)
        if span is not None:
            return exampled(phrase, span[0]), span[1]
        if item.part is Part.PREPOSITION and item.low != "of":
            return self.around(phrase, j)
        return None

    def _called(self, j: int) -> tuple[Phrase, int] | None:
        """“a receptor on their surface called TLR4”: TLR4."""
        if j + 1 >= len(self.row) or self.row[j].low not in ("called", "named", "termed"):
            return None
        return self.core(j + 1) if self.row[j + 1].part is Part.NAME else None

    def _from_to(self, j: int) -> tuple[Phrase, int] | None:
        """“a range of conditions, from A to B”: two examples."""
        k = j + (self.row[j].part is Part.COMMA)
        parts = [item.part for item in self.row[k + 1 : k + 4]]
        if k >= len(self.row) or self.row[k].low != "from" or parts != _FROM_TO:
            return None
        one, other = self.core(k + 1), self.core(k + 3)
        if one is None or other is None:
            return None
        return merged(one[0], other[0]), other[1]

    def _closing(self, j: int) -> int | None:
        for k in range(j + 1, min(j + 14, len(self.row))):
            if self.row[k].part is Part.CLOSE:
                return k + 1
        return None

    def _examples(self, k: int) -> tuple[Phrase, int] | None:
        """The members after “such as”, up to the next category that has examples of its own."""
        found = self.core(k) if self.starts(k) else None
        if found is None:
            return None
        whole, j = found
        while True:
            while j < len(self.row) and self.row[j].part is Part.OPEN:
                close = self._closing(j)
                if close is None:
                    return whole, j
                j = close
            step = self._conjunct(j)
            if step is None or step[0].examples:
                return whole, j
            if self.row[j].part is Part.AND and self.row[j].end - self.row[j].start > 1:
                return whole, j
            if self.row[j].part is Part.COMMA and self.row[j + 1].low == "as well as":
                return whole, j
            whole, j = merged(whole, step[0]), step[1]

    def around(self, phrase: Phrase, j: int) -> tuple[Phrase, int] | None:
        """A prepositional phrase: an agent, a place, or a condition and its people."""
        if self.depth >= DEEPEST or not self.starts(j + 1):
            return None
        self.depth += 1
        try:
            found = self.core(j + 1)
        finally:
            self.depth -= 1
        if found is None:
            return None
        inner, k = found
        while k < len(self.row) and not inner.agents:
            apposed = self._apposed(inner, k)
            if apposed is not None:
                inner, k = apposed
                phrase = replace(phrase, examples=(*phrase.examples, *inner.examples))
            more = self._conjunct(k)
            if more is None or finite(self.row, skip(self.row, more[1])):
                break
            conditions = kinds_of(more[0].mentions, self.kinds) == {Kind.CONDITION}
            if self._same_sort(inner, more[0]):
                inner, k = merged(inner, more[0]), more[1]
            elif inner.people and inner.around and conditions:
                inner = replace(inner, around=(*inner.around, *more[0].mentions))
                k = more[1]
            else:
                break
        return self._attached(phrase, self.row[j].low, inner), k

    def _same_sort(self, one: Phrase, other: Phrase) -> bool:
        kinds = [{self.kinds[e] for m in p.mentions for e in m.entities} for p in (one, other)]
        return bool(kinds[0] & kinds[1]) and not other.agents and Kind.CONDITION in kinds[0]

    def _attached(self, phrase: Phrase, low: str, inner: Phrase) -> Phrase:
        agents, places, around = list(phrase.agents), list(phrase.places), list(phrase.around)
        for mention in inner.mentions:
            kinds = {self.kinds[e] for e in mention.entities}
            by = low in ("by", "with", "using", "taking", "following", "after", "on", "through",
                         "via", "from", "receiving", "due to", "because of", "thanks to",
                         "treated with", "during", "under")  # fmt: skip
            if Kind.DRUG in kinds or mention.back == "it":
                agents += [mention] if by or low in ("of", "in") else []
            elif kinds & {Kind.ANATOMY}:
                places.append(mention)
            elif kinds & {Kind.CONDITION, Kind.POPULATION}:
                around.append(mention)
            elif low == "by" and mention.entities:
                agents.append(mention)
            elif kinds & {Kind.TARGET, Kind.CELL} and low in ("in", "on", "within"):
                places.append(mention)
        return replace(
            phrase,
            end=inner.end,
            agents=(*agents, *inner.agents),
            places=(*places, *inner.places),
            around=(*around, *inner.around),
        )
