"""Reading a text for claims: what is known in it is marked, and any passage can become a claim."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.curation.policy import Permission
from ldn_graph.errors import LdnError, MissingExtra, TooLarge, UnknownName
from ldn_graph.grading.rule import Rule
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import ReviewReason, Status
from ldn_graph.texts.source_texts import mentions
from ldn_graph.validation.coverage import sentences
from ldn_graph.validation.cues import cue_words
from ldn_graph.web.auth.guard import Person, signed_in, writer
from ldn_graph.web.curation.workspace_access import office, sheet, texts_of
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.rejected_suggestions import key_of

if TYPE_CHECKING:
    from ldn_graph.suggest import Suggestion


@dataclass(frozen=True)
class Piece:
    """Words of a text that have the same marks: the claims that quote them, the entity that they
    name, and `cue`: hedge, no hedge, or nothing. `start`: a character's number in the text."""

    start: int
    text: str
    claims: tuple[str, ...] = ()
    entity: str | None = None
    cue: str | None = None


@dataclass(frozen=True)
class Passage:
    """A sentence or heading in pieces; offsets are characters, the end exclusive."""

    start: int
    end: int
    section: str | None
    heading: bool
    pieces: tuple[Piece, ...]

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that quote any of it."""
        return tuple(dict.fromkeys(c for piece in self.pieces for c in piece.claims))


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    kind: str
    value: str


def annotated(
    text: str, source: str, corpus: Corpus, rule: Rule
) -> tuple[tuple[Passage, ...], ...]:
    """The lines of `text`, each as its sentences, marked with what `corpus` knows of them."""
    marks = sorted(
        [*_claimed(source, corpus), *_cues(text, rule), *_names(text, corpus)],
        key=lambda m: (m.start, m.end),
    )
    lines: dict[int, list[Passage]] = {}
    number = counted = 0
    starts = [m.start for m in marks]
    longest = max((m.end - m.start for m in marks), default=0)
    for found in sentences(text):
        first = bisect_left(starts, found.start - longest)
        near = marks[first : bisect_left(starts, found.end)]
        inside = [m for m in near if found.start < m.end]
        passage = Passage(
            found.start,
            found.end,
            found.section,
            found.text == found.section,
            tuple(_pieces(text, found.start, found.end, inside)),
        )
        number += text.count("\n", counted, found.start)
        counted = found.start
        lines.setdefault(number, []).append(passage)
    return tuple(tuple(line) for _, line in sorted(lines.items()))


def _pieces(text: str, start: int, end: int, marks: Sequence[_Mark]) -> Iterator[Piece]:
    """The words from `start` to `end`, cut wherever a mark begins or ends."""
    cuts = {start, end}
    for mark in marks:
        cuts |= {max(start, mark.start), min(end, mark.end)}
    for a, b in pairwise(sorted(cuts)):
        over = [m for m in marks if m.start <= a and b <= m.end]
        named = {m.kind: m.value for m in over}
        claims = tuple(dict.fromkeys(m.value for m in over if m.kind == "claim"))
        yield Piece(a, text[a:b], claims, named.get("entity"), named.get("cue"))


def _claimed(source: str, corpus: Corpus) -> Iterator[_Mark]:
    for claim in _alive(corpus):
        for item in claim.evidence:
            quote = item.quote
            if item.source == source and quote and quote.start is not None and quote.end:
                yield _Mark(quote.start, quote.end, "claim", claim.id)


def _alive(corpus: Corpus) -> Iterable[Claim]:
    """Every claim that is or may come into force; next versions in place of their claims."""
    claims: Mapping[str, Claim] = {**corpus.claims, **corpus.proposals}
    return (c for c in claims.values() if c.status not in (Status.REJECTED, Status.RETRACTED))


def _cues(text: str, rule: Rule) -> Iterator[_Mark]:
    for start, end, hedges in cue_words(text, rule):
        yield _Mark(start, end, "cue", "hedge" if hedges else "no hedge")


def _names(text: str, corpus: Corpus) -> Iterator[_Mark]:
    """Where entities are named; of two names that overlap the longer one counts."""
    found = sorted(
        (
            (start, end, e.id)
            for e in corpus.entities.values()
            for start, end in mentions(text, e.names)
        ),
        key=lambda f: (f[0] - f[1], f),
    )
    taken = bytearray(len(text))
    for start, end, entity in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            yield _Mark(start, end, "entity", entity)


#: Bytes of a text that claims are suggested from: rules read some 50 kB a second.
MOST_SUGGESTED = 10**6
#: Going through a text takes seconds: others wait, and other requests find their threads free.
_slow = CapacityLimiter(1)


async def held(request: Request) -> Response:
    """The texts that can be read here, and the sources whose text is not held."""
    person = await signed_in(request)
    state = await office(request).ask(lambda w: w.state)
    found = await texts_of(request, state)
    sources = sorted(state.corpus.sources.values(), key=lambda s: s.title)
    return sheet(
        request,
        "curate/texts.html",
        person,
        state,
        held=[s for s in sources if s.id in found.by_source],
        others=[s for s in sources if s.id not in found.by_source],
    )


async def read(request: Request) -> Response:
    """A source's text with what is known in it. Raises UnknownName."""
    return await _page(request, await signed_in(request))


async def reject(request: Request) -> Response:
    """Reject a suggestion, with the reason, or have a rejected one offered again."""
    person = await writer(request)
    given = {k: str(v) for k, v in sent(request).items()}
    name = request.path_params["id"]
    rejected = office(request).rejected

    def allowed(workspace: Workspace) -> None:
        workspace.permitted(person.agent.id, Permission.DRAFT, "reject suggestions")
        if name not in workspace.corpus.sources:
            raise UnknownName.among("source", name, workspace.corpus.sources)

    def change() -> None:
        if "again" in given:
            rejected.offer_again(given["again"])
            return
        said = {n: given.get(n, "") for n in ("relation", "words", "reason", "note")}
        rejected.reject(given.get("key", ""), source=name, by=person.agent.id, **said)

    try:
        await office(request).ask(allowed)
        await run_in_threadpool(change)
    except UnknownName:
        raise
    except LdnError as error:
        answer = await _page(request, person, message_of(request, error))
        answer.status_code = status_of(error)
        return answer
    base = settings(request).base_path
    return RedirectResponse(f"{base}/curate/read/{name}?suggest=1#suggested", 303)


async def _page(request: Request, person: Person, problem: str = "") -> Response:
    name = request.path_params["id"]
    state = await office(request).ask(lambda w: w.state)
    found = await texts_of(request, state)
    if name not in found.by_source:
        raise UnknownName.among("text", name, found.by_source)
    text = found.by_source[name]
    lines = await run_in_threadpool(annotated, text, name, state.corpus, state.rule)
    suggested = Suggested()
    asked = "suggest" in request.query_params
    rejected = await run_in_threadpool(office(request).rejected.of, name)
    if asked:
        try:
            found_all = await to_thread.run_sync(suggestions, text, name, state, limiter=_slow)
            suggested = found_all.without({r.key for r in rejected})
        except (MissingExtra, TooLarge) as error:
            problem = message_of(request, error)
    return sheet(
        request,
        "curate/read.html",
        person,
        state,
        source=state.corpus.sources[name],
        lines=lines,
        starts=sorted(p.start for line in lines for p in line),
        suggested=suggested,
        asked=asked,
        rejected=rejected,
        reasons=list(ReviewReason),
        problem=problem,
    )


@dataclass(frozen=True)
class Suggested:
    """What rules propose: `new` with the query of each one's form, and `known`, what claims say
    already that do not quote these words yet, with the query that adds the words to the claim."""

    new: tuple[tuple["Suggestion", str], ...] = ()
    known: tuple[tuple["Suggestion", str], ...] = ()

    def without(self, keys: Collection[str]) -> "Suggested":
        """Those whose keys (see `key_of`) are not among `keys`."""
        new = tuple(s for s in self.new if key_of(s[0], s[0].source) not in keys)
        known = tuple(s for s in self.known if key_of(s[0], s[0].source) not in keys)
        return Suggested(new, known)

    def key(self, one: "Suggestion") -> str:
        """What a rejection names it by."""
        return key_of(one, one.source)

    def beginning(self, one: "Suggestion", starts: Sequence[int]) -> int:
        """Where the sentence of its quote begins, of those that begin at `starts`, sorted."""
        return starts[max(0, bisect_right(starts, one.quote.start or 0) - 1)]


def suggestions(text: str, source: str, state: State) -> Suggested:
    """What `text`, that of `source`, may claim. Raises TooLarge, and MissingExtra without rules."""
    if len(text.encode("utf-8")) > MOST_SUGGESTED:
        raise TooLarge(
            f"the text of {source} has {len(text):,} characters; claims are suggested from up to "
            f"{MOST_SUGGESTED // 10**6} MB. Select passages yourself, or cut the text up and use "
            "`ldn-graph suggest` on the command line"
        )
    # imported here: the rules need the extra `suggest`
    from ldn_graph.suggest import suggest

    found = suggest(text, state.corpus, rule=state.rule, source=source)
    return Suggested(
        new=tuple((s, _query(s, source, whole=True)) for s in found if s.known is None),
        known=tuple(
            (s, _query(s, source, whole=False))
            for s in found
            if s.known is not None and not _quoted(s, source, state.corpus)
        ),
    )


def _query(one: "Suggestion", source: str, *, whole: bool) -> str:
    """The query of a form: the passage, and what it says where that is not there already."""
    given = {"source": source, "start": str(one.quote.start), "end": str(one.quote.end)}
    given |= {"direction": str(one.direction), "certainty": str(one.certainty)}
    given |= {"stated": str(one.stated), "basis": " ".join(map(str, one.basis))}
    if whole:
        given |= {"subject": one.subject.label, "predicate": str(one.predicate)}
        given |= {"object": one.object.label}
        given |= one.qualifiers.model_dump(mode="json", exclude_none=True)
    spans = [("context", f"{span.start}-{span.end}") for span in one.context]
    return urlencode([*given.items(), *spans])


def _quoted(one: "Suggestion", source: str, corpus: Corpus) -> bool:
    """Whether its claim, or the next version of it, quotes any of these words; and whether the
    claim can't have them: it was rejected or retracted."""
    name = str(one.known)
    claim = corpus.proposals.get(name) or corpus.claims[name]
    if claim.status in (Status.REJECTED, Status.RETRACTED, Status.SUBMITTED):
        return True
    return any(
        item.source == source
        and item.quote is not None
        and (item.quote.start or 0) < (one.quote.end or 0)
        and (one.quote.start or 0) < (item.quote.end or 0)
        for item in claim.evidence
    )
