"""Connects sockets for a worker that may not connect: only to sockets in its own home folder."""

import contextlib
import errno
import os
import signal
import socket
import stat
import struct

from . import confine

STEP = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_connect = socket.socket.connect  # not the one that workers are given


class Connector:
    """A process that connects sockets when the worker asks: a path may lead to any socket of the machine.

    A request is an absolute path with two descriptors: the socket to be connected, and a pipe for the number
    of the error, 0 if there is none. The process is started by the first request; most workers make none. It
    may be made to wait, which the supervisor must not.
    """

    def __init__(self, home: str) -> None:
        self.home = home
        self.requests, self.worker_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def fileno(self) -> int:
        """What to wait for before `start`."""
        return self.requests.fileno()

    def start(self) -> None:
        """Fork the process, if there is a request and the line was not closed."""
        asked = b""
        with contextlib.suppress(OSError):
            asked = self.requests.recv(1, socket.MSG_PEEK)
        if asked and os.fork() == 0:
            try:
                confine.prctl(confine.PR_SET_PDEATHSIG, signal.SIGKILL)
                confine.close_others(keep={self.fileno()})
                self.serve()
            finally:
                os._exit(0)

    def serve(self) -> None:
        """Answer requests until nobody of the family is left."""
        while True:
            path, fds, _, _ = socket.recv_fds(self.requests, 4096, 2)
            if not path:
                return
            if len(fds) == 2:
                answer = struct.pack("i", connect(fds[0], os.fsdecode(path), self.home))
                with contextlib.suppress(OSError):
                    os.write(fds[1], answer)
            for fd in fds:
                os.close(fd)


def connect(fd: int, path: str, home: str) -> int:
    """Connect the socket `fd` to the one at `path`; the number of the error, or 0."""
    try:
        target = find(path, home)
        try:
            with socket.socket(fileno=os.dup(fd)) as client:
                _connect(client, f"/proc/self/fd/{target}")  # the very file that was looked at
        finally:
            os.close(target)
    except OSError as error:
        return error.errno or errno.EPERM
    except ValueError:  # a NUL in the path
        return errno.EINVAL
    return 0


def find(path: str, home: str) -> int:
    """A descriptor of the socket at `path`, found step by step below `home`; no link is followed.

    Raises:
        OSError: it is not below, or not a socket.
    """
    names = os.path.relpath(path, home).split("/")
    fd = os.open(home, STEP)
    for name in names:
        above = fd
        try:
            if name in (".", ".."):
                raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
            fd = os.open(name, STEP, dir_fd=above)
        finally:
            os.close(above)
    if not stat.S_ISSOCK(os.fstat(fd).st_mode):
        os.close(fd)
        raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    return fd
