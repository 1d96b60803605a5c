"""Many curators at once against a real server that is killed now and then; nothing may be lost.

    python scripts/soak_curation.py --minutes 10 --curators 50

Each change carries a mark of its own as its reason, and the journal keeps reasons. At the end every
change that was acknowledged must be in the journal, none that was refused, and of the others only
such as were on their way when the server was killed. Prints how long requests took.
"""

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from ldn_graph.records import corpus as corpora  # noqa: E402
from ldn_graph.records.model import Agent, Claim  # noqa: E402
from ldn_graph.records.vocabularies import AgentKind, AgentRole  # noqa: E402
from ldn_graph.web.auth.accounts import Accounts, beside  # noqa: E402
from ldn_graph.web.curation.claim_form import form_of  # noqa: E402
from ldn_graph.workspace import Workspace, corpus_files, journal  # noqa: E402
from tests.curators import ADA, copied, staffed  # noqa: E402

PLAIN = "endorphin-decreases-inflammation"
#: What curators do, and how often, for a hundred acts of one who may do all of it.
MIX = {
    **{"read": 22, "query": 8, "create": 16, "edit": 14, "submit": 14, "accept": 10},
    **{"return": 3, "reject": 1, "withdraw": 2, "comment": 6, "stale": 3, "retract": 1},
}
#: Statuses by which a change is refused, and so must not be on record.
REFUSED = range(400, 500)


@dataclass
class Seen:
    """What the curators were told: marks by what became of them, and how long it took."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)


class Server:
    """`ldn-graph serve --curate` on one port, again and again on the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.log = (folder.parent / "server.log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start, and return when it is ready. Raises SystemExit where it is not."""
        command = [sys.executable, "-m", "ldn_graph", "--data", str(self.folder), "serve"]
        command += ["--port", str(self.port), "--curate", "--rate", "0", "--log-level", "warning"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True
        )
        async with httpx.AsyncClient() as client:
            for _ in range(600):
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.address}/health/ready")).status_code == 200:
                        return
                if self.process.poll() is not None:
                    break
                await asyncio.sleep(0.1)
        raise SystemExit(f"the server does not start; see {self.log.name}")

    def kill(self) -> None:
        """End it at once, its workers too."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def close(self) -> None:
        """End it for good."""
        self.kill()
        self.log.close()


class Curator:
    """One person with a token, who goes on until told to stop."""

    def __init__(
        self, name: str, token: str, server: Server, seen: Seen, pool: list[str], seed: int
    ) -> None:
        self.name, self.server, self.seen, self.pool = name, server, seen, pool
        self.dice = random.Random(seed)
        self.number = 0
        self.client = httpx.AsyncClient(
            base_url=server.address, headers={"authorization": f"Bearer {token}"}, timeout=60
        )

    async def work(self, until: float, claim: Claim, corpus: corpora.Corpus) -> None:
        """Do one thing after the other, with the pauses of somebody in a hurry."""
        base = form_of(claim, corpus)
        acts, weights = list(MIX), list(MIX.values())
        async with self.client:
            while time.monotonic() < until:
                await self._one(self.dice.choices(acts, weights)[0], base)
                await asyncio.sleep(self.dice.uniform(0.1, 0.9))

    async def _one(self, act: str, base: Mapping[str, str]) -> None:
        self.number += 1
        mark = f"{self.name}.{self.number}"
        name = self.dice.choice(self.pool) if self.pool else PLAIN
        if act == "read":
            path = self.dice.choice(["/curate", f"/curate/claim/{name}", "/", f"/claim/{PLAIN}"])
            await self._sent("read", None, lambda: self.client.get(path))
        elif act == "query":
            query = {"query": f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} # {mark}"}
            await self._sent("query", None, lambda: self.client.get("/sparql", params=query))
        elif act == "create" or not self.pool:
            name = mark.replace(".", "-")
            form = {**base, "id": name, "why": mark, "do": "save", "note": "x" * 50}
            form["qualifiers.timing"] = f"as {name}"  # no two say the same
            if await self._post("create", mark, "/curate/new", form):
                self.pool.append(name)
        elif act in ("edit", "stale"):
            form = {**base, "id": name, "why": mark, "do": "save", "note": f"by {mark}"}
            form["qualifiers.timing"] = f"as {name}"
            # a digest of no version: as if somebody else had been quicker
            form |= {"digest": "0" * 64} if act == "stale" else {}
            await self._post(act, mark, f"/curate/claim/{name}/edit", form)
        else:
            deed = {"action": act, "why": mark, "reasons": "entity"}
            await self._post(act, mark, f"/curate/claim/{name}", deed)

    async def _post(self, act: str, mark: str, path: str, form: Mapping[str, str]) -> bool:
        return await self._sent(act, mark, lambda: self.client.post(path, data=dict(form)))

    async def _sent(
        self, act: str, mark: str | None, send: Callable[[], Awaitable[httpx.Response]]
    ) -> bool:
        """Send a request; whether its change was acknowledged."""
        begun = time.monotonic()
        try:
            answer = await send()
        except httpx.ConnectError:  # it never arrived
            await asyncio.sleep(0.3)
            return False
        except httpx.TransportError:  # killed on the way
            if mark:
                self.seen.unknown.add(mark)
            return False
        self.seen.took[act].append(time.monotonic() - begun)
        self.seen.statuses[(act, answer.status_code)] += 1
        if mark and answer.status_code == 303:
            self.seen.acknowledged[mark] = act
        elif mark and answer.status_code in REFUSED:
            self.seen.refused.add(mark)
        elif mark:
            self.seen.unknown.add(mark)
        return answer.status_code == 303


def faults(folder: Path, seen: Seen, before: int) -> list[str]:
    """What is wrong with the workspace at the end, in words."""
    desk = Workspace.open(folder)
    entries = list(journal.read(folder))
    marks = Counter(e.why for e in entries[before:])
    found = [f"problem: {p}" for p in desk.problems]
    if not found and desk.corpus != corpora.read(folder)[0]:
        found.append("the state in force is not that of the files")
    if [e.seq for e in entries] != list(range(1, len(entries) + 1)):
        found.append("the journal's numbers have a gap")
    found += [
        f"acknowledged, but not on record: {mark} ({act})"
        for mark, act in seen.acknowledged.items()
        if not marks[mark]
    ]
    found += [f"refused, but on record: {m}" for m in sorted(seen.refused) if marks[m]]
    known = seen.acknowledged.keys() | seen.unknown
    found += [f"on record, but of nobody: {m}" for m in marks if m not in known]
    found += [f"on record {n} times: {m}" for m, n in marks.items() if n > 1]
    texts = journal.Journal.of(folder).texts()
    if texts != {n: (folder / n).read_text(encoding="utf-8") for n in corpus_files.names(folder)}:
        found.append("files differ from the journal")
    return found + [f"left behind: {p.name}" for p in folder.rglob("*.part")]


def people(folder: Path, count: int) -> dict[str, str]:
    """So many named curators of the workspace, and their tokens: each fifth one an editor, half of
    the others reviewers too."""
    desk, accounts = staffed(folder), Accounts(beside(folder))
    desk = Workspace.open(folder)  # with the true clock from here on
    found = {}
    for number in range(count):
        name = f"person-{number}"
        roles: tuple[AgentRole, ...] = (AgentRole.CURATOR,)
        if number % 5 == 4:
            roles = (AgentRole.EDITOR,)
        elif number % 2:
            roles = (AgentRole.CURATOR, AgentRole.REVIEWER)
        agent = Agent(id=name, name=f"Person {number}", kind=AgentKind.PERSON, roles=roles)
        desk.put_agent(agent, by=ADA)
        found[name] = accounts.make_token(name, "soak")
    return found


async def soak(
    folder: Path, curators: int, seconds: float, kill_every: float, seed: int
) -> tuple[Seen, int, list[str]]:
    """What the curators were told, how often the server was killed, and what is wrong."""
    tokens = people(folder, curators)
    before = sum(1 for _ in journal.read(folder))
    server, seen, dice = Server(folder), Seen(), random.Random(seed)
    corpus = corpora.read(folder)[0]
    pool: list[str] = []
    await server.start()
    until, kills = time.monotonic() + seconds, 0
    crowd = [
        Curator(name, token, server, seen, pool, seed + n).work(until, corpus.claims[PLAIN], corpus)
        for n, (name, token) in enumerate(tokens.items())
    ]
    working = asyncio.gather(*crowd)
    try:
        while time.monotonic() + kill_every < until:
            await asyncio.sleep(kill_every * dice.uniform(0.7, 1.3))
            server.kill()
            kills += 1
            await server.start()
        await working
    finally:
        working.cancel()
        server.close()
    return seen, kills, faults(folder, seen, before)


def report(seen: Seen, kills: int) -> str:
    """The figures, a line for each kind of request."""
    lines = [f"{'request':10}{'number':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}  statuses"]
    for act, took in sorted(seen.took.items()):
        cuts = [statistics.median(took)] * 3
        if len(took) > 1:
            hundredths = statistics.quantiles(took, n=100, method="inclusive")
            cuts = [hundredths[n - 1] for n in (50, 95, 99)]
        told = ", ".join(f"{s}: {n}" for (a, s), n in sorted(seen.statuses.items()) if a == act)
        lines.append(
            f"{act:10}{len(took):8}" + "".join(f"{c * 1e3:9.0f}" for c in cuts) + f"  {told}"
        )
    lines.append(
        f"{len(seen.acknowledged)} changes acknowledged, {len(seen.refused)} refused, "
        f"{len(seen.unknown)} on their way at one of {kills} kills"
    )
    return "\n".join(lines)


def main() -> int:
    """Run it; 0 where nothing was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--curators", type=int, default=50)
    parser.add_argument("--kill-every", type=float, default=40, help="seconds (default 40)")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    place = Path(tempfile.mkdtemp())
    seen, kills, found = asyncio.run(
        soak(copied(place), asked.curators, asked.minutes * 60, asked.kill_every, asked.seed)
    )
    print(report(seen, kills))
    if found:
        print(f"in {place}:", *found[:20], sep="\n  ")
        return 1
    shutil.rmtree(place)
    print("every acknowledged change is on record, and nothing else but what was on its way")
    return 0


if __name__ == "__main__":
    sys.exit(main())
