"""The vocabulary of relations: verbs, nouns and adjectives of change, and set phrases.

A family says what a word does to its object; what relation of the model that is depends on the
kinds of the two ends, and is decided in `meaning`. The lists follow English usage in medical
texts (and its British and American spelling), not any one text.
"""

from enum import StrEnum

from ldn_graph.suggest.words import plurals, spellings, verb_forms


class Family(StrEnum):
    """What a relation word does to its object."""

    LESS = "less"
    MORE = "more"
    BETTER = "better"
    WORSE = "worse"
    INHIBIT = "inhibit"
    BLOCK = "block"
    REGULATE = "regulate"
    AFFECT = "affect"
    BIND = "bind"
    PROTECT = "protect"
    CAUSE = "cause"
    CONTRIBUTE = "contribute"
    INVOLVED = "involved"
    TREAT = "treat"
    USE = "use"
    STUDY = "study"
    TRIAL = "trial"
    DEVELOP = "develop"
    EXPERIENCE = "experience"
    SIDE_EFFECT = "side-effect"
    LOCATED = "located"
    IS = "is"
    AVOID = "avoid"
    RESPOND = "respond"
    PRESCRIBED_BY = "prescribed-by"
    MONITORED_BY = "monitored-by"
    DIFFER = "differ"
    LINKED = "linked"
    NEEDS_RESEARCH = "needs-research"
    PART = "part"


_VERBS: dict[Family, str] = {
    Family.LESS: """reduce decrease lower lessen diminish attenuate dampen suppress slow minimise
        cut shorten limit quell counteract combat prevent reverse downregulate down-regulate
        weaken blunt abolish eliminate halt delay deplete inactivate restrict subdue stop fight
        curb normalise-down""",
    Family.MORE: """increase raise elevate boost promote stimulate strengthen augment upregulate
        up-regulate restore maximise foster facilitate activate potentiate amplify heighten
        release prolong support encourage accelerate sustain""",
    Family.BETTER: """improve enhance ameliorate alleviate relieve ease mitigate soothe calm
        optimise""",
    Family.WORSE: "worsen aggravate exacerbate impair disrupt damage harm disturb compromise",
    Family.INHIBIT: "inhibit deactivate",
    Family.BLOCK: "block antagonise occupy",
    Family.REGULATE: "modulate regulate balance rebalance normalise stabilise control adjust",
    Family.AFFECT: "affect influence target alter change impact modify",
    Family.BIND: "bind attach",
    Family.PROTECT: "protect preserve shield safeguard",
    Family.CAUSE: "cause trigger induce produce provoke precipitate generate elicit yield evoke",
    Family.CONTRIBUTE: "drive underlie fuel perpetuate",
    Family.TREAT: "treat manage cure help benefit overcome heal aid",
    Family.USE: "use prescribe administer recommend approve license employ take",
    Family.STUDY: "study investigate explore test evaluate examine research assess",
    Family.DEVELOP: "develop design create introduce",
    Family.EXPERIENCE: "report experience describe notice see observe exhibit note enjoy have show",
    Family.RESPOND: "respond",
    Family.DIFFER: "differ",
    Family.MONITORED_BY: "monitor supervise",
}

#: Nouns of what happens to something: "a reduction in", "blockade of".
_NOUNS: dict[Family, str] = {
    Family.LESS: """reduction decrease decline drop fall suppression attenuation prevention loss
        lack depletion reversal deficiency""",
    Family.MORE: """increase rise elevation surge boost stimulation activation restoration
        augmentation promotion upregulation enhancement increment""",
    Family.BETTER: "improvement relief alleviation amelioration easing",
    Family.WORSE: "worsening impairment exacerbation aggravation disruption deterioration",
    Family.INHIBIT: "inhibition",
    Family.BLOCK: "blockade antagonism blocking blockage",
    Family.REGULATE: "modulation regulation normalisation",
    Family.AFFECT: "effect action impact influence change",
    Family.PROTECT: "protection preservation",
    Family.TREAT: "treatment management therapy remedy",
}

#: Adjectives of a changed noun: "fewer flare-ups", "better mobility". Participles come from verbs.
_ADJECTIVES: dict[Family, str] = {
    Family.LESS: "fewer less lower diminished",
    Family.MORE: "more higher greater elevated",
    Family.BETTER: "better",
    Family.WORSE: "worse poorer",
}

#: Phrases that are one relation word; None of their words is read by itself. `*` marks those
#: whose subject is what they are said of and whose object follows.
_PHRASES: dict[Family, str] = {
    Family.CAUSE: """lead to|leads to|led to|leading to|result in|results in|resulted in
        |resulting in|give rise to|gives rise to|gave rise to|giving rise to|bring about
        |brings about|brought about|bringing about|set off|sets off|responsible for""",
    Family.CONTRIBUTE: "contribute to|contributes to|contributed to|contributing to",
    Family.INVOLVED: """involved in|implicated in|play a role in|plays a role in|played a role in
        |playing a role in|participate in|participates in|a factor in|a part in|factors in
        |role in|roles in|factor in|factor for|factors for|a feature of
        |a hallmark of|features of|hallmarks of|a driver of|drivers of""",
    Family.LINKED: """associated with|linked to|linked with|related to|correlated with
        |correlates with|correlate with|accompanied by|tied to""",
    Family.AFFECT: """act on|acts on|acting on|acted on|work on|works on|working on|interact with
        |interacts with|interacting with|interacted with|effect on|effects on|action on
        |actions on|impact on|influence on|work through|works through""",
    Family.BIND: "bind to|binds to|binding to|bound to|attach to|attaches to|attaching to",
    Family.TREAT: """effective in|effective for|effective against|beneficial in|beneficial for
        |helpful in|helpful for|useful in|useful for|of benefit in|of benefit for|of benefit to
        |benefit in|benefit for|benefits for|benefits in|helps with|help with|helping with
        |potential in|potential for|promise in|promise for|hope for|value in|role for
        |efficacy in|efficacy for|works for|work for|an option for|option for|options for
        |a candidate for|candidate for|treatment for|treatments for|treatment of|therapy for
        |therapies for|remedy for|relief for|relief from|medication for|drug for|medicine for""",
    Family.SIDE_EFFECT: """side effects|side effect|adverse effects|adverse effect|adverse events
        |adverse event|adverse reactions|adverse reaction|unwanted effects|side-effects
        |side-effect""",
    Family.LOCATED: """located in|located on|found in|found on|expressed in|expressed on
        |expressed by|present in|present on|situated in|reside in|resides in""",
    Family.AVOID: """contraindicated in|contraindicated for|contraindicated with
        |should be avoided in|must not be used in|should not be used in
        |should not be used by|should not be taken by
        |should not be taken with|must not be taken with|must not be taken by|not suitable for
        |should not be given to|must not be given to|not recommended for|not recommended in
        |should not be used during|should not be used with|should be avoided by
        |should be avoided during|unsuitable for""",
    Family.PART: """part of|used as part of|component of|components of|adjunct to|an adjunct to
        |add-on to|combined with|in combination with""",
    Family.RESPOND: "respond to|responds to|responded to|responding to",
    Family.PRESCRIBED_BY: "prescribed by|prescribed only by",
    Family.MONITORED_BY: "monitored by|supervised by|overseen by",
    Family.DIFFER: "differ from|differs from|different from|unlike that of|distinct from",
    Family.TRIAL: """clinical trials|clinical trial|trials|randomised trials|randomized trials
        |a trial|phase 2 trials|phase 3 trials|pilot trials""",
    Family.NEEDS_RESEARCH: """more research is needed|further research is needed
        |more research needed|more studies are needed|further studies are needed
        |further research is required
        |more research is required|more evidence is needed|further trials are needed
        |larger trials are needed|larger studies are needed|more studies are required
        |further study is needed|more data are needed|further investigation is needed
        |research is still needed|further studies are required|larger trials are required
        |further research is warranted|further studies are warranted|needs more research
        |needs further study""",
}


def word_set(words: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(words.split())


def _split(words: str) -> list[str]:
    return words.split()


def _verb_table() -> dict[str, frozenset[tuple[Family, str]]]:
    found: dict[str, set[tuple[Family, str]]] = {}
    for family, verbs in _VERBS.items():
        for verb in _split(verbs):
            for base in (verb, *spellings(verb)):
                for form, kind in verb_forms(base).items():
                    found.setdefault(form, set()).add((family, kind))
    return {form: frozenset(kinds) for form, kinds in found.items()}


def _nouns() -> dict[str, Family]:
    return {
        form: family
        for family, nouns in _NOUNS.items()
        for noun in _split(nouns)
        for base in (noun, *spellings(noun))
        for form in (base, *plurals(base))
    }


#: A verb's form → its families with the kind of the form: base, s, ed or ing.
VERBS = _verb_table()
NOUNS = _nouns()
ADJECTIVES = {word: family for family, words in _ADJECTIVES.items() for word in _split(words)}
PHRASES = {
    " ".join(phrase.split()): family
    for family, phrases in _PHRASES.items()
    for phrase in phrases.split("|")
}

#: Nouns that pass on what they are "of": levels, use, symptoms … of X is X.
TRANSPARENT = word_set("""
    level levels amount amounts concentration concentrations production release
    secretion synthesis activity expression use therapy treatment treatments application
    applications dose doses dosing regimen administration intake severity score scores
    marker markers risk rate rates frequency number incidence development progression
    course onset episode episodes signs case cases function functions signal signals
    output formation availability tone cluster burden effects effect property properties
    action actions presence ability benefits benefit potential impact role influence
    capacity uses variety range type types form forms kind kinds group groups series
    array host set sort sorts share degree
""")
#: Nouns of people; with a condition they are its population.
PEOPLE = word_set("""
    patient patients people person persons individual individuals those women men adults
    adult children child sufferer sufferers participants participant users subjects
    volunteers veterans mice rats
""")
