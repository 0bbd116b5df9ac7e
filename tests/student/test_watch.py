"""`grader watch`: every save gets one fresh verdict whatever the notebook does, and the terminal stays sane."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.text import Text
from support.paths import ROOT

from grader.authoring.release import release_files
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.report import QuestionResult, Status, TestResult
from grader.student.progress import ExerciseProgress, read_progress, standings
from grader.student.terminal_lines import course_lines
from grader.student.watch.checker import Checker, Verdict
from grader.student.watch.keys import pressed_keys
from grader.student.watch.loop import Watch
from grader.student.watch.saved_files import saved_notebooks
from grader.student.watch.screen import Size, height, watch_screen
from grader.student.watch.terminal import watch_course

SLUG = "02_sigmoid"
FILES = {name: text for name, text in release_files(Course(ROOT)).items() if name.startswith(("01_gates/", f"{SLUG}/"))}
RIGHT = "return np.exp(np.minimum(x, 0.0)) / (1.0 + np.exp(-np.abs(x)))"
UPSIDE_DOWN = "return 1.0 / (1.0 + np.exp(x))"


def make_course(folder: Path) -> Course:
    for name, text in FILES.items():
        path = folder / "exercises" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    limits = folder / "exercises" / SLUG / "exercise.toml"
    limits.write_text(limits.read_text() + "\n[limits]\ncall_cpu_s = 0.5\ncell_cpu_s = 1.0\n")
    return Course(folder)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A student's folder with two exercises, and short limits for one of them."""
    return make_course(tmp_path.resolve())


@pytest.fixture
def exercise(course: Course) -> Exercise:
    """The exercise that the tests work on."""
    return course.released[SLUG]


@pytest.fixture(scope="module")
def forking() -> Iterator[Checker]:
    """A warm process that forks for each check."""
    if sys.platform != "linux":
        pytest.skip("only Linux forks safely")
    checker = Checker(forks=True)
    yield checker
    checker.close()


@pytest.fixture(scope="module")
def spare() -> Iterator[Checker]:
    """A process for each check, started ahead: what Windows and macOS have."""
    checker = Checker(forks=False)
    yield checker
    checker.close()


@pytest.fixture(params=["forking", "spare"])
def checker(request: pytest.FixtureRequest) -> Checker:
    """Both ways of getting a fresh namespace."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def with_answer(question: str, body: str) -> str:
    """The stub's text with one answer filled in, its pictures left out."""
    notebook = json.loads(FILES[f"{SLUG}/{SLUG}.ipynb"])
    notebook["cells"] = [cell for cell in notebook["cells"] if "plt" not in "".join(cell["source"])]
    notebook["cells"].insert(0, {"cell_type": "code", "source": "import numpy as np", "metadata": {}, "outputs": []})
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace(f'raise NotImplementedError("{question}")', body)
    return json.dumps(notebook, indent=1)


def with_cell(source: str) -> str:
    """The right sigmoid, and one more cell at the end."""
    notebook = json.loads(with_answer("sigmoid", RIGHT))
    notebook["cells"].append({"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None})
    return json.dumps(notebook)


def checked(checker: Checker, exercise: Exercise, text: str) -> Verdict:
    exercise.notebook.write_text(text, encoding="utf-8")
    return checker.check(exercise)


def statuses(verdict: Verdict) -> dict[str, str]:
    return {question.name: question.status for question in verdict.questions}


def test_a_check_gives_every_question_and_what_a_wrong_answer_looks_like(checker: Checker, exercise: Exercise) -> None:
    """The verdict of `grader check`, from a process that is already warm."""
    verdict = checked(checker, exercise, with_answer("sigmoid", UPSIDE_DOWN))
    assert verdict.problem == "" and len(verdict.sha256) == 64
    assert statuses(verdict)["sigmoid"] == "failed" and statuses(verdict)["chain_factor"] == "not_attempted"
    assert "the curve falls" in verdict.questions[0].tests[0].diagnosis
    assert statuses(checked(checker, exercise, with_answer("sigmoid", RIGHT)))["sigmoid"] == "passed"


def test_every_check_has_a_fresh_namespace_and_fresh_modules(checker: Checker, exercise: Exercise) -> None:
    """Neither a name, a changed library nor an imported file of one check is there in the next."""
    (exercise.folder / "mine.py").write_text("value = 1")
    spoil = "import mine, numpy\nleft_over = 1\nnumpy.exp = None\nassert mine.value == 1"
    assert checked(checker, exercise, with_cell(spoil)).errors == ()
    (exercise.folder / "mine.py").write_text("value = 2_000")
    look = "import mine, numpy\nassert mine.value == 2_000\nassert 'left_over' not in globals()\nnumpy.exp(0)"
    verdict = checked(checker, exercise, with_cell(look))
    assert verdict.errors == () and statuses(verdict)["sigmoid"] == "passed"


def test_an_exit_costs_one_verdict_and_says_where(checker: Checker, exercise: Exercise) -> None:
    """`os._exit` ends the check, not the watching; `sys.exit` in a cell ends nothing."""
    verdict = checked(checker, exercise, with_cell("import os\nos._exit(3)"))
    assert "ended its own process in cell" in verdict.problem and "exit code 3" in verdict.problem
    verdict = checked(checker, exercise, with_cell("import sys\nsys.exit(3)"))
    assert statuses(verdict)["sigmoid"] == "passed"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timer that interrupts a loop")
def test_an_endless_loop_costs_its_own_call_or_cell(forking: Checker, exercise: Exercise) -> None:
    """The other questions have their verdict; the line of the loop is named."""
    verdict = checked(forking, exercise, with_answer("max_chain_factor", "while True: pass"))
    assert statuses(verdict)["max_chain_factor"] == "timed_out"
    assert "line" in verdict.questions[4].tests[0].message and statuses(verdict)["sigmoid"] == "not_attempted"
    verdict = checked(forking, exercise, with_cell("while True: pass"))
    assert verdict.errors[-1][1].startswith("stopped with TookTooLong") and statuses(verdict)["sigmoid"] == "passed"


@pytest.mark.skipif(sys.platform != "linux", reason="the limit and the order of victims are Linux's")
def test_memory_is_bounded_and_the_check_goes_first(forking: Checker, exercise: Exercise) -> None:
    """An array of a petabyte is a MemoryError; three quarters of the machine is the most, and the browser lives."""
    look = "import resource\nassert resource.getrlimit(resource.RLIMIT_DATA)[0] > 0\n"
    look += "assert open('/proc/self/oom_score_adj').read().strip() == '1000'"
    assert checked(forking, exercise, with_cell(look)).errors == ()
    verdict = checked(forking, exercise, with_cell("bytearray(10**15)"))
    assert verdict.errors[-1][1].startswith("stopped with MemoryError") and statuses(verdict)["sigmoid"] == "passed"


def test_what_cannot_be_interrupted_is_ended_at_the_limit(exercise: Exercise) -> None:
    """A loop that nothing interrupts: no verdict, but a sentence, and the next check works."""
    for forks in (True, False) if sys.platform == "linux" else (False,):
        checker = Checker(forks=forks, limit_s=4)
        try:
            stubborn = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
            verdict = checked(checker, exercise, with_cell(stubborn))
            assert "still ran after 4 s, in cell" in verdict.problem
            assert statuses(checked(checker, exercise, with_answer("sigmoid", RIGHT)))["sigmoid"] == "passed"
        finally:
            checker.close()


def test_a_newer_save_stops_the_check_that_runs(checker: Checker, exercise: Exercise) -> None:
    """At once, with all that the notebook started."""
    place = threading.Event()
    exercise.notebook.write_text(with_cell("import time\ntime.sleep(60)\n"), encoding="utf-8")
    found: list[Verdict] = []
    last = f"cell {sum(c['cell_type'] == 'code' for c in json.loads(exercise.notebook.read_text())['cells'])}"
    thread = threading.Thread(target=lambda: found.append(checker.check(exercise, lambda at: at == last and place.set())))
    thread.start()
    assert place.wait(20)
    checker.stop()
    thread.join(5)
    assert found[0].stopped and not found[0].questions


def test_a_suite_that_cannot_be_read_is_a_sentence(checker: Checker, exercise: Exercise) -> None:
    """A broken test file or notebook is said, not thrown."""
    exercise.visible_suite.write_text("import nothing_of_this_name")
    assert "nothing_of_this_name" in checker.check(exercise).problem
    assert "not a complete notebook" in checked(checker, exercise, "{").problem


def test_each_way_of_saving_is_noticed_once(tmp_path: Path) -> None:
    """In place, in two pieces, or a new file renamed over the old one: one event; other files none."""
    pytest.importorskip("watchfiles")
    folder = tmp_path.resolve() / "exercises" / SLUG
    folder.mkdir(parents=True)
    notebook = folder / f"{SLUG}.ipynb"
    notebook.write_text("{}")
    heard: queue.Queue[str] = queue.Queue()
    stop = threading.Event()
    thread = threading.Thread(target=saved_notebooks, args=(folder.parent, heard.put, stop), daemon=True)
    thread.start()
    time.sleep(0.5)

    def in_place() -> None:
        notebook.write_text("[1]")

    def in_two_pieces() -> None:
        with notebook.open("w") as stream:
            stream.write("[1,")
            stream.flush()
            stream.write("2]")

    def renamed() -> None:
        (folder / ".tmp-save").write_text("[3]")
        os.replace(folder / ".tmp-save", notebook)

    for save in (in_place, in_two_pieces, renamed):
        save()
        assert heard.get(timeout=5) == SLUG
        time.sleep(0.3)
        assert heard.empty(), save.__name__
    (folder / f"{SLUG}.backup-20261121-120000.ipynb").write_text("{}")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / f"{SLUG}-checkpoint.ipynb").write_text("{}")
    time.sleep(0.4)
    assert heard.empty()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


class Paper:
    """A screen that keeps what it was shown."""

    def __init__(self) -> None:
        self.text = ""

    def size(self) -> Size:
        return Size(80, 24)

    def show(self, lines: list[Text]) -> None:
        self.text = "\n".join(line.plain for line in lines)

    def table(self, stand: list[ExerciseProgress], slug: str) -> None:
        self.text = "\n".join(line.plain for line in course_lines(stand, slug, 80))


class Instant:
    """A checker that passes what it is told to pass, at once."""

    def __init__(self) -> None:
        self.passing: set[str] = set()
        self.count = 0
        self.stops = 0

    def warm(self, exercise: Exercise) -> None:
        """Nothing to do."""

    def stop(self, reason: str = "stopped") -> None:
        self.stops += 1

    def check(self, exercise: Exercise, tell: Callable[[str], None]) -> Verdict:
        self.count += 1
        tell("cell 1")
        names = exercise.question_names
        questions = tuple(QuestionResult(n, 0.0, 1.0, Status.PASSED if n in self.passing else Status.NOT_ATTEMPTED, ()) for n in names)
        return Verdict(exercise.slug, questions, sha256="0" * 64, seconds=0.1)


@pytest.fixture
def watch(course: Course) -> Watch:
    """A watch that has checked the exercise once, without processes or files being watched."""
    watch = Watch(course, Instant(), Paper(), SLUG)  # type: ignore[arg-type]
    watch.saved(SLUG)
    watch.events.get(timeout=5)()
    return watch


def test_a_file_that_has_not_changed_is_not_checked_again(watch: Watch) -> None:
    """One save is one check, however many notices it makes; `c` checks all the same."""
    watch.saved(SLUG)
    watch.saved("no_such_exercise")
    assert watch.checker.count == 1 and watch.running == ""  # type: ignore[attr-defined]
    watch.key("c")
    watch.events.get(timeout=5)()
    assert watch.checker.count == 2  # type: ignore[attr-defined]


def test_a_half_written_file_is_waited_for(watch: Watch) -> None:
    """No traceback, no verdict: a word, and the check when it is whole."""
    notebook = watch.exercises[SLUG].notebook
    whole = notebook.read_text(encoding="utf-8")
    notebook.write_text(whole[:500], encoding="utf-8")
    watch.saved(SLUG)
    assert "not readable yet; waiting" in watch.screen.text and watch.running == ""  # type: ignore[attr-defined]
    notebook.write_text(whole, encoding="utf-8")
    watch.saved(SLUG)
    assert watch.running == SLUG


def test_a_save_during_a_check_stops_it_and_another_notebook_waits_its_turn(watch: Watch) -> None:
    """The newest text of a notebook counts; no notebook loses its verdict to another."""
    watch.running = SLUG
    watch.exercises[SLUG].notebook.write_text(with_answer("sigmoid", RIGHT), encoding="utf-8")
    watch.saved(SLUG)
    watch.saved("01_gates")
    assert watch.checker.stops == 1 and watch.waiting == [SLUG, "01_gates"]  # type: ignore[attr-defined]
    watch.judged(Verdict(SLUG, stopped=True, problem="stopped"))
    assert watch.running == SLUG and watch.waiting == ["01_gates"]


def test_the_keys_do_what_the_last_line_says(watch: Watch) -> None:
    """Hint after hint, the next question, the list and back, a reset refused and one confirmed."""
    screen = watch.screen
    watch.key("h")
    assert "Hint 1 of 3 for sigmoid;" in screen.text  # type: ignore[attr-defined]
    watch.key("h")
    assert "Hint 2 of 3" in screen.text  # type: ignore[attr-defined]
    watch.key("n")
    assert watch.focus == (SLUG, "sigmoid_grad") and "Hint" not in screen.text  # type: ignore[attr-defined]
    watch.key("l")
    assert f"next > {SLUG}" in screen.text  # type: ignore[attr-defined]
    watch.key("x")
    assert "[q]uit" in screen.text  # type: ignore[attr-defined]
    watch.key("r")
    assert "nothing to reset" in screen.text  # type: ignore[attr-defined]
    watch.exercises[SLUG].notebook.write_text("{}", encoding="utf-8")
    watch.key("r")
    watch.key("q")  # no answer to the question but "no", and no end either
    assert "Nothing was reset" in screen.text  # type: ignore[attr-defined]
    watch.key("r")
    watch.key("y")
    assert "Your work is in" in screen.text and ".backup-" in screen.text  # type: ignore[attr-defined]
    assert watch.exercises[SLUG].notebook.read_text(encoding="utf-8") == FILES[f"{SLUG}/{SLUG}.ipynb"]


def test_a_finished_exercise_leads_to_the_next_and_a_finished_course_says_so(watch: Watch) -> None:
    """The bar, the next notebook's place, and at the end nothing more to do."""
    watch.checker.passing |= set(watch.exercises[SLUG].question_names)  # type: ignore[attr-defined]
    watch.key("c")
    watch.events.get(timeout=5)()
    text = watch.screen.text  # type: ignore[attr-defined]
    assert "6 of 12 questions" in text and "Next: exercises/01_gates/01_gates.ipynb" in text
    watch.key("n")
    assert watch.slug == "01_gates" and watch.running == "01_gates"
    watch.checker.passing |= set(watch.exercises["01_gates"].question_names)  # type: ignore[attr-defined]
    watch.events.get(timeout=5)
    watch.judged(watch.checker.check(watch.exercises["01_gates"], print))
    watch.key("h")
    assert "nothing to hint at" in watch.screen.text  # type: ignore[attr-defined]
    watch.key("n")
    assert "Everything passes." in watch.screen.text  # type: ignore[attr-defined]
    assert read_progress(watch.course).at == "01_gates"


def test_a_long_check_says_where_it_is(watch: Watch) -> None:
    """After a second of silence the screen names the cell or the call."""
    watch.running, watch.where, watch.begun = SLUG, "`chain_factor(3)`", time.monotonic() - 7
    watch.tick()
    assert "for 7 s: `chain_factor(3)`" in watch.screen.text  # type: ignore[attr-defined]


def test_the_screen_fits_a_small_terminal_and_shows_nothing_that_steers_it(course: Course) -> None:
    """24 rows hold eighteen questions, a long message and a hint; a student's escape codes are spelled out."""
    hostile = "a\x1b[2J\x07\u202e" + "long message " * 300
    exercise = Course(ROOT).released["05_activations"]
    names = exercise.question_names
    stand = [ExerciseProgress(exercise, dict.fromkeys(names, Status.FAILED), False)]
    test = TestResult("t", Status.FAILED, 0.0, 1.0, hostile, hostile, hostile)
    verdict = Verdict(exercise.slug, (QuestionResult(names[3], 0.0, 1.0, Status.FAILED, (test,)),), ((4, hostile),))
    lines = watch_screen(stand, exercise.slug, (exercise.slug, names[3]), verdict, "checked", "a hint\n" + "words " * 60, Size(80, 23))
    text = "\n".join(line.plain for line in lines)
    assert height(lines, Size(80, 23)) <= 23
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "failed: " in text and "<- you are here" in text and "This looks like: " in text


def test_a_course_without_exercises_is_one_line(tmp_path: Path) -> None:
    """The thing and the remedy."""
    (tmp_path / "exercises").mkdir()
    with pytest.raises(GraderError, match="no exercise to watch"):
        watch_course(Course(tmp_path))


def test_without_a_terminal_keys_are_lines_and_screens_are_text(course: Course) -> None:
    """`echo q | grader watch` works in a log, without a single escape code."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "watch", SLUG, "--course", str(course.root)], input="h\nn\nq\n", capture_output=True,
        text=True, timeout=60, check=False, cwd=ROOT, env={**os.environ, "TERM": "dumb"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Hint 1 of 3" in done.stdout and "\x1b" not in done.stdout and "Traceback" not in done.stderr


def test_the_terminal_is_given_back_even_when_the_watch_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys come without Enter, arrows are ignored, and SIGTERM restores what was there."""
    pty = pytest.importorskip("pty")
    termios = pytest.importorskip("termios")
    master, slave = pty.openpty()
    before, at_term = termios.tcgetattr(slave), signal.getsignal(signal.SIGTERM)
    pressed: queue.Queue[str] = queue.Queue()
    with os.fdopen(slave, "r") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        with pytest.raises(SystemExit), pressed_keys(pressed.put):
            assert termios.tcgetattr(slave) != before
            os.write(master, b"\x1b[A")
            time.sleep(0.3)
            os.write(master, b"H")
            assert pressed.get(timeout=5) == "h" and pressed.empty()
            os.kill(os.getpid(), signal.SIGCONT)
            assert pressed.get(timeout=5) == ""
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        assert termios.tcgetattr(slave) == before
    os.close(master)
    assert signal.getsignal(signal.SIGTERM) == at_term


# What CPython lacks on Windows; None makes an import of it fail as there.
WINDOWS = """
import sys
for name in ("fcntl", "grp", "pwd", "pty", "resource", "syslog", "termios", "tty"):
    sys.modules[name] = None
import grader.student.watch.process
import grader.student.watch.terminal
from grader.cli.main import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("command", [["list"], ["list", SLUG], ["hint"], ["reset", SLUG, "--yes"]], ids=" ".join)
def test_nothing_here_needs_what_windows_lacks(course: Course, command: list[str]) -> None:
    """No module on the student's path imports what only Unix has; a console without ✓ gets a ? instead."""
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS, *command, "--course", str(course.root)], capture_output=True, check=False,
        cwd=ROOT, timeout=60, env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        encoding="cp1252",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


class Tmux:
    """A terminal of 80 by 24 in which `grader watch` runs."""

    def __init__(self, course: Course, socket: Path) -> None:
        self.base = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        watch = f"{sys.executable} -m grader watch {SLUG}; echo ended with $?"
        command = f"cd {course.root}; stty -g >before; {watch}; stty -g >after; cmp before after && echo sane; cat"
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
        subprocess.run([*self.base, "new-session", "-d", "-x", "80", "-y", "24", command], env=environment, check=True)

    def screen(self) -> str:
        done = subprocess.run([*self.base, "capture-pane", "-p"], capture_output=True, text=True, check=True)
        return done.stdout

    def press(self, key: str) -> None:
        subprocess.run([*self.base, "send-keys", key], check=True)

    def shows(self, *words: str, seconds: float = 20) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.screen()
            if all(word in text for word in words):
                return text
            time.sleep(0.05)
        raise AssertionError(f"{words} never came:\n{self.screen()}")

    def close(self) -> None:
        subprocess.run([*self.base, "kill-server"], check=False, capture_output=True)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is missing")
def test_a_session_in_a_terminal_from_first_answer_to_quit(course: Course, exercise: Exercise, tmp_path: Path) -> None:
    """Save, read, ask for a hint, go on, list, reset, quit: what a student does, on a real screen."""
    terminal = Tmux(course, tmp_path / "tmux")
    try:
        text = terminal.shows("checked at", "[q]uit")
        assert "not attempted  <- you are here" in text and "0 of 12 questions" in text
        exercise.notebook.write_text(with_answer("sigmoid", UPSIDE_DOWN), encoding="utf-8")
        text = terminal.shows("This looks like: the sign in the exponential is flipped")
        assert "✗ sigmoid" in text and "failed" in text and "You called `sigmoid(" in text
        new = exercise.folder / "saved-by-renaming"
        new.write_text(with_answer("sigmoid", RIGHT), encoding="utf-8")
        os.replace(new, exercise.notebook)
        terminal.shows("✓ sigmoid ", "1 of 12 questions", "Next: sigmoid_grad")
        terminal.press("h")
        terminal.shows("Hint 1 of 2 for sigmoid_grad")
        terminal.press("Up")  # an arrow key is none of ours
        terminal.press("n")
        terminal.shows("Next: sigmoid_backward")
        terminal.press("l")
        terminal.shows(f"next > {SLUG}", "1 of 6", "any key: back")
        terminal.press("l")
        terminal.shows("[q]uit")
        terminal.press("r")
        terminal.shows("y for yes")
        terminal.press("y")
        terminal.shows("Your work is in", "0 of 12 questions")
        terminal.press("q")
        terminal.shows("ended with 0", "sane")
        assert next(exercise.folder.glob("*.backup-*")).read_text(encoding="utf-8") == with_answer("sigmoid", RIGHT)
        assert standings(course, read_progress(course))[1].passed == 0
    finally:
        terminal.close()
