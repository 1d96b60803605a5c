"""The verbs of `ldn-graph`: where each is, what one line says of it, and how errors are told.

A verb's module is imported when the verb is asked for, so that `--help` and `--version` load none.
"""

import sys
from importlib import import_module
from typing import Any

import click

from ldn_graph.cli.standard_output import told
from ldn_graph.errors import FileError, LdnError, MissingExtra, UnknownName

#: Where the context keeps `--as-of`.
AS_OF = "ldn_graph.as_of"

#: Verb → module below `ldn_graph.cli`, and the line of `ldn-graph --help`; in the order shown.
VERBS: dict[str, tuple[str, str]] = {
    "init": ("new_corpus", "Make a corpus of your own in DIR."),
    "check": ("check", "Check files, quotes, rules and shapes."),
    "build": ("build", "Build the graph into a store or an endpoint."),
    "query": ("query", "Ask a canned query by name, or SPARQL of your own."),
    "queries": ("query", "List the canned queries; with NAME, explain one."),
    "paths": ("query", "Rank every path from START to END by its weakest link."),
    "evidence": ("evidence", "Show what articles say beside what studies found."),
    "map": ("evidence_map", "Show what was studied, with which result, and what was not."),
    "safety": ("safety", "Show contraindications, warnings and adverse events of a drug."),
    "hangs-on": ("evidence", "List what would change without one source."),
    "gaps": ("evidence", "List where evidence is missing."),
    "show": ("show", "Show one claim, entity or source in full."),
    "draw": ("build", "Draw the graph, or a part of it."),
    "coverage": ("check", "List every sentence of a text with its claims."),
    "export": ("build", "Write the graph as RDF, or its claims as a sheet."),
    "import": ("sheets", "Take in claims from a sheet: .csv or .xlsx."),
    "template": ("sheets", "Make a sheet of claims to fill in, for a spreadsheet program."),
    "claim": ("claims", "Write, hand in, review and retract claims."),
    "review": ("review", "List what waits for review; with CLAIM, show it in full."),
    "diff": ("review", "What changed between two versions or two moments, in words."),
    "source": ("sources", "Add to what a corpus of your own cites, or retract it."),
    "watch": ("watch", "Saved searches of PubMed, whose new records wait on the desk."),
    "entity": ("entities", "Add or change what claims are about."),
    "terms": ("terms", "Load and search terms of MONDO, ChEBI, MeSH, GO, HP, HGNC …"),
    "agent": ("entities", "Add people and programs that curate, and their roles."),
    "merge": ("merge", "Join branches of a corpus, or two corpora, with both records."),
    "backup": ("backup", "Write a corpus to one file, while it is in use."),
    "restore": ("backup", "Make a folder of a backup."),
    "upgrade": ("upgrade", "Bring a corpus of an earlier ldn-graph along."),
    "schema": ("schema", "JSON schemas of the YAML files, for editors."),
    "suggest": ("suggest", "Propose draft claims from a text."),
    "serve": ("serve", "Serve the SPARQL endpoint and the site."),
    "account": ("accounts", "Let curators sign in: passwords, tokens, ORCID."),
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
