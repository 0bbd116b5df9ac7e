"""What nbgrader collects: `submitted/{student}/{assignment}/{notebook}.ipynb`, with a `timestamp.txt`."""

from collections.abc import Iterator, Sequence

from grader.exchange.intake.handed_in import Claim, NotTaken, ReceivedFile
from grader.exchange.intake.plain import in_folder
from grader.exchange.intake.timestamps import STAMP, Stamps

ROOT = "submitted"


def below(file: ReceivedFile) -> tuple[str, ...] | None:
    """The path below `submitted/`, if that is in it."""
    for index, part in enumerate(file.parts[:2]):
        if part == ROOT and len(file.parts) >= index + 4:
            return file.parts[index + 1 :]
    return file.parts if file.container == ROOT and len(file.parts) >= 3 else None


def fitting(files: Sequence[ReceivedFile]) -> set[tuple[str, ...]]:
    """The paths that are where nbgrader would put them."""
    stamped = {file.parts[:2] for file in files if len(file.parts) == 3 and file.parts[-1] == STAMP}
    return {
        file.parts for file in files if below(file) or (len(file.parts) >= 3 and file.parts[:2] in stamped)
    }


def read(files: Sequence[ReceivedFile]) -> Iterator[Claim | NotTaken]:
    """Whose the files are, and when they were handed in."""
    stamps = Stamps(files)
    yield from stamps.unreadable
    for file in files:
        parts = below(file) or file.parts
        if len(parts) < 2 and parts[-1] != STAMP:
            yield NotTaken(file.shown, f"it is not in {ROOT}/<student>/<assignment>/")
        elif parts[-1] != STAMP:
            yield in_folder(file, parts, stamps)
