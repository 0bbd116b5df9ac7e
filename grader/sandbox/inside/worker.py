"""The worker: one forked process that runs a student's cells and then answers the judge's requests."""

import asyncio
import contextlib
import os
import signal
import socket
import sys

from .frames import Frames
from .requests import Responder
from .shell import NotebookShell

_recv = socket.socket.recv
_sendall = socket.socket.sendall
TRIES = 100  # to go on with a broken event loop, without an answer in between


def serve(shell: NotebookShell, connection: socket.socket) -> None:
    """Answer requests until the judge hangs up; then the process ends, with no code of the student's left."""
    frames, own, tries = Frames(), os.getpid(), TRIES
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the judge's way to stop a cell

    def receive(most: int) -> bytes:
        return _recv(connection, most) or os._exit(0)

    def exchange(frame: bytes) -> tuple[bytes, bytes]:
        _sendall(connection, frame)
        return frames.next(receive)

    async def answer() -> None:
        nonlocal tries
        responder = Responder(shell, exchange)
        while True:
            try:
                reply = await responder.answer(*frames.next(receive))
                if os.getpid() != own:  # a cell has forked, and the child came to its end
                    os._exit(0)
                _sendall(connection, reply)
                tries = TRIES
            except (KeyboardInterrupt, asyncio.CancelledError):
                continue

    with shell.running():
        serving = shell.loop.create_task(answer())
        while tries and not serving.done():
            tries -= 1
            with contextlib.suppress(BaseException):  # a task of the notebook's may end or stop the loop
                shell.loop.run_until_complete(serving)


def prepare_streams() -> None:
    """Open Python's own three streams over descriptors 0, 1 and 2, for all workers."""
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - lives as long as the process
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115


def silence() -> None:
    """Empty stdin, discard stdout and stderr: what a student prints is not evidence."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
