"""Take in what was handed in, in any form: recognise the form by the names of the files, and read it."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from grader.core.course import Course
from grader.core.errors import GraderError, nearest
from grader.exchange.canvas import download as canvas
from grader.exchange.choices import SOURCES
from grader.exchange.gradescope import download as gradescope
from grader.exchange.intake import plain
from grader.exchange.intake.gather import REMEDY, gather, named_as_notebook, separated
from grader.exchange.intake.handed_in import Claim, Intake, NotTaken, ReceivedFile
from grader.exchange.intake.recognise import Signs
from grader.exchange.intake.settle import in_order, safe_keys, settle
from grader.exchange.intake.unpack import Archives
from grader.exchange.moodle import download as moodle
from grader.exchange.nbgrader import download as nbgrader

LOOKED_FOR = "nor a download from Canvas, Moodle, nbgrader or Gradescope"


class Form(NamedTuple):
    """How to tell the files of a kind by their names, and how to read all files as that kind."""

    fits: Callable[[ReceivedFile], bool]
    read: Callable[[], Iterator[Claim | NotTaken]]


def take_in(
    source: Path,
    course: Course,
    keep: Path | None,
    kind: str | None = None,
    slugs: Iterable[str] = (),
    students: Iterable[str] = (),
) -> Intake:
    """Everything handed in, from a folder, a zip, a folder of zips, or one notebook.

    Args:
        keep: where files out of archives are written, as `<student>/<exercise>-<start of SHA-256>.ipynb`;
            what is there already is left alone; None to write nothing. Files in folders stay where they are.
        kind: one of `SOURCES`; told from the content if None.
        slugs: only these exercises (the beginning of a name will do).
        students: only those whose key or name matches one of these globs.

    Raises:
        GraderError: nothing there, nothing taken, an unknown exercise, or the content is not of this kind.
    """
    signs = Signs(course)
    not_taken: list[NotTaken] = []
    with closing(Archives()) as archives:
        files = separated(gather(source, archives), not_taken)
        wanted = [nearest(slug, list(signs.slugs), "exercise") for slug in slugs] or signs.slugs
        forms = _forms(files, signs.slugs, source.is_file() and not any(file.archive for file in files))
        votes = Counter(next((kind for kind in forms if forms[kind].fits(file)), "") for file in files)
        likely = _likely(votes)
        chosen = kind or likely
        claims = separated(forms[chosen].read(), not_taken)
        if kind is not None and not claims:
            guess = f"it looks like {likely}: leave out --from, or give --from {likely}"
            remedy = guess if votes[likely] else REMEDY
            raise GraderError(f"{source}: none of its files are {SOURCES[kind]}; {remedy}")
        keys = safe_keys(claims)
        settled = settle(claims, keys, chosen, signs, wanted, list(students) or ["*"], keep, archives)
        attempts = separated(settled, not_taken)
    why = f"{votes[chosen]} of {len(files)} files are {SOURCES[chosen]}"
    unknown = tuple(sorted(set(not_taken)))
    if not attempts:
        nothing = f"{source}: no <student>/<exercise>.ipynb found for {', '.join(wanted) or 'any exercise'}"
        first = f"; {unknown[0].file}: {unknown[0].why}" if unknown else ""
        raise GraderError(nothing + (f", though {why}{first}" if claims else f", {LOOKED_FOR}{first}"))
    people = {keys[claim.person]: claim for claim in claims}
    return Intake(chosen, why, tuple(in_order(attempts, signs.slugs)), unknown, people)


def _likely(votes: Counter[str]) -> str:
    """The kind that explains most files; notebooks by themselves only if there is nothing else."""
    particular = [kind for kind in SOURCES if kind not in ("plain", "notebook") and votes[kind]]
    best = max([*particular, "plain"], key=lambda kind: votes[kind])
    return best if votes[best] else "notebook" if votes["notebook"] else "plain"


def _forms(files: Sequence[ReceivedFile], slugs: Sequence[str], single: bool) -> dict[str, Form]:
    """Every kind, the most particular first; a `single` file is a notebook, however it is called."""
    depths = _shared_folders(files)
    collected = nbgrader.fitting(files)
    return {
        "moodle": Form(moodle.fits, lambda: moodle.read(files)),
        "gradescope": Form(gradescope.fits, lambda: gradescope.read(files)),
        "canvas": Form(lambda file: canvas.fits(file, depths[file.archive]), lambda: canvas.read(files)),
        "nbgrader": Form(lambda file: file.parts in collected, lambda: nbgrader.read(files)),
        "plain": Form(lambda file: len(file.parts) > 1 or file.closed, lambda: plain.read(files, slugs)),
        "notebook": Form(
            lambda file: not file.odd and (single or named_as_notebook(file.parts[-1])),
            lambda: plain.read_notebooks(files, slugs),
        ),
    }


def _shared_folders(files: Sequence[ReceivedFile]) -> dict[object, int]:
    """Archive (None: the folder) → how many folders stand around all that is in it."""
    shared: dict[object, tuple[str, ...]] = {}
    for file in files:
        before = shared.get(file.archive, file.parts[:-1])
        shared[file.archive] = tuple(os.path.commonprefix([before, file.parts[:-1]]))
    return {archive: len(parts) for archive, parts in shared.items()}
