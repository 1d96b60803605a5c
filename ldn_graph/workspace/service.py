"""A corpus that people change: every change is named, checked and on record, and whole or none.

desk = Workspace.open("my-corpus")
seen = desk.digest(desk.claim("ldn-for-anxiety"))
desk.edit("ldn-for-anxiety", {"note": "…"}, by="ann", why="typo", expected=seen)
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

from ldn_graph.curation import policy, transitions
from ldn_graph.curation.policy import Permission
from ldn_graph.errors import Conflict, UnknownName, UsageError
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Claim
from ldn_graph.records.vocabularies import Action, ReviewReason, Status
from ldn_graph.workspace.entry import Clock, utc_now
from ldn_graph.workspace.preview import demand_sound
from ldn_graph.workspace.record_editing import RecordDesk, done_of
from ldn_graph.workspace.source_texts import shelf_of
from ldn_graph.workspace.state import Done, opened

_Step = Callable[[Claim, dt.date], Claim]


class Workspace(RecordDesk):
    """The one way to change a corpus. Each verb takes the agent that acts and, where a record is
    there already, the digest that its editor saw; it returns once the change is on disk.

    All raise UnknownName, NotAllowed, UsageError for what can't be done to the record now,
    DataError for what would not be valid, Conflict where somebody else was faster, FileError.
    """

    @classmethod
    def open(
        cls, folder: str | Path, *, clock: Clock = utc_now, texts: Path | None = None
    ) -> "Workspace":
        """Open the workspace in `folder`, mend what a killed writer left, pick up edits by hand.
        `texts`: the folder of source texts, by which quotes are held; else that beside the corpus.

        The first time, what is there is the beginning of its journal. Raises FileError where it is
        no corpus or can't be written, DataError where it was wrong from the beginning.
        """
        ledger, state, told = opened(Path(folder), clock)
        desk = cls(ledger, state, clock)
        desk.notices = told
        desk.shelf = texts or shelf_of(Path(folder))
        desk.refresh()
        return desk

    # ---- claims

    def create(self, fields: Mapping[str, Any], *, by: str, why: str | None = None) -> Done:
        """A new draft. `fields` are as in a claim's file, without status and history."""
        return self.create_all([fields], by=by, why=why)

    def create_all(
        self, drafts: Sequence[Mapping[str, Any]], *, by: str, why: str | None = None
    ) -> Done:
        """New drafts, all or none, as one change."""
        with self.writing():
            policy.demand_action(self.agent(by), None, Action.CREATE, self.review)
            made: dict[str, Claim] = {}
            for fields in drafts:
                claim = transitions.create(fields, by, self.today(), why)
                if claim.id in made or self.was_there(f"claim/{claim.id}"):
                    raise UsageError(
                        f"claim {claim.id!r} is there already, or was once; give another id"
                    )
                policy.demand_sources(claim, self.corpus)
                made[claim.id] = claim
            texts = {f"claims/{name}.yaml": corpora.dump(claim) for name, claim in made.items()}
            single = next(iter(made.values())) if len(made) == 1 else None
            record = f"claim/{single.id}" if single is not None else "several"
            after = None if single is None else self.digest(single)
            entry = self.entry("create", record, by, texts, after=after, why=why)
            return done_of(self.commit(entry), single)

    def edit(
        self,
        name: str,
        changes: Mapping[str, Any],
        *,
        by: str,
        why: str | None = None,
        expected: str | None = None,
    ) -> Done:
        """Change fields of a draft; of a claim in force, begin its next version, with a reason.

        Where somebody was faster, `changes` are kept among the unfinished forms of `by`.
        """

        def step(claim: Claim, on: dt.date) -> Claim:
            change = transitions.revise if claim.current else transitions.edit
            edited = change(claim, by, on, why, **changes)
            policy.demand_sources(edited, self.corpus)
            return edited

        try:
            return self._act(name, Action.EDIT, by, step, why, expected)
        except Conflict as error:
            plain = to_jsonable_python(dict(changes))
            form = f"{name[:100].strip('-')}-overtaken-{self.seq}"
            try:
                kept = self.unfinished.save(by, form, {"id": name, **plain})
            except UsageError as full:
                raise Conflict(f"{error}; your version is not kept: {full}") from error
            raise Conflict(f"{error}; your version is kept in {kept}", kept=str(kept)) from error

    def submit(
        self, name: str, *, by: str, why: str | None = None, expected: str | None = None
    ) -> Done:
        """Hand a draft in for review. Raises FailedChecks for one with an error, and for one with a
        warning and no reason."""

        def step(claim: Claim, on: dt.date) -> Claim:
            done = transitions.submit(claim, by, on, why)
            policy.demand_sources(claim, self.corpus)
            demand_sound(done, self.corpus, self.rule, self.texts(), why=why)
            return done

        return self._act(name, Action.SUBMIT, by, step, why, expected)

    def withdraw(
        self, name: str, *, by: str, why: str | None = None, expected: str | None = None
    ) -> Done:
        """Take a submitted claim back, as one of its authors."""
        return self._act(
            name,
            Action.WITHDRAW,
            by,
            lambda c, on: transitions.withdraw(c, by, on, why),
            why,
            expected,
        )

    def accept(
        self, name: str, *, by: str, why: str | None = None, expected: str | None = None
    ) -> Done:
        """Accept a submitted claim; the first of two reviewers endorses it, and is told why.
        Raises FailedChecks as `submit` does."""
        told: list[str] = []

        def step(claim: Claim, on: dt.date) -> Claim:
            reasons = policy.second_review_reasons(claim, self.corpus, self.rule, self.review)
            done = transitions.accept(claim, by, on, why, reviewers=2 if reasons else 1)
            policy.demand_sources(claim, self.corpus)
            demand_sound(claim, self.corpus, self.rule, self.texts(), why=why)
            if not done.current:
                told.append(f"another reviewer has to accept it too: {'; '.join(reasons)}")
            return done

        done = self._act(name, Action.ACCEPT, by, step, why, expected)
        return replace(done, told=tuple(told))

    def return_(
        self,
        name: str,
        *,
        by: str,
        why: str,
        reasons: Iterable[ReviewReason] = (),
        expected: str | None = None,
    ) -> Done:
        """Give a submitted claim back to its authors, with what is to be changed."""
        found = tuple(reasons)
        return self._act(
            name,
            Action.RETURN,
            by,
            lambda c, on: transitions.return_(c, by, on, why, reasons=found),
            why,
            expected,
            found,
        )

    def reject(
        self,
        name: str,
        *,
        by: str,
        why: str,
        reasons: Iterable[ReviewReason] = (),
        expected: str | None = None,
    ) -> Done:
        """Turn a submitted claim down; of a next version, the claim in force stays as it is."""
        found = tuple(reasons)
        return self._act(
            name,
            Action.REJECT,
            by,
            lambda c, on: transitions.reject(c, by, on, why, reasons=found),
            why,
            expected,
            found,
        )

    def comment(self, name: str, *, by: str, why: str) -> Done:
        """Say something about a claim; it disturbs nobody who is editing it."""
        return self._act(
            name, Action.COMMENT, by, lambda c, on: transitions.comment(c, by, on, why), why, None
        )

    def retract(self, name: str, *, by: str, why: str, expected: str | None = None) -> Done:
        """Take a claim out of force, with the reason; its next version goes with it."""
        return self._end(
            name,
            Action.RETRACT,
            by,
            lambda c, on: transitions.retract(c, by, on, why),
            why,
            expected,
        )

    def obsolete(
        self,
        name: str,
        *,
        by: str,
        why: str,
        replaced_by: str | None = None,
        expected: str | None = None,
    ) -> Done:
        """Take a claim out of force that another one in force says better (`replaced_by`), or that
        nobody needs any more; its next version goes with it."""
        other = self.corpus.claims.get(replaced_by or "")
        if replaced_by is not None and (other is None or not other.current or other.id == name):
            raise UsageError(
                f"claim {name!r}: {replaced_by!r} is no other claim in force; name one that is, or "
                "leave it out"
            )

        def step(claim: Claim, on: dt.date) -> Claim:
            return transitions.obsolete(claim, by, on, why, replaced_by=replaced_by)

        return self._end(name, Action.OBSOLETE, by, step, why, expected)

    def discard(
        self, name: str, *, by: str, why: str | None = None, expected: str | None = None
    ) -> Done:
        """Give up a draft, or the next version of a claim, which stays in force as it is. One's
        own; that of somebody else takes an editor, and a reason."""

        def step(claim: Claim, on: dt.date) -> Claim:
            self._demand_own(claim, Action.DISCARD, by, why)
            return transitions.discard(claim, by, on, why)

        return self._act(name, Action.DISCARD, by, step, why, expected)

    def reassign(
        self,
        name: str,
        *,
        to: str,
        by: str,
        why: str | None = None,
        expected: str | None = None,
    ) -> Done:
        """Give a claim that is not in force yet to somebody else, who goes on with it as if they
        had written it. One's own; that of somebody else takes an editor, and a reason."""

        def step(claim: Claim, on: dt.date) -> Claim:
            self._demand_own(claim, Action.REASSIGN, by, why)
            self.permitted(to, Permission.DRAFT, "go on with claims")
            return transitions.reassign(claim, by, on, why, to=to)

        return self._act(name, Action.REASSIGN, by, step, why, expected)

    def _demand_own(self, claim: Claim, action: Action, by: str, why: str | None) -> None:
        policy.demand_own_draft(self.agent(by), claim, action, self.review)
        if by not in transitions.authors(claim.history) and not (why or "").strip():
            raise UsageError(f"claim {claim.id!r}: it is not {by}'s; say why, to {action} it")

    def _end(
        self, name: str, action: Action, by: str, step: _Step, why: str, expected: str | None
    ) -> Done:
        """Take a claim out of force; a next version of it goes with it, and stays on record."""
        with self.writing():
            if name not in self.corpus.claims:
                raise UnknownName.among("claim", name, self.corpus.claims)
            claim = self.corpus.claims[name]
            policy.demand_action(self.agent(by), claim, action, self.review)
            open_ = self.corpus.proposals.get(name)
            self.demand_seen(f"claim/{name}", self.digest(open_ or claim), expected)
            done = step(claim, self._day(claim))
            texts: dict[str, str | None] = {f"claims/{name}.yaml": corpora.dump(done)}
            if open_ is not None:
                texts[f"proposals/{name}.yaml"] = None
            kept = None if open_ is None else corpora.dump(open_)
            return self._committed(action, by, claim, done, texts, why, kept=kept)

    # ---- what the verbs share

    def _act(
        self,
        name: str,
        action: Action,
        by: str,
        step: _Step,
        why: str | None,
        expected: str | None,
        reasons: tuple[ReviewReason, ...] = (),
    ) -> Done:
        with self.writing():
            claim = self.claim(name)
            policy.demand_action(self.agent(by), claim, action, self.review, self.corpus)
            self.demand_seen(f"claim/{name}", self.digest(claim), expected)
            done = step(claim, self._day(claim))
            texts = self._texts_of(claim, done)
            lost = done.status is Status.REJECTED and name in self.corpus.proposals
            kept = corpora.dump(done) if lost else None
            did = done.history[-1].action
            return self._committed(did, by, claim, done, texts, why, reasons, kept)

    def _texts_of(self, before: Claim, after: Claim) -> dict[str, str | None]:
        """Where the claim stands from now on: in force, or beside what is."""
        own, next_ = f"claims/{after.id}.yaml", f"proposals/{after.id}.yaml"
        if after.id in self.corpus.proposals:
            if after.current:
                return {own: corpora.dump(after), next_: None}
            rejected = after.status is Status.REJECTED
            return {next_: None if rejected else corpora.dump(after)}
        begun = before.current and not after.current
        return {next_ if begun else own: corpora.dump(after)}

    def _committed(
        self,
        action: Action,
        by: str,
        before: Claim,
        after: Claim,
        texts: Mapping[str, str | None],
        why: str | None,
        reasons: tuple[ReviewReason, ...] = (),
        kept: str | None = None,
    ) -> Done:
        entry = self.entry(
            action,
            f"claim/{after.id}",
            by,
            texts,
            before=self.digest(before),
            after=self.digest(after),
            why=why,
            reasons=tuple(map(str, reasons)),
            kept=kept,
        )
        return done_of(self.commit(entry), after)

    def _day(self, claim: Claim) -> dt.date:
        """Today, or the day of the claim's last event where that was in a zone ahead of UTC."""
        today, last = self.today(), claim.history[-1].on
        return last if last == today + dt.timedelta(days=1) else today
