"""Our readers of documents beside independent ones: `python -m benchmarks.readers FILE…`.

Word, OpenDocument, EPUB, HTML and Markdown are read by pandoc, PDF by poppler's pdftotext; both are
programs that have to be installed. Agreement is twice the characters in common, in their order, by
the characters of both (normalised Indel similarity), without blanks and without what each program
draws for tables, lists and pictures. Beside it the words that only one of the two has, most
frequent first: what a reader lost is among them. Figures are in docs/benchmarks.md.
"""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from rapidfuzz.distance import Indel

from ldn_graph.errors import LdnError
from ldn_graph.texts.reader import KINDS, read_text

_PANDOC = {"word": "docx", "opendocument": "odt", "epub": "epub", "html": "html", "markdown": "gfm"}
#: Characters of each text that are compared: the measure takes time by their square.
LONGEST = 400_000


#: Lines of tables, bullets and numbers of lists, and what stands for pictures and notes.
_DRAWN = re.compile(
    r"[-=+|:]{3,}|[|│]|^\s*(?:[-•◦▪*+]|\w{1,3}[.)])\s+|⟦picture⟧|⟦picture: (.*?)⟧|[][]",
    re.MULTILINE,
)


def bare(text: str) -> str:
    """The text without what a program draws beside it."""
    return _DRAWN.sub(r"\1 ", text)


def other(path: Path, kind: str) -> str:
    """What an independent program reads. Raises CalledProcessError where it can't."""
    words = ["pdftotext", "-enc", "UTF-8", str(path), "-"]
    if kind in _PANDOC:
        words = [
            "pandoc",
            "--sandbox",
            "-f",
            _PANDOC[kind],
            "-t",
            "plain",
            "--wrap=none",
            str(path),
        ]
    program = shutil.which(words[0])
    if program is None:
        raise SystemExit(f"{words[0]}: not installed; install it and put it on the PATH")
    done = subprocess.run([program, *words[1:]], capture_output=True, check=True, timeout=300)
    return done.stdout.decode("utf-8", "replace")


def compared(path: Path) -> tuple[str, int, float, list[str], list[str]]:
    """Kind, characters, agreement, words that only ours has, words that only the other has."""
    ours = read_text(path.read_bytes(), path.name)
    theirs = other(path, ours.kind)
    texts = [bare(text).split() for text in (ours.text, theirs)]
    mine, foreign = map(Counter, texts)
    agreement = Indel.normalized_similarity(*("".join(words)[:LONGEST] for words in texts))
    only_ours, only_theirs = (
        [word for word, _ in (a - b).most_common(6)] for a, b in ((mine, foreign), (foreign, mine))
    )
    return ours.kind, ours.length, agreement, only_ours, only_theirs


def main(paths: list[Path]) -> None:
    """Print a line for each file, and the mean of each kind."""
    by_kind: dict[str, list[float]] = {}
    for path in paths:
        if path.suffix.lower() not in KINDS:
            continue
        try:
            kind, length, agreement, ours, theirs = compared(path)
        except (LdnError, subprocess.SubprocessError) as error:
            print(f"{path.name[:44]:<44} {' '.join(str(error).split())[:90]}", flush=True)
            continue
        by_kind.setdefault(kind, []).append(agreement)
        told = f"only here {ours}, only there {theirs}" if agreement < 0.999 else ""
        print(f"{path.name[:44]:<44} {length:>8,} {agreement:.4f} {told}", flush=True)
    for kind, found in sorted(by_kind.items()):
        print(f"{kind}: {len(found)} documents, mean {sum(found) / len(found):.4f}, "
              f"lowest {min(found):.4f}")  # fmt: skip


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])
