"""Assertion status: which words of a sentence the text does not assert, and why.

Complement-taking words that affirm what follows “that”, and those that leave it open; the words
round the name of something that is withdrawn or lacking; control groups and the frames that set
a drug against them.

After the assertion classes of the i2b2 challenge (Uzuner et al. 2011) and the triggers with scope
of ConText (Harkema et al. 2009). `scope` colours what is asserted; what stands under a question,
an aim, a doubt, a condition, somebody's opinion or a comparison without difference is withheld,
since neither direction nor certainty could be told of it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from ldn_graph.records.vocabularies import Certainty, Direction
from ldn_graph.suggest.phrases import Colour, How, Relation
from ldn_graph.suggest.relations import Family, word_set
from ldn_graph.suggest.sentences import Sentence, tokens
from ldn_graph.suggest.tagging import Item, Part
from ldn_graph.suggest.triggers import PATTERNS, Reach, Status

_CONTROL = (
    r"(?:placebo|controls?|sham|dummy"
    r"|usual care|sugar pills?|vehicle|saline|untreated)"
)
_WITHDRAWN = (
    r"(?:stopp|discontinu|withdr[ae]w|withhold|withheld|omit|skipp|miss|interrupt|ceas|halt"
    r"|paus|quit"
    r"|forgo|refus|declin|remov|taper)\w*"
)
#: What stands before the name of something that is not there, or is not meant.
ABSENT_BEFORE = re.compile(
    rf"(?:(?<=\s)|^)(?:(?:not|never|n't|don't|didn't) (?:\w+ )?(?:take|taken|took|taking|given"
    rf"|receive"
    rf"|received|receiving|treated with|on|using|used)|(?:absence|lack|withdrawal|cessation"
    rf"|discontinuation|omission|removal|deficiency|deletion|loss) (?:of|from)|(?:fewer|lower"
    rf"|smaller"
    rf"|missed|too few|insufficient) (?:doses?|amounts?) of|without|off|absent|but for|lacking"
    rf"|lacks?|lacked|deprived of|denied|instead of"
    rf"|rather than|other than|except|except for|unlike|before|prior to|not|nor"
    rf"|{_WITHDRAWN}(?: of| from)?"
    rf"|(?:taking|took|takes|receiv\w+|given|with|on) no|than(?: with| on| in| after| under"
    rf"| did)?|compared with|compared to|versus|vs)"
    rf" (?:(?:the|any|their|his|her|its|an?|daily|oral|treatment with|therapy with|use of"
    rf"|doses? of"
    rf"|taking|with) )*"
)
#: What stands behind it.
ABSENT_AFTER = re.compile(
    rf"(?:therapy |treatment )?(?:was|were|is|are|had been|has been"
    rf"|been) (?:\w+ )?(?:{_WITHDRAWN}"
    rf"|not (?:given|taken|used|available))(?!\w)|(?:- )?(?:deficient|free|naive|lacking"
    rf"|withdrawal"
    rf"|discontinuation|cessation|deprivation|deprived|knockout)(?!\w)"
)

#: A sentence with a control says something of a drug only by comparing the two.
CONTROL = re.compile(rf"\b{_CONTROL}\b(?! - controlled| - blind)")
COMPARED = re.compile(
    rf"(?:than|versus|vs|over|against|to|from|unlike|compared with|relative to|compared to"
    rf"|to that of"
    rf"|outperform\w*|beat|exceed\w*|surpass\w*|contrast with|by contrast with) (?:(?:\.|that"
    rf"|those|what|with|on|in|of|the|a|an|did"
    rf"|under|patients|people|women|receiving|given|taking|treated|who|received|matching|inert"
    rf"|by|\d[\d.]*|%|points?|percent) )*{_CONTROL}\b"
    rf"|{_CONTROL} (?:did not|didn't|had no|has no|does not|not)"
)
#: Verbs of thinking and saying that may stand right before what is thought or said.
ATTITUDES = word_set("""
    think thinks thought believe believes believed say says said claim claims claimed insist insists
    insisted swear swears swore doubt doubts doubted wish wishes wished hope hopes hoped fear fears
    feared suppose supposes imagine imagines assume assumes assuming pretend argue argues argued
    maintain maintains deny denies denied guess suspect suspects expect expects bet reckon reckons
    feel feels felt trust whether if convinced sure certain adamant concede concedes suggest
    suggests hear heard told
""")
#: Words that a “that” may depend on and still state what follows; hedges among them are cues.
ACCEPTED = word_set("""
    show shows showed shown showing find finds found finding findings demonstrate demonstrates
    demonstrated demonstrating report reports reported reporting suggest suggests suggested
    suggesting indicate indicates indicated indicating reveal reveals revealed observe observes
    observed confirm confirms confirmed note notes noted conclude concludes concluded concluding
    conclusion prove proves proved proven establish establishes established know knows known evident
    clear discover discovers discovered see seen saw evidence fact result results mean means
    meaning explain explains explained say says said state states stated tell tells told us
    believe believes believed think thinks thought hypothesise hypothesised hypothesize hypothesized
    hypothesis speculate speculates speculated propose proposes proposed suspect suspects suspected
    postulated postulate theory idea possible likely probable plausible so such now given in add
    adds added recall learn learns learned learnt remember mind agree agrees agreed hint hints
    imply implies implied proof sign signs indication possibility hope hopes hoped assume news point
    reason advantage read hear heard describe describes described support supports data study
    trial trials studies recognise recognised recognized accepted established speculation
    feature feel feels ensure ensures case way show document documents documented
    notice notices noticed write writes wrote mention mentions mentioned realise realised
""")
COPULAR = frozenset({"is", "was", "be", "being", "are", "remains", "holds", "goes", "held"})
#: What leaves the words before a “that” open.
MATRIX_OPEN = re.compile(
    r"\b(?:not|no|never|nobody|none|neither|nor|cannot|can't|didn't|don't|doesn't|unable|fail\w*"
    r"|(?<!a )few|hardly|(?<!a )little|yet to|would|could|if|want\w*|hop(?:e|es|ed|ing) to"
    r"|need\w* to|myths?|claims?"
    r"|doubt\w*|null|lack\w*|absent|scarce|missing|insufficient|inconclusive|views?|opinion"
    r"|wisdom|lore|dogma"
    r"|(?:aim|attempt|seek|sought|set|tr)\w* (?:out )?to|question\w*|argu\w+|fears?"
    r"|worr(?:y|ies)|concerns?|assertions?|allegations?|belief|rumou?rs?|criticisms?|objections?"
    r"|assumptions?|illusion|fantasy)\b"
)


#: What ends the scope of a trigger.
_TERMINATORS = frozenset({"but", "however", "although", "though", "whereas", "yet", ";",
                          "nevertheless", "nonetheless", "while"})  # fmt: skip
_FINITE = {Part.BE, Part.HAVE, Part.DO, Part.MODAL, Part.HELP}
#: A status that a statement which is itself denied or left open does not lose its value by.
_COMPATIBLE = {Status.DENIED, Status.NO_DIFFERENCE, Status.DOUBT}
#: What asks for, or tells of, research is said of a study, whatever comes of it.
_OF_STUDIES = {Family.STUDY, Family.TRIAL, Family.NEEDS_RESEARCH}
_COPULAS = frozenset({"remains", "remain", "becomes", "became", "stays", "seems", "appears"})
#: What says of a “whether” that the answer is not known.
_OPEN = re.compile(
    r"\b(?:unclear|unknown|known|clear|uncertain\w*|unproven|unresolved|inconclusive|equivocal"
    r"|conflicting|contradictory|established|insufficient|controversial|remains|tested|studied"
    r"|mixed)\b"
)
_VERBAL_LINK = re.compile(
    r"(?:lead|led|result|contribut|play|act[s ]|work|bind|bound|interact|giv|gave|help|respond"
    r"|differ"
    r"|tak|took|com|go|accompan|correlat|participat|block|ha[sdv]|set|br[io]|resid|do|did|must"
    r"|should"
    r"|cannot|can|turn)"
)
_CITATION = re.compile(r"\b(?:19|20)\d\d\s*;\s*\d+|\bdoi\s*:|\bPMID\b", re.IGNORECASE)
_CAPITAL = re.compile(r"[A-Z]")
_MINOR = re.compile(r"(?:[a-z]{1,4}|with|from|between|versus|[\W\d_]+)$")


#: A sentence that takes back the one before is no longer, and begins with what it is about.
LONGEST_DENIAL = 25
_BACK = re.compile(
    r"(?:(?:but|however|yet|in fact|later|subsequently|unfortunately|still) ?,? )?(?:this|that|it"
    r"|these|those|neither|such|no such|none|both|the (?:\w+ )?(?:difference|effect|result"
    r"|finding"
    r"|claim|improvement|reduction|change|decrease|increase|decline|benefit|association|study"
    r"|report"
    r"|paper|trend|same|gain|idea|belief|placebo))"
)
#: Who tells of himself bears witness.
_FIRST_PERSON = frozenset({"my", "me", "i", "mine"})
#: So many words before a “that” may be what it depends on.
_NEAR = 5
#: Families that compare nothing with a control.
_UNCOMPARED = {*_OF_STUDIES, Family.USE, Family.IS, Family.LOCATED, Family.DEVELOP, Family.PART,
               Family.PRESCRIBED_BY, Family.MONITORED_BY, Family.BIND}  # fmt: skip


def _spared(relation: Relation, status: Status, said: Colour) -> bool:
    if status is Status.AIM:
        studied = _OF_STUDIES & relation.flags and relation.family is Family.TREAT
        return relation.family in _OF_STUDIES or bool(studied)
    if status is Status.DOUBT and relation.family in _UNCOMPARED:
        return True
    if status is Status.OPINION:
        return said.certainty is Certainty.SPECULATIVE
    if status is Status.FRAGMENT:
        return relation.how is not How.NOUN
    if status is Status.HYPOTHESIS:
        return said.certainty is Certainty.SPECULATIVE
    if status is Status.NO_DIFFERENCE and relation.family in _UNCOMPARED:
        return True
    return said.direction is not Direction.SUPPORTS and status in _COMPATIBLE


@dataclass(frozen=True)
class Scope:
    """Tokens `start` to `end` (exclusive) that stand under a trigger of `status`."""

    start: int
    end: int
    status: Status


@dataclass(frozen=True)
class Assertion:
    """The scopes of one sentence; `absent`: tokens of what is said not to be there."""

    scopes: tuple[Scope, ...] = ()
    absent: frozenset[int] = frozenset()
    words: tuple[str, ...] = ()
    uncompared: bool = False

    def withheld(self, relation: Relation, said: Colour) -> Status | None:
        """Why a relation, which its cues colour as `said`, is withheld; None where it is not."""
        if relation.family is Family.AVOID:
            return None
        if said.certainty is Certainty.ASSERTED and _FIRST_PERSON & set(self.words):
            return Status.OPINION
        if self._lacks_comparison(relation, said):
            return Status.NO_DIFFERENCE
        at = relation.trigger[0]
        if said.direction is Direction.INCONCLUSIVE and not _OPEN.search(" ".join(self.words)):
            return Status.QUESTION
        for scope in self.scopes:
            if not scope.start <= at < scope.end or _spared(relation, scope.status, said):
                continue
            return scope.status
        mentions = (*relation.subjects, *(() if relation.subjects else relation.objects))
        gone = self.absent & {n for m in mentions for n in range(m.start, m.end)}
        if gone or (self.absent and not relation.subjects):
            return Status.ABSENT
        return self._embedded(relation, said)

    def _lacks_comparison(self, relation: Relation, said: Colour) -> bool:
        """Whether a control is told of, and nothing of how the drug did against it."""
        asserted = said.certainty is Certainty.ASSERTED and said.direction is Direction.SUPPORTS
        return asserted and self.uncompared and relation.family not in _UNCOMPARED

    def _embedded(self, relation: Relation, said: Colour) -> Status | None:
        """“We doubt that A does B”: what a “that” depends on must be a word that affirms."""
        first = min((m.start for m in relation.subjects), default=relation.trigger[0])
        first = min(first, relation.trigger[0])
        start = self._clause_start(first)
        that = next((n for n in range(first - 1, start, -1) if self.words[n] == "that"), None)
        if that is None and self.words[first - 1 : first] and self.words[first - 1] in ATTITUDES:
            return Status.EMBEDDED if said.certainty is Certainty.ASSERTED else None
        if that is None or not self._complements(that, first, relation):
            return None
        matrix = self.words[start:that]
        open_ = MATRIX_OPEN.search(" ".join(matrix)) is not None
        accepted = matrix[-1] in COPULAR or bool(ACCEPTED & set(matrix[-_NEAR:]))
        if said.direction is not Direction.SUPPORTS and accepted:
            return None
        accepted = accepted or said.certainty is Certainty.SPECULATIVE
        return None if accepted and not open_ else Status.EMBEDDED

    def _complements(self, that: int, first: int, relation: Relation) -> bool:
        """Whether a “that” opens a clause of its own, not one about the noun before it."""
        between = self.words[that + 1 : first]
        near = between.count(",") in (0, 2) and len(between) <= (2 + 4 * bool(between.count(",")))
        return near and not any(m.start < that for m in relation.objects)

    def _clause_start(self, at: int) -> int:
        return max((n + 1 for n in range(at) if _terminates(self.words, n)), default=0)


def _terminates(words: Sequence[str], n: int) -> bool:
    """“yet” within a clause, as in “has yet to”, ends nothing."""
    return words[n] in _TERMINATORS and (words[n] != "yet" or n == 0 or words[n - 1] in ",;")


def denies(words: Sequence[str], row: Sequence[Item]) -> bool:
    """Whether a sentence that names nothing takes back the one before: “The difference was not
    significant.”"""
    if any(item.part is Part.NAME for item in row):
        return False
    joined = " ".join(words)
    starts = list(accumulate((len(w) + 1 for w in words), initial=0))
    found = {scope.status for scope in _by_pattern(joined, starts, words)}
    return bool(_BACK.match(joined)) and bool(
        found & {Status.DENIED, Status.NO_DIFFERENCE, Status.DOUBT}
    )


def assertion(
    sentence: Sentence, words: Sequence[str], row: Sequence[Item], line: str = ""
) -> Assertion:
    """The scopes of a sentence, from its words in lower case and its items; `line`: the line of
    the text that it stands in."""
    joined = " ".join(words)
    starts = list(accumulate((len(w) + 1 for w in words), initial=0))
    found = [*_by_pattern(joined, starts, words)]
    if "?" in words:
        found.append(Scope(0, len(words), Status.QUESTION))
    if sentence.label is not None:
        found += [replace(s, start=0, end=len(words)) for s in _of_label(sentence.label)]
    title = Status.TITLE if _CITATION.search(line) else _title(sentence, row)
    if title is not None:
        found.append(Scope(0, len(words), title))
    uncompared = CONTROL.search(joined) is not None and COMPARED.search(joined) is None
    gone = frozenset(_absent(joined, starts, row))
    return Assertion(tuple(found), gone, tuple(words), uncompared)


def _token(starts: Sequence[int], at: int) -> int:
    return bisect_right(starts, at) - 1


def _by_pattern(joined: str, starts: Sequence[int], words: Sequence[str]) -> Iterator[Scope]:
    for status, reach, pattern in PATTERNS:
        for match in pattern.finditer(joined):
            first, last = _token(starts, match.start()), _token(starts, match.end() - 1)
            yield Scope(*_reached(reach, first, last, words), status)


def _reached(reach: Reach, first: int, last: int, words: Sequence[str]) -> tuple[int, int]:
    """The tokens that a trigger at `first` to `last` reaches."""
    if reach is Reach.SENTENCE:
        return 0, len(words)
    stop = next((n for n in range(last + 1, len(words)) if _terminates(words, n)), len(words))
    if reach is Reach.FORWARD:
        return first, stop
    if reach in (Reach.FRONTED, Reach.PHRASE):
        opens = first == 0 or words[first - 1] in (",", *_TERMINATORS)
        comma = next((n for n in range(last + 1, stop) if words[n] == ","), stop)
        return first, comma if opens or reach is Reach.PHRASE else stop
    begin = next((n + 1 for n in range(first - 1, -1, -1) if _terminates(words, n)), 0)
    return begin, stop


def _absent(joined: str, starts: Sequence[int], row: Sequence[Item]) -> Iterator[int]:
    """The tokens of what is withdrawn, lacking or excluded: “without A”, “A was stopped”."""
    before = {_token(starts, m.end()) for m in ABSENT_BEFORE.finditer(joined)}
    after = {_token(starts, m.start()) for m in ABSENT_AFTER.finditer(joined)}
    for item in row:
        if item.part in (Part.NAME, Part.PRONOUN, Part.WORD) and (
            item.start in before or item.end in after
        ):
            yield from range(item.start, item.end)


def _of_label(label: str) -> Iterator[Scope]:
    """“Objective: …”, “Our conjecture: …”: what the label makes of what follows it."""
    words = [*(w.low for w in tokens(label)), ":"]
    starts = list(accumulate((len(w) + 1 for w in words), initial=0))
    yield from _by_pattern(" ".join(words), starts, words)


def _title(sentence: Sentence, row: Sequence[Item]) -> Status | None:
    """Whether a line states nothing: without a finite verb, or written as a title is."""
    if sentence.bullet or sentence.label is not None:
        return None
    if _capitalised(sentence.text):
        return Status.TITLE
    finite = any(
        item.part in _FINITE
        or (item.part is Part.VERB and item.form in ("s", "base", "ed"))
        or (item.part is Part.LINK and _VERBAL_LINK.match(item.low))
        or item.low in _COPULAS
        for item in row
    )
    if finite:
        return None
    stopped = sentence.text.rstrip()[-1:] in (".", "!")
    return Status.FRAGMENT if stopped else Status.TITLE


def _capitalised(text: str) -> bool:
    """“The Use of Low-Dose Naltrexone to Reduce Pain”: without a full stop, all in capitals."""
    if text.rstrip()[-1:] in tuple('.!”"'):
        return False
    said = [w for w in re.split(r"[\s-]+", text) if not _MINOR.match(w)]
    return len(said) > 3 and all(_CAPITAL.match(w.lstrip("(“\"'")) for w in said)
