"""Limits by name, with their defaults in one place; an exercise may override them in `exercise.toml`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from grader.core.errors import GraderError


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    CPU limits are what counts, since they do not depend on the machine's load; wall limits are larger and
    catch sleepers.
    """

    call_cpu_s: float = 5.0
    cell_cpu_s: float = 20.0
    submission_cpu_s: float = 120.0
    wall_factor: float = 4.0
    wall_extra_s: float = 5.0
    memory_mb: int = 1536
    tmp_mb: int = 64
    file_mb: int = 64
    processes: int = 64
    descriptors: int = 256
    deaths_per_question: int = 2

    def wall_s(self, cpu_s: float) -> float:
        return cpu_s * self.wall_factor + self.wall_extra_s

    def all_cpu_used(self) -> str:
        return f"all {self.submission_cpu_s:g} s of the notebook's CPU time are used"

    def all_time_used(self) -> str:
        """Sleeping costs no CPU time, so waiting has a limit for the whole notebook too."""
        return f"all {self.wall_s(self.submission_cpu_s):g} s of time are used"

    def for_worker(self) -> dict[str, int]:
        return {
            "cpu_s": int(self.submission_cpu_s) + 5,
            "memory_mb": self.memory_mb,
            "tmp_mb": self.tmp_mb,
            "file_mb": self.file_mb,
            "processes": self.processes,
            "descriptors": self.descriptors,
        }

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def limits_from(table: dict[str, Any], where: str) -> Limits:
    """The defaults with an exercise's overrides.

    Raises:
        GraderError: an unknown name or a value that is not a positive number.
    """
    known = {field.name: type(getattr(Limits(), field.name)) for field in fields(Limits)}
    for name, value in table.items():
        if name not in known:
            raise GraderError(f"{where}: unknown limit '{name}'; known: {', '.join(sorted(known))}")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
            raise GraderError(f"{where}: limit '{name}' must be a positive number")
    return Limits(**{name: known[name](value) for name, value in table.items()})
