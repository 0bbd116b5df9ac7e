"""What a class has, as files in a folder: reports, scores, pages to read and pages to hand back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.core.course import Course
from grader.core.files import write_in
from grader.core.grades import ClassGrades
from grader.pages.feedback.write_feedback import write_feedback
from grader.pages.made import Made, fingerprint
from grader.pages.scores_table import scores_csv
from grader.pages.write import write_pages

RECORD = ".made/reports.json"


@dataclass(frozen=True)
class Results:
    """Where things are; `without` names the feedback pages that could not show a notebook."""

    scores: Path
    index: Path
    without: tuple[tuple[str, str], ...]


def write_results(
    grades: ClassGrades,
    course: Course,
    out: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
    jobs: int = 1,
) -> Results:
    """Write everything below `out` that the gradebook says; what has not changed is left as it is.

    Args:
        out: a folder that the caller holds, see `grader.core.files.locked`.
        progress: told (done, in all) of the feedback pages.
        jobs: processes that make feedback pages.

    Raises:
        GraderError: something cannot be written.
    """
    write_in(out, "scores.csv", scores_csv(grades))
    write_reports(grades, out)
    index = write_pages(grades, out)
    judged = [grade for grade in grades.grades() if grade.report is not None]
    without = write_feedback(judged, course, out, lambda done: progress(done, len(judged)), jobs)
    return Results(out / "scores.csv", index, tuple((grade.student, grade.exercise) for grade in without))


def write_reports(grades: ClassGrades, out: Path) -> None:
    """`out/reports/<student>/<slug>.json` for everything that was judged.

    Raises:
        GraderError: one cannot be written.
    """
    with Made(out, RECORD) as made:
        for grade in grades.grades():
            if grade.report is not None:
                name = f"reports/{grade.student}/{grade.exercise}.json"
                mark = fingerprint(grade.report)
                if not made.fresh(name, mark):
                    made.write(name, json.dumps(grade.report.as_dict(), indent=1) + "\n", mark)
