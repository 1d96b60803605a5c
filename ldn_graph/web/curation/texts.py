"""The texts that curators read, as the workspace knows them at this moment."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ldn_graph.texts.source_texts import Texts
from ldn_graph.web.state import settings
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.held_texts import held_texts


async def texts_of(request: Request, state: State) -> Texts:
    """The texts whose digest is on record in `state`; none where no folder is set."""
    return await run_in_threadpool(held_texts, settings(request).texts, state.corpus)
