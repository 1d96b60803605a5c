"""The glossary: each word of a badge or mark, for readers who are no methodologists."""

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.grading.rule import Rule
from ldn_graph.records.enumerations import CertaintyOfEvidence, Measured, Shows
from ldn_graph.records.vocabularies import Standing
from ldn_graph.reports.evidence import in_words
from ldn_graph.web.explorer.page import page
from ldn_graph.web.state import snapshot

#: Heading, its id, a note, and the terms: anchor, word, meaning.
Group = tuple[str, str, str, list[tuple[str, str, str]]]

_SHOWS = {
    Shows.BENEFIT: "People who had it fared better than those it was compared with, by an "
    "interval that excludes no effect, and by as much as matters where that is known.",
    Shows.LITTLE_OR_NO_DIFFERENCE: "The whole interval lies within what does not matter to "
    "patients: it probably makes no difference that they would feel.",
    Shows.HARM: "People who had it fared worse, by an interval that excludes no effect.",
    Shows.CANNOT_TELL: "The studies leave it open. That is not the same as “it does not work”.",
}
_CERTAINTY = {
    CertaintyOfEvidence.NONE: "No study with a result bears on it.",
    CertaintyOfEvidence.VERY_LOW: "The truth may well be something else; hardly anything is known.",
    CertaintyOfEvidence.LOW: "It may be so, and the next trial may well say otherwise.",
    CertaintyOfEvidence.MODERATE: "It is probably so.",
    CertaintyOfEvidence.HIGH: "Further trials will hardly change it.",
}
_STANDING = {
    Standing.OVERSTATED: "The article is surer than the studies.",
    Standing.IN_LINE: "The article is no surer than the studies.",
    Standing.UNDERSTATED: "The studies are surer than the article.",
    Standing.UNTESTED: "No study here looked at it directly, or no article says it.",
}
_STUDIES = (
    ("trial", "randomised trial", "Chance decides who gets the treatment and who does not, so that "
     "both groups are alike but for it."),
    ("placebo", "placebo", "Something that looks like the treatment and has nothing of it."),
    ("control-group", "control group", "People who do not get the treatment, for comparison. "
     "Without one, nobody knows how they would have fared anyway."),
    ("interval", "interval (95 % CI)", "The range of effects that fit the numbers of a study. "
     "A wide one says that little is known."),
    ("meta-analysis", "meta-analysis", "Several trials calculated together."),
    ("mid", "difference that matters", "The smallest difference that patients notice as one."),
    ("gap", "gap", "No study and no claim is on record here. One may exist elsewhere."),
)  # fmt: skip


def glossary(request: Request) -> Response:
    """What the words of badges and marks mean."""
    return page(request, "glossary.html", groups=groups(snapshot(request).graph.rule))


def groups(rule: Rule) -> tuple[Group, ...]:
    """Every word, group by group; classes of the rule as the rule defines them."""
    return (
        (
            "What the evidence shows",
            "shows",
            "Read from the numbers of studies, never from what an author says.",
            [(f"shows-{s}", s.in_words, means) for s, means in _SHOWS.items()],
        ),
        (
            "How certain that is",
            "certainty",
            "In the steps of GRADE. The bars of a badge count them.",
            [(f"certainty-{c}", in_words(c), means) for c, means in _CERTAINTY.items()],
        ),
        (
            "How a mechanism was tested",
            "measured",
            "A step of “how it works” has no certainty; it says in what it was measured.",
            [(f"measured-{m}", in_words(m), m.means) for m in reversed(Measured)],
        ),
        (
            "Whether sources agree",
            "agreement",
            "Counted over the sources that speak about the claim directly.",
            [(f"agreement-{a.class_}", in_words(a.class_), a.means) for a in rule.agreement],
        ),
        (
            "How sure the words sound",
            "wording",
            "This is about the text alone; sure words are no evidence.",
            [(f"wording-{r.rung}", str(r.rung), r.means) for r in rule.wording],
        ),
        (
            "What is said beside what was found",
            "standing",
            "The wording of the article, compared with what the studies warrant.",
            [(f"standing-{s}", in_words(s), means) for s, means in _STANDING.items()],
        ),
        ("Studies", "studies", "Words that the pages use of studies.", list(_STUDIES)),
    )
