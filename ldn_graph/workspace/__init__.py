"""Curation on disk: a corpus in a folder of its own, its journal, and what people do to it."""

from ldn_graph.workspace.desk import Done, Refreshed
from ldn_graph.workspace.journal import Entry
from ldn_graph.workspace.workspace import Workspace

__all__ = ["Done", "Entry", "Refreshed", "Workspace"]
