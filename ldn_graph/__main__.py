"""`python -m ldn_graph` is the `ldn-graph` command."""

from ldn_graph.cli import main

if __name__ == "__main__":
    main(prog_name="ldn-graph")
