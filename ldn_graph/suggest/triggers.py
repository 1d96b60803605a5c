"""Triggers of what a text does not assert, as patterns over a sentence's words in lower case.

Words are joined by single blanks, signs are words. Each trigger has a status and a reach. The lists
follow English usage: verbs of investigation and intention, predicates of doubt and denial,
conditionals, opinion, comparison without difference.
"""

import re
from enum import StrEnum

from ldn_graph.suggest.relations import VERBS, Family


class Status(StrEnum):
    """Why words are not asserted."""

    QUESTION = "question"
    AIM = "aim"
    DOUBT = "doubt"
    DENIED = "denied"
    NO_DIFFERENCE = "no difference"
    COUNTERFACTUAL = "counterfactual"
    ABSENT = "absent"
    OPINION = "opinion"
    TITLE = "title"
    FRAGMENT = "fragment"
    QUANTIFIED = "quantified"
    EMBEDDED = "embedded"
    COMBINED = "combined"
    HYPOTHESIS = "hypothesis"


#: Families that say nothing of an effect.
_NO_EFFECT = {Family.USE, Family.STUDY, Family.TREAT, Family.DEVELOP, Family.EXPERIENCE}


class Reach(StrEnum):
    """What a trigger speaks of: what follows it up to a terminator; the same, but only up to the
    comma where it opens its clause; up to the next comma; its clause; its sentence."""

    FORWARD = "forward"
    FRONTED = "fronted"
    PHRASE = "phrase"
    CLAUSE = "clause"
    SENTENCE = "sentence"


_INVESTIGATE = (
    r"(?:determin|examin|investigat|evaluat|assess|test|explor|stud|clarif|ascertain|elucidat"
    r"|measur|quantif|compar|address|prov|demonstrat|identif|prob|establish|learn|find out|see"
    r"|look at|look into|understand|check|verif|confirm|show)(?:e|es|ed|ing|y|ies|ied|ying)?"
)
_INDIRECT = r"(?:whether|if|how|why|what|to what extent|the extent to which|when|in whom)"
_STUDY = (
    r"(?:stud(?:y|ies)|trials?|experiments?|analys[ie]s|reviews?|meta - analys[ie]s|data|results?"
    r"|findings?|research|evidence)"
)
_CONTROL = r"(?:placebo|controls?|sham|dummy|usual care|sugar pills?|vehicle|saline|untreated)"
_GAP = r"(?:[^,;]* )?"  # no longer than _bounded lets it be
#: Verbs of an effect in their base form; what is taken “to treat” something is used for it.
_EFFECT = (
    "(?:"
    + "|".join(
        sorted(
            verb
            for verb, forms in VERBS.items()
            if any(form == "base" and family not in _NO_EFFECT for family, form in forms)
        )
    )
    + ")"
)


#: (status, reach) → the triggers, one a line.
_TRIGGERS: dict[tuple[Status, Reach], str] = {
    (Status.QUESTION, Reach.FORWARD): rf"""
        (?:ask|asks|asked|asking|wonder|wonders|wondered|wondering|enquired?|inquired?|debated?
            |debates
            |debating|question|questions|unsure|unclear to us|guess|curious) {_GAP}{_INDIRECT}
        question (?:is|was|remains|of) {_INDIRECT}
        (?:it|this) (?:is|remains) (?:to be|a question|an open question) {_GAP}{_INDIRECT}
        to be (?:seen|tested|shown|determined|proved|proven) {_INDIRECT}
        """,
    (Status.QUESTION, Reach.SENTENCE): r"""
        ^(?:how|why|what|which|who|whose|whom)(?= \w)(?! is more)
        (?:anybody|anyone|everybody)(?: 's)? guess
        or (?:does|do|did|is|was|has|can) (?:it|they)(?: not)?(?= |$)(?! \w)
        """,
    (Status.AIM, Reach.FRONTED): rf"""
        (?:to|and) {_INVESTIGATE} {_GAP}(?:{_INDIRECT}|that|the|its?|their|an?|low|as)
        to {_INVESTIGATE}
        (?:for|of|by|at|in) {_INVESTIGATE} {_GAP}{_INDIRECT}
        {_INVESTIGATE} (?:{_INDIRECT}|the (?:effects?|efficacy|effectiveness|role|ability|impact
            |hypothesis|safety|utility|potential|extent|influence|use))
        (?:will|should|must|shall|may|could|would) (?:\w+ ){{0,2}}(?:examine|investigate|evaluate
            |assess|test|explore|study|clarify|address|determine|compare)
        (?:aim|aims|aimed|aiming|seek|seeks|sought|seeking|attempt|attempts|attempted|attempting
            |try|tries|tried|trying|want|wants|wanted|wish|wishes|wished|plan|plans|planned
            |set out|sets out|strive|strives|designed|intended|intends|meant|powered|undertaken
            |conducted) (?:to|at|for|that|by)
        (?:hope|hopes|hoped|hoping) (?:to|that)
        for (?:its|their|the) (?:\w+ )?(?:ability|potential|capacity|efficacy|effectiveness|role)
        (?:look|looks|looked|looking|search|searched|searching|watch|watched) for
        (?:outcomes?|measures?|variables?|hypothes[ie]s|questions?|rationale) :
        efforts?(?= to| at)
        (?:in order|so as|with a view) to
        in (?:an?|the) (?:attempt|effort|bid|endeavou?r|hopes?|expectation|belief)
        (?:with|for) the (?:\w+ )?(?:aims?|goals?|purposes?|intention|intent|objectives?
            |hopes?) (?:of|that|to)
        (?:aims?|goals?|purposes?|intention|intent|objectives?|targets?|end - ?points?|endpoints?
            |outcome measures?) {_GAP}(?:is|are|was|were|:|being)
        {_STUDY} protocol
        protocol (?:describes|for|of)
        (?:take|takes|took|taken|taking|give|gives|gave|given|giving|administered|prescribed
            |received?|receives|receiving|started?|starting|added|adding|tried|trying
            |randomi[sz]ed|chose|chosen|switched|offered) (?:[^,;.]* )?to (?:\w+ly )?{_EFFECT}
        """,
    (Status.DOUBT, Reach.SENTENCE): r"""
        (?<!no )(?<!without )(?<!beyond )doubt(?:s|ed|ful|fully|ing)?(?! less)
        (?:scept|skept)ic(?:s|al|ism)?
        (?:dubious|questionable|unconvinc\w+|implausible|improbable)
        not (?:\w+ )?(?:convinced|persuaded|established|certain|clear|proven|proved|plausible|known)
        (?:far from|anything but|by no means) (?:\w+ )?(?:certain|clear|proven|proved|established
            |sure|obvious|settled|conclusive)
        (?:grain|pinch) of salt
        (?:shaky|thin|weak|flimsy|uncertain) (?:ground|grounds|evidence|footing|basis)
        (?:premature|hard|difficult|impossible|too early|too soon|wrong|misleading|a mistake
            |unwise|rash|mistaken) to (?:\w+ )?(?:say|state|claim|conclude|believe|tell|know
            |assume|infer|suggest|think|speculate|credit|attribute|assert|accept|imagine)
        too (?:low|small|few|weak|short|poor|early|sparse|limited) to
        (?:insufficient|inadequate|not enough|little|scant) (?:\w+ )?(?:to|reason|ground|grounds)
        (?:cannot|can not|could not|can't|unable to|impossible to
            |not possible to) (?:\w+ )?(?:be )?(?:conclud\w+|infer\w*|exclud\w+|rul\w+ out
            |determin\w+|say|claim\w*|tell|attribut\w+|confirm\w*|establish\w*)
        chance (?:finding|findings|result|results|effect|alone)
        confound\w+
        (?:arte|arti)facts?
        (?:caution|cautious|cautiously|(?:is|are|was|remains?|remain|still) (?:unproven|unproved
            |unverified)|agnostic|strains? belief)
        (?:supposed|alleged|purported|putative|claimed|ostensible|would - be|so - called
            |much - touted|much - vaunted|presumed)
        (?:evidence|data|reports?|stud(?:y|ies)|results?|findings?|support
            |proof) (?:[^,;]* )?(?:is|are|was|were|remains?|remain|of) (?:\w+ )?(?:very )?(?:low
            |poor|weak|thin|mixed|conflicting|inconsistent|scant|sparse|lacking|insufficient
            |unconvincing|inconclusive|anecdotal|contradictory|equivocal|scarce|absent|flawed
            |biased|unreliable|shaky)
        (?:unlikely|not likely|hardly likely) that
        unlikely (?:that|to|a|the)
        (?:be|been|was|were|is|are|remains?) (?:overstated|exaggerated|overblown|oversold
            |overhyped|questioned|challenged|disputed|contested|controversial|debatable|debated)
        """,
    (Status.DOUBT, Reach.FORWARD): r"""
        (?:we|i|they|experts?|reviewers?|authors?|some|many|one|who|might|may|must|would|critics?
            |commentators?) (?:\w+ )?(?:question|questions|questioned|dispute|disputes|disputed
            |challenge|challenges|challenged|contest|contested|deny|denies|denied|reject|rejects
            |rejected|contradict|contradicted) (?:that|the|whether|this)
        (?:caution|cautions|cautioned|warn|warns|warned|advise|advises|advised) against
        (?:raise|raises|raised) (?:\w+ )?(?:questions|concerns|doubts)
        """,
    (Status.DENIED, Reach.SENTENCE): rf"""
        (?:a|the|another|common|popular|persistent|old|stubborn) (?:myth|misconception|fallacy
            |fiction|hoax|fairy tale|misunderstanding|legend)
        (?:is|are|was|were|be|been|proved|proven|prove|turned out|simply|plainly|just
            |to be) (?:\w+ )?(?:false|untrue|wrong|incorrect|erroneous|unfounded|baseless
            |groundless|unsubstantiated|unsupported|nonsense|mistaken|invalid|fabricated|spurious)
        (?:debunk|disprov|discredit|refut|retract|falsif|overturn|contradict|invalidat
            |repudiat)(?:e|ed|en|es|s|ied)
        (?:was|were|been|be|being) (?:\w+ )?(?:rejected|withdrawn by|abandoned|dismissed|disputed
            |denied)
        (?:could not|cannot|can not|not|never|failed to|yet to|fails to
            |fail to) (?:\w+ )?(?:be )?(?:been )?(?:replicat|reproduc|confirm|verif|demonstrat
            |corroborat|substantiat|borne out|bear out|upheld|materiali[sz])\w*
        (?:did not|didn't|failed to|never) (?:materiali[sz]e|occur|happen|show up|emerge)
        nothing to do with
        not (?:\w+ )?(?:attributable|due|related|supported|caused|explained)
        contrary to
        (?:un|not )(?:changed|affected|altered|improved)(?: on| with| by| under)
        too \w+ to (?:\w+ly )?{_EFFECT}
        (?:incapable of|powerless to|insufficient to|not enough to|nowhere near|inadequate to)
        yet to (?:be )?(?:shown?|proven?|proved?|demonstrated?|established?)
        unable to
        without (?:any )?(?:\w+ )?(?:effect|benefit|change|improvement|influence)
        (?:in|at|on|under) no (?:\w+ ){{0,6}}(?:did|do|does|was|were|is|has|have|can|could)
        (?:left|leaves|leave) (?:[^,;]* )(?:as (?:they|it) (?:were|was)|unchanged|untouched|un\w+ed)
        (?:not true|is not so|not the case)
        (?:myths?|misconceptions?|fiction|false|wrong|rumou?rs?|claims?|hype)(?: \w+)? :
        """,
    (Status.NO_DIFFERENCE, Reach.SENTENCE): rf"""
        (?:no|not|not any|hardly|scarcely|little) (?:\w+ )?(?:more|better|greater|superior
            |further|larger|stronger|less|worse|fewer) (?:[^,;]* )?(?:than|to)
        (?:no|not any|without any|without a|without|little) (?:[^,;]{{0,40}} )?differences?
        differences? (?:[^;]* )?(?:not|n't|insignificant|negligible|trivial|disappeared|vanished
            |lost)
        (?:does|do|did|was|were|is) not (?:\w+ )?(?:differ|different|distinguish)\w*
        not (?:\w+ )?significant(?! increase| decrease| reduction)
        not significantly (?:different|[.,;)])
        (?:non|in)(?: - )?significan(?:t|tly|ce)
        (?:not|fail\w*|without|never|fell short|falls short|short) (?:to )?(?:\w+ )?(?:reach
            |reaching|attain|attaining|achieve|achieving|meet|of) (?:\w+ )?significance
        (?:lost|lose|loses|lacked|lack) (?:\w+ )?significance
        p (?:=|>|≥) 0?\.(?:0[6-9]|[1-9])\d*
        p (?:=|>|≥) \. (?:0[6-9]|[1-9])\d*
        (?:=|>|\() ?n ?\.? ?s
        (?:crossing|crosses|crossed|includ(?:e|es|ed|ing)|spann(?:ed|ing)|straddl(?:ed
            |ing)) (?:zero|one|unity|0|1|1\.0|the null|no effect)
        (?:not|no longer|without|n't|never|nor|hardly|scarcely|barely) (?:\w+ ){{0,4}}significan\w*
        (?:meaningless|negligible|trivial|inconsequential)
        numerically
        (?:a|any|only a) (?:non(?: - )?significant )?trends?(?: towards?| to| for)?
        (?:similar|similarly|comparable|comparably|equal|equally|equivalent|equivalently
            |identical|identically|alike|indistinguishable|the same
            |like) (?:[^;]* )?(?:{_CONTROL}|arms?|groups?|between|both|conditions|each
            |with and without|two)
        (?:{_CONTROL}|arms?|groups?|both) (?:[^;]* )?(?:similar|similarly|comparable|comparably
            |equally|identical|identically|alike|indistinguishable)
        (?:to|in) (?:the|an?) (?:same|similar|equal|like|identical) (?:extent|degree|measure
            |amount|manner|way|rate)
        in equal measure
        (?:(?<!as )(?:(?:just|about|almost
            |nearly|exactly) )?as (?!well as)(?:\w+) (?:[^;,]* )?as) (?:[^;,]* )?(?:{_CONTROL}
            |did|do|does|was|with|on|those|in|under|without|after)
        just as (?:\w+) as
        (?:in|with|on|for|under) both (?:[^;]* )?(?:arms?|groups?|{_CONTROL}|conditions)
        (?:{_CONTROL}) (?:arms?|groups?|patients|recipients)? ?(?:too|also|did too|as well)
        (?:and (?:[^;,]* )?|as )(?:on|with|in|under|after|for|by) (?:the )?{_CONTROL}
        (?:in|with|on|under) (?:the )?{_CONTROL} (?:\w+ )?(?:too|also|as well|alike)
        (?:irrespective|regardless|independent|independently) of (?:[^;,]* )?(?:whether|treatment
            |group|arm|{_CONTROL}|allocation)
        (?:matched|mirrored|equalled|explained|paralleled|accounted for|exceeded
            |outdone) (?:\w+ )?by (?:\w+ )?(?:{_CONTROL}|chance|regression|natural|time
            |expectation)
        (?:less|worse|less so|less well|less effectively|less often|inferior) (?:than|to)
        not as (?:\w+) as
        (?:than|over) (?:with |on |in |after |under |did |that of )?(?:low|ldn|naltrexone)
        {_CONTROL} (?:\w+ )?(?:effect|response)s? (?:alone|explain\w*)
        non(?: - )?inferior
        only (?:marginally|slightly|minimally|trivially) and not
        (?:due|attribut\w+|owing|down) to (?:\w+ )?(?:chance|regression|{_CONTROL}|natural
            |expectation)
        """,
    (Status.COUNTERFACTUAL, Reach.SENTENCE): r"""
        (?:would|could|should|might|must|may|ought to|need not) (?:\w+ )?have (?:\w+ )?(?:\w+ed
            |been|had|\w+en)
        ^(?:had|were|should)(?= \w)(?! been| to)
        , (?:had|were) (?:the|it|she|he|they|we|i|low|patients)
        (?:but for|were it not|if only|if not for|if it were|if it weren't|in a world)
        ^if(?! you| taken| used| a patient| patients| someone| anyone| symptoms)
        (?:wish|wishes|wished|imagine|supposing|pretend|fancy)(?! to)
        assuming
        if (?:[^;]* )?(?:would|ought|could)
        (?:would|ought|could) (?:[^;]* )?if
        unless
        provided that
        otherwise
        """,
    (Status.COUNTERFACTUAL, Reach.PHRASE): r"""
        (?:even if|only if|as if|as though|lest|in case)
        (?<!even )(?<!only )(?<!as )(?<!see )(?<!ask )if
        """,
    (Status.OPINION, Reach.FORWARD): rf"""
        according to(?! (?:\w+ ){{0,3}}{_STUDY}\b)
        in (?:the|his|her|their|my|our) (?:\w+ )?(?:opinion|view|eyes|words|mind|imagination
            |judge?ment|belief)
        (?:claim|claims|claimed|claiming|argue|argues|argued|arguing|insist|insists|insisted
            |swear|swears|swore|contend|contends|contended|allege|alleges|alleged|assert|asserts
            |asserted|maintain|maintains|maintained|boast|boasts|boasted|proclaim|proclaims
            |proclaimed|preach|preaches|promise|promises|promised|warn|warns|warned|fear|fears
            |feared|complain|complains|complained) (?:that|to|of|it|low|ldn|naltrexone|its?)
        (?:claim|claims|claimed|argue|argues|argued|insist|insists|swear|swears|allege|alleges
            |maintain|maintains|wish|fear|fears)
        (?:allegedly|ostensibly|supposedly|purportedly|arguably|rumou?r|rumou?red|legend|folklore)
        (?:tout|hail|hype|bill|market|advertis|promot|herald|acclaim|prais|vaunt|trumpet|champion
            |peddl|sold|sell|celebrat|credit|blam|dismiss|denounc|vilif|regard|view|perceiv
            |seen)(?:ed|s|es|e|ing|ied)? (?:[^;]* )?(?:as|for)
        as (?:\w+ly )?(?!such|being|well)\w+ing
        (?:convinced|adamant|persuaded|confident|hopeful|optimistic|afraid|worried|concerned
            |certain|sure)(?= that| :| of| ldn| low| naltrexone)
        (?:declar|pronounc|decree|vow|pledg|attest|testif|swear|preach|profess|attribut|ascrib
            |imput)(?:e|es|ed|s|ing|ies|y|ied)? (?:that|the|her|his|their|my|it)
        (?:reputation|reputed|reputedly|folk|promoters?|forums?|internet|online|newspapers?
            |magazines?|headlines?|tabloids?|the media|the press|popular|word of mouth|hearsay
            |gossip|tradition|traditionally|testimonials?|influencers?|celebrit(?:y|ies))
        (?:is|are|was|were|been|be) (?:\w+ )?(?:widely|commonly|often|sometimes|generally
            |popularly|frequently) (?:held|thought|believed|assumed|said|supposed|claimed
            |regarded|considered|reckoned)
        (?:blame|blames|blamed|accuse|accuses|accused|credit|credits|credited)
        (?:was|were|been|once|previously|formerly|initially|originally|long|traditionally
            |used to be) (?:\w+ )?(?:thought|believed|assumed|considered|held|supposed|said
            |deemed|expected|presumed|taken)
        (?:many|some|most|people|patients|parents|fans|users|proponents|advocates|supporters
            |critics|opponents|enthusiasts|others|they|who|i|he|she|community) (?:(?!researchers
            |scientists|experts|investigators|specialists)\w+ ){{0,3}}(?:believe|believes
            |believed|think|thinks|thought|assume|assumes|feel|feels|suppose|expect|are convinced
            |is convinced|are sure|are adamant|are certain|imagine|trust)
        would have (?:us|you|one|people) (?:believe|think)
        (?:of the|of this|of that) (?:view|opinion|belief)
        school of thought
        so - called
        (?:the|an?) (?:advert\w*|ad|slogan|banner|poster|headline|website|blog|brochure|caption
            |tweet|post|video|podcast) (?:\w+ )?(?:says?|said|claims?|reads?|promise[sd]?
            |announce[sd]?|declare[sd]?)
        (?:fans|enthusiasts|bloggers|influencers|websites?|the internet|social media
            |press release|advertisements?|advocates|proponents|believers|devotees|supporters
            |detractors|opponents|critics)
        """,
    (Status.TITLE, Reach.SENTENCE): r"""
        : (?:(?:a|an|the|results|time|from|rationale|study|protocol|case|systematic|randomi[sz]ed
            |fact|facts|myth|hype|hope|friend|past|review|pilot|evidence|insights?|towards?|what
            |where|current|new|an?) ).*(?:trials?|stud(?:y|ies)|reviews?|meta - analys[ie]s
            |protocol|reports?|series|analysis|design|appraisal|perspectives?|rationale|fiction
            |hype|hope|reality|revisited|update|overview|prevention|evidence|future|directions
            |foe|challenges)(?: \.)?$
        : (?:fact|myth|hype|hope|friend) or \w+
        """,
    (Status.HYPOTHESIS, Reach.FORWARD): rf"""
        (?:should|ought to) (?:\w+ly )?{_EFFECT}
        (?:hypothes[ie]s|theor(?:y|ies)|conjectures?|model|speculation|explanation|assumption
            |premise|prediction|notion|idea) (?:[^,;]* )?(?:is|was|are|were|:|holds?|held|goes
            |that|predicts?|proposes?|implies)
        (?:proposed|postulated|suggested|putative|possible|plausible|conceivable
            |candidate) (?:\w+ )?(?:mechanisms?|explanations?|pathways?|routes?)
        (?:possibilit(?:y|ies)|suspicion|expectation|proposal|suggestion|chance|likelihood)
        will (?:\w+ly )?{_EFFECT}
        (?:postulat|hypothesi[sz]|theori[sz]|predict|conjectur|assum|presum|surmis|speculat|posit
            |anticipat|expect)(?:e|es|ed|s)
        (?:in principle|on paper|hypothetical|theoretical|theoretically|suppose|perhaps|maybe)
        (?:is|are|was|were) (?:what|the (?:reason|culprit|cause))
        """,
    (Status.QUANTIFIED, Reach.SENTENCE): r"""
        null hypothesis
        """,
    (Status.DENIED, Reach.CLAUSE): r"""
        (?:side|adverse|unwanted) (?:- )?(?:effects?|events?|reactions?) (?:(?!but )[^;])*(?:not
            |neither|never|nobody)
        (?<!a )(?<!the )few
        (?<!a )little
        (?:hardly|scarcely) any\w*
        (?:no other|nothing|no drug|no medicine|no treatment|nobody|no one|none of)
        """,
    (Status.COMBINED, Reach.CLAUSE): r"""
        (?:and|plus|with) (?:[^,;]* )?(?:together|jointly|in combination|combined)(?! with)
        (?:combination|mixture|cocktail) of
        """,
    (Status.QUANTIFIED, Reach.CLAUSE): r"""
        not (?:all|every|everyone|everybody|always|necessarily|many|because|solely|alone)
        (?:seldom|rarely) , if ever
        not (?:un|in|im)(?:common|usual|frequent|likely|related|expected|possible|significant)\w*
        """,
}


def _bounded(pattern: str) -> str:
    """The pattern with every gap bounded, so that reading takes time in proportion to the text."""
    for gap, most in (("[^,;.]*", 90), ("[^,;]*", 90), ("[^;]*", 160), ("(?:(?!but )[^;])*", 160)):
        pattern = pattern.replace(gap, f"{gap[:-1]}{{0,{most}}}")
    return pattern


PATTERNS: tuple[tuple[Status, Reach, re.Pattern[str]], ...] = tuple(
    (status, reach, re.compile(rf"(?:(?<=\s)|^)(?:{_bounded(line)})(?![\w])"))
    for (status, reach), table in _TRIGGERS.items()
    for line in (re.sub(r"\n\s*\|", "|", table).strip().split("\n"))
    for line in (line.strip(),)
    if line
)
