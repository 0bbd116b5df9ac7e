"""Notebooks that may take long are graded last, and what is said of the time that is left can be relied on."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.paths import COURSE

from grader.core.course import Course
from grader.core.report import GradeStatus, Report
from grader.engine.submission import Submission
from grader.term.order import Forecast, in_words, slow_last

SLUG = "01_double"


def submissions(folder: Path, **sources: str) -> dict[str, Submission]:
    found = {}
    for name, source in sources.items():
        (folder / f"{name}.ipynb").write_text(source)
        found[name] = Submission(name, SLUG, folder / f"{name}.ipynb")
    return found


def took(submission: Submission, seconds: float) -> Report:
    return Report(submission.student, SLUG, 0.0, 5.0, GradeStatus.GRADED, timings={"total_s": seconds})


def test_likely_sleepers_come_last(tmp_path: Path) -> None:
    """What sleeps, asks, loops without end or fetches is at the end, and so is what ran out of time before; else the order stays."""
    every = submissions(
        tmp_path, a="time.sleep(9)", b="x = 1", c="while True: pass", d="for n in range(10000000): pass", e="x = 2",
        f="input('name')", g="requests.get(url)", h="x = 3",
    )  # fmt: skip
    gone = Submission("gone", SLUG, tmp_path / "gone.ipynb")
    order = slow_last([*every.values(), gone], {("b", SLUG), ("e", "02_other")})
    assert [each.student for each in order] == ["e", "h", "gone", "a", "b", "c", "d", "f", "g"]
    assert [each.student for each, slow in order.items() if not slow] == ["e", "h", "gone"]


def test_an_estimate_is_given_once_there_is_something_to_go_by(tmp_path: Path) -> None:
    """Nothing before three are done; then the others of their kind take as long, at the pace so far."""
    every = submissions(tmp_path, **{f"s{number}": "x = 1" for number in range(100)})
    forecast = Forecast(Course(COURSE), slow_last(every.values(), set()), begun=0.0)
    told = []
    for number in range(3):
        forecast.done(every[f"s{number}"], took(every[f"s{number}"], 2.0))
        told.append(forecast.left(now=1.0 + number))  # two judges side by side
    assert told == ["", "", "about 2 minutes left"]


def test_an_estimate_is_a_range_while_slow_ones_are_unknown(tmp_path: Path) -> None:
    """Those that may take long take at least what the others took, at most their limit; once one is done, as long as that."""
    quick = {f"s{number}": "x = 1" for number in range(3)}
    every = submissions(tmp_path, **quick, a="sleep(1)", b="sleep(1)", c="sleep(1)")
    course = Course(COURSE)
    limit_s = course.exercises[SLUG].limits.submission_wall_s
    forecast = Forecast(course, slow_last(every.values(), set()), begun=0.0)
    for name in quick:
        forecast.done(every[name], took(every[name], 1.0))
    assert forecast.left(now=30.0) == f"1 to {round(3 * limit_s * 10 / 60)} minutes left"
    forecast.done(every["a"], took(every["a"], 3.0))
    assert forecast.left(now=60.0) == "about 1 minute left"
    forecast.done(every["b"], took(every["b"], 3.0))
    forecast.done(every["c"], took(every["c"], 3.0))
    assert forecast.left() == ""


@pytest.mark.parametrize(
    ("least_s", "most_s", "words"),
    [(1, 2, "less than a minute left"), (70, 80, "about 1 minute left"), (100, 130, "about 2 minutes left"), (60, 600, "1 to 10 minutes left")],
)  # fmt: skip
def test_a_time_is_told_in_minutes(least_s: float, most_s: float, words: str) -> None:
    assert in_words(least_s, most_s) == words
