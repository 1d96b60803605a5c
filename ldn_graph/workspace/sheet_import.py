"""The claims of a sheet, put into a workspace: what is right of it, as the sheet was read."""

import hashlib

from ldn_graph.curation import policy, transitions
from ldn_graph.errors import BadFile, Conflict
from ldn_graph.exchange.sheets.drafts import Drafts
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.workspace.service import Workspace
from ldn_graph.workspace.state import Done

#: Lines that are told of a sheet at most; the file of what was not taken has them all.
TOLD = 40


def digest(found: Drafts) -> str:
    """What tells two readings of a sheet apart by what they would write."""
    told = hashlib.sha256()
    for claim in (*found.new, *found.changed):
        told.update(corpora.dump(claim).encode("utf-8"))
    return told.hexdigest()[:32]


def demand_right(found: Drafts, name: str, *, partial: bool = False) -> None:
    """Raises BadFile for a sheet that holds nothing, or that is wrong and shall come in whole."""
    taken = (*found.new, *found.changed, *found.unchanged)
    if not found.problems:
        if not taken:
            raise BadFile(f"{name}: holds no claims; fill in a row for each evidence item")
        return
    if partial and taken:
        return
    told = [p.told(name) for p in found.problems[:TOLD]]
    if len(found.problems) > TOLD:
        told.append(f"and {len(found.problems) - TOLD} more")
    left = f"nothing was taken in; {len(taken)} claims are right, --partial takes them in"
    raise BadFile(*told, left if taken else "nothing was taken in")


def take(
    desk: Workspace, found: Drafts, seen: Corpus, *, by: str, why: str | None = None
) -> tuple[Done, ...]:
    """Write the claims: new ones as one change, changed ones each as its own.

    `seen` is the corpus that the sheet was read against. What can be known to be refused is
    refused before anything is written. Raises what the workspace's verbs raise.
    """
    with desk.writing():  # nobody comes between the looking and the last of the changes
        for claim in found.changed:
            old = seen.claims[claim.id]
            if desk.claim(claim.id) != old:
                raise Conflict(
                    f"claim {claim.id}: was changed since the sheet was read; read it again"
                )
            change = transitions.revise if old.current else transitions.edit
            changed = change(old, by, old.history[-1].on, why, **_fields(claim))
            policy.demand_sources(changed, desk.corpus)
        done = []
        if found.new:
            drafts = [{"id": c.id, **_fields(c)} for c in found.new]
            done.append(desk.create_all(drafts, by=by, why=why))
        done += [desk.edit(c.id, _fields(c), by=by, why=why) for c in found.changed]
    return tuple(done)


def _fields(claim: Claim) -> dict[str, object]:
    return claim.model_dump(exclude={"id", "status", "history"})
