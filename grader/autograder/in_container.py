"""Our grader in the containers of Gradescope and GitHub Classroom: one submission, one result."""

import json
import os
import sys
import traceback
from pathlib import Path

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.files import write_atomically
from grader.core.grades import Grade, grade_of
from grader.core.points import points
from grader.core.report import GradeStatus
from grader.exchange.github import earned, encoded, error_result, result_from
from grader.exchange.gradescope.upload import results_bytes

SETTINGS = "autograder.json"  # in the zip's root, written by `grader release --gradescope`


def judge(root: Path) -> int:
    """Grade `root/submission` and write `root/results/results.json`; the exit code, 1 if there is no score.

    Our own failure gives results without a score, never a zero, and is printed for the instructor.
    """
    source = root / "source"
    settings = json.loads((source / SETTINGS).read_text(encoding="utf-8"))
    slug = str(settings["exercise"])
    try:
        grade = _judged(Course(source / "course"), slug, root / "submission", bool(settings["unprotected"]))
    except GraderError as error:
        print(error)
        grade = Grade("submission", slug, GradeStatus.UNGRADED, 0.0)
    except Exception:
        traceback.print_exc(file=sys.stdout)
        grade = Grade("submission", slug, GradeStatus.UNGRADED, 0.0)
    write_atomically(root / "results" / "results.json", results_bytes(grade, str(settings["visibility"])))
    return 0 if grade.score is not None else 1


def _judged(course: Course, slug: str, folder: Path, unprotected: bool) -> Grade:
    from grader.core.safe_text import clean
    from grader.engine.judges import LocalBackend, grade_all
    from grader.engine.submission import Submission
    from grader.sandbox.forkserver import ForkServer

    notebook, trouble = _handed_in(folder, slug)
    if notebook is None:
        return Grade("submission", slug, GradeStatus.GRADED, 0.0, score=0.0, raw=0.0, note=trouble)
    try:
        server = ForkServer("auto")
    except GraderError:
        if not unprotected:
            raise
        server = ForkServer("none")
    with server as running:
        print(f"sandbox: {running.rung}")
        submission = Submission("submission", slug, notebook)
        ((_, report),) = grade_all([submission], course, LocalBackend(running))
    if report.problem:
        print(clean(report.problem))
    return grade_of(report)


def _handed_in(folder: Path, slug: str) -> tuple[Path | None, str]:
    """The notebook to grade: named after the exercise, or the only one; if None, what the student must do."""
    notebooks = [
        path
        for path in sorted(folder.rglob("*.ipynb"))
        if not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
    ]
    named = [path for path in notebooks if path.name == f"{slug}.ipynb"]
    if len(named) == 1 or len(notebooks) == 1:
        return (named or notebooks)[0], ""
    what = f"{len(notebooks)} notebooks were handed in" if notebooks else "no notebook was handed in"
    return None, f"{what}; hand in one file, named {slug}.ipynb"


def report_to_classroom(notebook: Path) -> int:
    """Run the visible tests on a notebook and hand its result to the workflow; always 0.

    The reporter says whether tests failed: it would not run after a step that ended with an error.
    """
    from grader.core.safe_text import one_line
    from grader.engine.selfcheck import check

    try:
        checked = check(notebook, None)
        most = sum(question.max_score for question in checked.questions)
        result = result_from(checked.questions, notebook.stem, most)
        for question in checked.questions:
            print(f"{one_line(question.name)}: {question.status.word}")
        print(f"visible tests: {points(earned(checked.questions))} of {points(most)}")
    except GraderError as error:
        print(error)
        result = error_result(str(error))
    line = f"result={encoded(result).decode()}\n"
    if output := os.environ.get("GITHUB_OUTPUT"):
        with open(output, "a", encoding="utf-8") as stream:
            stream.write(line)
    else:
        print(line, end="")
    return 0


def main(arguments: list[str]) -> int:
    """`gradescope ROOT` or `classroom NOTEBOOK`; the exit code."""
    match arguments:
        case ["gradescope", root]:
            return judge(Path(root))
        case ["classroom", notebook]:
            return report_to_classroom(Path(notebook))
    print("python -m grader.autograder gradescope ROOT | classroom NOTEBOOK", file=sys.stderr)
    return 2
