"""The fork server seen from the judge: start it on the best rung, ask it for workers, hear how they end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import socket
import struct
import tempfile
import time
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

from grader.core.errors import GraderError, OurFailure
from grader.core.limits import Limits
from grader.core.report import Status
from grader.sandbox.clock import LOOK_S, Clock
from grader.sandbox.homes import make_home, remove_home
from grader.sandbox.inside import codec
from grader.sandbox.launch import Zygote, bwrap_path, launch
from grader.sandbox.seccomp import compile_filter

RUNGS = ("bwrap", "landlock", "none")
START_TIMEOUT_S = 120
LOOK = struct.pack("@ll", int(LOOK_S), int(LOOK_S * 1e6) % 1_000_000)  # a `struct timeval`


@dataclass(frozen=True)
class Rung:
    """The sandbox in force and, for each better one, why it is not."""

    name: str
    why_not: tuple[str, ...] = ()


class WorkerGone(Exception):
    """The worker ended while the judge waited for it."""

    def __init__(self, reason: Status, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class ForkServer:
    """One zygote on this machine; any process that knows `path` may `fork_worker(path, …)`.

    Args:
        rung: "auto", or one of `RUNGS`.

    Raises:
        GraderError: no sandbox of at least the Landlock rung can be had and `rung` is not "none".
    """

    def __init__(self, rung: str = "auto") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gradebook-"))
        self.path = str(self.folder / "zygote")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(128)
        self.started_s = 0.0
        self.rung, self.zygote = self._start(rung)

    def _start(self, wanted: str) -> tuple[Rung, Zygote]:
        reasons: list[str] = []
        for name in RUNGS if wanted == "auto" else (wanted,):
            if name == "none" and wanted != "none":
                break
            try:
                begun = time.monotonic()
                zygote = self._try(name)
                self.started_s = time.monotonic() - begun
                return Rung(name, tuple(reasons)), zygote
            except (OSError, ImportError, OurFailure) as error:
                reasons.append(f"{name}: {error}")
        shutil.rmtree(self.folder, ignore_errors=True)
        raise GraderError(
            f"no sandbox on this machine ({'; '.join(reasons)}); install bubblewrap and libseccomp2, or say "
            "--sandbox none to run the notebooks unprotected"
        )

    def _try(self, name: str) -> Zygote:
        if name == "bwrap" and bwrap_path() is None:
            raise OSError("bubblewrap is not installed")
        if name == "landlock":
            os.chmod(self.folder, 0o711)
        program = b"" if name == "none" else compile_filter(connect=name == "bwrap")
        zygote = launch(name, self.listener, program, self.folder)
        ready, _, _ = select.select([zygote.ready_fd], [], [], START_TIMEOUT_S)
        if not ready or os.read(zygote.ready_fd, 5) != b"ready":
            zygote.process.kill()
            message = (zygote.process.communicate()[1] or b"").decode(errors="replace").strip().splitlines()
            raise OurFailure(message[-1][:200] if message else "the fork server did not start")
        os.close(zygote.ready_fd)
        try:
            connection = Worker(self.path, Limits(), self.folder if name != "bwrap" else None)
            connection.close()
        except OurFailure:
            zygote.process.kill()
            zygote.process.wait()
            raise
        return zygote

    def alive(self) -> bool:
        return self.zygote.process.poll() is None

    def restart(self) -> None:
        """Start the zygote again on the same rung and socket."""
        self.zygote.process.kill()
        self.zygote.process.wait()
        self.zygote = self._try(self.rung.name)

    def close(self) -> None:
        self.zygote.process.kill()
        self.zygote.process.wait()
        if self.zygote.process.stderr:
            self.zygote.process.stderr.close()
        self.listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Worker:
    """One forked worker: frames out, frames in, with a CPU limit and a wall limit on every wait.

    Args:
        optimises: it will make an optimiser; those that come after it find its modules loaded.

    Raises:
        OurFailure: the fork server is gone or could not confine the worker.
    """

    def __init__(
        self, path: str, limits: Limits, home_in: Path | None = None, optimises: bool = False
    ) -> None:
        self.limits = limits
        self.home = make_home(home_in) if home_in else None
        request: dict[str, Any] = {"limits": limits.for_worker(), "late_modules": optimises}
        if hasattr(os, "sched_getaffinity"):
            request["cores"] = sorted(os.sched_getaffinity(0))  # the worker runs where its judge does
        if self.home:
            request["home"] = str(self.home)
        self.looked = (
            time.monotonic()
        )  # when its use of time and memory was last looked at, in whichever call
        self.control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.data, theirs = socket.socketpair()
        self.arrived = b""  # of the worker's answer, beyond what has been read
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # the kernel's: no poll before every read
            self.data.setsockopt(socket.SOL_SOCKET, direction, LOOK)
        self._line = b""
        self.ended: dict[str, Any] | None = None
        try:
            self.control.settimeout(60)
            self.control.connect(path)
            socket.send_fds(self.control, [json.dumps(request).encode()], [theirs.fileno()])
            answer = self._control_line()
        except OSError as error:
            raise OurFailure(f"the fork server does not answer: {error}") from None
        finally:
            theirs.close()
        if not answer.get("ready"):
            self.close()
            raise OurFailure(f"the worker could not be confined: {answer.get('failed', 'no reason given')}")

    def _control_line(self) -> dict[str, Any]:
        while b"\n" not in self._line:
            chunk = self.control.recv(4096)
            if not chunk:
                raise OSError("the supervisor hung up")
            self._line += chunk
        line, _, self._line = self._line.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        if "ended" in message:
            self.ended = message["ended"]
        return message

    def usage(self) -> dict[str, float]:
        """CPU seconds and resident megabytes of the worker's family now.

        Raises:
            WorkerGone: it has ended.
        """
        try:
            self.control.sendall(b"u")
            message = self._control_line()
        except OSError:
            message = {}
        if "cpu_s" not in message:
            raise self.gone()
        return message

    def gone(self, reason: Status | None = None, detail: str | None = None) -> WorkerGone:
        """The exception that says how the worker ended.

        Raises:
            OurFailure: the supervisor is gone too, where nothing of the student's can reach it.
        """
        if self.ended is None and reason is None:
            try:
                self._await_end()
            except ValueError:
                pass
            except OSError:
                if self.home is None:  # bwrap: the worker sees no process but its own
                    self.close()
                    raise OurFailure("the fork server ended while the notebook was being graded") from None
        if self.ended is None and reason is None:
            reason, detail = Status.CRASHED, "it cut its connection to the grader"
        ended = self.ended or {}
        self.close()
        if (
            reason is None
            and ended.get("signal") in (24, 9)
            and ended.get("cpu_s", 0) >= self.limits.submission_cpu_s
        ):
            reason, detail = Status.TIMED_OUT, self.limits.all_cpu_used()
        if reason is None and ended.get("signal"):
            detail = f"the process was killed by signal {ended['signal']}"
        elif reason is None:
            detail = f"the process ended itself (exit code {ended.get('code')})"
        return WorkerGone(reason or Status.CRASHED, detail or "the process ended")

    def _await_end(self) -> None:
        """It hung up, so it has ended, or else only pretends to; how, the supervisor says, late on a busy
        machine.
        """
        self.control.settimeout(1)
        asked = False
        for _ in range(30):
            try:
                if "cpu_s" in self._control_line() or self.ended is not None:
                    return
            except TimeoutError:
                if not asked:
                    self.control.sendall(b"u")
                    asked = True

    def clock(self, cpu_s: float, left_cpu_s: float = inf, left_s: float = inf) -> Clock:
        """The limits of one call, however many frames go back and forth in it, and what the submission has
        left.
        """
        return Clock(self, cpu_s, left_cpu_s, left_s)

    def exchange(self, frame: bytes, clock: Clock) -> tuple[bytes, bytes]:
        """Send one frame and wait for one, within the limits of `clock`.

        Raises:
            WorkerGone: it ended, broke the protocol, or went over a limit (and has been killed).
        """
        try:
            clock.tick()
            clock.send(frame)
            header, body = codec.prefix_lengths(clock.read(codec.PREFIX.size))
            both = clock.read(header + body)
            return both[:header], both[header:]
        except codec.WireError as error:
            raise self.gone(Status.CRASHED, f"its reply could not be read: {error}") from None
        except OSError:
            raise self.gone() from None

    def close(self) -> None:
        """Kill the worker's whole family; nothing of it is left when this returns."""
        with contextlib.suppress(OSError):
            self.control.sendall(b"k")
        with contextlib.suppress(OSError, ValueError):
            self.control.settimeout(20)
            while self.ended is None:
                self._control_line()
        self.control.close()
        self.data.close()
        if self.home:
            remove_home(self.home)
