"""What a class has, as files in a folder: scores, reports, pages to read and pages to hand back."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.files import write_file
from grader.core.grades import ClassGrades, Column, Grade, Standing
from grader.core.report import Report, Timings
from grader.pages.addresses import page_name
from grader.pages.class_report import index_page
from grader.pages.feedback.write_feedback import write_feedback
from grader.pages.projector import projector_page
from grader.pages.scores_table import scores_csv
from grader.pages.student_page import student_page
from grader.pages.unchanged_pages import WrittenFiles, fingerprint, program

INDEX, PROJECTOR, STUDENTS = "index.html", "projector.html", "students/"
PAGES_RECORD, REPORTS_RECORD = ".made/pages.json", ".made/reports.json"


def write_results(
    grades: ClassGrades,
    course: Course,
    out: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
    jobs: int = 1,
) -> Path:
    """Write everything the gradebook says to `out`, leaving unchanged files alone; the path of the overview.

    Args:
        out: a folder that the caller holds, see `grader.core.files.locked`.
        progress: told (done, in all) of the feedback pages.
        jobs: processes that make feedback pages.

    Raises:
        GraderError: something cannot be written.
    """
    _require_somebody(grades, out)
    write_file(out / "scores.csv", scores_csv(grades))
    write_reports(grades, out)
    index = write_pages(grades, out)
    judged = [grade for grade in grades.grades() if grade.report is not None]
    write_feedback(judged, course, out, lambda done: progress(done, len(judged)), jobs)
    return index


def _require_somebody(grades: ClassGrades, out: Path) -> None:
    """An empty gradebook is a mishap where there are results already: they stay.

    Raises:
        GraderError: there is nobody in the class, and `out` has results of somebody.
    """
    if not grades.standings and (out / STUDENTS).is_dir():
        problem = f"the gradebook is empty, and {out} has results: nothing was changed"
        raise GraderError(f"{problem}; restore a backup of the gradebook, or choose another folder")


def write_reports(grades: ClassGrades, out: Path) -> None:
    """Write `out/reports/<student>/<slug>.json` for everything that was judged.

    Raises:
        GraderError: one cannot be written.
    """
    with WrittenFiles(out, REPORTS_RECORD) as written:
        for grade in grades.grades():
            if grade.report is not None:
                name = f"reports/{grade.student}/{grade.exercise}.json"
                written.update(name, fingerprint(grade.report), partial(_report, grade.report))


def _report(report: Report) -> str:
    return json.dumps(report.as_dict(), indent=1) + "\n"


def write_pages(grades: ClassGrades, out: Path) -> Path:
    """Write `out/index.html`, `out/projector.html` and a page for each student; the path of the first.

    A page that would come out the same is left alone. Pages of students who have left the class are removed,
    unless somebody has changed them.

    Args:
        out: a folder that the caller holds, see `grader.core.files.locked`.

    Raises:
        GraderError: a page cannot be written, or an old one not removed.
    """
    standings, common = grades.standings, (program(), grades.columns, grades.roster, grades.weighted)
    rows = [_row(standing, grades.columns) for standing in standings]
    whole = fingerprint(common, rows, grades.not_taken, [_times(standing) for standing in standings])
    pages: dict[str, tuple[str, Callable[[], str]]] = {
        page_name(standing.person.id): (fingerprint(common, row), partial(student_page, grades, standing))
        for standing, row in zip(standings, rows, strict=True)
    }
    pages |= {
        PROJECTOR: (whole, partial(projector_page, grades)),
        INDEX: (whole, partial(index_page, grades)),
    }
    with WrittenFiles(out, PAGES_RECORD) as written:
        written.sweep(pages, STUDENTS)
        for name, (mark, make) in pages.items():
            written.update(name, mark, make)
    return out / INDEX


def _row(standing: Standing, columns: tuple[Column, ...]) -> str:
    """A digest of everything that pages show of a student, run times aside."""
    grades = [_shown(standing.grades[column.slug]) for column in columns]
    return fingerprint(standing.person, standing.total, standing.max_total, grades)


def _shown(grade: Grade) -> list[object]:
    """All of a grade except where it is kept, and of its report what is the same from run to run."""
    kept = [value for name, value in vars(grade).items() if name not in ("path", "verdict", "report")]
    if (report := grade.report) is None:
        return kept
    judged = (
        report.student,
        report.exercise,
        report.score,
        report.max_score,
        report.problem,
        report.sandbox.get("rung"),
    )
    return [*kept, *judged, report.submission_sha256, report.questions, report.cells]


def _times(standing: Standing) -> list[Timings | None]:
    return [grade.report.timings if grade.report else None for grade in standing.grades.values()]
