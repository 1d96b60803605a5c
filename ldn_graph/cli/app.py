"""The `ldn-graph` command: its man page and its global options."""

import sys

import click

from ldn_graph import __version__
from ldn_graph.cli.verbs import AS_OF, Verbs


@click.group(
    "ldn-graph",
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name="ldn-graph")
@click.option(
    "--data",
    metavar="DIR",
    envvar="LDN_GRAPH_DATA",
    help="The corpus to use instead of the shipped one (environment: LDN_GRAPH_DATA).",
)
@click.option(
    "--as-of",
    metavar="DAY|TIME|CHANGE",
    help="Answer from the corpus as it was: 2026-11-23, 2026-11-23T09:30, or a change's number.",
)
@click.pass_context
def main(ctx: click.Context, data: str | None, as_of: str | None) -> None:
    """An evidence knowledge graph of what texts claim about low-dose naltrexone (LDN).

    Every claim carries the exact words it was taken from, who wrote them, and a strength that is
    derived by a published rule: the wording, the evidence behind it, and the agreement of the
    sources.

    It records what texts claim. It is not medical advice.

    \b
    EXAMPLES
      ldn-graph queries                            what can be asked
      ldn-graph query claims-for-condition -p condition=crohns-disease
      ldn-graph paths low-dose-naltrexone crohns-disease
      ldn-graph evidence fibromyalgia              the article beside the studies
      ldn-graph hangs-on smith-2011                what would change without one study
      ldn-graph gaps                               where evidence is missing
      ldn-graph show ldn-decreases-inflammation    one claim: quotes, level, reasons
      ldn-graph draw --around fibromyalgia -o fibromyalgia.html
      echo 'SELECT * { ?claim ldnv:gradeStep 2 }' | ldn-graph query -
      ldn-graph init my-corpus                     a corpus of your own to edit
      ldn-graph --data my-corpus claim add --as ann
      ldn-graph --data my-corpus --as-of 2026-11-23 show ldn-for-anxiety

    \b
    OUTPUT
      A terminal gets a table, a pipe or a file gets tab-separated values. -f chooses:
      table, tsv, csv, json, sparql-json, markdown. evidence, gaps and show write text to read.

    \b
    EXIT STATUS
      0  done                     4  a store or endpoint can't be reached
      1  `check` found errors     5  a file or folder is missing or can't be written
      2  the command is wrong     6  an optional package is missing
      3  the corpus is wrong      7  somebody else changed the record meanwhile

    \b
    ENVIRONMENT
      LDN_GRAPH_DATA    the corpus folder, as --data
      LDN_GRAPH_TEXTS   the folder of source texts, as --texts
      LDN_GRAPH_AGENT   who you are to the verbs that write, as --as
    """
    ctx.obj = data
    ctx.meta[AS_OF] = as_of


if __name__ == "__main__":
    sys.exit(main())
