"""One YAML file ⇄ plain data and model values; what is wrong comes as `file:line: what; remedy`.

Only the plain part of YAML is read: mappings, lists and text. Whether `2013` is a number, `no` a
boolean or `2026-01-02` a date is for the model's field to say, so YAML 1.1's surprises can't
happen, and what was typed is what is read. Anchors, tags and keys given twice are refused, and so
are files that are larger or nested deeper than any record.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ldn_graph.errors import DataError, nearest

_M = TypeVar("_M", bound=BaseModel)
_TAG = "tag:yaml.org,2002:"
#: Bytes of a file; a hundred thousand entities in one file have half of that.
MAX_BYTES = 64 * 2**20
#: Levels of lists and mappings; the deepest record has a fifth of that.
MAX_DEPTH = 40
_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels; no record is: take it out"
#: What only text with deep nesting has: a long indentation, or many list or key marks on one line.
_MAY_BE_DEEP = re.compile(r"^[ \t]{40}|^(?>[^\n]*?[-?:&!][ \t]){20}", re.MULTILINE)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Leaves every scalar text but `null`, `~` and nothing at all."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in found if tag == f"{_TAG}null"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _quoted_where_needed() -> dict[str, list[tuple[str, Any]]]:
    """PyYAML's resolvers, but only `true`, `false` and plain decimal numbers for YAML 1.1's."""
    replaced = {f"{_TAG}{name}" for name in ("bool", "int", "float")}
    kept = {
        first: [r for r in found if r[0] not in replaced]
        for first, found in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }
    for name, pattern, firsts in (
        ("bool", r"^(?:true|false)$", "tf"),
        ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
        ("float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
    ):
        for first in firsts:
            kept.setdefault(first, []).append((f"{_TAG}{name}", re.compile(pattern)))
    return kept


class _Dumper(yaml.SafeDumper):
    """Block style, list items indented under their key, quotes only where YAML needs them."""

    yaml_implicit_resolvers = _quoted_where_needed()

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """Unicode's own line breaks are escaped: in other styles, YAML folds them away."""
    style = '"' if any(c in text for c in "\x85\u2028\u2029") else None
    return dumper.represent_scalar(f"{_TAG}str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def write(plain: Any) -> str:
    """The canonical YAML of plain data: the same data, the same bytes."""
    return yaml.dump(
        plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, indent=2
    )


def parse(path: Path, text: str | None = None) -> yaml.Node:
    """The file's one document, or that of `text`, as nodes that know their lines.

    Raises DataError where the file can't be read, is no UTF-8, empty, broken, too large or nested
    too deep, gives a key twice, or uses anchors, aliases or tags.
    """
    text = _text(path) if text is None else text.removeprefix("\ufeff")
    try:
        if line := _too_deep(text):
            raise DataError([f"{path}:{line}: {_TOO_DEEP}"])
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        told = _nested(text, error) or _broken(error)
        raise DataError([f"{path}:{told}"]) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise DataError(
            [f"{path}:{line}: a control character stands there; remove it, or quote it as \\x…"]
        ) from error
    if root is None:
        raise DataError([f"{path}:1: the file is empty; fill it in or delete it"])
    if problems := [f"{path}:{line}: {what}" for line, what in _faults(root, set())]:
        raise DataError(problems)
    return root


def value(path: Path, node: yaml.Node, model: type[_M]) -> _M:
    """The model's value of a node. Raises DataError with one line a problem."""
    try:
        return model.model_validate(_plain(node))
    except ValidationError as error:
        found = sorted((line_of(node, steps), what) for steps, what in problems(model, error))
        raise DataError(f"{path}:{line}: {what}" for line, what in found) from error


def problems(
    model: type[BaseModel], error: ValidationError
) -> list[tuple[tuple[str | int, ...], str]]:
    """What is wrong with a value of `model`, in words: where (fields and places), and what."""
    # Pydantic calls a list too short if its entries are wrong: an echo, not a problem.
    own = [e for e in error.errors() if not (e["type"] == "too_short" and e["input"])]
    return [(e["loc"], _explained(model, e)) for e in own]


def plain(path: Path, text: str | None = None) -> Any:
    """The file's one document, or that of `text`, as dicts, lists, text and None, as it was typed.

    Raises DataError as `parse` does.
    """
    return _plain(parse(path, text))


def line_of(node: yaml.Node, steps: Sequence[str | int]) -> int:
    """The line of what lies `steps` below `node`, or of the nearest thing above it."""
    line: int = node.start_mark.line + 1
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            pairs = [(k, v) for k, v in node.value if k.value == step]
            if not pairs:
                return line
            key, node = pairs[0]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            if step >= len(node.value):
                return line
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError([f"{path}: larger than {MAX_BYTES // 2**20} MiB; split it"])
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError([f"{path}: no such file; a corpus needs one"]) from None
    except OSError as error:
        raise DataError(
            [f"{path}: can't be read ({error.strerror}); make it a file that you may read"]
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError([f"{path}:{line}: not UTF-8; save the file as UTF-8"]) from error


def _too_deep(text: str) -> int | None:
    """The line where nesting gets too deep. Composing recurses in C: it would end the process.

    Looking costs as much as composing, so texts that can't be deep are not looked at.
    """
    if text.count("[") + text.count("{") <= MAX_DEPTH and not _MAY_BE_DEEP.search(text):
        return None
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            return event.start_mark.line + 1 if event.start_mark else 1
    return None


def _nested(text: str, error: yaml.MarkedYAMLError) -> str | None:
    """Line and words of an error met inside too many open brackets, whatever the parser calls it.

    Parsers have limits of their own, and may reach them before `_too_deep` has seen an event.
    """
    if not (mark := error.problem_mark or error.context_mark):
        return None
    opened = sum(text.count(c, 0, mark.index) for c in "[{")
    opened -= sum(text.count(c, 0, mark.index) for c in "]}")
    return f"{mark.line + 1}: {_TOO_DEEP}" if opened > MAX_DEPTH else None


def _broken(error: yaml.MarkedYAMLError) -> str:
    """Line, what and remedy of a syntax error; an open quote is named where it opens."""
    what = str(error.problem or error.context)
    mark = error.problem_mark or error.context_mark
    remedy = "check the indentation, and put quotes round text with `: ` or ` #` in it"
    if "end of stream" in what and "quoted" in str(error.context):
        what, mark, remedy = "a quote opens and never closes", error.context_mark, "close it"
    elif "another document" in what:
        what, remedy = "a second document begins", "keep one record a file, without `---`"
    elif "tab" in what or "'\\t'" in what:
        remedy = "indent with spaces, not tabs"
    elif "alias" in what or "anchor" in what:
        remedy = "put quotes round text that begins with `*` or `&`"
    return f"{mark.line + 1 if mark else 1}: broken YAML: {what}; {remedy}"


def _faults(node: yaml.Node, seen: set[int]) -> Iterator[tuple[int, str]]:
    """What is YAML, but not the plain part of it."""
    line = node.start_mark.line + 1
    if id(node) in seen:
        yield line, "an alias (*name) repeats this; write it out in both places"
        return
    seen.add(id(node))
    if node.tag.removeprefix(_TAG) not in {"str", "null", "map", "seq"}:
        yield line, f"a tag ({node.tag.replace(_TAG, '!!')}) stands there; remove it"
    children: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        yield from _key_faults(node)
        children = [v for _, v in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = node.value
    for child in children:
        yield from _faults(child, seen)


def _key_faults(node: yaml.MappingNode) -> Iterator[tuple[int, str]]:
    keys: set[str] = set()
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            yield line, "a key must be a plain word; put quotes round text with braces"
            continue
        if key.value in keys:
            yield line, f"key {key.value!r} occurs twice; keep one"
        keys.add(key.value)


def _plain(node: yaml.Node) -> Any:
    """A node as dicts, lists, text and None."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(child) for key, child in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child) for child in node.value]
    return None if node.tag == f"{_TAG}null" else node.value


#: Pydantic's error type → what to say and do instead; the others keep Pydantic's words.
_SAY = {
    "missing": "is missing; add it",
    "model_type": "is {given}; it must have fields, each as `name: value`",
    "tuple_type": "is {given}; it must be a list, each entry after a `- `",
    "string_type": "is {given}; it must be text, in quotes if need be",
    "string_too_short": "is empty; fill it in or delete the line",
    "string_too_long": "is longer than {max_length} characters; shorten it",
    "too_short": "is an empty list; give it at least one entry",
    "int_parsing": "is {given}, which is no whole number; write digits only",
    "decimal_parsing": "is {given}, which is no number; write it like 4.5",
    "bool_parsing": "is {given}; write true or false",
    "string_pattern_mismatch": "is {given}; write it like {example}",
    "greater_than_equal": "is {given}; it can't be below {ge}",
    "greater_than": "is {given}; it must be above {gt}",
    "less_than_equal": "is {given}; it can't be above {le}",
}


def _explained(model: type[BaseModel], error: ErrorDetails) -> str:
    steps, given, context = error["loc"], error["input"], error.get("ctx", {})
    name = ".".join(s for s in steps if isinstance(s, str)) or "the record"
    if error["type"] == "extra_forbidden":
        return f"unknown field {name!r}{_remedy(str(steps[-1]), _fields_at(model, steps[:-1]))}"
    if error["type"] in ("enum", "literal_error"):
        names = str(context["expected"]).replace(" or ", ", ").split(", ")
        return f"{name} is {given!r}, which is unknown{_remedy(str(given), names)}"
    say = _SAY.get(error["type"])
    if say is None:
        return f"{name}: {error['msg'].removeprefix('Value error, ')}"
    kinds = {dict: "a mapping", list: "a list", type(None): "nothing"}
    shown = kinds.get(type(given)) or repr(given)
    example = next(iter(_schema_at(model, steps).get("examples", ())), context.get("pattern"))
    return f"{name} {say.format(given=shown, example=example, **context)}"


def _remedy(given: str, known: Sequence[str]) -> str:
    names = [name.strip("'") for name in known]
    return nearest(given, names) or f"; there are {', '.join(names)}"


def _fields_at(model: type[BaseModel], steps: Sequence[str | int]) -> list[str]:
    """Names of the fields of the model that lies `steps` below `model`."""
    return list(_schema_at(model, steps).get("properties", {}))


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _schema_at(model: type[BaseModel], steps: Sequence[str | int]) -> dict[str, Any]:
    """The JSON schema of what lies `steps` below `model`, empty where there is nothing."""
    schema = _schema(model)
    here: dict[str, Any] = schema
    for step in steps:
        if isinstance(step, int):
            here = here.get("items", {})
        else:
            here = here.get("properties", {}).get(step, {})
        here = next((o for o in here.get("anyOf", [here]) if o.get("type") != "null"), {})
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rpartition("/")[2]]
    return here
