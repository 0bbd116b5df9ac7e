"""Take in what was handed in, in whatever form it comes: tell the form by what is there, and read it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from grader.core.course import Course, nearest
from grader.core.errors import GraderError
from grader.exchange.canvas import download as canvas
from grader.exchange.choices import SOURCES
from grader.exchange.gradescope import download as gradescope
from grader.exchange.intake import plain
from grader.exchange.intake.gather import NOTEBOOKS, REMEDY, gather
from grader.exchange.intake.handed_in import Intake, Item, Reading
from grader.exchange.intake.recognise import Signs
from grader.exchange.intake.settle import settle
from grader.exchange.intake.unpack import Archives
from grader.exchange.moodle import download as moodle
from grader.exchange.nbgrader import download as nbgrader

LOOKED_FOR = "nor a download of Canvas, Moodle, nbgrader or Gradescope"


def take_in(
    source: Path,
    course: Course,
    keep: Path,
    kind: str | None = None,
    slugs: Iterable[str] = (),
    students: Iterable[str] = (),
) -> Intake:
    """Everything handed in, from a folder, a zip, a folder of zips, or one notebook.

    Args:
        keep: where files that come out of archives are written, as `<student>/<exercise>-<start of
            SHA-256>.ipynb`; what is there already is left alone. Files in folders stay where they are.
        kind: one of `SOURCES`; told from the content if None.
        slugs: only these exercises (the beginning of a name will do).
        students: only those whose key or name one of these globs matches.

    Raises:
        GraderError: nothing there, nothing taken, an unknown exercise, the content is not of this kind.
    """
    signs = Signs(course)
    with Archives() as archives:
        found = gather(source, archives)
        wanted = [nearest(slug, list(course.exercises), "exercise") for slug in slugs] or list(
            course.exercises
        )
        votes = _votes(found.items)
        likely = _likely(votes)
        chosen = kind or likely
        reading = _reader(chosen)(found.items, signs.slugs)
        if kind is not None and not reading.claims:
            remedy = (
                f"it looks like {likely}: leave out --from, or give --from {likely}"
                if votes[likely]
                else REMEDY
            )
            raise GraderError(f"{source}: nothing in it is {SOURCES[kind]}; {remedy}")
        handed, left = settle(reading.claims, chosen, signs, wanted, list(students) or ["*"], keep, archives)
    why = f"{votes[chosen]} of {len(found.items)} files are {SOURCES[chosen]}"
    unknown = sorted({*found.unknown, *reading.unknown, *left})
    if not handed:
        exercises = ", ".join(wanted) or "any exercise"
        nothing = f"{source}: no <student>/<exercise>.ipynb found for {exercises}"
        first = f"; {unknown[0][0]}: {unknown[0][1]}" if unknown else ""
        raise GraderError(
            nothing + (f", though {why}{first}" if reading.claims else f", {LOOKED_FOR}{first}")
        )
    return Intake(chosen, why, tuple(handed), tuple(unknown))


def _likely(votes: Counter[str]) -> str:
    """The kind that explains most files; notebooks by themselves only if there is nothing else."""
    particular = [kind for kind in SOURCES if kind not in ("plain", "notebook") and votes[kind]]
    best = max([*particular, "plain"], key=lambda kind: votes[kind])
    return best if votes[best] else "notebook" if votes["notebook"] else "plain"


def _votes(items: Sequence[Item]) -> Counter[str]:
    """How many files each kind explains; a file counts for one kind only, the most particular one."""
    votes: Counter[str] = Counter()
    depths = _shared_folders(items)
    collected = nbgrader.fitting(items)
    for item in items:
        if moodle.fits(item):
            votes["moodle"] += 1
        elif gradescope.fits(item):
            votes["gradescope"] += 1
        elif canvas.fits(item, depths[item.archive]):
            votes["canvas"] += 1
        elif item.parts in collected:
            votes["nbgrader"] += 1
        elif len(item.parts) > 1 or item.closed:
            votes["plain"] += 1
        elif item.parts[-1].lower().endswith(NOTEBOOKS) and not item.odd:
            votes["notebook"] += 1
    return votes


def _shared_folders(items: Sequence[Item]) -> dict[object, int]:
    """Archive (None: the folder) → how many folders stand around all that is in it."""
    shared: dict[object, tuple[str, ...]] = {}
    for item in items:
        before = shared.get(item.archive, item.parts[:-1])
        shared[item.archive] = tuple(os.path.commonprefix([before, item.parts[:-1]]))
    return {archive: len(parts) for archive, parts in shared.items()}


def _reader(kind: str) -> Callable[[Sequence[Item], Sequence[str]], Reading]:
    readers: dict[str, Callable[[Sequence[Item], Sequence[str]], Reading]] = {
        "plain": plain.read,
        "canvas": lambda items, _: canvas.read(items),
        "moodle": lambda items, _: moodle.read(items),
        "nbgrader": lambda items, _: nbgrader.read(items),
        "gradescope": lambda items, _: gradescope.read(items),
        "notebook": plain.read_notebooks,
    }
    return readers[kind]
