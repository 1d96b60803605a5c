"""The verbs for claims: add, edit, submit, withdraw, accept, return, reject, retract, history, …"""

from pathlib import Path
from typing import Any

import click

from ldn_graph.cli.curation_options import (
    agent_option,
    desk,
    expect_option,
    fields_in,
    named,
    reason_option,
    tell,
    texts_of,
    why_option,
)
from ldn_graph.cli.output import pass_data, texts_option
from ldn_graph.cli.prompts import asked_claim, with_offsets
from ldn_graph.curation import transitions
from ldn_graph.errors import DataError, UsageError
from ldn_graph.records import corpus as corpora
from ldn_graph.records import yaml_io
from ldn_graph.records.vocabularies import ReviewReason
from ldn_graph.workspace import Workspace
from ldn_graph.workspace import history as past
from ldn_graph.workspace.preview import preview, preview_text


@click.command()
@click.argument("name", metavar="CLAIM")
@click.option("--yaml", "whole", is_flag=True, help="Print every version in full.")
@pass_data
def history(data: str | None, name: str, whole: bool) -> None:
    """Who did what to a claim, and when; every version is kept."""
    opened = desk(data)
    found = opened.claim(name)
    done = [e for e in opened.history(f"claim/{name}") if e.action != "begin"]
    earlier = found.history[
        : len(found.history) - sum(e.by is not None and e.action != "join" for e in done)
    ]
    for event in earlier:
        click.echo(f"{event.on}  {event.action:<9} {event.by}{_said(event.why, event.reasons)}")
    for entry in done:
        when = f"{entry.at:%Y-%m-%d %H:%M}"
        who = entry.by or "by hand"
        words = _said(entry.why, entry.reasons)
        click.echo(f"{when}  {entry.action:<9} {who}{words}  [change {entry.seq}]")
    for number, version in past.versions(opened.folder, name).items():
        click.echo(f"version {number}: {version.status}")
        if whole:
            click.echo(corpora.dump(version))


def _said(why: str | None, reasons: tuple[str, ...]) -> str:
    listed = f" ({', '.join(reasons)})" if reasons else ""
    return f"{listed}: {why}" if why else listed


name_argument = click.argument("name", metavar="CLAIM")


@click.group()
def claim() -> None:
    """Write, hand in, review and retract claims of a corpus of your own.

    \b
    draft → submit → accept (by somebody else) → in force
                   ↘ return, with what is wrong → draft
                   ↘ reject

    A claim in force is never edited away: `edit` begins its next version, which is reviewed again,
    and takes its place once it is accepted.

    \b
    EXAMPLES
      export LDN_GRAPH_DATA=my-corpus LDN_GRAPH_AGENT=ann
      ldn-graph claim add
      ldn-graph claim submit ldn-decreases-fatigue
      ldn-graph --data my-corpus claim accept ldn-decreases-fatigue --as ben
    """


claim.add_command(history)


@claim.command()
@click.option("--from", "file", metavar="FILE", help="FILE.yaml or .json, or - ; else it asks.")
@click.option("--dry-run", is_flag=True, help="Show what it would amount to, and write nothing.")
@click.option("--yes", is_flag=True, help="Don't ask whether to save.")
@texts_option
@agent_option
@pass_data
def add(
    data: str | None,
    file: str | None,
    dry_run: bool,
    yes: bool,
    texts: Path | None,
    agent: str | None,
) -> None:
    """Add a claim as a draft; from a file, or by answering questions.

    With --texts, or a text kept beside the corpus, quotes are held against the source's text, and
    their offsets are found. FILE may hold a list of claims: all are added, or none.
    """
    opened = desk(data)
    by = named(agent)
    known = texts_of(texts, opened)
    rows = [asked_claim(opened, known)] if file is None else fields_in(file)
    ready = []
    for row in rows:
        fields = with_offsets(row, known)
        found = preview(fields, opened.corpus, opened.rule, opened.review, known)
        click.echo(preview_text(found, opened.corpus, opened.rule))
        if not found.complete:
            raise DataError(f"{found.name}: {m.field}: {m.message}" for m in found.missing)
        ready.append({**fields, "id": found.name})
    if dry_run:
        click.echo("nothing written; leave --dry-run out to write", err=True)
        return
    if file is None and not yes:
        click.confirm("Save this as your draft?", default=True, abort=True)
    done = opened.create_all(ready, by=by)
    names = ", ".join(row["id"] for row in ready)
    tell(done, f"drafted {names}")
    click.echo(f"next: ldn-graph --data {opened.folder} claim submit {ready[0]['id']}")


@claim.command()
@name_argument
@click.option("--from", "file", metavar="FILE", help="The changed fields; else an editor opens.")
@why_option(required=False)
@expect_option
@agent_option
@pass_data
def edit(
    data: str | None,
    name: str,
    file: str | None,
    why: str | None,
    expected: str | None,
    agent: str | None,
) -> None:
    """Change a draft, or begin the next version of a claim in force (with -m, the reason)."""
    opened = desk(data)
    by = named(agent)
    old = opened.claim(name)
    expected = expected or opened.digest(old)
    changes = _edited(opened, name) if file is None else fields_in(file)[0]
    changes = {k: v for k, v in changes.items() if k not in ("id", "status", "history")}
    if not changes:
        click.echo("nothing was changed", err=True)
        return
    done = opened.edit(name, changes, by=by, why=why, expected=expected)
    assert done.claim is not None
    number = transitions.version(done.claim.history)
    tell(done, f"version {number} of {name} is a draft" if old.current else f"edited {name}")
    found = preview(done.claim, opened.corpus, opened.rule, opened.review)
    click.echo(preview_text(found, opened.corpus, opened.rule))


def _edited(opened: Workspace, name: str) -> dict[str, Any]:
    """The fields that somebody changed in an editor."""
    old = opened.claim(name)
    plain = old.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    shown = {k: v for k, v in plain.items() if k not in ("id", "status", "history")}
    text = click.edit(yaml_io.write(shown), extension=".yaml")
    if text is None:
        return {}
    new = yaml_io.plain(Path(f"{name}.yaml"), text)
    if not isinstance(new, dict):
        raise UsageError("that is no claim any more; keep its lines as `field: value`")
    same = yaml_io.plain(Path(f"{name}.yaml"), yaml_io.write(shown))
    gone = {key: None for key in shown if key not in new}
    return {k: v for k, v in {**gone, **new}.items() if same.get(k) != v}


@claim.command()
@name_argument
@why_option(required=False)
@texts_option
@agent_option
@pass_data
def submit(
    data: str | None, name: str, why: str | None, texts: Path | None, agent: str | None
) -> None:
    """Hand in a draft for review.

    What the checks call an error stops it; a warning takes a reason (-m).
    """
    done = desk(data, texts).submit(name, by=named(agent), why=why)
    tell(done, f"submitted {name}")


@claim.command()
@name_argument
@why_option(required=False)
@agent_option
@pass_data
def withdraw(data: str | None, name: str, why: str | None, agent: str | None) -> None:
    """Take back what you handed in: it is a draft again."""
    tell(desk(data).withdraw(name, by=named(agent), why=why), f"withdrew {name}")


@claim.command()
@name_argument
@why_option(required=False)
@expect_option
@texts_option
@agent_option
@pass_data
def accept(
    data: str | None,
    name: str,
    why: str | None,
    expected: str | None,
    texts: Path | None,
    agent: str | None,
) -> None:
    """Accept a claim that somebody else handed in. It is in force from now on.

    Where it speaks against another claim, or has a high evidence level, two reviewers have to.
    """
    done = desk(data, texts).accept(name, by=named(agent), why=why, expected=expected)
    tell(done, f"{'accepted' if done.action == 'accept' else 'endorsed'} {name}")


@claim.command("return")
@name_argument
@why_option(required=True)
@reason_option
@expect_option
@agent_option
@pass_data
def return_(
    data: str | None,
    name: str,
    why: str,
    reasons: tuple[str, ...],
    expected: str | None,
    agent: str | None,
) -> None:
    """Give a claim back to its authors, with what is to be changed."""
    chosen = [ReviewReason(r) for r in reasons]
    done = desk(data).return_(name, by=named(agent), why=why, reasons=chosen, expected=expected)
    tell(done, f"returned {name}")


@claim.command()
@name_argument
@why_option(required=True)
@reason_option
@expect_option
@agent_option
@pass_data
def reject(
    data: str | None,
    name: str,
    why: str,
    reasons: tuple[str, ...],
    expected: str | None,
    agent: str | None,
) -> None:
    """Turn a claim down for good. Of a next version, the claim in force stays as it is."""
    chosen = [ReviewReason(r) for r in reasons]
    done = desk(data).reject(name, by=named(agent), why=why, reasons=chosen, expected=expected)
    tell(done, f"rejected {name}")


@claim.command()
@name_argument
@why_option(required=True)
@agent_option
@pass_data
def retract(data: str | None, name: str, why: str, agent: str | None) -> None:
    """Take a claim out of force. It stays readable, with the reason."""
    tell(desk(data).retract(name, by=named(agent), why=why), f"retracted {name}")


@claim.command()
@name_argument
@click.option("--replaced-by", metavar="CLAIM", help="The claim in force that says it better.")
@why_option(required=True)
@agent_option
@pass_data
def obsolete(
    data: str | None, name: str, replaced_by: str | None, why: str, agent: str | None
) -> None:
    """Take a claim out of force that nothing is wrong with: another says it better."""
    done = desk(data).obsolete(name, by=named(agent), why=why, replaced_by=replaced_by)
    tell(done, f"{name} is obsolete")


@claim.command()
@name_argument
@why_option(required=False)
@agent_option
@pass_data
def discard(data: str | None, name: str, why: str | None, agent: str | None) -> None:
    """Give up a draft, or the next version of a claim in force; its record stays."""
    tell(desk(data).discard(name, by=named(agent), why=why), f"discarded {name}")


@claim.command()
@click.argument("names", metavar="[CLAIM…]", nargs=-1)
@click.option("--of", "whose", metavar="AGENT", help="All that this agent has open, instead.")
@click.option("--to", metavar="AGENT", required=True, help="Who goes on with them.")
@why_option(required=False)
@agent_option
@pass_data
def reassign(
    data: str | None,
    names: tuple[str, ...],
    whose: str | None,
    to: str,
    why: str | None,
    agent: str | None,
) -> None:
    """Give drafts and claims that wait for review to somebody else, who goes on with them.

    \b
    EXAMPLE
      ldn-graph claim reassign --of cleo --to ann -m "left the group" --as ada
    """
    opened = desk(data)
    by = named(agent)
    if bool(names) == (whose is not None):
        raise UsageError("name the claims, or whose they are (--of AGENT)")
    for name in names or opened.open_of(whose or ""):
        tell(opened.reassign(name, to=to, by=by, why=why), f"{name} is {to}'s now")
    if whose is not None and opened.unfinished.give(whose, to):
        click.echo(f"what {whose} had begun and not saved is {to}'s too")


@claim.command()
@name_argument
@click.argument("text")
@agent_option
@pass_data
def comment(data: str | None, name: str, text: str, agent: str | None) -> None:
    """Say something about a claim. It disturbs nobody who is editing it."""
    tell(desk(data).comment(name, by=named(agent), why=text), f"commented on {name}")
