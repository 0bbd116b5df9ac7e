"""A judge's process is used once: whatever an answer does to it costs that answer's question, and nobody else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest
from support.cells import descendants, eventually
from support.nonempty import nonempty

from grader.core.course import Course
from grader.core.course_settings import Limits
from grader.core.errors import OurFailure
from grader.core.report import Report
from grader.engine.disposable import Pipe, SoFar, judge_apart
from grader.engine.judges import LocalBackend, grade_all
from grader.engine.sandboxed import Sandbox
from grader.engine.submission import Judge, Submission
from grader.sandbox.forkserver import ForkServer

# What an answer may do to the judge: the suite does what the answer says, in the judge's process.
SUITE = '''
"""A suite that an answer can do anything to."""

import os, random, signal, subprocess, sys, time
from pathlib import Path

import numpy as np
import pytest

from grader.suite import close, question

SEEN = []


def obey(answer):
    """Do to this process what the answer says."""
    if answer == "memory":
        bytearray(1 << 40)
    elif answer == "burn":
        while True:
            pass
    elif answer == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif answer == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif answer == "exit":
        os._exit(0)
    elif answer == "start":
        Path(os.environ["STARTED"]).write_text(str(subprocess.Popen(["sleep", "1000"]).pid))
        os.kill(os.getpid(), signal.SIGSEGV)
    elif answer == "remember":
        SEEN.append(answer)
        sys.modules["left_behind"] = sys
        os.environ["LEFT_BEHIND"] = "1"
        random.seed(1)
        np.random.seed(1)
    return answer


@pytest.fixture(scope="session")
def shared(student):
    """An answer that several tests judge."""
    return student.shared()


@question("first", points=1)
def test_first(student):
    """The first answer is 1."""
    close(obey(student.first()), 1.0)


@question("second", points=1)
def test_second(student):
    """The second answer is 2."""
    close(obey(student.second()), 2.0)


@question("second", points=2)
def test_second_again(student):
    """The second answer is 2 again, and nothing is left of another notebook."""
    assert not SEEN and "left_behind" not in sys.modules and "LEFT_BEHIND" not in os.environ, "something is left"
    close(student.second(), 2.0)


@question("third", points=1)
def test_third(student, shared):
    """The third answer is 3, and the shared one is this notebook's."""
    close(student.third(), 3.0)
    close(shared, 4.0)


@question("third", points=1)
def test_luck(student):
    """The judge's own luck is the notebook's: it is no other at a second grading."""
    raise AssertionError(f"{student.luck()}, {random.random()}, {np.random.random()}")
'''
RIGHT = {"first": 1.0, "second": 2.0, "third": 3.0, "shared": 4.0, "luck": 0.0}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course of one exercise, whose suite obeys the answers."""
    return make_course(tmp_path_factory.mktemp("obedient"), submission_cpu_s=30.0)


def make_course(root: Path, submission_cpu_s: float) -> Course:
    folder = root / "solutions" / "01_obey"
    folder.mkdir(parents=True)
    (folder / "test_hidden.py").write_text(SUITE)
    (folder / "exercise.toml").write_text(f"[limits]\ncell_cpu_s = 1.0\nsubmission_cpu_s = {submission_cpu_s}\n")
    return Course(root)


def handed_in(folder: Path, student: str, **answers: object) -> Submission:
    """A notebook whose functions give these answers, otherwise the right ones."""
    cells = [f"def {name}():\n    return {answer!r}" for name, answer in {**RIGHT, **answers}.items()]
    path = folder / student / "01_obey.ipynb"
    path.parent.mkdir()
    code = [{"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": cell} for cell in cells]
    # without ids, which nbformat would draw: equal answers are equal files, with the same seed
    path.write_text(json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    return Submission(student, "01_obey", path)


def judge_of(course: Course, server: ForkServer) -> Judge:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return Judge(course.exercises, course.salt, Sandbox.of(server))


@pytest.fixture(scope="module")
def judge(course: Course, forkserver: ForkServer) -> Iterator[Judge]:
    """One warm judge for all tests of this module: each of them would see what another left in it."""
    judge = judge_of(course, forkserver)
    yield judge
    judge.close()


def scores(report: Report) -> dict[str, float | None]:
    return {question.name: question.score for question in report.questions}


def of(report: Report, question: str) -> list[tuple[str, str]]:
    """Status and message of each test of a question."""
    (found,) = [result for result in report.questions if result.name == question]
    return [(test.status, test.message) for test in found.tests]


def without_luck(report: Report) -> Report:
    return replace(report, timings={}, student="")


FULL = {"first": 1.0, "second": 3.0, "third": 1.0}  # nobody guesses the judge's luck


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ("memory", "out_of_memory", "is larger than an answer can be"),
        ("burn", "timed_out", "judging what `first` answered takes more than 1 s"),
        ("segfault", "crashed", "what `first` answered cannot be judged (signal 11)"),
    ],
)
def test_what_an_answer_does_to_the_judge_costs_its_question(
    judge: Judge, tmp_path: Path, answer: str, status: str, words: str
) -> None:
    """The question fails and says why; the rest is judged, in another process if need be, and so is the next one."""
    report = judge.grade(handed_in(tmp_path, "killer", first=answer))
    assert scores(report) == {**FULL, "first": 0.0} and report.problem is None
    ((found, message),) = of(report, "first")
    assert found == status and "the judge had to stop here: " in message and words in message
    assert [cell.status for cell in report.cells] == ["passed"] * 5
    assert scores(judge.grade(handed_in(tmp_path, "neighbour"))) == FULL


def test_a_question_keeps_the_points_of_the_tests_before(judge: Judge, tmp_path: Path) -> None:
    """`second` dies in its first test: its second one is not tried, everything else is."""
    report = judge.grade(handed_in(tmp_path, "killer", second="segfault"))
    assert scores(report) == {**FULL, "second": 0.0}
    assert [status for status, _ in of(report, "second")] == ["crashed", "crashed"]


def test_every_death_names_another_question(judge: Judge, tmp_path: Path) -> None:
    """Two questions of three end the judge; the third is still judged."""
    report = judge.grade(handed_in(tmp_path, "killer", first="segfault", second="memory"))
    assert (scores(report), report.status) == ({**FULL, "first": 0.0, "second": 0.0}, "graded")


@pytest.mark.parametrize("answer", ["killed", "exit"])
def test_a_death_that_nobody_can_explain_is_no_zero(judge: Judge, tmp_path: Path, answer: str) -> None:
    """The kernel may have killed the judge for what others did; the submission is ungraded, and tried again."""
    report = judge.grade(handed_in(tmp_path, "killer", first=answer))
    assert (report.score, report.status) == (None, "ungraded")
    assert "our failure" in str([report.problem, *of(report, "first")])


def test_all_judging_of_a_notebook_has_one_budget(forkserver: ForkServer, tmp_path: Path) -> None:
    """Answers that each burn their share do not get one process each for ever."""
    limited = judge_of(make_course(tmp_path / "limited", submission_cpu_s=1.0), forkserver)
    report = limited.grade(handed_in(tmp_path, "burner", first="burn", second="burn"))
    limited.close()
    assert (report.score, report.problem) == (None, "our failure: all the time that judging one notebook may take is used")


def test_nothing_survives_a_judgement(judge: Judge, tmp_path: Path) -> None:
    """Globals of the suite, modules, variables and random states end with the notebook that changed them."""
    first = judge.grade(handed_in(tmp_path, "before"))
    judge.grade(handed_in(tmp_path, "remembers", first="remember"))
    after = judge.grade(handed_in(tmp_path, "after"))
    assert scores(first) == FULL
    assert without_luck(first) == without_luck(after)


def test_what_a_judge_started_ends_with_it(judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is left: not the judge's, not the worker's, not one that a suite has started."""
    monkeypatch.setenv("STARTED", str(tmp_path / "pid"))
    before = set(descendants(os.getpid()))
    judge.grade(handed_in(tmp_path, "starter", first="start"))
    started = int((tmp_path / "pid").read_text())
    assert eventually(lambda: not Path(f"/proc/{started}").exists() or "Z" in Path(f"/proc/{started}/stat").read_text())
    assert eventually(lambda: set(descendants(os.getpid())) <= before)


@pytest.mark.parametrize("place", [0, 3, 6])
def test_neighbours_of_a_killer_are_judged_as_if_alone(
    course: Course, forkserver: ForkServer, judge: Judge, tmp_path: Path, place: int
) -> None:
    """First, in the middle or last: the class has the scores that each has alone."""
    _class_with_a_killer(course, forkserver, judge, tmp_path, 7, place)


@pytest.mark.slow
@pytest.mark.parametrize("place", [0, 150, 299])
def test_neighbours_of_a_killer_among_300(
    course: Course, forkserver: ForkServer, judge: Judge, tmp_path: Path, place: int
) -> None:
    """The same in a class of 300."""
    _class_with_a_killer(course, forkserver, judge, tmp_path, 300, place)


def _class_with_a_killer(course: Course, server: ForkServer, judge: Judge, folder: Path, size: int, place: int) -> None:
    killers = {"first": "segfault", "second": "killed"}
    answers = [killers if number == place else {"third": float(number % 4)} for number in range(size)]
    submissions = [handed_in(folder, f"student{number}", **each) for number, each in enumerate(answers)]  # type: ignore[arg-type]
    reports = {s.student: r for s, r in grade_all(submissions, course, LocalBackend(server, 2))}
    killer = reports.pop(f"student{place}")
    assert (killer.score, len(reports)) == (None, size - 1)  # "killed" can be anybody's doing
    alone = {n: without_luck(judge.grade(submissions[n])) for n in range(min(size, 6)) if n != place}
    for number, report in nonempty(alone.items()):
        assert without_luck(reports[f"student{number}"]) == report
    for number in range(size):
        if number != place:
            third = 1.0 if number % 4 == 3 else 0.0
            assert scores(reports[f"student{number}"]) == {**FULL, "third": third}


@pytest.mark.parametrize(
    "said",
    [b"junk\n", b'{"type": "judged"}\n', b'{"type": "begun", "suite": 9, "place": 0, "waited_s": 0}\n', b"[" * 100_000 + b"\n"],
    ids=["junk", "no-result", "no-such-suite", "nested"],
)
def test_only_plain_data_of_the_right_form_is_heard(said: bytes) -> None:
    """Whatever a child says that a judge does not say is refused; nothing of it is run or built."""

    def work(so_far: SoFar, pipe: Pipe) -> Report:
        os.write(pipe._descriptor, said)
        raise AssertionError("not reached by what is heard")

    with pytest.raises(OurFailure):
        judge_apart(work, Report, [], Limits())


def test_an_answer_of_another_kind_is_refused() -> None:
    """A child that answers with something else has not answered; so has one that never stops talking."""
    with pytest.raises(OurFailure, match="cannot be read"):
        judge_apart(lambda so_far, pipe: {"score": 20}, Report, [], Limits())  # type: ignore[arg-type,return-value]

    def talk(so_far: SoFar, pipe: Pipe) -> Report:
        while True:
            os.write(pipe._descriptor, b" " * 65536)

    with pytest.raises(OurFailure, match="too much"):
        judge_apart(talk, Report, [], Limits())


def test_a_judge_that_gets_no_process_loses_nothing(judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The submission is ungraded, to be tried again, and no descriptor is left open."""
    submission, before = handed_in(tmp_path, "unlucky"), len(os.listdir("/proc/self/fd"))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fork", lambda: (_ for _ in ()).throw(BlockingIOError("too many processes")))
        report = judge.grade(submission)
    assert (report.score, report.problem) == (None, "our failure: the judge gets no process: too many processes")
    assert len(os.listdir("/proc/self/fd")) == before
    assert scores(judge.grade(submission)) == FULL


# A fault in each function of the grader's own that a judgement calls, at its first call and at a later one.


class Fault(Exception):
    """Something of ours that went wrong."""


# Compiled apart, so that the exception does not come out of this file.
FAULT = compile("def fail(fault): raise fault('injected')", "<fault>", "exec")
TREES = ("engine", "suite", "sandbox", "core")


def _called(judge: Judge, submission: Submission) -> list[str]:
    """The functions of the judge that are called for this submission, as `file:name:line`."""
    folder = submission.path.parent / "called"
    folder.mkdir(exist_ok=True)
    seen: set[str] = set()
    parent = os.getpid()

    def note(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event == "call" and _ours(code.co_filename):
            seen.add(f"{code.co_filename}:{code.co_firstlineno}:{code.co_name}")
            if os.getpid() != parent and code.co_name == "say":
                (folder / "all").write_text("\n".join(sorted(seen)))

    sys.setprofile(note)
    try:
        judge.grade(submission)
    finally:
        sys.setprofile(None)
    return sorted(seen | set((folder / "all").read_text().splitlines()))


def _ours(filename: str) -> bool:
    return any(f"/grader/{tree}/" in filename for tree in TREES)


def _fault_at(function: str, call: int) -> None:
    """From now on, in this process and its children, the call of this number raises a `Fault`."""
    names: dict[str, object] = {}
    exec(FAULT, names)
    left = [call]

    def fail(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event == "call" and f"{code.co_filename}:{code.co_firstlineno}:{code.co_name}" == function:
            left[0] -= 1
            if left[0] == 0:
                names["fail"](Fault)  # type: ignore[operator]

    sys.setprofile(fail)


def _with_fault(judge: Judge, submission: Submission, function: str, call: int) -> float | None:
    _fault_at(function, call)
    try:
        return judge.grade(submission).score
    except (Fault, OurFailure):  # of the process that hands out the work: tried again
        return None
    finally:
        sys.setprofile(None)


def _inject(judge: Judge, tmp_path: Path, calls: tuple[int, ...], every: int) -> None:
    """A fault at these calls of each function; the neighbour is judged after every so many functions, and at the end."""
    victim = handed_in(tmp_path, "victim", second=[1, 2, 3], third="?", shared={"a": 1.0})
    neighbour = handed_in(tmp_path, "neighbour")
    right, alone = judge.grade(victim).score, without_luck(judge.grade(neighbour))
    assert right == 1.0
    functions = _called(judge, victim)
    assert len(functions) > 60, functions
    for number, function in enumerate(functions, 1):
        for call in calls:
            assert _with_fault(judge, victim, function, call) in (None, right), (function, call)
        if number % every == 0 or number == len(functions):
            assert without_luck(judge.grade(neighbour)) == alone, function


@pytest.mark.no_cover
def test_a_fault_in_any_function_of_the_judge_never_makes_a_wrong_score(judge: Judge, tmp_path: Path) -> None:
    """The submission is ungraded or has its right score, and the next one scores as it does alone."""
    _inject(judge, tmp_path, (1,), every=6)


@pytest.mark.no_cover
@pytest.mark.slow
def test_a_fault_at_any_call_of_the_judge_never_makes_a_wrong_score(judge: Judge, tmp_path: Path) -> None:
    """The same at later calls, with the neighbour after each function."""
    _inject(judge, tmp_path, (1, 2, 3, 5, 8, 13, 21, 34), every=1)
