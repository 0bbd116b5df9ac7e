"""`_multiprocessing` with semaphores in shared memory of the family's own, in place of files in /dev/shm."""

import ctypes
import errno
import mmap
import os
import threading
import time
from _posixshmem import shm_open, shm_unlink

LIBC = ctypes.CDLL(None, use_errno=True)
SIZE = 32  # of a `sem_t`
RECURSIVE_MUTEX = 0
flags = {"HAVE_SEM_OPEN": 1, "HAVE_SEM_TIMEDWAIT": 1}


class TimeSpec(ctypes.Structure):
    """The kernel's `struct timespec`."""

    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


def sem_unlink(name: str) -> None:
    """Remove a semaphore's name."""
    shm_unlink(name)


class SemLock:
    """A POSIX semaphore that forks inherit and other processes open by its name.

    It counts what this process holds of it: a recursive mutex belongs to a thread.
    """

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        if unlink:
            self._map(mmap.mmap(-1, SIZE))
        else:
            fd = shm_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            os.ftruncate(fd, SIZE)
            self._map_and_close(fd)
        self._be(kind, maxvalue, None if unlink else name)
        self._call("sem_init", 1, value)

    def _map_and_close(self, fd: int) -> None:
        try:
            self._map(mmap.mmap(fd, SIZE))
        finally:
            os.close(fd)

    def _map(self, memory: mmap.mmap) -> None:
        self._semaphore = (ctypes.c_char * SIZE).from_buffer(memory)

    def _be(self, kind: int, maxvalue: int, name: str | None) -> None:
        self.kind, self.maxvalue, self.name = kind, maxvalue, name
        self.handle = ctypes.addressof(self._semaphore)
        self._held, self._owner = 0, 0

    @classmethod
    def _rebuild(cls, handle: int, kind: int, maxvalue: int, name: str) -> "SemLock":
        """The same semaphore in another process."""
        lock = cls.__new__(cls)
        lock._map_and_close(shm_open(name, os.O_RDWR, 0o600))
        lock._be(kind, maxvalue, name)
        return lock

    def _call(self, function: str, *arguments: object) -> bool:
        """Whether the function of the C library succeeded; False if it would have to wait (longer)."""
        while getattr(LIBC, function)(self._semaphore, *arguments) < 0:
            number = ctypes.get_errno()
            if number in (errno.EAGAIN, errno.ETIMEDOUT):
                return False
            if number != errno.EINTR:  # of which Python runs the signal's handler
                raise OSError(number, os.strerror(number))
        return True

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take one; wait for it if `block`, at most for `timeout` seconds. Whether it was taken."""
        if self.kind == RECURSIVE_MUTEX and self._is_mine():
            self._held += 1
            return True
        taken = self._call("sem_trywait")
        if not taken and block and timeout is None:
            taken = self._call("sem_wait")
        elif not taken and block and timeout is not None:
            seconds, part = divmod(time.time() + max(0.0, timeout), 1)
            taken = self._call("sem_timedwait", ctypes.byref(TimeSpec(int(seconds), int(part * 1e9))))
        if taken:
            self._held, self._owner = self._held + 1, threading.get_ident()
        return taken

    def release(self) -> None:
        """Give one back.

        Raises:
            AssertionError: the mutex belongs to another thread.
            ValueError: it was given back too often.
        """
        if self.kind == RECURSIVE_MUTEX:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._held > 1:
                self._held -= 1
                return
        elif self._get_value() >= self.maxvalue:
            raise ValueError("semaphore or lock released too many times")
        self._call("sem_post")
        self._held -= 1

    def _get_value(self) -> int:
        value = ctypes.c_int()
        self._call("sem_getvalue", ctypes.byref(value))
        return value.value

    def _is_zero(self) -> bool:
        return self._get_value() == 0

    def _count(self) -> int:
        return self._held

    def _is_mine(self) -> bool:
        return self._held > 0 and self._owner == threading.get_ident()

    def _after_fork(self) -> None:
        self._held = 0

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
