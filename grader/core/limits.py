"""Limits by name, with their defaults in one place; an exercise may override them in `exercise.toml`."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, structs

Seconds = Annotated[float, Meta(gt=0, le=86_400, title="a number of seconds above 0, at most 86400")]
Factor = Annotated[float, Meta(gt=0, le=1000, title="a number above 0, at most 1000")]
Megabytes = Annotated[
    int, Meta(gt=0, le=1 << 20, title="a whole number of megabytes above 0, at most 1048576")
]
Count = Annotated[int, Meta(gt=0, le=100_000, title="a whole number above 0, at most 100000")]


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission may use.

    CPU limits are what counts, since they do not depend on the machine's load; wall limits are larger and
    catch sleepers.
    """

    call_cpu_s: Seconds = 5.0
    cell_cpu_s: Seconds = 20.0
    submission_cpu_s: Seconds = 120.0
    wall_factor: Factor = 4.0
    wall_extra_s: Seconds = 5.0
    memory_mb: Megabytes = 1536
    tmp_mb: Megabytes = 64
    file_mb: Megabytes = 64
    processes: Count = 64
    descriptors: Count = 256
    deaths_per_question: Count = 2

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

    def as_dict(self) -> dict[str, float]:
        return structs.asdict(self)
