"""The corpus's YAML files ⇄ model values, with errors as `file:line: what; remedy`.

    corpus.yaml            what the corpus is
    agents.yaml            who curates
    entities/*.yaml        lists of entities
    sources/<id>.yaml      one source a file
    claims/<id>.yaml       one claim a file
    coverage/<id>.yaml     the sentences of source <id> that carry no claim

A bad file is never half read: `read` collects every problem and raises them together.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel

from ldn_graph import files, yamlfiles
from ldn_graph.errors import DataError, FileError, nearest
from ldn_graph.model import (
    Agent,
    Claim,
    Corpus,
    Description,
    Entity,
    SentenceWithoutClaim,
    Source,
)

_M = TypeVar("_M", bound=BaseModel)


@dataclass
class Places:
    """Where each value stands in the files: `places("claim", id, "evidence", 0)` → `file:line`."""

    nodes: dict[tuple[str, str], tuple[Path, yaml.Node]] = field(default_factory=dict)

    def add(self, what: str, name: str, path: Path, node: yaml.Node) -> None:
        self.nodes[what, name] = (path, node)

    def __call__(self, what: str, name: str, *steps: str | int) -> str:
        if (what, name) not in self.nodes:
            return f"{what} {name}"
        path, node = self.nodes[what, name]
        return f"{path}:{yamlfiles.line_of(node, steps)}"


def read(folder: Path) -> tuple[Corpus, Places]:
    """Read the corpus in `folder`.

    Raises FileError where the folder is no corpus, DataError with one line a problem where its
    files are wrong: broken YAML, unknown fields, bad values, ids that occur twice or that are not
    their file's name, and references to what does not exist.
    """
    if not folder.is_dir():
        raise FileError(
            f"{folder}: no such folder; `ldn-graph init DIR` makes a corpus, "
            "and --data or LDN_GRAPH_DATA names one"
        )
    if not (folder / "corpus.yaml").is_file():
        raise FileError(
            f"{folder}: no corpus.yaml there, so it is no corpus; `ldn-graph init DIR` makes one"
        )
    reader = _Reader(folder)
    descriptions = reader.one(folder / "corpus.yaml", Description, "corpus", lambda _: "corpus")
    agents = reader.many([folder / "agents.yaml"], Agent, "agent")
    entities = reader.many(sorted((folder / "entities").glob("*.yaml")), Entity, "entity")
    sources = reader.named(folder / "sources", Source, "source")
    claims = reader.named(folder / "claims", Claim, "claim")
    gaps = reader.gaps(folder / "coverage")
    reader.unread()
    reader.stop_if_wrong()
    corpus = Corpus(
        description=descriptions[0],
        agents=agents,
        entities=entities,
        sources=sources,
        claims=claims,
        gaps=gaps,
    )
    reader.problems += dangling(corpus, reader.places)
    reader.stop_if_wrong()
    return corpus, reader.places


def dangling(corpus: Corpus, where: Places) -> list[str]:
    """One line for each reference to something that the corpus does not have."""
    checks = (
        ("entity", corpus.entities, _entities_named(corpus)),
        ("source", corpus.sources, _sources_named(corpus)),
        ("claim", corpus.claims, _claims_named(corpus)),
        ("agent", corpus.agents, _agents_named(corpus)),
    )
    return [
        f"{where(*place)}: unknown {what} {name!r}{nearest(name, known)}"
        for what, known, references in checks
        for name, place in references
        if name is not None and name not in known
    ]


_Reference = tuple[str | None, tuple[Any, ...]]


def _entities_named(corpus: Corpus) -> Iterator[_Reference]:
    for entity in corpus.entities.values():
        yield from ((name, ("entity", entity.id, "broader")) for name in entity.broader)
    for claim in corpus.claims.values():
        for slot in ("subject", "object"):
            yield getattr(claim, slot), ("claim", claim.id, slot)
        for slot in ("condition", "population", "location"):
            yield getattr(claim.qualifiers, slot), ("claim", claim.id, "qualifiers", slot)


def _sources_named(corpus: Corpus) -> Iterator[_Reference]:
    for source in corpus.sources.values():
        for slot in ("pools", "comments_on"):
            yield from ((name, ("source", source.id, slot)) for name in getattr(source, slot))
    for claim in corpus.claims.values():
        for n, item in enumerate(claim.evidence):
            yield item.source, ("claim", claim.id, "evidence", n, "source")
    yield from ((name, ("coverage", name)) for name in corpus.gaps)


def _claims_named(corpus: Corpus) -> Iterator[_Reference]:
    for claim in corpus.claims.values():
        for n, link in enumerate(claim.leans_on):
            yield link.claim, ("claim", claim.id, "leans_on", n)


def _agents_named(corpus: Corpus) -> Iterator[_Reference]:
    for claim in corpus.claims.values():
        for n, event in enumerate(claim.history):
            yield event.by, ("claim", claim.id, "history", n, "by")


def dump(value: BaseModel | Sequence[BaseModel]) -> str:
    """The canonical YAML of a value or a list of values: one way to write one thing.

    >>> print(dump(Agent(id="a", name="A", kind="group")), end="")
    id: a
    name: A
    kind: group
    """
    if isinstance(value, BaseModel):
        plain: Any = _plain(value)
    else:
        plain = [_plain(v) for v in value]
    return yamlfiles.write(plain)


def save(corpus: Corpus, folder: Path) -> list[Path]:
    """Write every record to its canonical file below `folder`; returns the paths written."""
    targets: dict[Path, str] = {
        folder / "corpus.yaml": dump(corpus.description),
        folder / "agents.yaml": dump(tuple(corpus.agents.values())),
    }
    kinds = sorted({entity.kind for entity in corpus.entities.values()})
    for kind in kinds:
        chosen = sorted((e for e in corpus.entities.values() if e.kind is kind), key=lambda e: e.id)
        targets[folder / "entities" / f"{kind}.yaml"] = dump(chosen)
    for source in corpus.sources.values():
        targets[folder / "sources" / f"{source.id}.yaml"] = dump(source)
    for claim in corpus.claims.values():
        targets[folder / "claims" / f"{claim.id}.yaml"] = dump(claim)
    for name, gaps in corpus.gaps.items():
        targets[folder / "coverage" / f"{name}.yaml"] = dump(gaps)
    for path, text in targets.items():
        files.write_text(path, text)
    return list(targets)


def _plain(value: BaseModel) -> dict[str, Any]:
    return value.model_dump(mode="json", exclude_defaults=True, exclude_none=True)


class _Reader:
    """Reads files one by one and keeps every problem with its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places = Places()
        self.problems: list[str] = []

    def stop_if_wrong(self) -> None:
        if self.problems:
            raise DataError(self.problems)

    def unread(self) -> None:
        """Files that look like records, but that nothing reads."""
        for path in sorted(self.folder.glob("*/*")):
            right = path.suffix == ".yaml"
            if path.suffix.lower() in {".yaml", ".yml"} and not right:
                self.problems.append(f"{path}: not read; rename it to {path.stem}.yaml")

    def named(self, folder: Path, model: type[_M], what: str) -> dict[str, _M]:
        """One value a file, whose id is the file's name."""
        found: dict[str, _M] = {}
        for path in sorted(folder.glob("*.yaml")):
            for value in self.one(path, model, what, lambda v: str(v.id)):
                name = str(getattr(value, "id", ""))
                if name != path.stem:
                    self.problems.append(
                        f"{self.places(what, name, 'id')}: id {name!r} is not the file's name; "
                        f"rename the file to {name}.yaml, or the id to {path.stem!r}"
                    )
                found[name] = value
        return found

    def many(self, paths: Sequence[Path], model: type[_M], what: str) -> dict[str, _M]:
        """Lists of values, each with an id of its own."""
        found: dict[str, _M] = {}
        for path in paths:
            for node, value in self._values(path, model, many=True):
                name = str(getattr(value, "id", ""))
                if name in found:
                    self.problems.append(
                        f"{path}:{yamlfiles.line_of(node, ('id',))}: {what} {name!r} occurs twice "
                        f"(first at {self.places(what, name)}); keep one"
                    )
                    continue
                self.places.add(what, name, path, node)
                found[name] = value
        return found

    def one(self, path: Path, model: type[_M], what: str, name: Callable[[Any], str]) -> list[_M]:
        found = []
        for node, value in self._values(path, model, many=False):
            self.places.add(what, name(value), path, node)
            found.append(value)
        return found

    def gaps(self, folder: Path) -> dict[str, tuple[SentenceWithoutClaim, ...]]:
        found = {}
        for path in sorted(folder.glob("*.yaml")):
            pairs = list(self._values(path, SentenceWithoutClaim, many=True))
            if pairs:
                self.places.add("coverage", path.stem, path, pairs[0][0])
            for n, (node, _) in enumerate(pairs):
                self.places.add("gap", f"{path.stem} {n}", path, node)
            found[path.stem] = tuple(value for _, value in pairs)
        return found

    def _values(self, path: Path, model: type[_M], *, many: bool) -> Iterator[tuple[yaml.Node, _M]]:
        """What is right in a file, with its nodes; what is wrong goes to `problems`."""
        try:
            root = yamlfiles.parse(path)
        except DataError as error:
            self.problems += error.problems
            return
        if many and not isinstance(root, yaml.SequenceNode):
            first = "- start: …" if model is SentenceWithoutClaim else "- id: …"
            self.problems.append(f"{path}:1: expected a list; begin each record with `{first}`")
            return
        for node in root.value if many else [root]:
            try:
                yield node, yamlfiles.value(path, node, model)
            except DataError as error:
                self.problems += error.problems
