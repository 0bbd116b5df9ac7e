"""What each grader makes of harmless but awkward submissions, and what it gives back."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from benchmarks.peers.assignments import Assignment, Copy
from benchmarks.peers.runs import Points

WARNS = """import warnings


class AddGate:
    def forward(self, x, y):
        warnings.warn("adding", RuntimeWarning)
        return x + y

    def backward(self, upstream):
        return upstream, upstream
"""
WRITES = """
try:
    open({!r}, "w").close()
except OSError:
    pass
"""
PATCHES = "\n\nnp.allclose = lambda *args, **words: True\n"
RAISES = "raise RuntimeError('this cell is not finished')\n\n"


def probes(assignment: Assignment, wrong: Copy, marker: Path) -> list[Copy]:
    """The reference; it with a warning in an answer; with a cell that raises; `wrong` with a patched NumPy; one that writes.

    Args:
        marker: a file outside everything that is graded, which the last submission tries to write.
    """
    cells = assignment.cells
    gate = next(index for index, cell in enumerate(cells) if "class AddGate" in cell)
    tried = next(index for index, cell in enumerate(cells) if index > gate and cell.startswith("try"))
    return [
        Copy("reference", cells),
        Copy("warns", (*cells[:gate], WARNS, *cells[gate + 1 :])),
        Copy("raises", (*cells[:tried], RAISES + cells[tried], *cells[tried + 1 :])),
        Copy("patches", (wrong.cells[0] + PATCHES, *wrong.cells[1:])),
        Copy("writes", (cells[0] + WRITES.format(str(marker)), *cells[1:])),
    ]


def given(place: Path, points: Points, marker: Path, hidden: str) -> dict[str, Any]:
    """The points of each probe, whether the file was written, and the pages and results that one submission got.

    Args:
        hidden: a line that only the hidden tests have.
    """
    pages = [path for path in place.rglob("*.html") if "reference" in str(path) and "node_modules" not in path.parts]
    results = [path for path in place.rglob("*.json") if "reference" in str(path)]
    found = {
        "points": points,
        "wrote_outside": marker.exists(),
        "page_kb": round(sum(path.stat().st_size for path in pages) / 1000),
        "page_shows_hidden_tests": any(hidden in text_of(path) for path in pages),
        "result_file": bool(results),
    }
    marker.unlink(missing_ok=True)
    return found


def text_of(page: Path) -> str:
    """What a page shows, without its marks: code there is one mark a word."""
    return html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))
