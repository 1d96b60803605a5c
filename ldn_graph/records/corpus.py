"""The corpus's YAML files ⇄ model values, with errors as `file:line: what; remedy`.

    corpus.yaml            what the corpus is
    agents.yaml            who curates
    entities/*.yaml        lists of entities
    sources/<id>.yaml      one source a file
    claims/<id>.yaml       one claim a file
    proposals/<id>.yaml    the next version of a claim in force, until it is accepted
    coverage/<id>.yaml     the sentences of source <id> that carry no claim

A bad file is never half read: `read` collects every problem and raises them together.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel

from ldn_graph import files
from ldn_graph.errors import DataError, FileError, nearest
from ldn_graph.records import yaml_io
from ldn_graph.records.file_format import numbered, take_format
from ldn_graph.records.model import (
    ENTITY_QUALIFIERS,
    Agent,
    Claim,
    Corpus,
    Description,
    Entity,
    SentenceWithoutClaim,
    Source,
)

_M = TypeVar("_M", bound=BaseModel)
#: The folders of a corpus whose files are records.
_FOLDERS = ("entities", "sources", "claims", "proposals", "coverage")


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
        return f"{path}:{yaml_io.line_of(node, steps)}"


def read(folder: Path, texts: Mapping[Path, str] | None = None) -> tuple[Corpus, Places]:
    """Read the corpus in `folder`, or that of `texts`: every file of it by its path there.

    Raises FileError where the folder is no corpus, DataError with one line a problem where its
    files are wrong: broken YAML, unknown fields, bad values, ids that occur twice or that are not
    their file's name, references to what does not exist; or, alone, where they are of another
    format.
    """
    if texts is None and not folder.is_dir():
        raise FileError(
            f"{folder}: no such folder; `ldn-graph init DIR` makes a corpus, "
            "and --data or LDN_GRAPH_DATA names one"
        )
    reader = _Reader(folder, texts)
    if not reader.has("corpus.yaml"):
        raise FileError(
            f"{folder}: no corpus.yaml there, so it is no corpus; `ldn-graph init DIR` makes one"
        )
    description = reader.description()
    found = reader.records()
    reader.unread()
    reader.stop_if_wrong()
    corpus = Corpus(description=description[0], **found)
    reader.problems += dangling(corpus, reader.places)
    reader.stop_if_wrong()
    return corpus, reader.places


def read_part(folder: Path, texts: Mapping[Path, str]) -> tuple[dict[str, Any], Places]:
    """The records in some files of a corpus, by field of Corpus and id; references unresolved.

    `description` is there where `corpus.yaml` is among them. Raises DataError as `read` does.
    """
    reader = _Reader(folder, texts)
    found = dict(reader.records(agents=reader.has("agents.yaml")))
    if reader.has("corpus.yaml"):
        found["description"] = next(iter(reader.description()), None)
    reader.stop_if_wrong()
    return found, reader.places


def dangling(corpus: Corpus, where: Places, of: Corpus | None = None) -> list[str]:
    """One line for each reference to something that the corpus does not have.

    With `of`, only the references of the records in it are looked at.
    """
    asked = of or corpus
    checks = (
        ("entity", corpus.entities, _entities_named(asked)),
        ("source", corpus.sources, _sources_named(asked)),
        ("claim", corpus.claims, _claims_named(asked)),
        ("agent", corpus.agents, _agents_named(asked)),
    )
    return [
        f"{where(*place)}: unknown {what} {name!r}{nearest(name, known)}"
        for what, known, references in checks
        for name, place in references
        if name is not None and name not in known
    ]


_Reference = tuple[str | None, tuple[Any, ...]]


def _claims_of(corpus: Corpus) -> Iterator[tuple[str, Claim]]:
    yield from (("claim", claim) for claim in corpus.claims.values())
    yield from (("proposal", claim) for claim in corpus.proposals.values())


def _entities_named(corpus: Corpus) -> Iterator[_Reference]:
    for entity in corpus.entities.values():
        yield from ((name, ("entity", entity.id, "broader")) for name in entity.broader)
    for what, claim in _claims_of(corpus):
        for slot in ("subject", "object"):
            yield getattr(claim, slot), (what, claim.id, slot)
        for slot in ENTITY_QUALIFIERS:
            yield getattr(claim.qualifiers, slot), (what, claim.id, "qualifiers", slot)
        for n, item in enumerate(claim.evidence):
            for m, result in enumerate(item.results):
                yield result.outcome, (what, claim.id, "evidence", n, "results", m, "outcome")


def _sources_named(corpus: Corpus) -> Iterator[_Reference]:
    for source in corpus.sources.values():
        for slot in ("pools", "comments_on"):
            yield from ((name, ("source", source.id, slot)) for name in getattr(source, slot))
        yield source.report_of, ("source", source.id, "report_of")
    for what, claim in _claims_of(corpus):
        for n, item in enumerate(claim.evidence):
            yield item.source, (what, claim.id, "evidence", n, "source")
    yield from ((name, ("coverage", name)) for name in corpus.gaps)


def _claims_named(corpus: Corpus) -> Iterator[_Reference]:
    for what, claim in _claims_of(corpus):
        for n, link in enumerate(claim.leans_on):
            yield link.claim, (what, claim.id, "leans_on", n)
        for n, event in enumerate(claim.history):
            yield event.replaced_by, (what, claim.id, "history", n, "replaced_by")
    yield from ((name, ("proposal", name)) for name in corpus.proposals)


def _agents_named(corpus: Corpus) -> Iterator[_Reference]:
    for what, claim in _claims_of(corpus):
        for n, event in enumerate(claim.history):
            yield event.by, (what, claim.id, "history", n, "by")
            yield event.to, (what, claim.id, "history", n, "to")


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
    return yaml_io.write(plain)


def save(corpus: Corpus, folder: Path) -> list[Path]:
    """Write every record to its canonical file below `folder`; returns the paths written.

    Raises FileError, before anything is written, where `folder` holds records of another corpus:
    `read` would take them for part of this one, and removing them could lose somebody's work.
    """
    targets: dict[Path, str] = {
        folder / "corpus.yaml": numbered(dump(corpus.description)),
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
    for claim in corpus.proposals.values():
        targets[folder / "proposals" / f"{claim.id}.yaml"] = dump(claim)
    for name, gaps in corpus.gaps.items():
        targets[folder / "coverage" / f"{name}.yaml"] = dump(gaps)
    _refuse_strangers(folder, targets)
    for path, text in targets.items():
        files.write_text(path, text)
    return list(targets)


def _refuse_strangers(folder: Path, targets: Collection[Path]) -> None:
    held = (p for kind in _FOLDERS for p in sorted((folder / kind).glob("*.yaml")))
    strangers = [path for path in held if path not in targets]
    if strangers:
        more = f" and {len(strangers) - 1} more" if len(strangers) > 1 else ""
        raise FileError(
            f"{strangers[0]}{more}: is there, but not in the corpus to be saved; "
            "save into a new folder, or move it away"
        )


def _plain(value: BaseModel) -> dict[str, Any]:
    return value.model_dump(mode="json", exclude_defaults=True, exclude_none=True)


class _Reader:
    """Reads files one by one and keeps every problem with its place.

    With `texts`, these are the files, and nothing is read from the disk.
    """

    def __init__(self, folder: Path, texts: Mapping[Path, str] | None = None) -> None:
        self.folder = folder
        self.texts = texts
        self.places = Places()
        self.problems: list[str] = []

    def has(self, name: str) -> bool:
        path = self.folder / name
        return path.is_file() if self.texts is None else path in self.texts

    def listed(self, name: str) -> list[Path]:
        """The YAML files in a folder of the corpus, by name."""
        folder = self.folder / name
        if self.texts is None:
            return sorted(folder.glob("*.yaml"))
        return sorted(path for path in self.texts if path.parent == folder)

    def description(self) -> list[Description]:
        """Raises DataError at once for files of another format."""
        return self.one(self.folder / "corpus.yaml", Description, "corpus", lambda _: "corpus")

    def records(self, *, agents: bool = True) -> dict[str, Any]:
        """Field of Corpus → id → value, of every list and folder."""
        people = [self.folder / "agents.yaml"] if agents else []
        return {
            "agents": self.many(people, Agent, "agent"),
            "entities": self.many(self.listed("entities"), Entity, "entity"),
            "sources": self.named("sources", Source, "source"),
            "claims": self.named("claims", Claim, "claim"),
            "proposals": self.named("proposals", Claim, "proposal"),
            "gaps": self.gaps("coverage"),
        }

    def stop_if_wrong(self) -> None:
        if self.problems:
            raise DataError(self.problems)

    def unread(self) -> None:
        """Files that look like records, but that nothing reads."""
        if self.texts is not None:
            return
        for path in sorted(self.folder.glob("*/*")):
            right = path.suffix == ".yaml"
            if path.suffix.lower() in {".yaml", ".yml"} and not right:
                self.problems.append(f"{path}: not read; rename it to {path.stem}.yaml")

    def named(self, folder: str, model: type[_M], what: str) -> dict[str, _M]:
        """One value a file, whose id is the file's name."""
        found: dict[str, _M] = {}
        for path in self.listed(folder):
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
                        f"{path}:{yaml_io.line_of(node, ('id',))}: {what} {name!r} occurs twice "
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

    def gaps(self, folder: str) -> dict[str, tuple[SentenceWithoutClaim, ...]]:
        found = {}
        for path in self.listed(folder):
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
            root = yaml_io.parse(path, None if self.texts is None else self.texts.get(path))
        except DataError as error:
            self.problems += error.problems
            return
        if model is Description:
            take_format(path, root)
        if many and not isinstance(root, yaml.SequenceNode):
            first = "- start: …" if model is SentenceWithoutClaim else "- id: …"
            self.problems.append(f"{path}:1: expected a list; begin each record with `{first}`")
            return
        for node in root.value if many else [root]:
            try:
                yield node, yaml_io.value(path, node, model)
            except DataError as error:
                self.problems += error.problems
