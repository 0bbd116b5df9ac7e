"""A core of its own for a judge and its workers, as long as there are cores that no other judge has claimed.

A judge and its worker take turns: one waits while the other runs. If the kernel places them freely, every
turn wakes up another core, and two pairs get in each other's way. On one core a light notebook costs a
seventh less.
"""

import contextlib
import os
import socket


class Core:
    """The claim of this process on the core with this `number`; None if all are taken.

    It ends with the process, however that ends, or with `release`. The claim is a name in the kernel's
    abstract namespace, so no file can be left behind, and all judges on this machine see it, of any run.
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
