"""The `ldn-graph` command: its verbs, its global options, and how errors are told.

A verb's module is imported when the verb is asked for, so that `--help` and `--version` load none.
"""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import click

from ldn_graph import __version__
from ldn_graph.errors import FileError, LdnError, MissingExtra, UnknownName, Unwritable

_NAME = "standard output"


class _Closed(io.TextIOBase):
    """Standard output that the caller closed: a write is refused."""

    def writable(self) -> bool:
        return True

    def write(self, _text: str) -> int:
        raise OSError(errno.EBADF, "it is closed")

    @property
    def buffer(self) -> "_Closed":
        return self


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Have all that is written in here on its way, or raise FileError.

    Nobody who reads (a pipe to `head`) is no fault: the command ends as the shell expects.
    """
    if sys.stdout is None:
        sys.stdout = _Closed()
    try:
        try:
            yield
        except SystemExit as end:
            sys.stdout.flush()
            raise end
        sys.stdout.flush()
    except UnicodeEncodeError as error:
        sign = error.object[error.start : error.start + 1]
        raise FileError(
            f"{_NAME}: is {sys.stdout.encoding}, which has no {sign!r}; set PYTHONUTF8=1, or write "
            "to a file with -o"
        ) from error
    except OSError as error:
        if error.filename is not None:  # not of the stream
            raise
        _forget()
        if error.errno == errno.EPIPE:
            raise SystemExit(1) from error
        if isinstance(sys.stdout, _Closed):
            raise FileError(f"{_NAME}: is closed; open it, or write to a file with -o") from error
        raise Unwritable.of(_NAME, error) from error


def _forget() -> None:
    """Let what can't be written go, or Python would try again at its end and complain."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


#: Where the context keeps `--as-of`.
AS_OF = "ldn_graph.as_of"

#: Verb → module below `ldn_graph.cli`, and the line of `ldn-graph --help`; in the order shown.
VERBS: dict[str, tuple[str, str]] = {
    "init": ("corpus", "Make a corpus of your own in DIR."),
    "check": ("corpus", "Check files, quotes, rules and shapes."),
    "build": ("exchange", "Build the graph into a store or an endpoint."),
    "query": ("query", "Ask a canned query by name, or SPARQL of your own."),
    "queries": ("query", "List the canned queries; with NAME, explain one."),
    "paths": ("query", "Rank every path from START to END by its weakest link."),
    "evidence": ("evidence", "Show what articles say beside what studies found."),
    "map": ("evidence", "Show what was studied, with which result, and what was not."),
    "safety": ("evidence", "Show contraindications, warnings and adverse events of a drug."),
    "hangs-on": ("evidence", "List what would change without one source."),
    "gaps": ("evidence", "List where evidence is missing."),
    "show": ("show", "Show one claim, entity or source in full."),
    "draw": ("exchange", "Draw the graph, or a part of it."),
    "coverage": ("corpus", "List every sentence of a text with its claims."),
    "export": ("exchange", "Write the graph as RDF, or its claims as a sheet."),
    "import": ("exchange", "Take in claims from a sheet: .csv or .xlsx."),
    "template": ("exchange", "Make a sheet of claims to fill in, for a spreadsheet program."),
    "claim": ("claims", "Write, hand in, review and retract claims."),
    "review": ("review", "List what waits for review; with CLAIM, show it in full."),
    "diff": ("review", "What changed between two versions or two moments, in words."),
    "source": ("sources", "Add to what a corpus of your own cites, or retract it."),
    "watch": ("sources", "Saved searches of PubMed, whose new records wait on the desk."),
    "entity": ("entities", "Add or change what claims are about."),
    "terms": ("entities", "Load and search terms of MONDO, ChEBI, MeSH, GO, HP, HGNC …"),
    "agent": ("entities", "Add people and programs that curate, and their roles."),
    "merge": ("corpus", "Join branches of a corpus, or two corpora, with both records."),
    "backup": ("corpus", "Write a corpus to one file, while it is in use."),
    "restore": ("corpus", "Make a folder of a backup."),
    "upgrade": ("corpus", "Bring a corpus of an earlier ldn-graph along."),
    "schema": ("corpus", "JSON schemas of the YAML files, for editors."),
    "suggest": ("suggest", "Propose draft claims from a text."),
    "serve": ("serve", "Serve the SPARQL endpoint and the site."),
    "account": ("serve", "Let curators sign in: passwords, tokens, ORCID."),
}


class Verbs(click.Group):
    """The group of `VERBS`. It tells an LdnError, a line a problem, and exits with its code."""

    def main(self, *args: Any, **more: Any) -> Any:
        try:
            with told():
                return super().main(*args, **more)
        except FileError as error:  # of standard output; others are told below
            _tell(error)
            sys.exit(error.exit_code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = import_module(f"ldn_graph.cli.{VERBS[cmd_name][0]}")
        # a verb's function has underscores for hyphens; a word of Python is called `import_`
        name = cmd_name.replace("-", "_")
        found: click.Command = getattr(module, name, None) or getattr(module, f"{name}_")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in VERBS and not ctx.resilient_parsing:
            raise UnknownName.among("verb", args[0], VERBS, see="ldn-graph --help")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in VERBS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as fault:
            if fault.name is None:
                raise
            error = MissingExtra.of(fault.name, ctx.invoked_subcommand or "this")
            if error is None:
                raise
            _tell(error)
            ctx.exit(error.exit_code)
        except LdnError as error:
            _tell(error)
            ctx.exit(error.exit_code)


def _tell(error: LdnError) -> None:
    click.echo("\n".join(f"ldn-graph: {line}" for line in str(error).split("\n")), err=True)


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
