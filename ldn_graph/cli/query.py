"""The verbs that ask: query, queries, paths."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from ldn_graph import queries as canned_queries
from ldn_graph.cli.output import (
    chosen,
    emit,
    opened,
    output_options,
    pass_data,
    store_option,
    write,
)
from ldn_graph.errors import BadParameter, FileError, UnknownName
from ldn_graph.graph import EvidenceGraph
from ldn_graph.paths.search import Filter
from ldn_graph.records.vocabularies import Certainty, Kind
from ldn_graph.reports.paths import paths_text
from ldn_graph.table import Table, text


@click.command()
@click.argument("what", metavar="NAME|FILE|-")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter.")
@click.option("--sparql", is_flag=True, help="Print the SPARQL that would be asked, and stop.")
@store_option
@output_options
@pass_data
def query(
    data: str | None,
    what: str,
    params: tuple[str, ...],
    sparql: bool,
    store: str,
    format_: str | None,
    output: Path | None,
) -> None:
    """Ask a canned query by name, or SPARQL from a file or standard input (-).

    The prefixes ldn:, ldnc:, ldns:, ldnv:, biolink:, skos:, prov: … need no declaration.

    \b
    EXAMPLES
      ldn-graph query side-effects
      ldn-graph query claims-for-condition -p condition=fibromyalgia -f csv
      ldn-graph query my.rq
    """
    graph = opened(data, store)
    is_file = what == "-" or what.endswith((".rq", ".sparql")) or "/" in what
    if is_file and params:
        raise BadParameter("-p goes with a canned query; write values into your own SPARQL instead")
    asked = _read(what) if is_file else _filled(graph, what, _pairs(params))
    if sparql:
        write(asked, output)
        return
    _answer(graph.store.query(asked), format_, output)


@click.command()
@click.argument("name", required=False)
@output_options
@pass_data
def queries(data: str | None, name: str | None, format_: str | None, output: Path | None) -> None:
    """List the canned queries; with NAME, one query's parameters and text."""
    graph = opened(data)
    if name is not None:
        write(canned_queries.describe(_canned(graph, name)), output)
        return
    rows = tuple(
        (text(q.name), text(q.summary), text(", ".join(p.name for p in q.params)))
        for q in graph.canned.values()
    )
    emit(Table(("query", "answers", "parameters"), rows), format_, output)


@click.command()
@click.argument("start")
@click.argument("end")
@click.option("--max-steps", default=5, show_default=True, type=click.IntRange(1, 8))
@click.option("--min-level", default=0, show_default=True, type=click.IntRange(0, 4))
@click.option("--certainty", multiple=True, type=click.Choice([str(c) for c in Certainty]))
@click.option(
    "--kind", multiple=True, type=click.Choice([str(k) for k in Kind]), help="Kinds on the way."
)
@click.option("--via", multiple=True, metavar="ENTITY", help="Only paths through it.")
@click.option("--avoid", multiple=True, metavar="ENTITY", help="No path through it.")
@click.option("--groups", is_flag=True, help="Also step from a group to its members at the end.")
@click.option("-n", "--limit", type=click.IntRange(1), help="Show the first N paths only.")
@output_options
@pass_data
def paths(
    data: str | None,
    start: str,
    end: str,
    max_steps: int,
    min_level: int,
    certainty: tuple[Certainty, ...],
    kind: tuple[Kind, ...],
    via: tuple[str, ...],
    avoid: tuple[str, ...],
    groups: bool,
    limit: int | None,
    format_: str | None,
    output: Path | None,
) -> None:
    """Rank every path of claims from START to END, with its weakest link.

    A path is as strong as its weakest link: evidence level first, then agreement, then wording.

    \b
    EXAMPLE
      ldn-graph paths low-dose-naltrexone "Crohn's disease" --max-steps 4
    """
    graph = opened(data)
    filters = Filter(
        min_level=min_level,
        certainties=frozenset(map(Certainty, certainty)),
        kinds=frozenset(map(Kind, kind)),
        via=frozenset(graph.entity(v).id for v in via),
        avoid=frozenset(graph.entity(a).id for a in avoid),
    )
    found = graph.paths(start, end, max_steps=max_steps, filters=filters, through_groups=groups)
    shown = found if limit is None else type(found)(found[:limit], graph.corpus, graph.strengths)  # type: ignore[arg-type]
    if len(shown) < len(found):
        click.echo(f"showing {len(shown)} of {len(found)} paths", err=True)
    if not found:
        click.echo(f"no path from {start} to {end} in {max_steps} steps", err=True)
    if chosen(format_, output) == "table":
        write(paths_text(shown, graph.corpus), output)
    else:
        emit(shown.table, format_, output)


def _answer(answer: Table | bool | list[Any], format_: str | None, output: Path | None) -> None:
    if isinstance(answer, Table):
        emit(answer, format_, output)
    elif isinstance(answer, bool):
        word = "true" if answer else "false"
        write(
            json.dumps({"head": {}, "boolean": answer}) if format_ == "sparql-json" else word,
            output,
        )
    else:
        write("".join(f"{triple} .\n" for triple in answer), output)


def _canned(graph: EvidenceGraph, name: str) -> canned_queries.CannedQuery:
    if name not in graph.canned:
        raise UnknownName.among("query", name, graph.canned, see="ldn-graph queries")
    return graph.canned[name]


def _filled(graph: EvidenceGraph, name: str, params: dict[str, str]) -> str:
    base = graph.corpus.description.base
    return canned_queries.fill(_canned(graph, name), params, known=graph.known, base=base)


def _pairs(params: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise BadParameter(f"parameter {param!r} has no value; write -p {param}=VALUE")
        if name in pairs:
            raise BadParameter(f"parameter {name!r} is given twice; give it once")
        pairs[name] = value
    return pairs


def _read(what: str) -> str:
    if what == "-":
        return sys.stdin.read()
    try:
        return Path(what).read_text(encoding="utf-8")
    except OSError as error:
        raise FileError(f"{what}: can't be read ({error.strerror}); name a SPARQL file") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{what}: not UTF-8; save the query as UTF-8") from error
