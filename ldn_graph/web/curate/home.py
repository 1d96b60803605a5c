"""Where a curator begins: who they are, and what waits for them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ldn_graph.web.people.guard import signed_in
from ldn_graph.web.site.page import render


async def home(request: Request) -> Response:
    """Who is signed in, and the way out."""
    found = await signed_in(request)
    return render(request, "curate/home.html", person=found)


routes = [Route("/curate", home)]
