"""What a clause depends on, what is said to be absent, and what is compared with a control.

Complement-taking words that affirm what follows “that”, and those that leave it open; the words
round the name of something that is withdrawn or lacking; control groups and the frames that set
a drug against them.
"""

import re

from ldn_graph.suggest.relations import word_set

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
