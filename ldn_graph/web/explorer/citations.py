"""References as files."""

from collections.abc import Iterable

from starlette.responses import Response

from ldn_graph.errors import UnknownName
from ldn_graph.exchange.citations import FORMATS, Reference


def reference_file(found: Iterable[Reference], name: str, form: str) -> Response:
    """The references in a form of `FORMATS`, to be saved as `name`; text is shown.

    Raises UnknownName for a form that there is none of.
    """
    if form not in FORMATS:
        raise UnknownName.among("kind of citation", form, FORMATS)
    kind, write = FORMATS[form]
    saved = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    return Response(write(found), media_type=kind, headers={} if form == "txt" else saved)
