"""Execute the notebooks from top to bottom and write them back with their outputs.

The same code and data give the same file: no times, no versions, pictures in few colours. Cells
tagged `remove-output` show in Jupyter only; their outputs, too large for the web, are not kept.
"""

import base64
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image
from traitlets.config import Config

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
#: Seconds that a cell may take.
TIMEOUT = 60
#: Enough for flat colours and smooth letters, at half the bytes.
COLOURS = 256
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def paths() -> list[Path]:
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook in `path`, run in a fresh kernel. Raises CellExecutionError."""
    notebook = read(path)
    with _plain_environment() as folder:
        # sockets in a folder of our own; over TCP the kernel warns that others could listen in
        sockets = Config({"ConnectionFileMixin": {"transport": "ipc", "ip": f"{folder}/kernel"}})
        NotebookClient(
            notebook,
            timeout=TIMEOUT,
            kernel_name="python3",
            config=sockets,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(path.parent)}},
        ).execute()
    return _tidy(notebook)


@contextmanager
def _plain_environment() -> Iterator[str]:
    """Neither the user's IPython profile nor a corpus of the user's own changes what is shown.
    Gives a temporary folder."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["IPYTHONDIR"] = folder
        os.environ.pop("LDN_GRAPH_DATA", None)
        try:
            yield folder
        finally:
            os.environ.clear()
            os.environ.update(before)


def _tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type != "code":
            continue
        if "remove-output" in tags:
            cell.outputs = []
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = _small(output.data["image/png"])
    return notebook


def _small(png: str) -> str:
    """A base64 PNG in few colours, without what the program that drew it says of itself."""
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        flat = Image.new("RGB", picture.size, "white")
        flat.paste(picture, mask=picture.getchannel("A") if "A" in picture.getbands() else None)
    few = _in_few_colours(np.asarray(flat))
    small = io.BytesIO()
    few.save(small, "PNG", optimize=True)
    return base64.b64encode(small.getvalue()).decode("ascii") + "\n"


def _in_few_colours(pixels: np.ndarray) -> Image.Image:
    """The most frequent colours, each exactly as it is; any other becomes the nearest of them.

    Pillow's own ways lose what counts here: a pale ground, or the colour of a small symbol.
    """
    height, width, _ = pixels.shape
    colours, place, count = np.unique(
        pixels.reshape(-1, 3).astype(int), axis=0, return_inverse=True, return_counts=True
    )
    kept = colours[np.argsort(-count, kind="stable")[:COLOURS]]
    nearest = np.array([np.argmin(((kept - colour) ** 2).sum(axis=1)) for colour in colours])
    indices = nearest.astype(np.uint8)[place.reshape(height, width)]
    picture = Image.frombytes("P", (width, height), indices.tobytes())
    picture.putpalette(kept.astype(np.uint8).tobytes())
    return picture


def main() -> None:
    for path in paths():
        nbformat.write(executed(path), path)
        print(f"{path.relative_to(NOTEBOOKS.parent)}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    sys.exit(main())
