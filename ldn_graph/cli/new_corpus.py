"""The verb that makes a corpus of one's own: init."""

import re
import shutil
from pathlib import Path

import click

from ldn_graph import files
from ldn_graph.cli.entities import value_of
from ldn_graph.cli.output import opened, pass_data
from ldn_graph.errors import BadParameter, FileError
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Agent, Corpus, Description
from ldn_graph.records.slugs import slug_of
from ldn_graph.records.vocabularies import AgentKind, AgentRole

_PERSON = re.compile(r"\s*([^<>]+?)\s*(?:<([^<>]*)>)?\s*")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--empty", is_flag=True, help="Begin with nothing: no claims, people or words of ours."
)
@click.option("--title", metavar="TEXT", help="What the corpus is called.")
@click.option("--me", metavar="NAME <ORCID>", help="Who you are: its first admin.")
@click.option(
    "--base", metavar="URL", help="What its addresses begin with, if it is to be published."
)
@pass_data
def init(
    data: str | None, folder: Path, empty: bool, title: str | None, me: str | None, base: str | None
) -> None:
    """Make a corpus of your own in DIR: a copy of the shipped one, or an empty one.

    \b
    EXAMPLE
      ldn-graph init my-corpus --empty --title "Vitamin D and sleep" \\
          --me "Ann K. <0000-0002-1825-0097>"
      ldn-graph --data my-corpus serve --curate
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileError(f"{folder}: is there already and not empty; name a new folder")
    person = None if me is None else agent_of(me)
    corpus = _empty(folder, title, base) if empty else _copy(opened(data).corpus, title, base)
    if person is not None:
        corpus = corpus.model_copy(update={"agents": {**corpus.agents, person.id: person}})
    files.fill_folder(folder, lambda draft: _save(corpus, draft))
    click.echo(f"made {folder}; next: ldn-graph --data {folder} check")
    if person is not None:
        click.echo(f"you are {person.id} there; to write in a browser: ldn-graph --data {folder} "
                   "serve --curate")  # fmt: skip


def agent_of(me: str) -> Agent:
    """The admin that `Name <orcid>` names. Raises BadParameter, DataError for a wrong ORCID."""
    match = _PERSON.fullmatch(me)
    name = slug_of(match[1]) if match else ""
    if match is None or not name:
        raise BadParameter(
            f"{me!r}: write your name, and your ORCID in angle brackets if you have one: "
            '"Ann K. <0000-0002-1825-0097>"; for a name in other letters use `agent add`'
        )
    orcid = (match[2] or "").strip().removeprefix("https://orcid.org/") or None
    fields = {"id": name, "name": match[1], "kind": AgentKind.PERSON, "orcid": orcid,
              "roles": (AgentRole.ADMIN,)}  # fmt: skip
    agent: Agent = value_of(Agent, fields)
    return agent


def _empty(folder: Path, title: str | None, base: str | None) -> Corpus:
    """A corpus without anything of ours; a base that nobody owns stands in for one of its own."""
    name = slug_of(folder.resolve().name) or "corpus"
    base = base or f"https://example.org/{name}/"
    called = title or folder.resolve().name
    fields = {
        "title": called,
        "description": f"What texts claim: {called}.",
        "base": base,
        "version": "0.1.0",
        "license": f"{base}no-licence-chosen-yet",
        "disclaimer": "This graph records what texts claim. It is not medical advice.",
    }
    return Corpus(description=value_of(Description, fields))


def _copy(corpus: Corpus, title: str | None, base: str | None) -> Corpus:
    given = {k: v for k, v in (("title", title), ("base", base)) if v is not None}
    fields = corpus.description.model_dump(mode="json") | given
    return corpus.model_copy(update={"description": value_of(Description, fields)})


def _save(corpus: Corpus, folder: Path) -> None:
    corpora.save(corpus, folder)
    for name in ("strength.yaml", "review.yaml"):
        shutil.copyfile(files.root() / "data" / name, folder / name)
