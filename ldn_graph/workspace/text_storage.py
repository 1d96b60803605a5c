"""Where source texts are kept: beside a corpus, never in it. They belong to whoever wrote them."""

from pathlib import Path

from ldn_graph import files
from ldn_graph.errors import BadFile, FileError, UsageError
from ldn_graph.exchange.bibliography import source_id
from ldn_graph.records.model import Source
from ldn_graph.texts.text import SourceText


def keep(folder: Path, name: str, text: SourceText) -> Path:
    """Write the text of the source `name` into `folder`, out of git's sight; returns its path.

    Raises FileError where another text is there under that name, or it can't be written.
    """
    path = folder / f"{name}.txt"
    if path.exists() and path.read_bytes() != text.text.encode("utf-8"):
        raise FileError(f"{path}: another text is there already; move it away, or give another id")
    ignore = folder / ".gitignore"
    if not ignore.exists():
        files.write_text(ignore, "# texts belong to whoever wrote them, not into git\n*\n")
    files.write_text(path, text.text)
    return path


def with_text(source: Source, text: SourceText) -> Source:
    """The source with the digest and length of its text.

    Raises UsageError where it has another text: offsets of quotes are of that one.
    """
    if source.text_sha256 not in (None, text.sha256):
        raise UsageError(
            f"source {source.id!r} has another text, and quotes refer to its characters; "
            "add this one as a source of its own"
        )
    known = {"text_sha256": text.sha256, "text_length": text.length}
    return source.model_copy(update=known)


def source_of(text: SourceText, kind: str, seen_in: str, title: str | None = None) -> Source:
    """A source that no record describes: only title, kind and text are known of it.

    Raises BadFile where neither `title` nor the text gives a title.
    """
    named = title or text.title
    if not named:
        raise BadFile(f"{seen_in}: shows no title; give one")
    fields = {
        "id": source_id((), None, named),
        "type": kind,
        "title": named,
        "verified_in": seen_in,
    }
    return with_text(Source.model_validate(fields), text)
