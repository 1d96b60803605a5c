"""Asking for a claim, question by question, with suggestions: for those who write no YAML."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import click

from ldn_graph.errors import require
from ldn_graph.records.model import Entity
from ldn_graph.records.vocabularies import PREDICATES, Basis, Certainty, Design, Direction, Role
from ldn_graph.texts import source_texts
from ldn_graph.texts.source_texts import Texts
from ldn_graph.validation.cues import cue_words, denies
from ldn_graph.workspace import Workspace

_SHOWN = 5


def asked_claim(opened: Workspace, texts: Texts | None) -> dict[str, Any]:
    """The fields of a claim, as somebody answered; ids and offsets are filled in."""
    require("rapidfuzz", "being asked for a claim, not --from,")
    corpus = opened.corpus
    click.echo("Who acts? A name or part of one; ? lists what comes near. Ctrl-C leaves.", err=True)
    subject = _entity("subject", corpus.entities)
    readings = {str(p): info.reads for p, info in PREDICATES.items()}
    relation = _one_of("relation", readings)
    object_ = _entity("object", corpus.entities)
    condition = _entity("in which condition (empty: any)", corpus.entities, optional=True)
    item = _item(opened, texts)
    fields: dict[str, Any] = {
        "subject": subject,
        "predicate": relation,
        "object": object_,
        "evidence": [item],
    }
    if condition:
        fields["qualifiers"] = {"condition": condition}
    if note := click.prompt("note (empty: none)", default="", show_default=False, err=True):
        fields["note"] = note
    return fields


def _item(opened: Workspace, texts: Texts | None) -> dict[str, Any]:
    titles = {s.id: s.title for s in opened.corpus.sources.values() if not s.retracted}
    item: dict[str, Any] = {"source": _one_of("source", titles)}
    words = click.prompt("exact words of the source (empty: none at hand)", default="",
                         show_default=False, err=True)  # fmt: skip
    if words:
        text = None if texts is None else texts.by_source.get(item["source"])
        item["quote"] = located(words, text)
    else:
        item["finding"] = click.prompt("what it found, in your own words", err=True)
    # what denies something never starts as supporting: whoever answers has to say which way
    denied = denies(words)
    if denied:
        click.echo(f"it denies something: {', '.join(denied)}", err=True)
    item["direction"] = _choice("does it", Direction, None if denied else Direction.SUPPORTS,
                                needed=True)  # fmt: skip
    found = [words[a:b] for a, b, hedges in cue_words(words, opened.rule) if hedges]
    guess = Certainty.ASSERTED
    if found:
        click.echo(f"it hedges with: {', '.join(found)}", err=True)
        rungs = [opened.rule.cue_rungs.get(" ".join(w.lower().split())) for w in found]
        known = [opened.rule.certainty_of[r] for r in rungs if r is not None]
        guess = max(known, key=list(Certainty).index, default=Certainty.HEDGED)
    item["certainty"] = _choice("it sounds", Certainty, guess)
    if found and item["certainty"] is not Certainty.ASSERTED:
        start = item["quote"].get("start")
        item["cues"] = [_cue(words, word, start) for word in found]
    item["role"] = _choice("the words are", Role, Role.BACKGROUND)
    item["basis"] = [_choice("its basis", Basis, Basis.NONE_STATED)]
    design = _choice("design of a study", Design, None)
    if design:
        item["design"] = design
        size = click.prompt("how many took part (empty: not given)", default="",
                            show_default=False, err=True)  # fmt: skip
        if size:
            item["sample_size"] = size
    return item


def located(words: str, text: str | None) -> dict[str, Any]:
    """A quote with its offsets, where the text has the words exactly once.

    >>> located("b c", "a b c d"), located("a", None), located("a", "a a")
    ({'exact': 'b c', 'start': 2, 'end': 5}, {'exact': 'a'}, {'exact': 'a'})
    """
    places = () if text is None else source_texts.occurrences(text, words)
    if len(places) != 1:
        return {"exact": words}
    return {"exact": words, "start": places[0], "end": places[0] + len(words)}


def with_offsets(fields: Mapping[str, Any], texts: Texts | None) -> dict[str, Any]:
    """The fields with the offsets of quotes, and of cues in them, that have none and are found."""
    rows = fields.get("evidence")
    if texts is None or not isinstance(rows, list):
        return dict(fields)
    return {**fields, "evidence": [_with_offsets(row, texts) for row in rows]}


def _with_offsets(row: Any, texts: Texts) -> Any:
    quote = row.get("quote") if isinstance(row, dict) else None
    if not isinstance(quote, dict) or quote.get("start") or not isinstance(quote.get("exact"), str):
        return row
    found = located(quote["exact"], texts.by_source.get(row.get("source")))
    filled = {**row, "quote": found}
    for name in ("cues", "unhedged_cues"):
        if isinstance(row.get(name), list) and "start" in found:
            filled[name] = [
                _cue(found["exact"], c["exact"], found["start"])
                if isinstance(c, dict) and not c.get("start") and c.get("exact") in found["exact"]
                else c
                for c in row[name]
            ]
    return filled


def _cue(words: str, cue: str, start: int | None) -> dict[str, Any]:
    if start is None:
        return {"exact": cue}
    at = start + words.index(cue)
    return {"exact": cue, "start": at, "end": at + len(cue)}


def _entity(what: str, entities: Mapping[str, Entity], *, optional: bool = False) -> str:
    names = {e.id: f"{e.label} ({e.kind})" for e in entities.values()}
    spelt = {n: e.id for e in entities.values() for n in (*e.names, e.id)}
    while True:
        default = "" if optional else None
        typed = click.prompt(what, default=default, show_default=False, err=True).strip()
        if optional and not typed:
            return ""
        exact = {k.casefold(): v for k, v in spelt.items()}.get(typed.casefold())
        if exact is not None:
            return exact
        near = _nearest(typed, spelt, 3 * _SHOWN)
        _show(names, dict.fromkeys(spelt[name] for name in near))
        click.echo("or add it first: ldn-graph entity add", err=True)


def _one_of(what: str, known: Mapping[str, str]) -> str:
    while True:
        typed = click.prompt(what, err=True).strip()
        if typed in known:
            return str(typed)
        spelt = {text: key for key, text in known.items()} | {key: key for key in known}
        near = _nearest(typed, spelt, 2 * _SHOWN)
        _show(known, dict.fromkeys(spelt[name] for name in near))


def _nearest(typed: str, names: Iterable[str], limit: int) -> list[str]:
    """The names that come nearest to what was typed, the nearest first."""
    from rapidfuzz import fuzz, process

    found = process.extract(typed, list(names), scorer=fuzz.WRatio, limit=limit)
    return [name for name, _, _ in found]


def _show(names: Mapping[str, str], near: Iterable[str]) -> None:
    for name in list(near)[:_SHOWN]:
        click.echo(f"  {name}: {names[name]}", err=True)


def _choice(
    what: str, enum: type[StrEnum], default: StrEnum | None, *, needed: bool = False
) -> Any:
    names = [str(m) for m in enum]
    if default is None and not needed:
        names.append("")
    unsaid = None if needed else ""
    return click.prompt(
        f"{what} [{', '.join(n for n in names if n)}]",
        type=click.Choice(names),
        default=unsaid if default is None else str(default),
        show_choices=False,
        show_default=default is not None,
        err=True,
    )
