"""The peak memory of a tree of processes, from /proc."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence

from benchmarks.measure import descendants

SAMPLE_S = 0.5


class MemoryWatch(threading.Thread):
    """The peak of the proportional set sizes (PSS: a page shared by n processes counts 1/n in each) of a tree.

    Where PSS may not be read (no rights on a confined process) the process's RSS is taken, and counted in `guessed`.
    """

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.peak_mb = 0.0
        self.processes = 0
        self.guessed = 0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(SAMPLE_S):
            sizes = [self.resident_kb(pid) for pid in [self.root, *descendants(self.root)]]
            if sum(sizes) / 1024 > self.peak_mb:
                self.peak_mb, self.processes = sum(sizes) / 1024, sum(size > 0 for size in sizes)

    def resident_kb(self, pid: int) -> int:
        """PSS of one process in kB; 0 when it has ended meanwhile."""
        try:
            return self._field(f"/proc/{pid}/smaps_rollup", "Pss:")
        except PermissionError:
            self.guessed += 1
        except OSError:
            return 0
        try:
            return self._field(f"/proc/{pid}/status", "VmRSS:")
        except OSError:
            return 0

    @staticmethod
    def _field(path: str, name: str) -> int:
        with open(path, encoding="ascii", errors="replace") as stream:
            return next((int(line.split()[1]) for line in stream if line.startswith(name)), 0)

    def stop(self) -> None:
        self._over.set()
        self.join()


def watched(command: Sequence[str], env: Mapping[str, str]) -> tuple[str, int, MemoryWatch]:
    """What a command writes to its standard output, its exit code, and the memory of its tree meanwhile."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        watch = MemoryWatch(process.pid)
        watch.start()
        answer = process.communicate()[0]
        watch.stop()
    return answer, process.returncode, watch
