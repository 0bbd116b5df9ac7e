"""`grader watch`: wait for a save, a key or a verdict; check what was saved; show how things stand."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.notebook import UnreadableNotebook, read_notebook
from grader.core.report import Status
from grader.student.hints import next_hint
from grader.student.progress import next_question, read_progress, record, standings
from grader.student.reset import is_fresh, reset
from grader.student.watch.checker import Checker, Verdict
from grader.student.watch.screen import watch_screen

if TYPE_CHECKING:
    from grader.student.watch.terminal import Terminal

SLOW_S = 1.0  # from here on the screen says what is being run
TICK_S = 0.25


@dataclass
class Watch:
    """One session: what is shown, the last verdicts, and what is being checked.

    Args:
        start: the exercise to begin with; by default where the student was.
        events: calls that other threads want made in this one; `run` makes them one after the other.
    """

    course: Course
    checker: Checker
    screen: Terminal
    start: str = ""
    events: queue.Queue[Callable[[], None]] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        progress = read_progress(self.course)
        self.exercises = self.course.for_students
        self.stand = standings(self.course, progress)
        upcoming = next_question(self.stand, self.start or progress.at)
        self.slug = self.start or (upcoming[0] if upcoming else next(iter(self.exercises)))
        self.focus = next_question(self.stand, self.slug)
        self.verdicts: dict[str, Verdict] = {}
        self.seen: dict[str, str] = {}  # slug → SHA-256 of what was checked last
        self.waiting: list[str] = []
        self.running = self.where = self.state = self.note = ""
        self.begun = 0.0
        self.asking: Callable[[str], None] | None = None  # what the next key answers
        self.listing = self.over = False

    def run(self) -> None:
        """Check once, then go on until `q`."""
        self.checker.warm(self.exercises[self.slug])
        self.saved(self.slug)
        self.draw()
        while not self.over:
            try:
                event = self.events.get(timeout=TICK_S)
            except queue.Empty:
                event = self.tick
            event()

    # What happens

    def saved(self, slug: str, again: bool = False) -> None:
        """A notebook was written: check it, unless exactly this text was checked last."""
        if slug not in self.exercises:
            return
        try:
            digest = read_notebook(self.exercises[slug].notebook).sha256
        except UnreadableNotebook as problem:
            self.seen.pop(slug, None)
            self.state = f"{slug}: not readable yet; waiting ({problem})"
            self.draw()
            return
        if self.seen.get(slug) == digest and not again:
            return
        self.seen[slug] = digest
        if slug not in self.waiting:
            self.waiting.append(slug)
        if self.running == slug:
            self.checker.stop()
        self.begin()

    def begin(self) -> None:
        """Check the next notebook that waits, if nothing is being checked."""
        if self.running or not self.waiting:
            return
        self.running, self.where, self.begun = self.waiting.pop(0), "", time.monotonic()
        exercise = self.exercises[self.running]

        def tell(where: str) -> None:
            self.where = where

        def work() -> None:
            self.events.put(partial(self.judged, self.checker.check(exercise, tell)))

        threading.Thread(target=work, name="check", daemon=True).start()

    def judged(self, verdict: Verdict) -> None:
        """A check has ended: remember it, and look at its exercise."""
        self.running = ""
        if not verdict.stopped:
            self.verdicts[verdict.slug] = verdict
            if not verdict.problem:
                record(self.course, self.exercises[verdict.slug].notebook, verdict.sha256, verdict.questions)
                self.refresh(verdict)
            self.look_at(verdict.slug)
            self.state = f"checked at {datetime.now():%H:%M:%S} in {verdict.seconds:.1f} s"
            self.draw()
        self.begin()

    def refresh(self, verdict: Verdict) -> None:
        """Show the new verdict in the course's progress, even where nothing can be written."""
        fresh = {question.name: question.status for question in verdict.questions}
        for position, each in enumerate(self.stand):
            if each.exercise.slug == verdict.slug:
                questions = {name: fresh.get(name, status) for name, status in each.questions.items()}
                self.stand[position] = replace(each, questions=questions, changed=False)

    def look_at(self, slug: str) -> None:
        """Turn to an exercise; the question in focus stays until it passes."""
        self.slug = slug
        mine = next(each for each in self.stand if each.exercise.slug == slug)
        if not self.focus or self.focus[0] != slug or mine.questions.get(self.focus[1]) == Status.PASSED:
            upcoming = next_question(self.stand, slug, elsewhere=False) or next_question(self.stand, slug)
            if upcoming != self.focus:
                self.focus, self.note = upcoming, self.note if self.asking else ""

    def tick(self) -> None:
        """Nothing has happened for a while: a long check says where it is."""
        seconds = time.monotonic() - self.begun
        if self.running and seconds > SLOW_S and self.asking is None:
            state = f"checking {self.running} for {seconds:.0f} s: {self.where or 'getting ready'}"
            if state != self.state:
                self.state = state
                self.draw()

    # Keys

    def key(self, character: str) -> None:
        """One key; the next one may answer a question."""
        actions = {"h": self.hint, "n": self.next, "l": self.list, "c": self.again, "r": self.ask_reset}
        answer, self.asking = self.asking, None
        try:
            if answer is not None:
                answer(character)
            elif character == "q":
                self.over = True
            elif character in actions:
                actions[character]()
        except GraderError as error:
            self.note = str(error)
        if not (self.over or self.asking and self.listing):
            self.draw()

    def hint(self) -> None:
        """The next hint for the question in focus."""
        if self.focus is None:
            self.note = "Everything passes: there is nothing to hint at."
            return
        slug, question = self.focus
        hint = next_hint(self.course, self.exercises[slug], question)
        more = "h for the next" if hint.number < hint.count else "that was the last one"
        self.note = f"Hint {hint.number} of {hint.count} for {question}; {more}:\n{hint.text}"

    def next(self) -> None:
        """The next question that does not pass, after the one in focus."""
        slug, question = self.focus or (self.slug, None)
        upcoming = next_question(self.stand, slug, question)
        self.note = (
            "This is the only one that does not pass yet." if upcoming == self.focus and upcoming else ""
        )
        self.focus = upcoming
        if upcoming and upcoming[0] != self.slug:
            self.slug, self.state = upcoming[0], ""
            if self.slug not in self.verdicts:
                self.saved(self.slug)

    def again(self) -> None:
        """Check the notebook once more, changed or not."""
        self.saved(self.slug, again=True)

    def list(self) -> None:
        """The course as a table, until a key is pressed."""
        self.screen.table(self.stand, self.focus[0] if self.focus else self.slug)
        self.listing, self.asking = True, lambda _: None

    def ask_reset(self) -> None:
        """Ask before the notebook is replaced."""
        exercise = self.exercises[self.slug]
        if is_fresh(self.course, exercise):
            self.note = f"{self.slug} is in its original state: there is nothing to reset."
            return
        question = f"Reset {self.slug}.ipynb to its original state? Your work is backed up."
        self.note = f"{question} Press y for yes, any other key for no."
        self.asking = partial(self.reset, exercise)

    def reset(self, exercise: Exercise, answer: str) -> None:
        """Replace the notebook if the answer is yes."""
        if answer != "y":
            self.note = "Nothing was reset."
            return
        backup = reset(self.course, exercise)
        kept = f"Your work is in {backup.name}, next to it. " if backup else ""
        reload = "If it is open in Jupyter: File, Reload Notebook from Disk."
        self.note = f"{exercise.slug} was reset. {kept}{reload}"

    def draw(self) -> None:
        """Show how things stand, in place of the list."""
        if self.listing:
            self.listing, self.asking = False, None
        verdict, size = self.verdicts.get(self.slug), self.screen.size()
        state = self.state or ("checking …" if self.running == self.slug else "")
        self.screen.show(watch_screen(self.stand, self.slug, self.focus, verdict, state, self.note, size))
