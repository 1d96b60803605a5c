"""Curation on disk: a corpus in a folder of its own, its journal, and what people do to it."""

from ldn_graph.workspace.entry import Entry
from ldn_graph.workspace.service import Workspace
from ldn_graph.workspace.state import Done, Refreshed

__all__ = ["Done", "Entry", "Refreshed", "Workspace"]
