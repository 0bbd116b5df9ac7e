"""The class's pages in the output folder: the overview, a page a student, the page for the lecture."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from grader import __version__
from grader.core.grades import ClassGrades, Column, Grade, Standing
from grader.pages import analysis
from grader.pages import facade as html
from grader.pages.made import Made, fingerprint, sources

INDEX, PROJECTOR, STUDENTS = "index.html", "projector.html", "students/"


def write_pages(
    grades: ClassGrades, out: Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> Path:
    """Write `out/index.html`, `out/projector.html` and a page a student below `out/students/`; the path of
    the first.

    A page that is there, and was made from what it would be made from now, is left alone. Pages of students
    who are no longer in the class are removed, if they are as we left them.

    Args:
        out: a folder that the caller holds, see `grader.core.files.locked`.
        progress: told (done, in all), pages that were left alone counted as done.

    Raises:
        GraderError: a page cannot be written, or an old one not removed.
    """
    standings, common = grades.standings, (program(), grades.columns, grades.roster, grades.weighted)
    rows = [_row(standing, grades.columns) for standing in standings]
    whole = fingerprint(common, rows, [_times(standing) for standing in standings])
    made_from = {
        html.page_name(s.person.id): fingerprint(common, row) for s, row in zip(standings, rows, strict=True)
    }
    render: dict[str, Callable[[], str]] = {
        html.page_name(s.person.id): lambda s=s: html.student_page(grades, s)  # type: ignore[misc]
        for s in standings
    }
    render |= {PROJECTOR: lambda: html.projector_page(grades), INDEX: lambda: html.index_page(grades)}
    with Made(out) as made:
        made.sweep(render, STUDENTS)
        for done, (name, page) in enumerate(render.items(), 1):
            digest = made_from.get(name, whole)
            if not made.fresh(name, digest):
                made.write(name, page(), digest)
            progress(done, len(render))
    return out / INDEX


@cache
def program() -> str:
    """A digest of what makes pages: our version, modules and templates."""
    return fingerprint(__version__, sources(Path(html.__file__).parent, Path(analysis.__file__)))


def _row(standing: Standing, columns: tuple[Column, ...]) -> str:
    """A digest of everything that pages show of a student, run times aside."""
    grades = [_shown(standing.grades[column.slug]) for column in columns]
    return fingerprint(standing.person, standing.total, standing.max_total, grades)


def _shown(grade: Grade) -> list[object]:
    """All of a grade but where it is kept, and of its report what does not change from run to run."""
    report = grade.report
    kept = [value for name, value in vars(grade).items() if name not in ("path", "verdict", "report")]
    if report is None:
        return kept
    judged = [
        report.student,
        report.exercise,
        report.score,
        report.max_score,
        report.problem,
        report.sandbox.get("rung"),
    ]
    return [*kept, *judged, report.submission_sha256, report.questions, report.cells]


def _times(standing: Standing) -> list[dict[str, float] | None]:
    return [grade.report.timings if grade.report else None for grade in standing.grades.values()]
