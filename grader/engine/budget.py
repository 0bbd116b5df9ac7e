"""What one submission has used of its limits, and what its next cell or call may use of the rest."""

from dataclasses import dataclass, field, replace

from grader.core.course_settings import Limits
from grader.sandbox.call_limits import Allowance
from grader.suite.calls import CallText

CELLS = 2 / 3  # of the limits, for the first runs of the cells; the rest is kept for the questions
LAST_CELL = 5 / 6  # once so much is used, no further cell is begun
LEAST = 1 / 200  # of the limits: so much everything that is begun may use
LARGE = 1 / 20  # of the limits: who used so much is named when there is nothing left
NAMED = 3  # so many of them


@dataclass
class Budget:
    """The account of one submission, over all its workers.

    Every cell and call counts once against the CPU limit: what a new worker has to run again is only held to
    the wall limit, in which everything counts.

    Attributes:
        cpu_s: CPU time of everything.
        again_cpu_s: how much of it went into cells that had run before.
        taken_s: wall time of all cells and calls, without the time for which others had the cores.
        large: the names of those that used much, in order.
    """

    limits: Limits
    cpu_s: float = 0.0
    again_cpu_s: float = 0.0
    taken_s: float = 0.0
    large: dict[str, None] = field(default_factory=dict)

    @property
    def left_cpu_s(self) -> float:
        return self.limits.submission_cpu_s - self.cpu_s + self.again_cpu_s

    @property
    def left_s(self) -> float:
        return self.limits.submission_wall_s - self.taken_s

    def add(self, who: CallText, cpu_s: float, taken_s: float, again: bool) -> None:
        """Book what a cell or call has used."""
        self.cpu_s += cpu_s
        self.taken_s += taken_s
        self.again_cpu_s += cpu_s * again
        limits = self.limits
        if max(cpu_s / limits.submission_cpu_s, taken_s / limits.submission_wall_s) > LARGE and not again:
            name, is_call, _ = str(who).partition("(")
            self.large[f"`{name[:80]}`" if is_call else name[:80]] = None

    def for_cell(self) -> Allowance:
        """A cell may use half of what the cells have left: however many hang, the last can still run."""
        limits = self.limits
        cpu_s = self.left_cpu_s - limits.submission_cpu_s * (1 - CELLS)
        wall_s = self.left_s - limits.submission_wall_s * (1 - CELLS)
        return replace(self._share(cpu_s / 2, wall_s / 2, limits.cell_cpu_s), interrupts=True)

    def for_call(self) -> Allowance:
        """A call may use a quarter of what is left: slow questions leave something for those after them."""
        return self._share(self.left_cpu_s / 4, self.left_s / 4, self.limits.call_cpu_s)

    def for_repeat(self) -> Allowance:
        """A cell that has run before may run again as long as the submission has time."""
        cell_cpu_s = self.limits.cell_cpu_s
        return Allowance(cell_cpu_s, self.limits.wall_s(cell_cpu_s), left_s=self.left_s, users=self.users())

    def _share(self, cpu_s: float, wall_s: float, usual_cpu_s: float) -> Allowance:
        least_cpu_s, least_s = self.limits.submission_cpu_s * LEAST, self.limits.submission_wall_s * LEAST
        usual_s = self.limits.wall_s(usual_cpu_s)
        return Allowance(
            min(max(cpu_s, least_cpu_s), usual_cpu_s),
            min(max(wall_s, least_s), usual_s),
            self.left_cpu_s,
            self.left_s,
            cpu_s < usual_cpu_s,
            wall_s < usual_s,
            self.users(),
        )

    def no_more_cells(self) -> bool:
        """Whether what is left has to be kept for the questions."""
        least_cpu_s = self.limits.submission_cpu_s * (1 - LAST_CELL)
        return self.left_cpu_s < least_cpu_s or self.left_s < self.limits.submission_wall_s * (1 - LAST_CELL)

    def exhausted(self) -> bool:
        return self.left_cpu_s <= 0 or self.left_s <= 0

    def spent(self) -> str:
        """Why there is nothing left to run a cell or a call with."""
        by_cpu = self.left_cpu_s / self.limits.submission_cpu_s < self.left_s / self.limits.submission_wall_s
        return (self.limits.all_cpu_used() if by_cpu else self.limits.all_time_used()) + self.users()

    def users(self) -> str:
        """Which cells and calls have used much, in their order, without figures: a message never varies."""
        names = list(self.large)
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        return f", most of it by {', '.join(names[:NAMED])}{more}" if names else ""
