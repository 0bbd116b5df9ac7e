"""The fork server inside the sandbox: everything heavy is imported once, each submission gets a fork.

    judge ──connects──> zygote ──forks──> supervisor (our code only) ──forks──> worker (the student's code)

The judge's connection is the supervisor's control line: on "u" it answers with the family's usage, on "i"
it interrupts the worker, on "k", or when the line closes, it kills the family, and at last it says how the
worker ended. The worker gets a socket of its own, which comes with the request as a file descriptor.

When the grading process ends, however it ends, the zygote ends too; when the zygote ends, so do all
supervisors, and with each of them its worker's family. Both are seen by process descriptors: unlike the ends
of a pipe, no fork inherits what they say. All have ended when the pipe that said "ready" is at its end.
"""

import contextlib
import os
import select
import signal
import socket
import sys
import warnings

from . import confine, family, fresh_start, home_paths, imports, rehearsal, stand_ins, worker
from .children import sitecustomize
from .control import ZygoteSetup, line
from .forking import settle
from .shell import NotebookShell, make_shell
from .supervisor import HOME, supervise

MODULES = "numpy torch matplotlib.pyplot matplotlib_inline.backend_inline scipy.special".split()
# The first optimiser in a process imports this: a second of CPU time. It adds 80 MB, so only when needed.
LATE_MODULE = "torch._dynamo"


def main(listen_fd: int, ready_fd: int, grader_fd: int, setup: ZygoteSetup) -> None:
    """Warm up, say so on one descriptor, and accept connections on the other until the grader has ended."""
    with contextlib.suppress(OSError):
        confine.prctl(confine.PR_SET_DUMPABLE, 0)
    if setup.rung == "landlock":
        sitecustomize.install()
    worker.prepare_streams()
    fresh_start.become_kernel(setup.packages)
    with fresh_start.forgotten():
        shell = warm_up()
    if setup.rung == "landlock":
        home_paths.give(shell)
    if setup.rung == "bwrap":
        fresh_start.move_in(shell, HOME)
    settle()
    signal.signal(signal.SIGUSR1, lambda *_: load_late())
    confine.prctl(confine.PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGCHLD, lambda *_: look_after_supervisors())
    listener, zygote_fd = socket.socket(fileno=listen_fd), os.pidfd_open(os.getpid())
    listener.setblocking(True)
    os.write(ready_fd, b"ready")  # and it stays open: see above
    while grader_fd not in select.select([listen_fd, grader_fd], [], [])[0]:
        control, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            become_supervisor(control, shell, setup, zygote_fd)
        control.close()
    os._exit(0)


def look_after_supervisors() -> None:
    """Reap them; if one was killed, end what it has left behind: the children in other sessions than ours."""
    if any(family.reap()):
        table, session = family.processes(), os.getsid(0)
        for pid, process in table.items():
            with contextlib.suppress(ProcessLookupError):
                if process.parent == os.getpid() and os.getsid(pid) != session:
                    family.kill({pid, *family.descendants(pid, table)})


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
    shell.shell.display_formatter.format(0)  # makes the formatters, once for all forks
    return shell


def load_late() -> None:
    """Import what only some notebooks need, once the first of them has come; no notebook waits for it."""
    if LATE_MODULE not in sys.modules:
        with fresh_start.forgotten(), warnings.catch_warnings(), contextlib.suppress(Exception):
            __import__(LATE_MODULE)
        settle()


def become_supervisor(
    control: socket.socket, shell: NotebookShell, setup: ZygoteSetup, zygote_fd: int
) -> None:
    """Supervise one worker, report a failure to confine it, and end this process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    try:
        supervise(control, shell, setup, zygote_fd)
    except BaseException as error:
        with contextlib.suppress(OSError):
            told = isinstance(error, RuntimeError)  # by us
            control.sendall(
                line({"failed": str(error) if told else f"{type(error).__name__}: {error}"[:500]})
            )
    finally:
        os._exit(0)
