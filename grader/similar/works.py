"""What is compared, from files: a student's notebook, and what the exercise handed out."""

from collections.abc import Iterable
from pathlib import Path

from grader.core.cells import declared_names, defined_names
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.grades import ClassGrades
from grader.core.notebook import UnreadableNotebook, read_notebook
from grader.core.report import Report, Status
from grader.similar.records import GivenCode, Similarities, StudentWork
from grader.similar.similarity import compare


def compare_class(grades: ClassGrades, course: Course, slugs: Iterable[str] = ()) -> list[Similarities]:
    """The comparison of every exercise that was handed in, or of those named, in the order of the course.

    Raises:
        GraderError: the notebook that students were given is missing or cannot be read.
    """
    wanted = set(slugs) or {column.slug for column in grades.columns}
    return [_exercise(grades, course, column.slug) for column in grades.columns if column.slug in wanted]


def _exercise(grades: ClassGrades, course: Course, slug: str) -> Similarities:
    released, private = course.released.get(slug), course.exercises.get(slug)
    if released is None:
        raise GraderError(
            f"exercises/{slug}: missing, so what students were given is unknown; run `grader release`"
        )
    answers = [*private.folder.glob("correct/*.py"), private.notebook] if private else []
    try:
        given = given_code(slug, released.notebook, released.question_names, answers)
    except UnreadableNotebook as problem:
        raise GraderError(f"exercises/{slug}: {problem}; run `grader release`") from None
    works = (
        read_work(grade.student, slug, grade.path, grade.report)
        for grade in grades.grades()
        if grade.exercise == slug and grade.path is not None
    )
    return compare([work for work in works if work is not None], given)


def read_work(student: str, slug: str, path: Path, report: Report | None = None) -> StudentWork | None:
    """A student's notebook, or None if the file cannot be read.

    Args:
        report: of the notebook; if it is of this very file, the mistakes it names are compared as well.
    """
    try:
        notebook = read_notebook(path)
    except UnreadableNotebook:
        return None
    same = report is not None and report.submission_sha256 == notebook.sha256
    mistakes = mistakes_in(report) if report and same else frozenset()
    return StudentWork(student, slug, notebook.cells, notebook.sha256, mistakes)


def mistakes_in(report: Report) -> frozenset[str]:
    """The diagnoses of a report, and of tests without one the sentence that failed."""
    return frozenset(
        f"{question.name}: {test.diagnosis or test.summary or test.name}"
        for question in report.questions
        for test in question.tests
        if test.status in (Status.FAILED, Status.CRASHED)
    )


def given_code(
    slug: str, released: Path, questions: Iterable[str] = (), answers: Iterable[Path] = ()
) -> GivenCode:
    """What the students of one exercise were handed.

    Args:
        released: the notebook that they got, `exercises/<slug>/<slug>.ipynb`.
        questions: names that the exercise asks for; those that the notebook defines are known anyway.
        answers: the course's own solutions, notebooks or scripts with `# %%`.

    Raises:
        UnreadableNotebook: one of them cannot be read.
    """
    cells = tuple(source for _, source in read_notebook(released).cells)
    names = {part for question in questions for part in question.split(".")}
    for source in cells:
        names |= declared_names(source)
        names |= {name for name in defined_names(source) if name.startswith("predict_")}
    known = tuple(StudentWork(path.name, slug, read_notebook(path).cells) for path in sorted(answers))
    return GivenCode(slug, cells, frozenset(names), known)
