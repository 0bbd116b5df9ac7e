"""Which notebooks are graded last, because they may take long, and how long the rest of a class will take."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from grader.core.course import Course
from grader.core.notebook import UnreadableNotebook, read_bytes
from grader.core.report import Report
from grader.engine.submission import Submission

# What may wait or train: sleeping, asking, endless loops, epochs and long ranges, the network.
SLOW = re.compile(rb"sleep\(|\binput\(|while (True|1)\b|epoch|range\(\d{6,}|urlopen|requests\.|fetch_")
ENOUGH = 3  # so many have to be graded before there is an estimate
CLEAR = 1.5  # beyond this ratio the estimate is a range

Pair = tuple[str, str]  # student and exercise


def slow_last(waiting: Iterable[Submission], timed_out: set[Pair]) -> dict[Submission, bool]:
    """The submissions, each with whether it may take long; those that may are at the end.

    Args:
        timed_out: the students and exercises of which an earlier attempt ran into a limit of time.
    """
    slow = {each: (each.student, each.exercise) in timed_out or looks_slow(each.path) for each in waiting}
    return dict(sorted(slow.items(), key=lambda item: item[1]))


def looks_slow(path: Path) -> bool:
    """Whether there is something in a file that may make it wait or compute for long."""
    try:
        return SLOW.search(read_bytes(path)) is not None
    except UnreadableNotebook:
        return False


@dataclass
class Forecast:
    """How long the rest will take, by what the notebooks that are done have taken.

    Attributes:
        slow: those that are still to be graded, each with whether it may take long.
    """

    course: Course
    slow: dict[Submission, bool]
    begun: float = field(default_factory=time.monotonic)
    taken_s: dict[tuple[str, bool], list[float]] = field(default_factory=dict)  # by exercise and slowness

    def done(self, submission: Submission, report: Report) -> None:
        """One more is graded."""
        taken_s = report.timings.get("total_s", 0.0)
        self.taken_s.setdefault((submission.exercise, self.slow.pop(submission, False)), []).append(taken_s)

    def left(self, now: float | None = None) -> str:
        """The time that is left in words; "" before enough is known.

        A notebook that may take long is expected to take what others like it took; before one is done, what a
        quick one took, at least, and at most its limit.
        """
        every = [taken_s for some in self.taken_s.values() for taken_s in some]
        if len(every) < ENOUGH or not self.slow or not sum(every):
            return ""
        passed_s = (time.monotonic() if now is None else now) - self.begun
        rate = passed_s / sum(every)  # judges that work side by side, and what is done between notebooks
        usual_s = sum(every) / len(every)
        means = {kind: sum(some) / len(some) for kind, some in self.taken_s.items()}
        least_s = most_s = 0.0
        for submission, slow in self.slow.items():
            quick_s = means.get((submission.exercise, False), usual_s)
            known_s = means.get((submission.exercise, slow))
            limit_s = self.course.exercises[submission.exercise].limits.submission_wall_s
            least_s += quick_s if known_s is None else known_s
            most_s += (limit_s if slow else quick_s) if known_s is None else known_s
        return in_words(least_s * rate, most_s * rate)


def in_words(least_s: float, most_s: float) -> str:
    """A time that is left, as people say it: whole minutes, a range if it is wide."""
    least, most = (max(1, round(seconds / 60)) for seconds in (least_s, most_s))
    if most_s < 60:
        return "less than a minute left"
    if most > CLEAR * least:
        return f"{least} to {most} minutes left"
    return f"about {most} minute{'' if most == 1 else 's'} left"
