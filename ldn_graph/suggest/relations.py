"""The vocabulary of relations: verbs, nouns and adjectives of change, and set phrases.

A family says what a word does to its object; what relation of the model that is depends on the
kinds of the two ends, and is decided in `meaning`. The lists follow English usage in medical
texts (and its British and American spelling), not any one text.
"""

from enum import StrEnum

from ldn_graph.suggest.sentences import plurals, spellings, verb_forms


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
    FEATURE = "feature"


_VERBS: dict[Family, str] = {
    Family.LESS: """reduce decrease lower lessen diminish attenuate dampen suppress slow minimise
        cut shorten limit quell counteract combat prevent reverse downregulate down-regulate
        weaken blunt abolish eliminate halt delay deplete inactivate restrict subdue stop fight
        curb moderate soften shrink dull cool tame quiet quieten calm tackle hinder hamper restrain
        arrest avert cushion dim trim""",
    Family.MORE: """increase raise elevate boost promote stimulate strengthen augment upregulate
        up-regulate restore maximise foster facilitate activate potentiate amplify heighten
        release prolong support encourage accelerate sustain bolster lift spark kindle intensify
        secrete""",
    Family.BETTER: """improve enhance ameliorate alleviate relieve ease mitigate soothe optimise
        lighten sharpen""",
    Family.WORSE: """worsen aggravate exacerbate impair disrupt damage harm disturb compromise
        erode undermine""",
    Family.INHIBIT: "inhibit deactivate silence disable",
    Family.BLOCK: "block antagonise occupy obstruct",
    Family.REGULATE: """modulate regulate balance rebalance normalise stabilise control adjust
        harmonise govern steady recalibrate""",
    Family.AFFECT: "attack affect influence target alter change impact modify",
    Family.BIND: "bind attach",
    Family.PROTECT: "protect preserve shield safeguard spare guard defend",
    Family.CAUSE: """cause bring trigger induce produce provoke precipitate generate elicit yield
        evoke spawn mean""",
    Family.CONTRIBUTE: "drive underlie fuel perpetuate",
    Family.TREAT: "treat manage cure help benefit overcome heal aid",
    Family.USE: "use prescribe administer recommend approve license employ take repurpose",
    Family.STUDY: "study investigate explore test evaluate examine research assess",
    Family.DEVELOP: "develop design create introduce",
    Family.EXPERIENCE: """report experience describe notice see observe exhibit note enjoy have show
        feel get include suggest indicate imply find""",
    Family.RESPOND: "respond",
    Family.DIFFER: "differ",
    Family.MONITORED_BY: "monitor supervise",
}

#: Verbs of two words or more, in all forms of their first.
_PHRASAL: dict[Family, str] = {
    Family.LESS: """tone down|bring down|cut down|cut down on|turn down|damp down|calm down
        |dial down|tamp down|wind down|slow down|keep down|hold down|take away|get rid of|ward off
        |stave off|hold back|cut back|cut back on|cool down|settle down|quiet down|quieten down
        |take the edge off|put a brake on|put the brakes on|protect against|guard against|rein in
        |bring under control|break up|drive down|push down|clear up|wipe out|help against""",
    Family.MORE: """ramp up|step up|turn up|rev up|drive up|push up|build up|speed up|kick start
        |bring back|pour out|pump out|churn out|bump up|top up|set free|give off|make more
        |make more of|produce more of""",
    Family.INHIBIT: "shut down|switch off|turn off",
    Family.CAUSE: "bring on|bring about|set in motion|kick off|switch on|turn on|give rise to",
    Family.WORSE: "wear down|interfere with",
    Family.REGULATE: "even out|keep in balance|fine - tune|bring into balance",
    Family.INVOLVED: "take part in",
    Family.TREAT: "deal with|cope with|help with|help against",
    Family.STUDY: "look into",
}

#: Verbs of which a particle behind the object says what is done: “keeps X in check”.
_SPLIT = "keep make bring turn hold get take push drive put dial switch set send"
_PARTICLES: dict[Family, str] = {
    Family.LESS: """go down|fall|drop|in check|at bay|under control|down|low|lower|away|weaker
        |milder|quiet|to rest|less severe|less intense|less frequent""",
    Family.MORE: """go up|rise|climb|up|higher|stronger|alive|active|going|switched on|turned on
        |more active|alight""",
    Family.WORSE: "worse|out of balance",
    Family.BETTER: "better|easier",
    Family.INHIBIT: "off|to sleep",
    Family.REGULATE: "in balance|steady|stable|into balance|back into balance|in order|even",
}

#: Verbs that say of their subject how it changes: "pain eased", "endorphin levels rise".
_ALONE: dict[Family, str] = {
    Family.LESS: """fall drop decline decrease diminish lessen subside abate wane ease fade shrink
        dwindle go-down come-down""",
    Family.MORE: "rise increase climb surge soar rebound grow recover return go-up",
    Family.BETTER: "improve get-better",
    Family.WORSE: "worsen deteriorate get-worse",
}

#: Nouns of what happens to something: "a reduction in", "blockade of".
_NOUNS: dict[Family, str] = {
    Family.LESS: """reduction decrease decline drop fall dip suppression attenuation prevention loss
        lack depletion reversal deficiency""",
    Family.MORE: """increase rise elevation surge boost stimulation activation restoration
        augmentation promotion upregulation enhancement increment rebound spike overproduction""",
    Family.BETTER: "improvement relief alleviation amelioration easing",
    Family.WORSE: "worsening impairment exacerbation aggravation disruption deterioration",
    Family.INHIBIT: "inhibition",
    Family.BLOCK: "blockade antagonism blocking blockage",
    Family.REGULATE: "modulation regulation normalisation balance",
    Family.AFFECT: "effect action impact influence change",
    Family.PROTECT: "protection preservation",
    Family.TREAT: "treatment management therapy remedy",
}

#: Adjectives of a changed noun: "fewer flare-ups", "better mobility". Participles come from verbs.
_ADJECTIVES: dict[Family, str] = {
    Family.LESS: "fewer less lower diminished milder weaker rarer",
    Family.MORE: "more higher greater elevated stronger",
    Family.BETTER: "better deeper sounder",
    Family.WORSE: "worse poorer",
}

#: Phrases that are one relation word; None of their words is read by itself. `*` marks those
#: whose subject is what they are said of and whose object follows.
_PHRASES: dict[Family, str] = {
    Family.CAUSE: """lead to|leads to|led to|leading to|result in|results in|resulted in
        |resulting in|give rise to|gives rise to|gave rise to|giving rise to|bring about
        |brings about|brought about|bringing about|set off|sets off|responsible for""",
    Family.CONTRIBUTE: """contribute to|contributes to|contributed to|contributing to|driver of
        |drivers of|driver behind|contributor to|contributors to|cause of|causes of|trigger of
        |trigger for|triggers of|triggers for|culprit in|culprit behind|culprits in|culprits behind
        |at the root of|at the heart of|to blame for|root of""",
    Family.INVOLVED: """involved in|implicated in|play a role in|plays a role in|played a role in
        |playing a role in|participate in|participates in|a factor in|a part in|factors in
        |role in|roles in|factor in|factor for|factors for|part to play in|take part in
        |takes part in|took part in|taking part in|have a hand in|has a hand in""",
    Family.FEATURE: """a feature of|a hallmark of|features of|hallmarks of|hallmark of|common in
        |frequent in|prevalent in|typical of|characteristic of|widespread in|symptom of|symptoms of
        |complication of|complications of|sign of|signs of|goes with|go with|comes with|come with
        |goes along with|go along with|goes hand in hand with|go hand in hand with|accompanies
        |accompany|often seen in|often found in|frequently seen in|commonly seen in""",
    Family.LINKED: """associated with|linked to|linked with|related to|correlated with
        |correlates with|correlate with|accompanied by|tied to""",
    Family.AFFECT: """act on|acts on|acting on|acted on|work on|works on|working on|interact with
        |interacts with|interacting with|interacted with|effect on|effects on|action on
        |actions on|impact on|influence on|work through|works through""",
    Family.BLOCK: """antagonist of|antagonist at|antagonists of|antagonists at|antagonist to
        |blocker of|blockers of|blocks the effects of|blocks the effect of|block the effects of""",
    Family.INHIBIT: "inhibitor of|inhibitors of",
    Family.BIND: "bind to|binds to|binding to|bound to|attach to|attaches to|attaching to",
    Family.TREAT: """effective in|effective for|effective against|beneficial in|beneficial for
        |helpful in|helpful for|useful in|useful for|of benefit in|of benefit for|of benefit to
        |benefit in|benefit for|benefits for|benefits in|helps with|help with|helping with
        |potential in|potential for|promise in|promise for|hope for|value in|role for
        |efficacy in|efficacy for|works for|work for|works against|work against
        |an option for|option for|options for
        |a candidate for|candidate for|treatment for|treatments for|treatment of|therapy for
        |therapies for|remedy for|relief for|relief from|medication for|drug for|medicine for
        |a place in|role in the treatment of|role in treating|role in managing
        |role in the management of|does nothing for|do nothing for|did nothing for
        |does little for|do little for|did little for|good for|option in|no better than placebo in
        |no better than placebo for|no better than a placebo in|no better than a placebo for
        |no more effective than placebo in|no use in|of use in|evidence for|evidence in
        |candidate in|tool for|tool against|weapon against|hope to people with""",
    Family.STUDY: """under investigation for|under investigation in|under study for|under study in
        |looking into|looked into|looking at|looked at|look at|look into|interest in
        |in development for|considered for|of interest for|of interest in""",
    Family.USE: "indicated for|licensed for|approved for|turn to|turned to|turning to",
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
        |should be avoided during|not recommended during|not advised for
        |not advised in|not advised during|should stay away from|should avoid|must avoid
        |should not take|must not take|cannot take|should never take|must never take
        |unsuitable for|must not be combined with
        |should not be combined with|cannot be combined with|cannot be taken with
        |must never be combined with|should never be combined with|must never be taken with
        |should never be taken with|never be combined with|never be taken with
        |must not be used by|must not be used with|must not be mixed with
        |should not be mixed with|not be given to|not be given with|not safe for|unsafe for
        |off limits for|contraindicated by|not be taken by|not be taken with|not be used by""",
    Family.PART: """part of|used as part of|component of|components of|adjunct to|an adjunct to
        |add-on to|combined with|in combination with""",
    Family.RESPOND: "respond to|responds to|responded to|responding to",
    Family.PRESCRIBED_BY: "prescribed by|prescribed only by",
    Family.MONITORED_BY: "monitored by|supervised by|overseen by",
    Family.DIFFER: "differ from|differs from|different from|unlike that of|distinct from",
    Family.TRIAL: """clinical trials|clinical trial|trials|trial|randomised trials
        |randomized trials|randomised trial|randomized trial|controlled trials|controlled trial
        |phase 2 trials|phase 3 trials|phase 2 trial|phase 3 trial|pilot trials|pilot trial
        |randomised controlled trials|randomized controlled trials|randomised controlled trial
        |randomized controlled trial|pilot study|controlled study|controlled studies""",
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


def _phrasal() -> dict[str, tuple[Family, str]]:
    """“tones down” → its family and the kind of its form."""
    found: dict[str, tuple[Family, str]] = {}
    for family, phrases in _PHRASAL.items():
        for phrase in phrases.split("|"):
            verb, _, rest = phrase.strip().partition(" ")
            for form, kind in verb_forms(verb).items():
                found.setdefault(f"{form} {rest}", (family, kind))
    return found


def _split_verbs() -> dict[str, str]:
    return {form: kind for verb in _split(_SPLIT) for form, kind in verb_forms(verb).items()}


def _alone() -> dict[str, tuple[Family, str]]:
    found: dict[str, tuple[Family, str]] = {}
    for family, verbs in _ALONE.items():
        for written in _split(verbs):
            verb, _, rest = written.partition("-")
            for form, kind in verb_forms(verb).items():
                found[f"{form} {rest}".strip()] = (family, kind)
    return found


#: A verb's form → its families with the kind of the form: base, s, ed or ing.
VERBS = _verb_table()
PHRASAL = _phrasal()
#: A form of a verb with a particle → its kind; a particle's words → the family.
SPLIT = _split_verbs()
PARTICLES = {
    tuple(words.split()): family
    for family, phrases in _PARTICLES.items()
    for words in phrases.split("|")
}
ALONE = _alone()
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
    array host list lists set sort sorts share degree
    tablet tablets capsule capsules pill pills arm arms monotherapy supplementation
""")
#: Nouns of people; with a condition they are its population.
PEOPLE = word_set("""
    patient patients people person persons individual individuals those women men adults
    adult children child sufferer sufferers participants participant users subjects
    volunteers veterans mice rats others everyone anyone someone
""")
#: People who say or do something about others; they report nothing of themselves.
EXPERTS = word_set("""
    doctor doctors clinician clinicians physician physicians researcher researchers scientist
    scientists practitioner practitioners investigator investigators expert experts author authors
    specialist specialists pharmacist pharmacists team teams clinics
""")
