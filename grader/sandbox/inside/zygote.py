"""The fork server inside the sandbox: everything heavy is imported once, each submission gets a fork.

    judge ──connects──> zygote ──forks──> supervisor (our code only) ──forks──> worker (the student's code)

The judge's connection is the supervisor's control line: on "u" it answers with the family's usage, on "k", or
when the line closes, it kills the family, and at last it says how the worker ended. The worker gets a socket
of its own, which comes with the request as a file descriptor.
"""

import contextlib
import os
import signal
import socket
import sys

from . import confine, family, fresh_start, imports, rehearsal, stand_ins, worker
from .control import ZygoteSetup, line
from .shell import NotebookShell, make_shell
from .supervisor import supervise

MODULES = "numpy torch matplotlib.pyplot matplotlib_inline.backend_inline scipy.special".split()
# The first optimiser in a process imports this: a second of CPU time. It adds 80 MB, so only when needed.
LATE_MODULE = "torch._dynamo"


def main(listen_fd: int, ready_fd: int, setup: ZygoteSetup) -> None:
    """Warm up, say so on one descriptor, and accept connections on the other for ever."""
    with contextlib.suppress(OSError):
        confine.prctl(confine.PR_SET_DUMPABLE, 0)
    worker.prepare_streams()
    fresh_start.become_kernel(setup.packages)
    with fresh_start.forgotten():
        shell = warm_up()
    rehearsal.settle()
    signal.signal(signal.SIGUSR1, lambda *_: load_late())
    os.write(ready_fd, b"ready")
    os.close(ready_fd)
    signal.signal(signal.SIGCHLD, lambda *_: family.reap())
    listener = socket.socket(fileno=listen_fd)
    listener.setblocking(True)
    while True:
        control, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            become_supervisor(control, shell, setup)
        control.close()


def warm_up() -> NotebookShell:
    """Import what notebooks need, rehearse, and make the shell; no torch operation, autograd or thread."""
    for name in MODULES:
        with contextlib.suppress(ImportError):
            __import__(name)
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(1)
    rehearsal.rehearse(graded_shell())
    return graded_shell()


def graded_shell() -> NotebookShell:
    """A shell for a notebook that is graded."""
    shell = make_shell()
    stand_ins.install(shell)
    imports.forgive(shell)
    return shell


def load_late() -> None:
    """Import what only some notebooks need, once the first of them has come; no notebook waits for it."""
    if LATE_MODULE not in sys.modules:
        with fresh_start.forgotten(), contextlib.suppress(Exception):
            __import__(LATE_MODULE)
        rehearsal.settle()


def become_supervisor(control: socket.socket, shell: NotebookShell, setup: ZygoteSetup) -> None:
    """Supervise one worker, report a failure to confine it, and end this process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    try:
        supervise(control, shell, setup)
    except BaseException as error:
        with contextlib.suppress(OSError):
            control.sendall(line({"failed": f"{type(error).__name__}: {error}"[:500]}))
    finally:
        os._exit(0)
