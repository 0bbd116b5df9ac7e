"""What every worker would do for the first time, done once in the zygote: late modules, caches, pages."""

import asyncio

import numpy as np

from . import codec
from .requests import Responder
from .shell import NotebookShell

# No torch operation, no autograd, nothing that starts a thread: threads do not survive a fork.
CELL = """import numpy, torch
class Rehearsal:
    def forward(self, x, y):
        self.x = x
        return x * y, numpy.maximum(x, y), float(numpy.sum(x))
def rehearse(x):
    return 1.0 * x
print(rehearse(2.0))
rehearse(3.0)
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
