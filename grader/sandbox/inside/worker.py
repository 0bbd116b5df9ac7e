"""The worker: one forked process that runs a student's cells and then serves the judge's requests on one
socket.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from . import codec
from .requests import Server

_recv = socket.socket.recv
_sendall = socket.socket.sendall
AT_ONCE, AT_MOST = 1 << 16, 1 << 20  # bytes asked for in one read


class Frames:
    """Whole frames from a socket, as a rule one system call each.

    Args:
        connection: the worker's data socket.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.arrived = b""

    def read(self, count: int) -> bytes:
        arrived: bytes | bytearray = self.arrived
        while len(arrived) < count:
            chunk = _recv(self.connection, min(max(AT_ONCE, count - len(arrived)), AT_MOST))
            if not chunk:
                os._exit(0)
            if not arrived:
                arrived = chunk
                continue
            arrived = bytearray(arrived) if isinstance(arrived, bytes) else arrived
            arrived += chunk
        self.arrived = bytes(arrived[count:])
        return bytes(arrived[:count])

    def next(self) -> tuple[bytes, bytes]:
        """The header and the body of the next frame; the judge has hung up if there is none, and the process
        ends.
        """
        header, body = codec.prefix_lengths(self.read(codec.PREFIX.size))
        both = self.read(header + body)
        return both[:header], both[header:]


def serve(shell: Any, connection: socket.socket) -> None:
    """Answer requests until the judge hangs up; never returns to the caller's stack with student code
    pending.
    """

    frames = Frames(connection)

    def exchange(frame: bytes) -> tuple[bytes, bytes]:
        _sendall(connection, frame)
        return frames.next()

    server = Server(shell, exchange)
    while True:
        try:
            _sendall(connection, server.reply(*frames.next()))
        except KeyboardInterrupt:
            continue


def prepare_streams() -> None:
    """Python's own three streams, as every worker has them: over descriptors 0, 1 and 2, whatever these are
    then.
    """
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - lives as long as the process
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115


def silence() -> None:
    """stdin is empty, stdout and stderr go nowhere: what a student prints is not evidence."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
