"""The class page counts what is not installed, with the remedy; feedback says it where it has cost something."""

from __future__ import annotations

from support.browser import Skeleton
from support.classes import class_of

from grader.core.grades import ClassGrades, Grade
from grader.core.report import CellResult, GradeStatus, QuestionResult, Report, Status, TestResult
from grader.pages.class_report import index_page
from grader.pages.feedback.annotated import annotated
from grader.pages.feedback.feedback_page import ExerciseText, feedback_page
from grader.pages.missing_modules import missing_modules


def report(student: str, *missing: tuple[str, ...], score: float = 1.0) -> Report:
    """A report whose cells import what is not there."""
    status = Status.PASSED if score == 2.0 else Status.FAILED
    test = TestResult("test_double", status, score, 2.0, "It doubles.")
    cells = tuple(CellResult(number, Status.PASSED, missing=names) for number, names in enumerate(missing, 1))
    return Report(student, "01_double", score, 2.0, GradeStatus.GRADED, (QuestionResult("double", score, 2.0, status, (test,)),), cells)


def klass(*reports: Report) -> ClassGrades:
    return class_of(list(reports), [("01_double", 2.0)])


def grade(of: Report) -> Grade:
    return Grade(of.student, of.exercise, of.status, of.max_score, of, score=of.score)


def words(page: str) -> str:
    return " ".join(" ".join(Skeleton(page).words).split())


def test_each_module_is_counted_once_a_notebook_with_its_remedy() -> None:
    """The most frequent first; the parts of a package count together, and pip's name for it is given."""
    grades = klass(
        report("ada", ("tqdm.auto", "cv2"), ("tqdm",)),
        report("bob", ("tqdm.notebook",), ("google.colab.drive",)),
        report("cy", ("torch:nope",)),
        report("dee"),
    )
    found = {each.sentence: (each.remedy, each.students) for each in missing_modules(grades.grades())}
    assert list(found) == [
        "2 notebooks import `tqdm`, which is not installed here.",
        "1 notebook imports `cv2`, which is not installed here.",
        "1 notebook imports `google.colab.drive`, which is not installed here.",
        "1 notebook imports `nope` from `torch`, which the version installed here does not have.",
    ]
    remedies = [remedy for remedy, _ in found.values()]
    assert "`pip install tqdm`, add it to `packages` in `course.toml`" in remedies[0]
    assert "`pip install opencv-python-headless`" in remedies[1]
    assert "pip" not in remedies[2] + remedies[3]
    assert [students for _, students in found.values()] == [("ada", "bob"), ("ada",), ("bob",), ("cy",)]


def test_the_class_page_shows_them_and_links_the_students() -> None:
    """And nothing if nothing is missing."""
    page = words(index_page(klass(report("ada", ("tqdm",)), report("bob", ("tqdm",)))))
    assert "Not installed here 2 notebooks import tqdm , which is not installed here." in page
    assert "( ada , bob )" in page
    assert "Not installed here" not in words(index_page(klass(report("ada", ()))))


def test_feedback_says_it_where_something_was_lost() -> None:
    """On the page and in the annotated notebook, with the cell; who lost nothing does not read it."""
    lost = report("ada", (), ("tqdm.auto", "torch:nope"))
    sentence = "tqdm.auto and torch.nope are not installed where notebooks are graded; no question failed for want of them"
    page = words(feedback_page(grade(lost), lost, ExerciseText("Double"), None, "gone"))
    assert "1 cell imports what is not there: In [2] tqdm.auto and torch.nope are not" in page
    note = annotated(grade(lost), lost, ExerciseText("Double"), None, "gone", script=True)
    assert sentence in note.replace("`", "") and "cell 2:" in note
    whole = report("ada", ("tqdm",), score=2.0)
    assert "not there" not in feedback_page(grade(whole), whole, ExerciseText("Double"), None, "gone")
