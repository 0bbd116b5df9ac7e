"""What a student has reached is remembered, shown, and never lost to a reset."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.paths import ROOT

from grader.authoring.release import release_files
from grader.cli.main import main
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.report import QuestionResult, Status
from grader.student.progress import next_question, read_progress, record, standings
from grader.student.reset import reset

SLUG = "02_sigmoid"
REMEMBERED = Path(".grader") / "progress.json"
NOON = datetime(2026, 11, 21, 12, 0, 0)
FILES = {name: text for name, text in release_files(Course(ROOT)).items() if name.startswith(("01_gates/", f"{SLUG}/"))}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A student's folder with two exercises, as the kit has them."""
    for name, text in FILES.items():
        path = tmp_path / "exercises" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Course(tmp_path)


def run(course: Course, *arguments: str, **options: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--course", str(course.root)], catch_exceptions=False, **options)


def result(name: str, status: str) -> QuestionResult:
    return QuestionResult(name, 0.0, 1.0, Status(status), ())


def test_check_remembers_each_question_and_the_file_it_saw(course: Course) -> None:
    """`grader check` records; `grader list` shows it, and says when the notebook has changed since."""
    notebook = course.released[SLUG].notebook
    solution = json.loads((ROOT / "solutions" / SLUG / f"{SLUG}.ipynb").read_text(encoding="utf-8"))
    notebook.write_text(json.dumps(solution), encoding="utf-8")
    assert run(course, "check", str(notebook)).exit_code == 0
    entry = read_progress(course).exercises[SLUG]
    assert set(entry.questions.values()) == {"passed"} and len(entry.sha256) == 64
    table = run(course, "list").output
    assert re.search(rf"{SLUG} +6 of 6 +- +- +done", table)
    assert "6 of 12 questions" in table and "next: AddGate in" in table
    assert "max_chain_factor" in run(course, "list", "02").output
    notebook.write_text(json.dumps(solution) + "\n", encoding="utf-8")
    assert "has changed since; run: grader check" in run(course, "list", "02").output


def test_a_course_not_begun_is_listed_with_its_first_question_next(course: Course) -> None:
    """Nothing checked yet: everything is still to do, and the first exercise is marked."""
    lines = run(course, "list").output.splitlines()
    assert next(line for line in lines if "01_gates" in line).startswith("next >")
    assert "not checked yet" in run(course, "list", "01").output
    assert not (course.root / REMEMBERED).exists()


def test_a_broken_memory_is_a_fresh_start(course: Course) -> None:
    """Whatever is in the file, the list comes."""
    (course.root / REMEMBERED).parent.mkdir()
    broken = ["{", "[]", "[" * 3000, '{"at": 1}', '{"at": "x", "exercises": {"02_sigmoid": {"sha256": "", "questions": 3}}}']
    for text in broken:
        (course.root / REMEMBERED).write_text(text)
        assert "0 of 12 questions" in run(course, "list").output


def test_a_folder_that_cannot_be_written_is_no_obstacle(course: Course) -> None:
    """The check is shown all the same."""
    (course.root / ".grader").write_text("a file where the folder should be")
    checked = run(course, "check", str(course.released[SLUG].notebook))
    assert checked.exit_code == 1 and "0 of 6 questions" in checked.output


def test_only_the_courses_own_notebooks_are_remembered(course: Course) -> None:
    """A copy elsewhere, and so a backup, says nothing about the course."""
    copy = course.released[SLUG].folder / "copy.ipynb"
    shutil.copy(course.released[SLUG].notebook, copy)
    assert not record(course, copy, "0" * 64, [result("sigmoid", "passed")])
    assert record(course, course.released[SLUG].notebook, "0" * 64, [result("sigmoid", "passed")])


def test_the_next_question_is_looked_for_from_where_the_student_was(course: Course) -> None:
    """From the last exercise on, around the end, and None when everything passes."""
    record(course, course.released[SLUG].notebook, "0" * 64, [result("sigmoid", "passed"), result("sigmoid_grad", "failed")])
    progress = read_progress(course)
    stand = standings(course, progress)
    assert progress.at == SLUG
    assert next_question(stand, progress.at) == (SLUG, "sigmoid_grad")
    assert next_question(stand, SLUG, "sigmoid_grad") == (SLUG, "sigmoid_backward")
    assert next_question(stand, SLUG, "chain_factor") == ("01_gates", "AddGate")
    assert next_question([], "") is None
    assert run(course, "hint").output.startswith(f"{SLUG}, sigmoid_grad:\nhint 1 of")


def test_when_everything_passes_there_is_no_hint_and_nothing_next(course: Course) -> None:
    """Both commands say so."""
    for exercise in course.released.values():
        results = [result(name, "passed") for name in exercise.question_names]
        record(course, exercise.notebook, "0" * 64, results)
    assert "nothing to hint at" in run(course, "hint").output
    assert "everything passes" in run(course, "list").output


def test_reset_keeps_the_work_and_gives_the_stub_back(course: Course) -> None:
    """The copy holds every byte; the notebook is what was handed out."""
    exercise = course.released[SLUG]
    exercise.notebook.write_bytes(b"my work, \xff not even a notebook")
    done = run(course, "reset", "02", "--yes")
    backup = next(exercise.folder.glob(f"{SLUG}.backup-*.ipynb"))
    assert done.exit_code == 0 and str(backup) in done.output.replace("\n", "")
    assert backup.read_bytes() == b"my work, \xff not even a notebook"
    assert exercise.notebook.read_text(encoding="utf-8") == FILES[f"{SLUG}/{SLUG}.ipynb"]
    assert "nothing to reset" in run(course, "reset", SLUG).output
    assert len(list(exercise.folder.glob("*.backup-*"))) == 1


def test_reset_asks_first_where_somebody_is_there(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """No leaves everything as it is, yes resets."""
    monkeypatch.setattr("grader.cli.student_commands._can_ask", lambda: True)
    exercise = course.released[SLUG]
    exercise.notebook.write_text("work")
    assert "nothing was reset" in run(course, "reset", SLUG, input="n\n").output
    assert exercise.notebook.read_text() == "work"
    assert "your work is in" in run(course, "reset", SLUG, input="y\n").output
    assert exercise.notebook.read_text(encoding="utf-8") == FILES[f"{SLUG}/{SLUG}.ipynb"]


def test_a_folder_that_cannot_take_the_copy_keeps_the_notebook(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """No copy, no reset: one line with the reason."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("grader.student.reset.os.fsync", full)
    course.released[SLUG].notebook.write_text("work")
    done = run(course, "reset", SLUG, "--yes")
    assert done.exit_code == 2 and "No space left on device" in done.stderr and "is unchanged" in done.stderr
    assert course.released[SLUG].notebook.read_text() == "work"


def test_no_backup_is_ever_overwritten(course: Course) -> None:
    """Two resets in one second make two copies."""
    exercise = course.released[SLUG]
    for number in range(3):
        exercise.notebook.write_text(f"work {number}")
        reset(course, exercise, lambda: NOON)
    kept = [exercise.folder / f"{SLUG}.backup-20261121-120000{end}.ipynb" for end in ("", "-2", "-3")]
    assert [path.read_text() for path in kept] == ["work 0", "work 1", "work 2"]


def test_a_notebook_saved_during_the_reset_stays(course: Course) -> None:
    """What Jupyter writes between the copy and the replacement is not lost."""
    exercise = course.released[SLUG]
    exercise.notebook.write_text("old work")

    def saved_meanwhile() -> datetime:
        exercise.notebook.write_text("new work")
        return NOON

    with pytest.raises(GraderError, match="saved just now"):
        reset(course, exercise, saved_meanwhile)
    assert exercise.notebook.read_text() == "new work"


def test_a_missing_notebook_comes_back_without_a_backup(course: Course) -> None:
    """Nothing to keep, something to restore."""
    exercise = course.released[SLUG]
    exercise.notebook.unlink()
    assert reset(course, exercise) is None
    assert exercise.notebook.read_text(encoding="utf-8") == FILES[f"{SLUG}/{SLUG}.ipynb"]


def test_reset_refuses_what_it_cannot_do_safely(course: Course) -> None:
    """Nobody to ask, no stub, the instructor's own reference: one line, and everything stays."""
    exercise = course.released[SLUG]
    exercise.notebook.write_text("work")
    asked = run(course, "reset", SLUG)
    assert asked.exit_code == 2 and "add --yes" in asked.stderr
    exercise.stub.unlink()
    missing = run(course, "reset", SLUG, "--yes")
    assert missing.exit_code == 2 and "student kit" in missing.stderr
    assert exercise.notebook.read_text() == "work"
    with pytest.raises(GraderError, match="the reference"):
        reset(Course(ROOT), Course(ROOT).exercises[SLUG])


def test_in_the_instructors_checkout_the_stub_is_made_from_the_reference(course: Course) -> None:
    """`solutions/` is newer than any copy."""
    exercise = course.released[SLUG]
    shutil.copytree(ROOT / "solutions" / SLUG, course.root / "solutions" / SLUG)
    exercise.stub.write_text("out of date")
    exercise.notebook.write_text("work")
    reset(Course(course.root), exercise)
    assert exercise.notebook.read_text(encoding="utf-8") == FILES[f"{SLUG}/{SLUG}.ipynb"]


def test_files_beside_the_notebook_are_found_as_in_jupyter(course: Course) -> None:
    """A check works in the notebook's folder, and leaves the working folder as it was."""
    exercise = course.released[SLUG]
    (exercise.folder / "mine.py").write_text("answer = 42")
    (exercise.folder / "data.csv").write_text("1,2")
    notebook = json.loads(exercise.notebook.read_text(encoding="utf-8"))
    notebook["cells"][0] = {"cell_type": "code", "source": "import mine\nopen('data.csv')", "metadata": {}, "outputs": []}
    exercise.notebook.write_text(json.dumps(notebook), encoding="utf-8")
    before = Path.cwd()
    assert "stopped with" not in run(course, "check", str(exercise.notebook)).output
    assert Path.cwd() == before
