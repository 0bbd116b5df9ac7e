"""What runs in a Dask worker process: one sandbox, the suites collected in it, one judgement at a time."""

import platform
import signal
import tempfile
import threading
import time
from asyncio import wrap_future
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from grader.core.course import Exercise
from grader.core.errors import GraderError
from grader.core.report import Report
from grader.engine.cluster.bundle import unpacked
from grader.engine.judges import in_judge, judge_processes
from grader.engine.packages import require_packages
from grader.engine.sandboxed import Sandbox
from grader.engine.submission import Judge, Submission
from grader.engine.verdict_key import environment
from grader.sandbox.forkserver import ForkServer

IDLE_S = 900.0  # without work for so long, a worker gives up its sandbox: its client may have been killed


class ReadyJudge:
    """What a worker keeps while it is used: a sandbox, the suites in a folder, and a process that judges."""

    def __init__(self, bundles: Mapping[str, bytes], salt: str, rung: str) -> None:
        with ExitStack() as stack:
            self.server = ForkServer(rung)
            stack.callback(self.server.close)
            folder = tempfile.TemporaryDirectory(prefix="gradebook-suites-", ignore_cleanup_errors=True)
            self.folder = Path(stack.enter_context(folder))
            for slug, content in bundles.items():
                unpacked(content, self.folder / slug)
            exercises = {slug: Exercise(slug, self.folder / slug) for slug in bundles}
            self.judge = Judge(exercises, salt, Sandbox.of(self.server))
            stack.callback(self.judge.close)
            self.pool = stack.enter_context(judge_processes(self.judge, 1, exercises))
            self.close = stack.pop_all().close


@dataclass
class JudgePlugin(WorkerPlugin):
    """The judge of one worker process, for one run of `grader grade`; nothing is started before it is needed.

    Dask sends it to every worker, also to one that joins later; the exercises travel in it.

    Attributes:
        name: the name of the run.
        bundles: exercise → what `packed` made of it.
        rung: which sandbox, as in `ForkServer`.
        wanted: the versions that the client has, see `grader.engine.submission.environment`.
        packages: what the course promises to notebooks.
        same_terminal: the worker belongs to the terminal of `grader grade`, whose Ctrl-C is for that alone.
    """

    name: str
    bundles: Mapping[str, bytes]
    salt: str
    rung: str
    wanted: Mapping[str, str]
    packages: tuple[str, ...]
    same_terminal: bool
    ready_judge: ReadyJudge | None = None

    def setup(self, worker: Worker) -> None:
        if self.same_terminal:
            signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which the sandbox would inherit
        # Everything happens in one thread that stays: bubblewrap dies with the thread that started it.
        self.thread = ThreadPoolExecutor(1, "judge")
        self.used = time.monotonic()
        self.ended = threading.Event()
        threading.Thread(target=self._watch_idleness, daemon=True).start()

    def teardown(self, worker: Worker) -> None:
        self.ended.set()
        if (ready := self.ready_judge) is not None:
            ready.server.close()  # now: what is being judged in it ends, and is judged elsewhere
        self.thread.submit(self._put_away)
        self.thread.shutdown(wait=False)

    def ready(self) -> ReadyJudge:
        """The judge of this worker, its sandbox started or restarted if need be.

        Raises:
            GraderError: other versions than the client's, missing packages, or no sandbox on this machine.
        """
        self.used = time.monotonic()
        if self.ended.is_set():
            raise RuntimeError("this worker is about to end")
        if unlike := differences(self.wanted, environment()):
            raise GraderError(f"{unlike}; install the client's versions there")
        if self.ready_judge is None:
            ready = ReadyJudge(self.bundles, self.salt, self.rung)
            with ExitStack() as unfit:
                unfit.callback(ready.close)
                require_packages(ready.judge.sandbox, self.packages)
                unfit.pop_all()
            self.ready_judge = ready
        elif not self.ready_judge.server.alive():
            self.ready_judge.server.restart()
        return self.ready_judge

    def judge(self, slug: str, suffix: str, content: bytes, unreadable: str) -> Report:
        """What `judge` below says, in the thread of the judge."""
        try:
            ready = self.ready()
            with tempfile.TemporaryDirectory(prefix="submission-", dir=ready.folder) as folder:
                submission = Submission("", slug, Path(folder, slug + suffix))
                if unreadable:
                    return ready.judge.unreadable(submission, unreadable)
                submission.path.write_bytes(content)
                return ready.pool.submit(in_judge, Judge.grade, submission).result()
        except BrokenProcessPool:
            self._put_away()
            raise RuntimeError(f"{platform.node()}: the judge's process died") from None
        except GraderError as error:
            raise GraderError(f"{platform.node()}: {error}") from None
        finally:
            self.used = time.monotonic()

    def _put_away(self) -> None:
        if self.ready_judge is not None:
            self.ready_judge.close()
            self.ready_judge = None

    def _watch_idleness(self) -> None:
        while not self.ended.wait(IDLE_S / 10):
            if self._idle():
                with suppress(RuntimeError):  # shut down meanwhile
                    # only in its thread is it certain that nothing is being judged
                    self.thread.submit(lambda: self._put_away() if self._idle() else None)

    def _idle(self) -> bool:
        return time.monotonic() - self.used > IDLE_S


def judge(run: str, slug: str, suffix: str, content: bytes, unreadable: str) -> Report:
    """The task that Dask runs: the report of a notebook, without the student's name, which does not travel.

    Args:
        suffix: ".py" for a script.
        unreadable: why there is no content.

    Raises:
        GraderError: the worker cannot judge, in one line that names its host.
    """
    plugin = cast(JudgePlugin, get_worker().plugins[run])
    return plugin.thread.submit(plugin.judge, slug, suffix, content, unreadable).result()


async def examine(run: str, dask_worker: Worker) -> dict[str, str]:
    """Start the sandbox of this worker: its `host`, its `rung`, and what is `wrong`, "" if it can judge."""
    plugin = cast(JudgePlugin, dask_worker.plugins[run])
    rung = wrong = ""
    try:
        rung = (await wrap_future(plugin.thread.submit(plugin.ready))).server.rung
    except Exception as error:
        wrong = " ".join(str(error).split()) or type(error).__name__
    return {"host": platform.node(), "rung": rung, "wrong": wrong}


def differences(wanted: Mapping[str, str], there: Mapping[str, str | None]) -> str:
    """Which versions differ, as text; "" if none."""
    unlike = [name for name, ours in wanted.items() if there.get(name) != ours]
    return "; ".join(f"{name} {there.get(name) or 'not installed'}, here {wanted[name]}" for name in unlike)
