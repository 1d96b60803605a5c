"""Does each span stand in the text, exactly, at its offsets, and in whole words?"""

from collections.abc import Iterator

from ldn_graph.records.findings import Finding
from ldn_graph.records.model import Span
from ldn_graph.texts import spans
from ldn_graph.validation.quotes.case import Case, as_yaml, short

_Steps = tuple[str | int, ...]


def audit_spans(case: Case) -> Iterator[Finding]:
    """A quote that is missing, spans without offsets, not there, or cut inside a word."""
    if case.item.quote is None and case.known:
        yield case.error(
            "quote-missing",
            (),
            f"{case.source.id} is a text that can be quoted, but the item quotes nothing",
            "add the shortest exact words that say it, with their offsets",
        )
    for steps, span in case.spans():
        if span.start is None:
            yield from _without_offsets(case, steps, span)
        elif case.text is not None:
            yield from _in_text(case, steps, span, case.text)


def _without_offsets(case: Case, steps: _Steps, span: Span) -> Iterator[Finding]:
    told = f"{short(span.exact)} has no offsets"
    if case.text is not None:
        yield case.error("quote-without-offsets", steps, told, _instead(case, span, case.text))
    elif case.known and steps == ("quote",):  # nobody can tell without the text
        remedy = "add `start` and `end`; `ldn-graph check --texts DIR` finds them"
        yield case.warning("quote-without-offsets", steps, told, remedy)


def _in_text(case: Case, steps: _Steps, span: Span, text: str) -> Iterator[Finding]:
    start, end = span.start or 0, span.end or 0
    if text[start:end] != span.exact:
        there = f"reads {short(text[start:end])}" if text[start:end] else "lies behind the text"
        yield case.error(
            "quote-not-there",
            steps,
            f"{start}–{end} {there}, not {short(span.exact)}",
            _instead(case, span, text),
        )
        return
    wide = spans.whole_words(text, start, end)
    if wide != (start, end):
        whole = text[slice(*wide)]
        cut = [
            where
            for where, moved in (("beginning", wide[0] < start), ("end", wide[1] > end))
            if moved
        ]
        yield case.error(
            "cut-in-a-word",
            steps,
            f"{short(span.exact)} cuts a word or number at its {' and its '.join(cut)}: "
            f"the text reads {short(_around(text, wide))}",
            f"quote whole words: {as_yaml(whole, wide[0])}",
        )


def _around(text: str, wide: tuple[int, int]) -> str:
    """A cut span with the words beside it, in one line."""
    start, end = wide
    return " ".join(text[max(0, start - 12) : end + 12].split("\n")).strip()


def _instead(case: Case, span: Span, text: str) -> str:
    """Where the quoted words do stand, or what comes nearest to them."""
    exact = span.exact
    found = spans.occurrences(text, exact)
    if len(found) == 1:
        return f"it stands at {as_yaml(exact, found[0])}"
    if found:
        ranked = sorted(found, key=lambda at: (abs(at - _anchor(case, span)), at))
        others = ", ".join(f"{at}–{at + len(exact)}" for at in found)
        return f"it stands at {others}; the nearest is {as_yaml(exact, ranked[0])}"
    alike = spans.loose_occurrences(text, exact)
    if alike:
        start, end = min(alike, key=lambda pair: (abs(pair[0] - _anchor(case, span)), pair))
        what = spans.difference(exact, text[start:end])
        return f"it differs only in {what} from {as_yaml(text[start:end], start)}; copy that"
    part = spans.longest_part(text, exact)
    if part is not None:
        start, end = part
        return f"of it the text has only {short(text[start:end])} at {start}–{end}; quote it anew"
    return "the text has no such words; quote it anew"


def _anchor(case: Case, span: Span) -> int:
    """About where a span should stand: where it says, else where its quote is."""
    quote = case.item.quote
    return next((s.start for s in (span, quote) if s is not None and s.start is not None), 0)
