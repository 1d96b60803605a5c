"""Forms that were begun and are no claim yet: kept on the server while one types, word for word."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.errors import UnknownName
from ldn_graph.records.identifiers import slug_of
from ldn_graph.records.model import Claim
from ldn_graph.web.auth.guard import Person, writer
from ldn_graph.web.curation.claim_form import ENTITIES, form_of
from ldn_graph.web.curation.workspace_access import office
from ldn_graph.web.http.forms import sent
from ldn_graph.web.state import settings
from ldn_graph.workspace import Workspace

#: The field of a kept form that holds its fields as they were typed.
_TYPED = "typed"


def save(workspace: Workspace, person: Person, values: Mapping[str, str]) -> str:
    """Keep a form among the unfinished ones of its author, under the name that it has or one that
    no other has; returns the name. Raises FileError."""
    by, given = person.agent.id, values.get("unfinished", "").strip()
    words = [values.get(slot, "") for slot in ("subject", "predicate", "object")]
    name = given or slug_of(" ".join(filter(None, words)), 100) or "claim"
    free, number = name, 1
    while not given and free in workspace.unfinished.names(by):
        number += 1
        free = f"{name}-{number}"
    left_out = ("unfinished", "digest")
    typed = {k: v for k, v in values.items() if v and k not in left_out}
    workspace.unfinished.save(by, free, {_TYPED: typed})
    return free


def load(workspace: Workspace, person: Person, name: str) -> tuple[dict[str, str], Claim | None]:
    """The values of an unfinished form, and the claim that it changes, if there is one.

    Raises UnknownName.
    """
    kept = workspace.unfinished.load(person.agent.id, name)
    corpus = workspace.corpus
    typed = kept.get(_TYPED)
    # what an overtaken editor wrote is kept as the fields of a claim
    values = dict(typed) if isinstance(typed, dict) else form_of(kept, corpus)
    for field in ENTITIES:
        entity = corpus.entity_called(values.get(field, ""))
        if entity is not None:
            values[field] = entity.label
    try:
        claim = workspace.claim(values.get("id", ""))
    except UnknownName:
        claim = None
    return values | {"unfinished": name}, claim


async def drop(request: Request) -> Response:
    """Discard an unfinished form."""
    person = await writer(request)
    name = str(sent(request).get("unfinished", ""))
    await office(request).ask(lambda w: w.unfinished.drop(person.agent.id, name))
    return RedirectResponse(f"{settings(request).base_path}/curate", 303)
