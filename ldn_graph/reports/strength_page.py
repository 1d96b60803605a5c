"""`docs/strength.md`: the rule for a doctor on one page, then for a methodologist in tables."""

from collections.abc import Iterable

from ldn_graph.grading.certainty import rate
from ldn_graph.grading.finding import Better, Estimate, Measure
from ldn_graph.grading.strength import Rule, grade_items
from ldn_graph.grading.studies import Risk, Synthesis, Trial
from ldn_graph.records.grades import GradeScale, Measured, SourceKind
from ldn_graph.records.vocabularies import (
    Design,
    Indirectness,
)
from ldn_graph.reports.markdown import MADE, page, table
from ldn_graph.reports.strength_examples import Example, examples


def strength_page(rule: Rule) -> str:
    """The page, made from the rule, with examples that the rule has graded."""
    return page(
        _for_a_doctor(rule),
        *_for_a_methodologist(rule),
        *_wording_and_agreement(rule),
        """
        ## Worked examples
        The first five are sentences of the article that the graph begins with. The studies in the
        others are invented, to show the rule; the last two are bodies of evidence as published.
        """,
        *(_worked(example, rule) for example in examples()),
        *_rated(rule),
        _WHAT_HOLDS,
    )


def _for_a_doctor(rule: Rule) -> str:
    return f"""
        # How strong a claim is
        {MADE}

        ## For a doctor, on one page
        Nobody types a grade in. It follows from what was found and the table in
        `data/strength.yaml` (version {rule.version}), and each grade gives its reasons.

        **What does the drug do to people?** Ask for two things and never for one alone: *what the
        evidence shows* and *how certain that is*.

        - It shows **benefit**, **little or no difference**, **harm**, or we **can't tell**. This is
          read from the interval of the effect, against the smallest difference that matters to
          patients where that is known. A p value alone shows nothing here; “not significant” is
          not “no effect”.
        - It is **high**, **moderate**, **low** or **very low** in certainty, as GRADE uses the
          words, or **none** where nobody studied it. Randomised trials start high. Certainty goes
          down for risk of bias, for trials that disagree, for other patients, doses or outcomes,
          for wide intervals and few people, and for signs that trials went unpublished.
        - “Low certainty: benefit” means: it may help, and the next trial may well say otherwise.
          “Moderate certainty: little or no difference” means: it probably does not help. “Can't
          tell” means just that, whatever the article says.

        **How is it said to work?** A step of a mechanism has no certainty. It says what was
        measured: in people against a control, in people without one, in animals, in cells or of
        something else (another compound, dose or measure), or not at all. A chain of steps is a
        hypothesis as long as no study tested it whole.

        **Contraindications, doses, approvals, trials under way** have a kind of source (product
        label, registry, study, author), not a grade. A warning on a label is not weak because
        nobody randomised people to it.

        **An author's statement is no evidence.** However sure a text sounds, it moves no grade. How
        it is worded is told apart, so that the two can be compared.

        What nobody assessed says “not assessed” and is never taken as fine. The graph records what
        texts claim and what studies found; it is not medical advice.
        """


def _for_a_methodologist(rule: Rule) -> Iterable[str]:
    part = rule.certainty
    starts = [(d, part.start[d].replace("-", " ")) for d in Design]
    indirect = [(i.in_words, f"−{part.indirectness[i]}") for i in Indirectness]
    return (
        """
        ## For a methodologist
        A claim is graded on the scale that fits what it says:
        """,
        table(
            ("scale", "of"),
            (
                (GradeScale.CERTAINTY, "what an intervention does to people"),
                (GradeScale.MEASURED, "a step of a mechanism"),
                (GradeScale.SOURCE, "a contraindication, a dose, a use or a status; no grade"),
                (GradeScale.BACKGROUND, "a definition, or what a sentence takes for granted"),
            ),
        ),
        """
        ### A body of evidence
        Intervention and dose band × condition × outcome × comparator, from the results that an
        evidence item holds; an item without results is one result without an interval. A result
        against the same people before has no control group, whatever the design of its study. Of
        several results of one trial the one with an interval is read, of those the primary outcome.
        Reports of one trial (one registration) are one trial. A published synthesis takes the place
        of the trials that it names where none of them gives an interval; one that names none is
        taken to overlap all, and is read only where no trial gives an interval or it has far more
        people. Only the studies of the best design count, and indirect ones only where none is
        direct; the others stand beside them. A retracted source and an author's statement are in no
        body.

        Where it starts, by the design of its best studies (for a synthesis, that of what it pools):
        """,
        table(("design", "starts at"), starts),
        f"""
        ### What it shows
        From the interval of the pooled estimate, or of the one trial or synthesis that is read.
        With a minimal important difference (MID): *benefit* or *harm* where the interval excludes
        no effect and the estimate reaches the MID; *little or no difference* where the whole
        interval lies within ±MID. Without one: *benefit* or *harm* where the interval excludes no
        effect; a lack of difference can't be shown. Else, and without any interval, *can't tell*.
        For standardised mean differences the MID is
        {part.generic_mid[Measure.STANDARDISED_MEAN_DIFFERENCE]:g}. No interval is computed from a p
        value: the test behind it is often another one than the difference that stands beside it.

        Two or more trials that share measure and scale are pooled: random effects, τ² after Paule
        and Mandel, Wald's interval; from three on with a prediction interval and the interval of
        Hartung, Knapp, Sidik and Jonkman beside it. A benefit or harm must hold with and without
        the trials that found none: under random effects one more null trial can narrow the interval
        by taking spread away.

        ### What lowers it
        """,
        table(("domain", "rule"), _domains(rule)),
        f"""
        Up, for controlled studies that start at low and lose nothing: +1 from a ratio of
        {part.large_effect[0]:g}, +2 from {part.large_effect[1]:g}. High needs every domain
        assessed. A missing judgement costs what the worst judgement of its domain costs, so that
        leaving one out never helps.
        """,
        table(("indirect in", "lowers by"), indirect),
        """
        The sources of these rules, as far as they were read; a comment in `data/strength.yaml` says
        which numbers are this project's own:
        """,
        table(("key", "source"), tuple(part.sources.items())),
        """
        ### The other scales
        """,
        table(("what was measured", "means"), [(m, m.means) for m in reversed(Measured)]),
        f"""
        A step has the best rung of what speaks for it. An item has the rung of its design, and no
        better than its measurements: what was measured in cells is one of cells, the mirror-image
        isomer or naloxone is another compound than the drug, and a concentration that the dose does
        not reach is another dose. What spoke against it, or left it open, is told beside it; where
        that was measured no worse, measurements disagree, and the step counts no more than one of
        cells does.

        A contraindication, dose, use or status has the most formal kind of source that states it:
        {", ".join(k.replace("-", " ") for k in reversed(SourceKind) if k is not SourceKind.NONE)}.

        ### Claims in order
        Lists and widths of lines go by a step from 0 to 4. The scales are different: the same step
        doesn't mean the same trust.
        """,
        table(
            ("step", "name", "means"), [(line.level, line.name, line.means) for line in rule.levels]
        ),
        """
        A claim of an effect has the step of its certainty where the body shows what is claimed, at
        most 1 where nothing can be told but a study reports it, and 0 where it shows little or no
        difference, or the opposite. Rankings go by step, then agreement, then wording.
        """,
    )


def _domains(rule: Rule) -> tuple[tuple[str, str], ...]:
    """What lowers the certainty of a body, a row a domain."""
    part = rule.certainty
    bias, spread, wide = part.risk_of_bias, part.inconsistency, part.imprecision
    low, high = wide.appreciable
    one, two = spread.contrary_share
    return (
        (
            "risk of bias",
            f"−{bias.down}, unless studies judged at low risk hold more than {bias.low_share:.0%} "
            "of the people; not assessed counts as high",
        ),
        (
            "inconsistency",
            f"−1 where trials that found otherwise, or of which no number says, hold {one:.0%} of "
            f"the people, −2 from "
            f"{two:.0%}; of a synthesis, −{spread.down} from I² {spread.i2:g} % or where none is "
            f"given; of an effect pooled here, −{spread.down} from I² {spread.i2_pooled:g} %",
        ),
        ("indirectness", "by kind, at most −2; see below"),
        (
            "imprecision",
            "−1 for each threshold of importance that the interval crosses; without a MID −1 where "
            f"it includes no effect, −2 where a ratio also includes both {low:g} and {high:g}; −2 "
            f"where a ratio's upper end is more than {wide.wide_ratio:g} times the lower; −1 below "
            f"{wide.people} people, −2 below {wide.far_too_few}; −2 without an interval",
        ),
        (
            "publication bias",
            "−1 where a benefit rests on trials of fewer than "
            f"{part.publication_bias.small} people only, none stated to be paid independently",
        ),
    )


def _wording_and_agreement(rule: Rule) -> Iterable[str]:
    cues = [
        (r.rung, r.certainty, r.means, ", ".join(f"“{c}”" for c in r.cues) or "none")
        for r in rule.wording
    ]
    classes = [(a.class_, a.means, a.cio or "") for a in reversed(rule.agreement)]
    not_hedges = [(f"“{n.words}”", n.because) for n in rule.not_a_hedge]
    compared = rule.comparison
    warranted = [
        *((f"are {a}", w) for a, w in compared.by_agreement.items()),
        *((f"otherwise, and reach step {n}", w) for n, w in compared.by_level.items()),
    ]
    return (
        """
        ### Wording, strongest first
        """,
        table(("rung", "certainty", "means", "cue words"), cues),
        """
        The weakest rung whose cue stands in the clause counts for a sentence; the strongest
        sentence counts for the claim. A cue covers only its own clause. Of what a sentence takes
        for granted the wording is never above `implied`. These words look like a hedge and are
        none:
        """,
        table(("words", "why not"), not_hedges),
        """
        ### Agreement, most favourable first
        Over the distinct sources that speak about the claim directly, with the class of the
        Confidence Information Ontology where one fits. A protocol or registry record decides
        nothing and does not count as inconclusive.
        """,
        table(("class", "means", "CIO"), classes),
        f"""
        ### What is said beside what was found
        Statements and studies are taken apart and then compared. Studies warrant a wording by how
        they agree, or else by the step that they reach. A wording above it is *overstated*, one
        that is {compared.understated_by} rungs or more below it *understated*, any other *in line*;
        what no study bears on directly is *untested*. Only words about an effect are compared: that
        something is used for a condition claims none.
        """,
        table(("the studies", "warrant at most"), warranted),
    )


def _rated(rule: Rule) -> Iterable[str]:
    """Bodies of evidence with the numbers that the trials published."""

    def pain(point: float, low: float, high: float) -> Estimate:
        return Estimate(Measure.MEAN_DIFFERENCE, point, low, high, Better.LOWER, 1.0, "0-10")

    trial = Design.RANDOMISED_TRIAL
    fibromyalgia = (
        Trial("bruun-2024", trial, 99, pain(-0.34, -0.95, 0.27), independent_funding=True),
        Trial("rodriguez-freire-2026", trial, 98, pain(0.49, -0.32, 1.31)),
        Trial("younger-2013", trial, 31, says=1),
    )
    ratio = Estimate(Measure.RISK_RATIO, 2.22, 1.14, 4.32, Better.HIGHER)
    review = Synthesis("parker-2018", ratio, trial, 1, 34, risk_of_bias=Risk.LOW)
    bodies = (
        ("Pain in fibromyalgia, 0 to 10, one point matters", fibromyalgia, ()),
        ("70-point response in Crohn’s disease", (), (review,)),
    )
    for title, trials, syntheses in bodies:
        found = rate(trials, syntheses, rule.certainty)
        verdict = f"**{found.certainty.replace('-', ' ')} certainty: {found.shows.in_words}**"
        because = "\n".join(f"- {reason}" for reason in (found.why, *found.reasons))
        yield f"### {title}\n{verdict}\n\n{because}\n"


_WHAT_HOLDS = """
    ## What holds for any input
    More trials that found the same never lower a certainty; a trial without effect never raises
    that of a benefit; a missing judgement never helps; a step is never better than its evidence, a
    chain never stronger than its weakest link; no evidence is not certainty; zero is not missing;
    order, a second report of a trial and retracted sources change nothing. The tests hold these for
    random input.

    ## What is left of version 1
    `ldnv:evidenceLevel` (0 to 4, by the best supporter) is still in the RDF, deprecated, for one
    version. `ldnv:certaintyOfEvidence` with `ldnv:evidenceShows`, `ldnv:measured` or
    `ldnv:sourceKind` replace it on claims, `ldnv:weakestGradeStep` on paths. The cue words “may”,
    “suggest” and the like are from Kilicoglu & Bergler 2008, table 1
    (doi:10.1186/1471-2105-9-S11-S10); the rungs for “can”, for reports and for “has shown
    potential” are this project's own, because that table does not list them.
    """


def _worked(example: Example, rule: Rule) -> str:
    sources = {s.id: s for s in example.sources}
    strength = grade_items(example.items, sources, rule, clinical=example.clinical)
    because = "\n".join(f"- {r.axis}: {r.text}" for r in strength.reasons)
    verdict = f"**{strength.wording}**, **{strength.grade.words}**, **{strength.agreement}**"
    return f"### {example.title}\n{verdict}\n\n{because}\n"
