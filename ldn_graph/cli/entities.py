"""The verbs for what claims are about and who writes them: entity, agent, term."""

import hashlib
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel, ValidationError

from ldn_graph.cli.curation_options import agent_option, desk, fields_in, named, tell, why_option
from ldn_graph.cli.output import emit, opened, output_options, pass_data
from ldn_graph.errors import DataError
from ldn_graph.exchange.ontologies import read
from ldn_graph.records import yaml_io
from ldn_graph.records.identifiers import slug_of
from ldn_graph.records.model import Agent, Entity
from ldn_graph.records.vocabularies import AgentKind, AgentRole, DoseBand, Kind
from ldn_graph.table import Table, text
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.entry import utc_now
from ldn_graph.workspace.term_index import (
    MATCHES,
    MOST,
    TermIndex,
    definition_note,
    found_term,
    mapping_fields,
)


@click.group()
def terms() -> None:
    """Terms of MONDO, ChEBI, MeSH, GO, HP, HGNC …, from files that you load once.

    They are kept beside the corpus, in a folder that git ignores. A new entity takes its mapping,
    definition and synonyms from a term: in the browser, or by `ldn-graph entity add --term CURIE`.
    """


@terms.command("load")
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@pass_data
def load(data: str | None, paths: tuple[Path, ...]) -> None:
    """Load FILE: OBO, OWL in RDF/XML or Turtle, or OBO Graphs JSON, told by its content.

    An ontology that was loaded before is replaced. Obsolete terms and those of vocabularies that
    are not known here are left out, and counted.

    \b
    EXAMPLE
      ldn-graph --data my-corpus terms load hp.obo mondo.json
    """
    index = TermIndex(desk(data).folder)
    for path in paths:
        ontology = read(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        at = utc_now().isoformat(timespec="seconds")
        index.load(ontology, file=path.name, sha256=digest, at=at)
        left = "".join(f"; {n:,} {why} left out" for why, n in ontology.left_out.items())
        version = f" {ontology.version}" if ontology.version else ""
        click.echo(f"{ontology.name}{version}: {len(ontology.terms):,} terms{left}")


@terms.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--most", default=MOST, show_default=True, type=click.IntRange(1, 200))
@output_options
@pass_data
def search(
    data: str | None, words: tuple[str, ...], most: int, format_: str | None, output: Any
) -> None:
    """Find terms by a name, the beginning of one, or a CURIE; the best first."""
    found = TermIndex(desk(data).folder).search(" ".join(words), most)
    rows = tuple(
        tuple(map(text, (f.term.curie, f.term.label, "; ".join(f.term.synonyms),
                         f.term.definition or "", f.shown_in)))
        for f in found
    )  # fmt: skip
    emit(Table(("term", "label", "synonyms", "definition", "shown_in"), rows), format_, output)


@terms.command("list")
@output_options
@pass_data
def list_(data: str | None, format_: str | None, output: Any) -> None:
    """What was loaded: the ontology, its version, from which file, when, and how many terms."""
    rows = tuple(
        tuple(map(text, (o.name, o.version or "", o.file, o.loaded, str(o.terms))))
        for o in TermIndex(desk(data).folder).loaded()
    )
    emit(Table(("ontology", "version", "file", "loaded", "terms"), rows), format_, output)


@terms.command("drop")
@click.argument("name", metavar="ONTOLOGY")
@pass_data
def drop(data: str | None, name: str) -> None:
    """Forget an ontology. Mappings that were taken over from it stay."""
    TermIndex(desk(data).folder).drop(name)
    click.echo(f"{name} is dropped")


@click.group()
def entity() -> None:
    """Add or change what claims are about: drugs, mechanisms, conditions …"""


@entity.command("add")
@click.argument("name", metavar="ID", required=False)
@click.option("--label", metavar="TEXT", help="What people call it.")
@click.option("--kind", type=click.Choice([str(m) for m in Kind]))
@click.option("--definition", metavar="TEXT")
@click.option("--synonym", "synonyms", multiple=True, metavar="TEXT", help="Another name for it.")
@click.option("--broader", multiple=True, metavar="ENTITY", help="What it is a kind of.")
@click.option("--dose-band", type=click.Choice([str(m) for m in DoseBand]), help="Of a drug.")
@click.option("--from", "file", metavar="FILE", help="FILE.yaml or .json with one or more, or - .")
@click.option("--term", metavar="CURIE", help="The loaded term that it is; see `ldn-graph terms`.")
@click.option(
    "--match", type=click.Choice([str(m) for m in MATCHES]), default="exact", show_default=True
)
@agent_option
@pass_data
def entity_add(
    data: str | None,
    /,
    name: str | None,
    file: str | None,
    term: str | None,
    match: str,
    agent: str | None,
    **typed: Any,
) -> None:
    """Add an entity, or those in FILE, all or none. What is not said of one is taken from its
    --term: label, definition, synonyms and the mapping.

    \b
    EXAMPLES
      ldn-graph entity add long-covid --label "long COVID" --kind condition
      ldn-graph entity add --term HP:0002315 --kind symptom
    """
    desk_ = desk(data)
    by = named(agent)
    given = {k: v for k, v in typed.items() if v not in (None, ())}
    if term is not None:
        given = _of_term(desk_, term, match) | given
    made = name or slug_of(str(given.get("label", ""))) or None
    rows = fields_in(file) if file is not None else [{"id": made, **given}]
    added = [value_of(Entity, row) for row in rows]
    tell(desk_.add(added, by=by), f"added {', '.join(e.id for e in added)}")


def _of_term(desk_: Workspace, curie: str, match: str) -> dict[str, Any]:
    found = found_term(TermIndex(desk_.folder), curie)
    fields = {
        "label": found.term.label,
        "definition": found.term.definition,
        "synonyms": found.term.synonyms,
        "mappings": [mapping_fields(found, match, desk_.corpus)],
        "note": definition_note(found, found.term.definition),
    }
    return {k: v for k, v in fields.items() if v not in (None, ())}


@entity.command("edit")
@click.argument("name", metavar="ID")
@click.option("--from", "file", metavar="FILE", required=True, help="The changed fields, or - .")
@why_option(required=True)
@agent_option
@pass_data
def entity_edit(data: str | None, name: str, file: str, why: str, agent: str | None) -> None:
    """Change fields of an entity, with the reason; its id stays."""
    desk_ = desk(data)
    by = named(agent)
    graph = opened(data)
    old = graph.entity(name)
    fields = {**old.model_dump(mode="json"), **fields_in(file)[0], "id": old.id}
    done = desk_.change(value_of(Entity, fields), by=by, why=why, expected=desk_.digest(old))
    tell(done, f"changed {old.id}")


@entity.command("merge")
@click.argument("name", metavar="ID")
@click.argument("into", metavar="INTO")
@why_option(required=True)
@agent_option
@pass_data
def entity_merge(data: str | None, name: str, into: str, why: str, agent: str | None) -> None:
    """Make one of two entities: INTO gets the names and all claims of ID, and answers for it."""
    done = desk(data).merge(name, into, by=named(agent), why=why)
    tell(done, f"merged {name} into {into}")


@click.group()
def agent() -> None:
    """Who curates, and what they may do; `review.yaml` says what each role allows."""


@agent.command("add")
@click.argument("name", metavar="ID")
@click.option("--name", "label", metavar="TEXT", help="Their full name; needed at first.")
@click.option(
    "--kind", type=click.Choice([str(m) for m in AgentKind]), help="A person, if not said."
)
@click.option("--orcid", metavar="ID", help="Such as 0000-0002-1825-0097; its checksum is checked.")
@click.option("--role", "roles", multiple=True, type=click.Choice([str(m) for m in AgentRole]))
@click.option("--note", metavar="TEXT")
@why_option(required=False)
@agent_option
@pass_data
def agent_add(
    data: str | None,
    /,
    name: str,
    label: str | None,
    why: str | None,
    agent: str | None,
    **typed: Any,
) -> None:
    """Add an agent, or give one who is there other roles: what is not said stays as it is.

    The first admin of a corpus adds himself; from then on, it takes an admin to add anybody.

    \b
    EXAMPLES
      ldn-graph --data my-corpus agent add ada --name "Ada L." --role admin
      ldn-graph --data my-corpus agent add ben --name "Ben M." --role reviewer --as ada
      ldn-graph --data my-corpus agent add ben --role editor --as ada
    """
    desk_ = desk(data)
    given = {k: v for k, v in typed.items() if v not in (None, ())}
    old = desk_.corpus.agents.get(name)
    before = old.model_dump(mode="json") if old is not None else {"kind": "person"}
    if label is not None:
        given["name"] = label
    value = value_of(Agent, {**before, "id": name, **given})
    done = desk_.put_agent(value, by=agent or name, why=why)
    tell(done, f"{'changed' if old else 'added'} {name}")


@agent.command("list")
@output_options
@pass_data
def agent_list(data: str | None, format_: str | None, output: Any) -> None:
    """Every agent of the corpus, with kind, roles and ORCID."""
    found = opened(data).corpus.agents.values()
    rows = tuple(
        (text(a.id), text(a.name), text(a.kind), text(", ".join(a.roles)), text(a.orcid or ""))
        for a in found
    )
    emit(Table(("agent", "name", "kind", "roles", "orcid"), rows), format_, output)


def value_of(model: type[Any], fields: dict[str, Any]) -> Any:
    """The value of `fields`. Raises DataError with a line a problem."""
    try:
        return model.model_validate({k: v for k, v in fields.items() if v is not None})
    except ValidationError as error:
        assert issubclass(model, BaseModel)
        raise DataError(
            f"{fields.get('id') or model.__name__.lower()}: {what}"
            for _, what in yaml_io.problems(model, error)
        ) from error
