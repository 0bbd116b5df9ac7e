"""How many processes to fork, and what each of them does first."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from grader.core.errors import GraderError

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # to load it again writes to many pages
ENDINGS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def cores() -> int:
    """How many processes this machine runs at once."""
    return os.cpu_count() or 1


def work_for_parent(parent: int) -> None:
    """Make this process leave Ctrl-C to its parent, whose number this is, and end when that one ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent != os.getppid():  # it ended before that
        os._exit(1)


def fork_pool(jobs: int, first: Callable[..., None], *arguments: object) -> "ProcessPoolExecutor":
    """So many forks of this process, each of which calls `first` before it works.

    Raises:
        GraderError: this machine has no room for semaphores.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    try:
        return ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), first, arguments)
    except OSError as error:
        raise GraderError(
            f"no semaphores can be made here ({error.strerror}): /dev/shm must be writable and have room; "
            "in Docker, start the container with --shm-size=64m"
        ) from None


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Interrupt what happens within after so much time.

    Only the main thread of a Unix system can, and only while nobody else has set the alarm.

    Raises:
        TimeoutError: it took longer.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "SIGALRM") or callable(signal.getsignal(signal.SIGALRM)):
        yield
        return

    def interrupt(number: int, _: FrameType | None) -> None:
        raise TimeoutError(f"it takes more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def end_tidily() -> None:
    """Make SIGTERM, and a terminal that is closed, end this process like an exception: it clears up first."""
    if threading.current_thread() is threading.main_thread():
        for number in ENDINGS:
            if signal.getsignal(number) == signal.SIG_DFL:  # not under nohup, for instance
                signal.signal(number, _end)


def _end(number: int, _: FrameType | None) -> None:
    """End what works for this process, which would be waited for, and then this process."""
    from multiprocessing import active_children

    for child in active_children():
        child.kill()
    sys.exit(128 + number)
