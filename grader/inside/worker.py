"""The worker: one forked process that runs a student's cells and then serves the judge's requests on one socket."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from . import codec
from .serve import Server

_recv_into = socket.socket.recv_into
_sendall = socket.socket.sendall


def read_exactly(connection: socket.socket, count: int) -> bytes:
    buffer = bytearray(count)
    view, done = memoryview(buffer), 0
    while done < count:
        got = _recv_into(connection, view[done:])
        if not got:
            os._exit(0)
        done += got
    return bytes(buffer)


def read_frame(connection: socket.socket) -> tuple[bytes, bytes]:
    header, body = codec.prefix_lengths(read_exactly(connection, codec.PREFIX.size))
    return read_exactly(connection, header), read_exactly(connection, body)


def serve(shell: Any, connection: socket.socket) -> None:
    """Answer requests until the judge hangs up; never returns to the caller's stack with student code pending."""

    def exchange(frame: bytes) -> tuple[bytes, bytes]:
        _sendall(connection, frame)
        return read_frame(connection)

    server = Server(shell, exchange)
    while True:
        try:
            _sendall(connection, server.reply(*read_frame(connection)))
        except KeyboardInterrupt:
            continue


def prepare_streams() -> None:
    """stdin is empty, stdout and stderr go nowhere: what a student prints is not evidence."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - lives as long as the process
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
