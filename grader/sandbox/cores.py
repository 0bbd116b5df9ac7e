"""A core of its own for a judge and its workers, while there is one that no other judge has.

A judge and its worker take turns: one waits while the other runs. If the kernel may place them as it likes,
every turn wakes up another core, and two pairs get into each other's way. On one core a light notebook costs
a seventh less.
"""

from __future__ import annotations

import contextlib
import os
import socket


class Core:
    """The claim of this process on the core with this `number`; None if there is none to be had.

    It ends with the process, however that ends, or with `release`. The claim is a name in the kernel's
    abstract namespace: no file that could be left behind, and seen by all judges on this machine, of any run.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
        for number in sorted(self._before):
            with contextlib.suppress(OSError):
                self._claim.bind(f"\0gradbook-core-{number}")
                os.sched_setaffinity(0, {number})
                self.number = number
                return

    def release(self) -> None:
        """Give the core up, and run anywhere again."""
        if self.number is not None:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, self._before)
        self._claim.close()
        self.number = None
