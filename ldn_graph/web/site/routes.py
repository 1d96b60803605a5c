"""Where the pages of the site are."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ldn_graph.web.site.page import render


async def about(request: Request) -> Response:
    """What this is, who stands behind it, how strength is derived, and how to cite it."""
    return render(request, "about.html")


routes = [Route("/about", about)]
