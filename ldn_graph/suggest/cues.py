"""Cues that colour a statement: hedges, negations, what it is based on, and what ends a scope.

ConText (Harkema et al. 2009) gives each cue a direction and lets its scope end at a terminator.
The hedges are those of `strength.yaml` and of general English; each has the rung of the wording
ladder that it puts a statement on. A cue without a rung there is still shown with its span.
"""

from dataclasses import dataclass
from enum import StrEnum

from ldn_graph.grading.rule import Rule
from ldn_graph.records.vocabularies import Basis, Wording


class Way(StrEnum):
    """Which side of a cue it speaks of; `clause`: only the clause that it stands in; `round`: what
    stands before and behind it; `sentence`: what is studied in its sentence."""

    FORWARD = "forward"
    CLAUSE = "clause"
    BACKWARD = "backward"
    SENTENCE = "sentence"
    ROUND = "round"


class Sort(StrEnum):
    """What a cue says."""

    HEDGE = "hedge"
    NEGATION = "negation"
    UNDECIDED = "undecided"
    BASIS = "basis"
    PSEUDO = "pseudo"
    END = "end"


@dataclass(frozen=True)
class Cue:
    """One cue phrase; `rung` of hedges, `basis` of what a statement rests on."""

    words: str
    sort: Sort
    way: Way = Way.FORWARD
    rung: Wording | None = None
    basis: Basis | None = None


_HEDGES: dict[tuple[Wording, Way], str] = {
    (Wording.CAPABILITY, Way.CLAUSE): "can|able to|ability to|capable of|capacity to|ability of",
    (Wording.SPECULATIVE, Way.CLAUSE): """if|may|might|could|would|possibly|probably|perhaps|likely
        |potentially|presumably|apparently|appear|appears|appeared|seem|seems|seemed|likely to
        |appear to|appears to|seem to|seems to|is believed to|are believed to|is thought to
        |are thought to|is assumed to|are assumed to|is hypothesized to|is hypothesised to
        |are hypothesized to|are hypothesised to|is expected to|are expected to|is suspected to
        |is suspected of|are suspected of|is said to|are said to|is presumed to|theoretically
        |is considered to|is proposed to|are proposed to|is postulated to|purportedly|seemingly
        |supposedly|conceivably|hypothetically|in theory""",
    (Wording.SPECULATIVE, Way.FORWARD): """suggest|suggests|suggested that|suggesting|suggest that
        |suggests that|suggesting that|indicates|indicate|indicates that|indicate that|indicating
        |believe|believes|believe that|believed that|thought that|hypothesized that
        |hypothesised that|hypothesize that|hypothesise that|speculate that|speculates that
        |think that|thinks that|theory is that|theory that|it is possible that|it is likely that
        |it is thought that|it is believed that|hint that|hints that|hypothesis that
        |proposes that|propose that|proposed that|hypothesized|assume that|suspect that
        |raise the possibility that|raises the possibility that""",
    (Wording.SPECULATIVE, Way.BACKWARD): """is possible|is likely|has been suggested
        |has been hypothesised|has been hypothesized|has been proposed|is plausible
        |remains speculative|is speculative|is a hypothesis|hypothesis|unproven|in theory""",
    (Wording.REPORTED, Way.CLAUSE): """have reported|has reported|report|reports|reported
        |have experienced|has experienced|experience|describe|described|say|noticed|notice
        |have described|have noticed""",
    (Wording.REPORTED, Way.FORWARD): """patient reports|anecdotal reports|anecdotally|anecdotal
        |anecdotal evidence|report that|reported that|say that|case reports|users report
        |testimonials|reportedly|self-reported""",
    (Wording.REPORTED, Way.ROUND): """tell us that|tells us that|told us that|tell us|told us
        |you may read that|you may hear that|you may have heard that
        |you may also read that|some claim that|it is often said that|it is often claimed that
        |people find that|people also find that|patients find that|many find that|some find that
        |he says|she says|they say|he adds|she adds|he explains|she explains|he notes|she notes
        |he reports|she reports|she concedes|he concedes|he recalls|she recalls|he said|she said
        |they said|he added|she added|according to patients|many say|some say""",
    (Wording.PROSPECTIVE, Way.SENTENCE): """is being studied|are being studied|being explored
        |being investigated|being tested|being evaluated|being researched|being studied
        |are investigating|is investigating|is exploring|are exploring|are testing|is testing
        |are evaluating|are studying|is under investigation|under investigation|are under way
        |is under way|are underway|is underway|are ongoing|is ongoing|ongoing research
        |ongoing trials|ongoing studies|are in progress|has been studied|have been studied
        |has been investigated|were recruiting|are recruiting""",
    (Wording.PROSPECTIVE, Way.CLAUSE): """has shown potential|have shown potential|shows potential
        |has potential|shows promise|has shown promise|have shown promise|holds promise|promising
        |promise|potential|encouraging|offers hope|offer hope|gives hope|hope for|opens doors
        |hopes that|of interest for|attractive candidate|candidate|opens the door|emerging as""",
    (Wording.PROSPECTIVE, Way.FORWARD): """early findings|preliminary findings|early evidence
        |preliminary evidence|preliminary data|early data|early results|preliminary results
        |limited evidence|pilot data|initial findings|initial studies|early studies
        |interest in|it is hoped that|early research|preliminary research""",
}

_NEGATIONS: dict[Way, str] = {
    Way.CLAUSE: """not|never|cannot|can't|doesn't|don't|didn't|isn't|aren't|wasn't|weren't|hasn't
        |haven't|hadn't|won't|wouldn't|couldn't|shouldn't|neither|nor|no longer|fail to|fails to
        |failed to|failing to|failed in|hardly|barely|rarely|poorly|unable to|unlikely to
        |ineffective in|ineffective for|ineffective against|lack of|lacks|without|no|free of
        |stop short of|stops short of|stopped short of|stopping short of
        |fell short of|falls short of|fall short of|refrained from
        |rather than|instead of|little effect|not seem to|far from|does nothing for|do nothing for
        |did nothing for|does little for|do little for|did little for|no better than placebo in
        |no better than placebo for|no better than a placebo in|no better than a placebo for
        |no more effective than placebo in|no use in|nothing""",
    Way.FORWARD: """nor is there any sign|nor is there any evidence|nor is there
        |no evidence that|no evidence for|no evidence of|no convincing evidence that
        |no good evidence that|no reliable evidence that|no clear evidence that
        |no clinical evidence that|no robust evidence that|not the case that|no proof that
        |there is no evidence that|little evidence that|found no|no indication that|no sign that
        |not shown that|disproved that|it is a myth that|no data that""",
    Way.BACKWARD: """was not observed|were not observed|was not seen|were not seen|was not found
        |were not found|has been ruled out|is ruled out|was ruled out|was unchanged
        |were unchanged|was unaffected|were unaffected|was absent|were absent|is a myth
        |is false|was refuted|has been refuted|did not occur|did not change""",
}

_UNDECIDED: dict[Way, str] = {
    Way.FORWARD: """whether|how well|how effective|how safe
        |it is unclear if|it is unclear whether|it is not known whether
        |it is unknown whether|unclear whether|not clear whether|insufficient evidence that
        |insufficient evidence for|not yet known whether|it is not known if
        |it remains unclear if""",
    Way.BACKWARD: """remains unclear|is unclear|remain unclear|remains unknown|is unknown
        |is not known|remains to be seen|remains to be shown|remains unproven|is unproven
        |is inconclusive|was inconclusive|were inconclusive|is not established
        |has not been established|remains uncertain|is uncertain|remains controversial
        |has not been proven|has not been tested|has not been studied|inconclusive|equivocal
        |conflicting|contradictory""",
}

_BASES: dict[Basis, str] = {
    Basis.CLINICAL_STUDIES_UNSPECIFIED: """clinical studies|clinical study|clinical research
        |clinical trials have shown|clinical trials show|clinical trials suggest|studies have shown
        |studies show|studies suggest|studies indicate|studies have found|studies find
        |studies have demonstrated|research has shown|research shows|research suggests
        |research indicates|trials have shown|trials suggest|trials show|studies found|study found
        |clinical evidence|trials found|human studies|controlled trials|randomised trials
        |randomized trials|a study|several studies|clinical trials found|clinical data
        |observational studies|evidence suggests|evidence shows|studies demonstrate""",
    Basis.EMERGING_RESEARCH: """emerging research|emerging evidence|emerging studies|emerging data
        |early findings|early research|early evidence|early studies|early results|early data
        |preliminary evidence|preliminary findings|preliminary data|preliminary research
        |preliminary studies|pilot studies|pilot study|pilot data|recent findings|animal work
        |animal studies|laboratory studies|laboratory work|preclinical studies|animal research
        |preclinical evidence|in vitro studies|cell studies|initial studies|initial findings""",
    Basis.PATIENT_REPORTS: """patient reports|patients report|patients have reported
        |patients reported|people report|users report|anecdotal|anecdotally|anecdotal reports
        |testimonials|have experienced|have reported|case reports|reported by patients
        |patients describe|patients say|patients notice|reportedly|individuals report
        |participants reported|patients experience|patients experienced|people say""",
    Basis.ONGOING_TRIALS: """trials are investigating|trials are under way|trials are underway
        |trials are ongoing|ongoing trials|trials are exploring|trials are testing
        |trials are evaluating|trials are in progress|trials are recruiting|trial is under way
        |ongoing clinical trials|trial is underway|trial is ongoing|trials are currently
        |being tested in clinical trials|being tested in trials""",
    Basis.OWN_RESULT: """we found|we observed|we show|our results|our findings|our study|our trial
        |in this study|in this trial|in our study|in our trial|we report|our data""",
}

_ENDS = """but|however|although|though|whereas|yet|nevertheless|nonetheless|except|because|unless
    |despite|even though|aside from|apart from|while|on the other hand|in contrast"""
_PSEUDO = """not only|no doubt|not just|not merely|without doubt|no wonder|not surprisingly
    |can be|may include|may take|may occur|may need|not necessarily|no less|could not be better
    |if not|not to mention|whether or not|not least|no history of|no prior|no previous|no known
    |no concomitant|no pre - existing|without a history of|without prior"""


def lexicon(rule: Rule | None = None) -> tuple[Cue, ...]:
    """Every cue, those of `rule` first; of two with the same words and sort the first counts."""
    found: dict[tuple[str, Sort], Cue] = {}
    for cue in (*_of_rule(rule), *_own()):
        found.setdefault((cue.words, cue.sort), cue)
    return tuple(found.values())


def _own() -> list[Cue]:
    cues = [
        Cue(w, Sort.HEDGE, way, rung=rung) for (rung, way), t in _HEDGES.items() for w in _words(t)
    ]
    cues += [Cue(w, Sort.NEGATION, way) for way, t in _NEGATIONS.items() for w in _words(t)]
    cues += [Cue(w, Sort.UNDECIDED, way) for way, t in _UNDECIDED.items() for w in _words(t)]
    cues += [
        Cue(w, Sort.BASIS, Way.SENTENCE, basis=b) for b, t in _BASES.items() for w in _words(t)
    ]
    cues += [Cue(w, Sort.END) for w in _words(_ENDS)]
    return cues + [Cue(w, Sort.PSEUDO) for w in _words(_PSEUDO)]


def _of_rule(rule: Rule | None) -> list[Cue]:
    """The rule's cues in the way of our own list, else of their clause."""
    if rule is None:
        return []
    ways = {cue.words: cue.way for cue in _own() if cue.sort is Sort.HEDGE}
    listed = [
        Cue(words.lower(), Sort.HEDGE, ways.get(words.lower(), Way.CLAUSE), rung=rung)
        for words, rung in rule.cue_rungs.items()
    ]
    return listed + [Cue(n.words.lower(), Sort.PSEUDO) for n in rule.not_a_hedge]


def _words(table: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in table.split("|")]
