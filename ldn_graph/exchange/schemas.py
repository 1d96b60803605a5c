"""JSON schemas of a corpus's YAML files, made from the models: for editors that complete and check
what is typed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from ldn_graph import files
from ldn_graph.curation.policy import ReviewRule
from ldn_graph.grading.rule import Rule
from ldn_graph.records.doses import Dosing
from ldn_graph.records.file_format import FORMAT
from ldn_graph.records.model import Agent, Claim, Description, Entity, SentenceWithoutClaim, Source
from ldn_graph.records.vocabularies import PREDICATES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = "schema"

#: Schema → the model, whether its file holds a list, and which files it is for.
_FILES: dict[str, tuple[type[BaseModel], bool, tuple[str, ...]]] = {
    "claim": (Claim, False, ("claims/*.yaml", "proposals/*.yaml")),
    "source": (Source, False, ("sources/*.yaml",)),
    "entities": (Entity, True, ("entities/*.yaml",)),
    "agents": (Agent, True, ("agents.yaml",)),
    "coverage": (SentenceWithoutClaim, True, ("coverage/*.yaml",)),
    "corpus": (Description, False, ("corpus.yaml",)),
    "strength": (Rule, False, ("strength.yaml",)),
    "dosing": (Dosing, False, ("dosing.yaml",)),
    "review": (ReviewRule, False, ("review.yaml",)),
}


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema, by name."""
    return {name: _schema(model, many) for name, (model, many, _) in _FILES.items()}


def texts() -> dict[str, str]:
    """File name → content, as they are shipped in `ontology/schema/`."""
    return {
        f"{name}.schema.json": json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in schemas().items()
    }


def editor_settings(folder: str) -> dict[str, Any]:
    """What an editor with the YAML language server is told: schema → the files it is for."""
    return {
        "yaml.schemas": {
            f"{folder}/{name}.schema.json": list(patterns)
            for name, (_, _, patterns) in _FILES.items()
        }
    }


def _schema(model: type[BaseModel], many: bool) -> dict[str, Any]:
    kind: Any = list[model] if many else model  # type: ignore[valid-type]
    found = TypeAdapter(kind).json_schema(mode="validation")
    _explain_relations(found)
    if model is Description:
        found["properties"] |= {"format": {"const": FORMAT, "description": "Of the files."}}
        found["required"] += ["format"]
    return {"$schema": DIALECT, **found}


def _explain_relations(schema: dict[str, Any]) -> None:
    """Say beside each relation how it reads."""
    relation: Mapping[str, Any] | None = schema.get("$defs", {}).get("Predicate")
    if relation is not None:
        reads = "; ".join(f"{name}: “A {info.reads} B”" for name, info in PREDICATES.items())
        schema["$defs"]["Predicate"] = {**relation, "description": f"The relation. {reads}."}


def write(folder: Path) -> list[Path]:
    """Write every schema into `folder`. Raises FileError."""
    written = []
    for name, text in texts().items():
        files.write_text(folder / name, text)
        written.append(folder / name)
    return written


if __name__ == "__main__":
    write(files.root() / "ontology" / FOLDER)
