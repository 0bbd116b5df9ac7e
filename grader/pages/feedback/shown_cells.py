"""The cells of a submitted notebook as a page may show them: bounded, with text and true pictures alone."""

import base64
import binascii
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from grader.core.notebook import Json, cells_in, joined
from grader.core.room import PICTURES, Room

TEXT_MOST = 2_000  # characters of an output
SOURCE_MOST = 50_000  # characters of a cell
PAGE_MOST = 1_000_000  # characters of a page's cells and outputs
OUTPUTS_MOST = 20  # of a cell
PNG = b"\x89PNG\r\n\x1a\n"
PICTURE_MOST = 1 << 20
PIXELS_MOST = 16_000_000
NO_OUTPUT = "… other outputs are not shown here: there are too many"
NO_PICTURE = "… a picture is not shown here: there are too many, or they are too large"


@dataclass(frozen=True)
class Output:
    """What a cell left behind: `text`, or `picture`, a PNG in base64."""

    text: str = ""
    picture: str = ""


@dataclass(frozen=True)
class ShownCell:
    """A cell; `number` counts code cells from 1, `given` says that it came with the exercise."""

    kind: str
    source: str
    number: int = 0
    given: bool = False
    outputs: tuple[Output, ...] = ()
    cut: bool = False


def shown_cells(notebook: Json, given: Collection[tuple[str, str]] = ()) -> list[ShownCell]:
    """The cells of a notebook's JSON, which `read_notebook` has accepted.

    Args:
        given: kind and source of the exercise's own cells, as `given_cells` has them.
    """
    budget = _Budget()
    out = []
    number = 0
    for kind, whole, cell in cells_in(notebook):
        code = kind == "code"
        number += code
        source = budget.take(whole, SOURCE_MOST)
        outputs = tuple(_outputs(cell.get("outputs"), budget)) if code else ()
        known, cut = (kind, whole.strip()) in given, len(source) < len(whole)
        out.append(ShownCell(kind, source, number if code else 0, known, outputs, cut))
    return out


def given_cells(notebook: Json) -> frozenset[tuple[str, str]]:
    """Kind and source of every cell of the notebook that students were given."""
    return frozenset((kind, source.strip()) for kind, source, _ in cells_in(notebook))


class _Budget:
    """What a page may still hold: a notebook of 20 MB does not make a page of 20 MB."""

    def __init__(self) -> None:
        self.characters, self.pictures = PAGE_MOST, Room(PICTURES)

    def take(self, text: str, most: int) -> str:
        kept = text[: min(most, self.characters)]
        self.characters -= len(kept)
        return kept


def _dicts(items: object) -> Iterator[Json]:
    yield from (item for item in (items if isinstance(items, list) else []) if isinstance(item, dict))


def _outputs(outputs: object, budget: _Budget) -> Iterator[Output]:
    """Plain text and pictures; HTML, SVG, scripts, LaTeX and widgets are left out."""
    listed = outputs if isinstance(outputs, list) else []
    for output in _dicts(listed[:OUTPUTS_MOST]):
        if not budget.characters:
            yield Output(NO_OUTPUT)
            return
        data = output.get("data")
        data = data if isinstance(data, dict) else {}
        if "image/png" in data and (picture := _picture(data["image/png"])):
            yield Output(picture=picture) if budget.pictures.takes(len(picture)) else Output(NO_PICTURE)
            continue
        stream = output.get("output_type") == "stream"
        text = joined(output.get("text", "") if stream else data.get("text/plain", ""))
        kept = budget.take(text, TEXT_MOST)
        if kept.strip():
            cut = "\n… the rest of this output is not shown" if len(kept) < len(text) else ""
            yield Output(text=kept + cut)
    if len(listed) > OUTPUTS_MOST:
        yield Output(NO_OUTPUT)


def _picture(data: object) -> str:
    """A PNG of reasonable size, encoded again, or ""."""
    text = joined(data)
    if len(text) > 2 * PICTURE_MOST:
        return ""
    try:
        image = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    pixels = int.from_bytes(image[16:20], "big") * int.from_bytes(image[20:24], "big")
    good = image.startswith(PNG) and image[12:16] == b"IHDR" and 0 < pixels <= PIXELS_MOST
    return base64.b64encode(image).decode() if good and len(image) <= PICTURE_MOST else ""
