"""Kill writers of one workspace at random moments, again and again, and look what is left.

    python scripts/soak_workspace.py --rounds 500 --writers 4

Every change that a writer was told of must be there, none may be half there, and of those that no
writer was told of, at most one for each that was killed.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from ldn_graph.errors import LdnError  # noqa: E402
from ldn_graph.records import corpus as corpora  # noqa: E402
from ldn_graph.workspace import Workspace, corpus_files, journal  # noqa: E402
from tests.curators import ANN, BEN, CAS, INFLAMMATION, copied, fields, staffed  # noqa: E402

PLAIN = "endorphin-decreases-inflammation"


def write_until_killed(folder: Path, pipe: int, seed: int) -> None:
    """Change the workspace for ever; each change that is acknowledged goes into the pipe."""
    dice = random.Random(seed)
    desk = Workspace.open(folder)
    mine = f"w{os.getpid()}"
    number = 0
    while True:
        number += 1
        name = f"{mine}-{number}"
        made = fields(desk.corpus.claims[PLAIN], name, note="x" * dice.randrange(1, 20_000))
        steps = [
            lambda name=name, made=made: desk.create(made, by=ANN),
            lambda name=name: desk.edit(name, {"note": "edited"}, by=ANN),
            lambda name=name: desk.submit(name, by=ANN),
            lambda name=name: desk.accept(name, by=BEN),
            lambda name=name: desk.edit(name, {"note": "next"}, by=ANN, why="clearer"),
            lambda name=name: desk.submit(name, by=ANN),
            lambda name=name: desk.accept(name, by=CAS),
            lambda name=name: desk.comment(INFLAMMATION, by=BEN, why=f"from {name}"),
        ]
        for step in steps[: dice.randrange(1, len(steps) + 1)]:
            done = step()
            told = {"seq": done.seq, "record": done.record, "digest": done.digest}
            os.write(pipe, json.dumps(told).encode() + b"\n")


def fork_writer(folder: Path, pipe: int, seed: int) -> int:
    """The process id of a new writer."""
    child = os.fork()
    if child:
        return child
    try:
        write_until_killed(folder, pipe, seed)
    except BaseException:
        os.write(pipe, json.dumps({"error": traceback.format_exc()[-1500:]}).encode() + b"\n")
    finally:
        os._exit(1)


def one_round(folder: Path, writers: int, dice: random.Random) -> list[dict[str, Any]]:
    """Let writers write, kill them one by one, and return what they were told."""
    reader, pipe = os.pipe()
    children = [fork_writer(folder, pipe, dice.randrange(2**32)) for _ in range(writers)]
    os.close(pipe)
    os.set_blocking(reader, False)
    told = b""
    for child in dice.sample(children, len(children)):
        heard, wanted = told.count(b"\n"), dice.randrange(8)
        while told.count(b"\n") < heard + wanted:
            told += _drained(reader)
            time.sleep(0.0005)
        time.sleep(dice.uniform(0, 0.015))  # somewhere in the next change
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    told += _drained(reader)
    os.close(reader)
    return [json.loads(line) for line in told.splitlines()]


def _drained(reader: int) -> bytes:
    try:
        return os.read(reader, 1 << 20)
    except BlockingIOError:
        return b""


def faults(folder: Path, told: list[dict[str, Any]], before: int, writers: int) -> list[str]:
    """What is wrong with the workspace after a round, in words."""
    found = [str(t["error"]) for t in told if "error" in t]
    told = [t for t in told if "error" not in t]
    try:
        desk = Workspace.open(folder)
        entries = list(journal.read(folder))
    except LdnError as error:
        return [*found, f"it can't be opened: {error}"]
    by_seq = {e.seq: e for e in entries}
    if [e.seq for e in entries] != list(range(1, len(entries) + 1)):
        found.append("the journal's numbers have a gap")
    for change in told:
        entry = by_seq.get(change["seq"])
        if entry is None or (entry.record, entry.after) != (change["record"], change["digest"]):
            found.append(f"acknowledged, but not on record: {change}")
    unheard = len(entries) - before - len(told)
    if not 0 <= unheard <= writers:
        found.append(f"{unheard} changes were never acknowledged, with {writers} killed")
    texts = journal.Journal.of(folder).texts()
    there = {n: (folder / n).read_text(encoding="utf-8") for n in corpus_files.names(folder)}
    if texts != there:
        found.append(f"files differ from the journal: {sorted(set(texts.items()) ^ set(there.items()))[:2]}")  # fmt: skip  # noqa: E501
    if desk.corpus != corpora.read(folder)[0]:
        found.append("the state in force is not that of the files")
    if any(e.action == "edit-by-hand" for e in entries):
        found.append("a change was taken for an edit by hand")
    if left := [p.name for p in folder.rglob("*.part")]:
        found.append(f"left behind: {left}")
    return found + [f"problem: {p}" for p in desk.problems]


def main() -> int:
    """Run the rounds; 0 where nothing was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--writers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(2**32)
    dice = random.Random(seed)
    acknowledged = mended = 0
    folder = Path(tempfile.mkdtemp())
    try:
        for number in range(asked.rounds):
            if number % 50 == 0:  # the corpus grows: begin anew now and then
                shutil.rmtree(folder)
                folder.mkdir()
                desk = staffed(copied(folder))
            before = sum(1 for _ in journal.read(desk.folder))
            told = one_round(desk.folder, asked.writers, dice)
            mended += bool(Workspace.open(desk.folder).notices)
            acknowledged += len(told)
            if found := faults(desk.folder, told, before, asked.writers):
                print(f"round {number} of seed {seed}, in {folder}:", *found, sep="\n  ")
                return 1
    except LdnError as error:
        print(f"round {number} of seed {seed}, in {folder}: {error}")
        return 1
    shutil.rmtree(folder)
    print(
        f"{asked.rounds} rounds, {asked.rounds * asked.writers} writers killed, "
        f"{acknowledged} changes acknowledged, all there; {mended} rounds left something to mend"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
