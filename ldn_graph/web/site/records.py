"""The pages of the things that have an IRI, by their kind."""

from ldn_graph.web.site.agents import agent_page
from ldn_graph.web.site.claims import claim_page
from ldn_graph.web.site.entities import entity_page
from ldn_graph.web.site.sources import source_page

__all__ = ["agent_page", "claim_page", "entity_page", "source_page"]
