"""The command line: one thin function a verb, each a call of the façade."""

from ldn_graph.cli.app import main

__all__ = ["main"]
