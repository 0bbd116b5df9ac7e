"""First causes on pages: each once, with what it costs, and apart from what was not attempted."""

from __future__ import annotations

from support.browser import Skeleton
from support.classes import class_of

from grader.core.grades import Grade, grade_of
from grader.core.report import CellResult, GradeStatus, QuestionResult, Report, Status, TestResult
from grader.pages.analysis import attempted
from grader.pages.attention import attention
from grader.pages.class_report import index_page
from grader.pages.feedback.annotated import annotated
from grader.pages.feedback.feedback_page import ExerciseText, feedback_page
from grader.pages.feedback.shown_cells import ShownCell
from grader.pages.missing_modules import missing_modules
from grader.pages.not_run import common_causes, first_causes
from grader.pages.score_cell import score_cell
from grader.pages.scores_table import scores_csv
from grader.pages.student_page import student_page

SYNTAX = "cell 1, line 2: SyntaxError: invalid syntax"
MODULE = "cell 1, line 1: there is no module `cs231n` here"


def question(name: str, status: Status, origin: str = "", diagnosis: str = "") -> QuestionResult:
    tests = tuple(TestResult(f"test_{name}_{n}", status, 0.0, 1.0, "It works.", f"Why {name}.", diagnosis, origin) for n in (1, 2))
    return QuestionResult(name, 0.0, 2.0, status, tests)


def report(student: str, *questions: QuestionResult, cells: tuple[CellResult, ...] = ()) -> Report:
    return Report(student, "01_double", 0.0, 2.0 * len(questions), GradeStatus.GRADED, questions, cells)


DEAD = report(
    "ada",
    question("double", Status.NOT_RUN, SYNTAX),
    question("Counter", Status.NOT_RUN, SYNTAX),
    question("apply", Status.NOT_ATTEMPTED),
    cells=(
        CellResult(1, Status.FAILED, "SyntaxError: invalid syntax (line 2)", line=2),
        CellResult(2, Status.FAILED, "NameError: name 'x' is not defined (line 1)", line=1, origin=SYNTAX),
        CellResult(3, Status.FAILED, "ValueError: other (line 1)", line=1),
    ),
)
CELLS = [ShownCell("code", "import this\ndef double(x:", 1), ShownCell("code", "x\nclass Counter: pass", 2), ShownCell("code", "raise ValueError", 3)]


def words(page: str) -> str:
    return " ".join("".join(Skeleton(page.split("</style>")[-1]).words).split())


def test_feedback_names_a_first_cause_once_with_its_cost() -> None:
    """In the summary with the names of the questions; the boxes lead there; other errors stand apart."""
    page = feedback_page(grade_of(DEAD), DEAD, ExerciseText("Double"), CELLS)
    text = words(page)
    assert "What kept answers from running, each named once: cell 1, line 2: SyntaxError: invalid syntax; 2 questions could not run: double, Counter" in text
    assert "2 other cells had an error when the notebook was run from top to bottom: In [2] NameError: name 'x' is not defined (line 1); the first cause is in cell 1, line 2" in text
    assert text.count("SyntaxError") == 2, "in the summary and below its cell"
    assert text.count("The first cause: cell 1, line 2") == 2 and '<a href="#cell-1-line-2">' in page
    assert "⊘ not run" in text and "– not attempted" in text, "words and signs, without any colour"


def test_the_annotated_notebook_says_the_same() -> None:
    """In the note on the whole and on each question."""
    note = annotated(grade_of(DEAD), DEAD, ExerciseText("Double"), None, "gone", script=True)
    assert "# - cell 1, line 2: SyntaxError: invalid syntax; 2 questions could not run: `double`, `Counter`" in note
    assert "cell 1 had an error" not in note and "cell 3 had an error" in note
    assert note.count("The first cause: cell 1, line 2") == 2 and "⊘ not run" in note


def test_a_cause_without_a_cell_and_many_questions_are_said_in_short() -> None:
    """What no cell defines; more names than a line has room for."""
    many = report("ada", *(question(f"q{n}", Status.NOT_RUN, "`loss` is not defined in the notebook") for n in range(8)))
    (cause,) = first_causes(many.questions)
    assert (cause.cell, cause.cost) == (0, "8 questions could not run: `q0`, `q1`, `q2`, `q3`, `q4`, `q5` and 2 more")
    assert "`loss`" in annotated(grade_of(many), many, ExerciseText("Double"), None, "", script=True)


def test_an_error_that_is_put_into_other_words_is_not_said_twice() -> None:
    """A cell that calls a stub: its error is told as the first cause."""
    stub = "NotImplementedError, so something that it calls is not attempted yet"
    called = report(
        "ada", question("double", Status.NOT_RUN, f"cell 2, line 1: {stub}"), cells=(CellResult(2, Status.FAILED, "NotImplementedError (line 3)", line=1),)
    )  # fmt: skip
    text = words(feedback_page(grade_of(called), called, ExerciseText("Double"), None))
    assert f"cell 2, line 1: {stub}; 1 question could not run: double" in text and "had an error" not in text


def test_the_class_page_counts_origins_by_their_kind() -> None:
    """The most common first, with the students; cells and lines differ, the kind does not."""
    other = report("bob", question("double", Status.NOT_RUN, "cell 7, line 9: IndentationError: unexpected indent"))
    origins = [
        ("cy", "cell 2, line 3: ZeroDivisionError: division by zero", "a cell stopped with ZeroDivisionError"),
        ("dee", "cell 1, line 2: `Value` has no `backward`", "`Value` has no `backward`, and other answers need it"),
        ("eve", "cell 1, line 2: `double` is not attempted yet", "`double` is not attempted, and other answers call it"),
        ("fay", "cell 1, line 2: `del` takes away what was there", "an answer is where nothing can call it"),
        ("gus", "cell 3, line 2: it used more than 20 s of CPU time", "a cell was stopped"),
        ("hal", "the time for cells is used, most of it by cell 1", "the cells took all the time that there is"),
        ("ivy", "`loss` is not defined in the notebook", "`loss` is missing, and other answers need it"),
        ("joe", MODULE, "the module `cs231n` is not installed here"),
    ]
    reports = [DEAD, other, *(report(who, question("double", Status.NOT_RUN, origin)) for who, origin, _ in origins)]
    found = common_causes(map(grade_of, reports))
    assert [(one.words, one.notebooks, one.questions, one.students) for one in found] == [
        ("Python cannot read a cell", 2, 3, ("ada", "bob")),
        *sorted((kind, 1, 1, (who,)) for who, _, kind in origins),
    ]
    page = words(index_page(class_of(reports, [("01_double", 2.0)])))
    assert "2 notebooks: Python cannot read a cell; 3 questions could not run (ada, bob)" in page


def test_a_module_that_a_cell_imports_in_vain_is_listed_with_its_remedy_and_cost() -> None:
    """Once on the class page, and once in the feedback."""
    cells = (CellResult(1, Status.PASSED, missing=("cs231n.im2col", "tqdm")),)
    lost = report("ada", question("double", Status.NOT_RUN, MODULE), question("apply", Status.FAILED), cells=cells)
    assert common_causes([grade_of(lost)]) == []
    assert [module.sentence for module in missing_modules([grade_of(lost)])] == [
        "1 notebook imports `cs231n`, which is not installed here; 1 question could not run.",
        "1 notebook imports `tqdm`, which is not installed here.",
    ]
    text = words(feedback_page(grade_of(lost), lost, ExerciseText("Double"), None))
    assert "cell 1, line 1: there is no module cs231n here; 1 question could not run: double" in text
    assert "In [1] tqdm is not installed where notebooks are graded; no question failed for want of it" in text


def test_who_wrote_answers_is_never_told_that_nothing_was_attempted() -> None:
    """Neither if no answer could run, nor if one stands under a name like the right one."""
    named = report("bob", question("double", Status.NOT_ATTEMPTED, diagnosis="`duble` is defined: is that the name you gave it?"))
    empty = report("cy", question("double", Status.NOT_ATTEMPTED))
    grades = class_of([DEAD, named, empty], [("01_double", 6.0)])
    found = {concern.what: {notice.student: notice.reason for notice in concern.notices} for concern in attention(grades)}
    assert found["not begun"] == {"cy": "no question attempted"}
    assert found["not run"] == {"ada": f"{SYNTAX}; 2 questions could not run: `double`, `Counter`"}
    assert [attempted(grade_of(one)) for one in (DEAD, named, empty)] == [True, True, False]
    assert [score_cell(grade_of(one)).label for one in (DEAD, named, empty)] == ["not run", "no points", "not attempted"]
    assert "ada,0,0,6" in scores_csv(grades)


def test_the_students_page_names_the_first_cause() -> None:
    """For the lecturer, in words, with each test."""
    grades = class_of([DEAD], [("01_double", 6.0)])
    text = words(student_page(grades, grades.standings[0]))
    assert "The first cause: cell 1, line 2: SyntaxError: invalid syntax" in text and "⊘ not run" in text


def test_a_question_is_not_run_only_if_nothing_in_it_is_wrong() -> None:
    """A wrong test outranks one that was not run, which outranks one that was not attempted."""
    from grader.core.scoring import question_result

    def status_of(*statuses: Status) -> Status:
        return question_result("q", tuple(TestResult("t", status, 0.0, 1.0, "") for status in statuses)).status

    assert status_of(Status.NOT_RUN, Status.FAILED) == Status.FAILED
    assert status_of(Status.PASSED, Status.NOT_ATTEMPTED, Status.NOT_RUN) == Status.NOT_RUN
    assert Grade("ada", "x", GradeStatus.GRADED, 1.0, None, score=0.0).questions == ()
