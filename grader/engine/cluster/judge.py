"""What runs in a Dask worker process: one sandbox, the suites collected in it, and one judgement at a time."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import tempfile
import threading
import time
from asyncio import wrap_future
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import msgpack
from distributed import get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from grader.core.course import Exercise
from grader.core.errors import GraderError
from grader.engine.batch import lost_report, sandbox_of, suite_of, warm_judge
from grader.engine.cluster.bundle import Bundle, unpacked
from grader.engine.submission import Sandbox, Submission, environment, grade
from grader.sandbox.cores import Core
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession

IDLE_S = 900.0  # without work for so long, a worker lets its sandbox go: its client may have been killed


class JudgePlugin(WorkerPlugin):
    """The judge of one worker process, for one run of `grader grade`; nothing is started before it is needed.

    Dask sends it to every worker, also to one that joins later; the exercises travel in it.

    Args:
        run: the name of the run.
        bundles: content of an exercise by its hash.
        rung: which sandbox, as in `ForkServer`.
        wanted: the versions that the client has, see `grader.engine.submission.environment`.
        same_terminal: the worker belongs to the terminal of `grader grade`, whose Ctrl-C is for that alone.
    """

    def __init__(
        self, run: str, bundles: dict[str, bytes], rung: str, wanted: dict[str, str], same_terminal: bool
    ) -> None:
        self.name = run
        self.bundles = bundles
        self.rung = rung
        self.wanted = wanted
        self.same_terminal = same_terminal

    def setup(self, worker: Any) -> None:
        if self.same_terminal:
            signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which the sandbox would inherit
        # Everything happens in one thread that stays: bubblewrap dies with the thread that started it.
        self.thread = ThreadPoolExecutor(1, "judge")
        self.server: ForkServer | None = None
        self.core: Core | None = None
        self.folder: Path | None = None
        self.suites: dict[str, SuiteSession] = {}
        self.exercises: dict[str, Exercise] = {}
        self.used = time.monotonic()
        self.ended = threading.Event()
        threading.Thread(target=self._watch_idleness, daemon=True).start()

    def teardown(self, worker: Any) -> None:
        self.ended.set()
        if (server := self.server) is not None:
            server.close()  # now: what is being judged in it ends, and is judged elsewhere
        self.thread.submit(self._put_away)
        self.thread.shutdown(wait=False)

    def start(self) -> Sandbox:
        """The sandbox of this worker, started or restarted if need be.

        Raises:
            GraderError: other versions than the client's, or no sandbox on this machine.
        """
        self.used = time.monotonic()
        if self.ended.is_set():
            raise RuntimeError("this worker is about to end")
        if unlike := differences(self.wanted, environment()):
            raise GraderError(f"{unlike}; install the client's versions there")
        if self.server is None:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            warm_judge()
            self.folder = Path(tempfile.mkdtemp(prefix="gradebook-suites-"))
            self.core = Core()
            self.server = ForkServer(self.rung)
        elif not self.server.alive():
            self.server.restart()
        return sandbox_of(self.server)

    def _put_away(self) -> None:
        if self.server is not None:
            with suppress(OSError):
                self.server.close()
        if self.core is not None:
            self.core.release()
        for suite in self.suites.values():
            suite.close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.server, self.core, self.folder, self.suites, self.exercises = None, None, None, {}, {}

    def judge(self, order: bytes) -> dict[str, Any]:
        """What came of an order, see `judge`."""
        slug, bundle, suffix, content, salt = msgpack.unpackb(order)
        submission = Submission("", slug, Path())
        try:
            sandbox = self.start()
            exercise = self._exercise(slug, bundle)
            with tempfile.TemporaryDirectory(prefix="submission-", dir=self.folder) as place:
                submission = Submission("", slug, Path(place, slug + suffix))
                submission.path.write_bytes(content)
                report = grade(submission, exercise, suite_of(exercise, self.suites), sandbox, salt)
        except GraderError as error:
            return {"refused": f"{platform.node()}: {error}"}
        except Exception as error:  # as for a judge on this machine
            report = lost_report(submission, f"our failure: {type(error).__name__}: {error}"[:300])
        finally:
            self.used = time.monotonic()
        return {"report": report.as_dict()}

    def _exercise(self, slug: str, bundle: str) -> Exercise:
        if slug not in self.exercises:
            assert self.folder is not None
            folder = self.folder / bundle[:16] / slug
            unpacked(Bundle(bundle, self.bundles[bundle]), folder)
            self.exercises[slug] = Exercise(slug, folder)
        return self.exercises[slug]

    def _watch_idleness(self) -> None:
        while not self.ended.wait(IDLE_S / 10):
            if time.monotonic() - self.used > IDLE_S:
                with suppress(RuntimeError):  # shut down meanwhile
                    self.thread.submit(self._put_away_if_idle)

    def _put_away_if_idle(self) -> None:
        if time.monotonic() - self.used > IDLE_S:  # only now is it certain that nothing is being judged
            self._put_away()


def order(slug: str, bundle: str, suffix: str, content: bytes, salt: str) -> bytes:
    """Plain data for one judgement: exercise and the hash of its bundle, the notebook, salt. Whose it is,
    nobody needs.
    """
    return cast(bytes, msgpack.packb([slug, bundle, suffix, content, salt]))


def judge(run: str, orders: list[bytes]) -> str:
    """The task that Dask runs: JSON of `answers`, one an order, and of the time that they `took_s`.

    An answer has a `report`, or what is `refused` (one line for the person at the client).
    """
    plugin = cast(JudgePlugin, get_worker().plugins[run])
    begun = time.monotonic()
    answers = plugin.thread.submit(lambda: [plugin.judge(each) for each in orders]).result()
    return json.dumps({"answers": answers, "took_s": time.monotonic() - begun})


async def examine(run: str, dask_worker: Any) -> dict[str, Any]:
    """Start the sandbox of this worker and tell what it is: `host`, `rung`, and what is `wrong` ("" if
    nothing).
    """
    plugin = dask_worker.plugins[run]
    found = {"host": platform.node(), "rung": "", "wrong": ""}
    try:
        found["rung"] = (await wrap_future(plugin.thread.submit(plugin.start))).rung
    except Exception as error:
        found["wrong"] = " ".join(str(error).split()) or type(error).__name__
    return found


def differences(wanted: Mapping[str, str], there: Mapping[str, str | None]) -> str:
    """Which versions differ, as text; "" if none."""
    unlike = [name for name, ours in wanted.items() if there.get(name) != ours]
    return "; ".join(f"{name} {there.get(name) or 'not installed'}, here {wanted[name]}" for name in unlike)
