"""The pages of the things that have an IRI, by their kind."""

from ldn_graph.web.explorer.agents import agent_page
from ldn_graph.web.explorer.claims import claim_page
from ldn_graph.web.explorer.entities import entity_page
from ldn_graph.web.explorer.sources import source_page

__all__ = ["agent_page", "claim_page", "entity_page", "source_page"]
