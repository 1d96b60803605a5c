"""The twelve views whose pictures have to be legible, and the screens on which."""

from collections.abc import Iterable
from dataclasses import dataclass

from ldn_graph.graph import EvidenceGraph


@dataclass(frozen=True)
class View:
    """`claims`: ids (None: every current one); `about`: what stays itself where it is bundled."""

    name: str
    claims: tuple[str, ...] | None
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Screen:
    """`width` and `height` of the picture's room in CSS pixels; `scrolls`: whether what doesn't fit
    may be scrolled to."""

    name: str
    width: float
    height: float
    scrolls: bool = True


#: A phone in the hand, a laptop beside a panel, a projector's half of a slide, A4 in landscape.
SCREENS = (
    Screen("phone", 360, 560),
    Screen("laptop", 1366, 620),
    Screen("projector", 1880, 900),
    Screen("print", 1047, 680, scrolls=False),
)

ABOUT = ("fibromyalgia", "crohns-disease", "multiple-sclerosis", "endorphin", "opioid-receptor",
         "inflammation", "low-dose-naltrexone")  # fmt: skip


def views(graph: EvidenceGraph) -> Iterable[View]:
    """The twelve views, of the corpus as it is."""
    for name in ABOUT:
        yield View(f"about {name}", graph.neighbourhood(name), (name,))
    for end in ("crohns-disease", "fibromyalgia"):
        found = graph.paths("low-dose-naltrexone", end, max_steps=4).claims
        yield View(f"paths to {end}", found, ("low-dose-naltrexone", end))
    disputed = (n for n, s in graph.strengths.items() if s.agreement in ("contested", "refuted"))
    current = {c.id for c in graph.corpus.current()}
    yield View("disputed", tuple(sorted(current.intersection(disputed))))
    yield View("one claim", ("ldn-decreases-inflammation",))
    yield View("whole", None)
