"""The verbs that look at what changes: review, diff."""

from pathlib import Path

import click

from ldn_graph.cli.curation_options import desk, texts_of
from ldn_graph.cli.output import pass_data, texts_option
from ldn_graph.errors import UnknownName, UsageError
from ldn_graph.graph import data_folder
from ldn_graph.records.model import Claim
from ldn_graph.workspace import Workspace, difference, history
from ldn_graph.workspace.preview import preview, queue, queue_line, review_text


@click.command()
@click.argument("name", metavar="[CLAIM]", required=False)
@texts_option
@pass_data
def review(data: str | None, name: str | None, texts: Path | None) -> None:
    """List the claims that wait for a reviewer; with CLAIM, all that a reviewer looks at.

    That is each quote (in its context, where the text is held), the sentence that the claim reads
    as, its evidence level and why, what the checks find, claims that are like it or against it,
    and for a next version, what changes. Then: ldn-graph claim accept, return or reject.
    """
    opened = desk(data)
    if name is None:
        waiting = queue(opened.state)
        for claim in waiting:
            click.echo(queue_line(claim, opened.state))
        click.echo(f"{len(waiting)} waiting", err=True)
        return
    claim = opened.claim(name)
    known = texts_of(texts, opened)
    found = preview(claim, opened.corpus, opened.rule, opened.review, known)
    click.echo(review_text(claim, found, opened.state, opened.digest(claim), known))


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="[B]", required=False)
@pass_data
def diff(data: str | None, before: str, after: str | None) -> None:
    """Say what changed between two versions of a claim, or between two states of the corpus.

    A version is CLAIM@NUMBER; a bare CLAIM is the next version, else the one in force. A state is a
    day, a time or the number of a change; without B, it is compared with what is in force now.

    \b
    EXAMPLES
      ldn-graph --data my-corpus diff ldn-for-anxiety@1 ldn-for-anxiety@2
      ldn-graph --data my-corpus diff 2026-11-01 2026-12-01
      ldn-graph --data my-corpus diff 41
    """
    if data is None:
        desk(data)  # says what to do
    folder = data_folder(data)
    if (
        before[:1].isdigit()
        and "@" not in before
        and not (folder / f"claims/{before}.yaml").exists()
    ):
        then = history.state(folder, history.moment(before))
        now = Workspace.open(folder).state if after is None else None
        lines = difference.states(then, now or history.state(folder, history.moment(after or "")))
    else:
        opened = desk(data)
        old = _version(opened, before)
        new = _version(opened, after or old.id)
        lines = difference.claims(old, new, opened.state, opened.state)
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo("no difference", err=True)


def _version(opened: Workspace, text: str) -> Claim:
    """The claim that `CLAIM@NUMBER` or `CLAIM` names. Raises UnknownName, UsageError."""
    name, at, number = text.partition("@")
    if not at:
        return opened.claim(name)
    if not number.isdecimal():
        raise UsageError(f"{text!r} names no version; write {name}@1")
    found = history.versions(opened.folder, name)
    if int(number) not in found:
        raise UnknownName(
            f"claim {name!r} has no version {number} on record; there are "
            f"{', '.join(map(str, found))}"
        )
    return found[int(number)]
