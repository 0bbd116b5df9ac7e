"""A core of its own for a judge and its workers, while there is one that no other judge has.

A judge and its worker take turns: one waits while the other runs. Where the kernel may place them as it
likes, every turn wakes up another core, and two pairs get into each other's way. On one core a light notebook
costs a seventh less.
"""

from __future__ import annotations

import contextlib
import os
import socket


class Core:
    """The claim of this process on a core; it ends with the process, however that ends, or with `release`.

    The claim is a name in the kernel's abstract namespace: no file that could stay behind, and seen by all
    judges on this machine, of whichever run.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._claim: socket.socket | None = None
        if not hasattr(os, "sched_setaffinity"):
            return
        self._before = os.sched_getaffinity(0)
        for number in sorted(self._before):
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                claim.bind(f"\0gradbook-core-{number}")
                os.sched_setaffinity(0, {number})
            except OSError:
                claim.close()
                continue
            self.number, self._claim = number, claim
            return

    def release(self) -> None:
        if self._claim is not None:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, self._before)
            self._claim.close()
            self.number = self._claim = None
