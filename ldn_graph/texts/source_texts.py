"""The source texts that quotes were taken from, known by their digest, not their name."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ldn_graph.errors import FileError
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import Corpus, Source


@dataclass(frozen=True)
class Texts:
    """`by_source`: source id → text. `paths`: source id → its file. `findings`: files that are
    nobody's, or not what they claim to be."""

    by_source: Mapping[str, str]
    paths: Mapping[str, Path] = field(default_factory=dict)
    folder: Path | None = None
    findings: tuple[Finding, ...] = ()

    @classmethod
    def read(cls, folder: Path, corpus: Corpus) -> "Texts":
        """Read the files of `folder`. Raises FileError where it is no folder or can't be read."""
        if not folder.is_dir():
            raise FileError(f"{folder}: no such folder; name the one that holds the source texts")
        wanted = {s.text_sha256: s for s in corpus.sources.values() if s.text_sha256}
        texts: dict[str, str] = {}
        paths: dict[str, Path] = {}
        findings: list[Finding] = []
        for path in sorted(folder.iterdir()):
            if path.name.startswith(".") or not path.is_file():
                continue
            content = _content(path)
            source = wanted.get(_digest(content))
            if source is None:
                findings.append(_stray(path, content, wanted, corpus))
                continue
            try:
                texts[source.id] = content.decode("utf-8")
                paths[source.id] = path
            except UnicodeDecodeError as error:
                findings.append(_not_utf8(path, source, error))
        return cls(texts, paths, folder, tuple(findings))

    def place(self, source: str, line: int) -> str:
        """`file:line` in a source's text."""
        return f"{self.paths.get(source, f'text of {source}')}:{line}"


def audit_texts(corpus: Corpus, places: Places, texts: Texts) -> Iterator[Finding]:
    """Files that are nobody's text, sources whose text is not there, lengths that don't fit."""
    yield from texts.findings
    for source in corpus.sources.values():
        where = places("source", source.id, "text_sha256")
        text = texts.by_source.get(source.id)
        if text is None and source.text_sha256 is not None:
            yield Finding(
                Severity.WARNING,
                "text-missing",
                where,
                f"no file in {texts.folder or 'the texts'} has the digest of {source.id}, "
                "so its quotes were not compared",
                "put the very text that was quoted there",
            )
        if text is not None and source.text_length not in (None, len(text)):
            yield Finding(
                Severity.ERROR,
                "text-length",
                places("source", source.id, "text_length"),
                f"the text of {source.id} has {len(text)} characters, not {source.text_length}",
                f"write text_length: {len(text)}",
            )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(
            f"{path}: can't be read ({error.strerror}); mend its permissions, or move it away"
        ) from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _stray(path: Path, content: bytes, wanted: Mapping[str, Source], corpus: Corpus) -> Finding:
    """Why a file's digest is no source's: changed line ends, a changed text, or a stranger."""
    plain = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    for variant in (plain, plain.rstrip(b"\n"), plain.rstrip(b"\n") + b"\n"):
        if twin := wanted.get(_digest(variant)):
            return Finding(
                Severity.ERROR,
                "text-changed",
                f"{path}:1",
                f"it is the text of {twin.id} but for its line ends or byte-order mark",
                "copy the file anew, as binary",
            )
    named = corpus.sources.get(path.stem)
    if named is not None and named.text_sha256 is not None:
        return Finding(
            Severity.ERROR,
            "text-changed",
            f"{path}:1",
            f"it is named like {named.id}, but its digest {_digest(content)[:12]}… is not the "
            f"recorded {named.text_sha256[:12]}…",
            "restore the text that was quoted, or quote this one and record its digest",
        )
    return Finding(
        Severity.WARNING,
        "text-unknown",
        f"{path}:1",
        f"its digest {_digest(content)[:12]}… is that of no source",
        f"move it away, or record text_sha256: {_digest(content)} with its source",
    )


def _not_utf8(path: Path, source: Source, error: UnicodeDecodeError) -> Finding:
    return Finding(
        Severity.ERROR,
        "text-not-utf8",
        f"{path}:1",
        f"the text of {source.id} is not UTF-8 at byte {error.start}",
        "save the text as UTF-8, and record the new digest",
    )
