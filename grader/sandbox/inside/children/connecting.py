"""`connect` for sockets in the worker's home: the filter refuses the call, and the supervisor makes it."""

import _posixsubprocess
import errno
import os
import socket
import struct
import subprocess
from typing import Any

REQUESTS = 63  # as in sitecustomize.py
CONNECT = socket.socket.connect
FORK_EXEC: Any = _posixsubprocess.fork_exec


def connect(self: socket.socket, address: Any) -> None:
    """`socket.connect`; for a path, by a request to the supervisor."""
    if self.family != socket.AF_UNIX or not isinstance(address, str | bytes):
        return CONNECT(self, address)
    answer, theirs = os.pipe()
    try:
        with socket.socket(fileno=os.dup(REQUESTS)) as requests:
            path = os.fsencode(os.path.abspath(address))
            socket.send_fds(requests, [path], [self.fileno(), theirs])
        os.close(theirs)
        (number,) = struct.unpack("i", os.read(answer, 4).ljust(4, b"\1"))
    finally:
        os.close(answer)
    if number:
        raise OSError(number, os.strerror(number))


def connect_ex(self: socket.socket, address: Any) -> int:
    """`socket.connect_ex`."""
    try:
        self.connect(address)
    except OSError as error:
        return error.errno or errno.EIO
    return 0


def fork_exec(args: Any, programs: Any, close: bool, passed: tuple[int, ...], *rest: Any) -> Any:
    """Start a program that inherits the line to the supervisor."""
    return FORK_EXEC(args, programs, close, tuple(sorted({*passed, REQUESTS})), *rest)


for owner, function in ((socket.socket, connect), (socket.socket, connect_ex), (_posixsubprocess, fork_exec)):
    setattr(owner, function.__name__, function)
subprocess._fork_exec = fork_exec  # type: ignore[attr-defined]
