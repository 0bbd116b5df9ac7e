"""What every worker would do for the first time, done once in the zygote: late modules, caches, pages."""

import asyncio
import contextlib
import ctypes
import gc
from pathlib import Path

import numpy as np

from . import codec
from .confine import LIBC
from .requests import Responder
from .shell import NotebookShell

MADV_COLLAPSE = 25
HUGE = 2 << 20
# No torch operation, no autograd, nothing that starts a thread: threads do not survive a fork.
CELL = """import numpy, torch
class Rehearsal:
    def forward(self, x, y):
        self.x = x
        return x * y, numpy.maximum(x, y), float(numpy.sum(x))
def rehearse(x):
    return 1.0 * x
"""


def rehearse(shell: NotebookShell) -> None:
    """Seed, run a cell and answer requests as a worker does, in a shell that nobody will use afterwards."""
    responder = Responder(shell, codec.split)  # never called: none of these requests calls back
    array = np.ones((2, 3))
    for request in (
        ["seed", 0],
        ["cell", 1, CELL],
        ["call", ["name", "Rehearsal", []], [], {}, False, False],
        ["call", ["object", 0, [["attr", "forward"]]], [array, array], {}, False, True],
        ["call", ["name", "rehearse", []], [1.0], {}, False, False],
        ["call", ["name", "missing", []], [1.0], {}, False, False],
        ["has", "rehearse"],
    ):
        responder.reply(*codec.split(codec.pack(request)))
    shell.loop.close()
    asyncio.set_event_loop(None)


def settle() -> None:
    """Make this process cheap to fork: freeze what the collector would touch, use huge pages where possible.

    A fork copies one entry for a page of 2 MB instead of 512; a page that a worker writes to is copied as
    before.
    """
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/maps").read_text().splitlines():
            span, rights, _, _, inode, *name = line.split()
            if rights != "rw-p" or inode != "0" or (name and name[0] != "[heap]"):
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            start, end = -(-start // HUGE) * HUGE, end // HUGE * HUGE
            if start < end:  # a kernel that does not know this advice refuses it, which does no harm
                LIBC.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)
