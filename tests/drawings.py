"""Corpora to draw: one with tangled lines, one with hostile words."""

from collections.abc import Mapping
from typing import Any

from ldn_graph.grading.strength import Rule, grade_all
from ldn_graph.pictures.scene import Scene, scene
from ldn_graph.records.model import Claim, Corpus, Span
from ldn_graph.records.vocabularies import Direction, Predicate, Stated

HOSTILE = (
    "<img src=x onerror=\"alert('label')\">",
    "</script><script>alert('script')</script>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(2)' {{ 7*7 }} ${alert(3)}",
    "مستقبلات \u202eالأفيون <b>rtl</b> \u2028 \u2029 \x07 $x^2$ & <!-- ]]>",
    "a-very-long-word-" * 12,
)


def drawn(corpus: Corpus, rule: Rule, title: str = "A title") -> Scene:
    """The scene of every claim of `corpus`."""
    return scene(corpus, grade_all(corpus, rule), corpus.claims, title=title, rule=rule)


def with_claims(corpus: Corpus, claims: Mapping[str, Claim]) -> Corpus:
    return corpus.model_copy(update={"claims": {**corpus.claims, **claims}})


def like(corpus: Corpus, model: str, name: str, **changes: Any) -> Claim:
    """A copy of the claim `model`, called `name`."""
    return corpus.claims[model].model_copy(update={"id": name, "leans_on": (), **changes})


def tangled(mini: Corpus) -> Corpus:
    """Three parallel claims, one the other way round, one to itself, one that is refuted, and one
    that its wording takes for granted."""
    model = "endorphin-decreases-inflammation"
    item = mini.claims[model].evidence[0]
    against = item.model_copy(update={"direction": Direction.REFUTES})
    presupposed = item.model_copy(update={"stated": Stated.PRESUPPOSED})
    claims = [
        like(mini, model, "parallel-two", predicate=Predicate.REGULATES),
        like(mini, model, "parallel-three", predicate=Predicate.AFFECTS),
        like(mini, model, "way-back", subject="inflammation", object="endorphin"),
        like(mini, model, "to-itself", object="endorphin"),
        like(mini, model, "denied", subject="drugamine", object="endorphin", evidence=(against,)),
        like(
            mini,
            model,
            "taken-for-granted",
            subject="drugamine",
            object="endorphin",
            evidence=(presupposed,),
        ),
    ]
    return with_claims(mini, {claim.id: claim for claim in claims})


def hostile(mini: Corpus) -> Corpus:
    """The mini corpus with hostile words wherever a text may stand."""
    words = [HOSTILE[n % len(HOSTILE)] for n in range(100)]
    entities = {
        name: entity.model_copy(
            update={
                "label": words[n],
                "definition": words[n + 1],
                "synonyms": (words[n + 2],),
                "note": words[n + 3],
            }
        )
        for n, (name, entity) in enumerate(mini.entities.items())
    }
    sources = {
        name: source.model_copy(update={"title": words[n], "credit": words[n + 1]})
        for n, (name, source) in enumerate(mini.sources.items())
    }
    claims = {}
    for n, (name, claim) in enumerate(mini.claims.items()):
        items = tuple(
            item.model_copy(
                update={
                    "quote": Span(exact=words[n]),
                    "cues": (Span(exact=words[n][:4]),),
                    "section": words[n + 1],
                    "finding": words[n + 2],
                    "note": words[n + 3],
                    "context": (Span(exact=words[n + 4]),),
                }
            )
            for item in claim.evidence
        )
        claims[name] = claim.model_copy(update={"evidence": items, "note": words[n]})
    about = mini.description.model_copy(update={"disclaimer": f"Not advice {HOSTILE[1]}"})
    return mini.model_copy(
        update={
            "entities": entities,
            "sources": sources,
            "claims": claims,
            "description": about,
        }
    )
