"""Judges on other machines: real schedulers and workers, on hosts of their own, that die, are cut off and come back."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support.cells import RIGHT, WRONG, eventually
from support.nonempty import nonempty
from support.paths import COURSE

import grader.engine.cluster.start as start
import grader.term.run
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.report import Report
from grader.engine.cluster import check_cluster, open_cluster
from grader.engine.cluster.bundle import packed, unpacked
from grader.engine.judges import open_local
from grader.exchange.intake.handed_in import Handed
from grader.exchange.intake.take_in import take_in
from grader.pages.write_results import write_reports
from grader.sandbox.inside.family import descendants
from grader.term.gradebook import open_gradebook
from grader.term.run import Batch, grade_class
from grader.term.standings import class_grades

pytest.importorskip("distributed", reason="without gradbook[cluster] there are no clusters")
pytest.importorskip("dask_jobqueue", reason="without gradbook[cluster] there are no clusters")

SLUG = "01_double"
STUDENTS = 24
QUICK_TO_NOTICE = {
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "6s",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "12s",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s",
}


# -- without any cluster ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["10.0.0.1:8786", "kubernetes", "http://here", ""])
def test_a_cluster_of_no_known_kind_is_one_line(where: str) -> None:
    """What may be said instead is in it."""
    with pytest.raises(GraderError, match="tcp://HOST:PORT of a running Dask scheduler, slurm or local"):
        check_cluster(where, 2)


@pytest.mark.parametrize(("where", "package"), [("local", "distributed"), ("slurm", "dask_jobqueue")])
def test_without_the_packages_the_remedy_is_named(where: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a plain `pip install gradbook`."""
    real = start.importlib.util.find_spec
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None if name == package else real(name))
    with pytest.raises(GraderError, match=r"is not installed; pip install 'gradbook\[cluster\]'"):
        check_cluster(where, 2)


@pytest.mark.parametrize(
    ("where", "jobs", "words"),
    [
        ("slurm", None, "--cluster slurm: say how many workers it may start: --jobs N"),
        ("tcp://10.0.0.1:8786", 4, "--jobs: tcp://10.0.0.1:8786 has the workers that were started for it; leave --jobs out"),
    ],
)
def test_a_number_of_jobs_that_does_not_go_with_the_cluster_is_one_line(where: str, jobs: int | None, words: str) -> None:
    """Slurm needs one, a running scheduler has its own."""
    with pytest.raises(GraderError, match=re.escape(words)):
        check_cluster(where, jobs)
    check_cluster(where, 4 if jobs is None else None)


def test_an_address_where_nobody_is_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """With how to start a scheduler."""
    monkeypatch.setattr(start, "CONNECT_S", 1)
    with pytest.raises(GraderError, match="no Dask scheduler answers there") as told, opened(f"tcp://127.0.0.1:{free_port()}"):
        pass
    assert "\n" not in str(told.value)


def test_a_bundle_holds_the_suite_and_its_data_but_no_answers(tmp_path: Path) -> None:
    """It comes out as it went in, in a folder that only its owner may enter; the same content has the same name."""
    folder = tmp_path / SLUG
    shutil.copytree(COURSE / "solutions" / SLUG, folder)
    (folder / "data").mkdir()
    (folder / "data" / "table.bin").write_bytes(b"\0\xff")
    bundle = packed(Exercise(SLUG, folder))
    for answer in ("correct", "wrong", "__pycache__"):
        (folder / answer).mkdir(exist_ok=True)
        (folder / answer / "one.py").write_text("x = 1")
    assert packed(Exercise(SLUG, folder)) == bundle
    unpacked(bundle, tmp_path / "there")
    there = {path.relative_to(tmp_path / "there").as_posix() for path in (tmp_path / "there").rglob("*") if path.is_file()}
    assert there == {"exercise.toml", "test_hidden.py", "data/table.bin"}
    assert (tmp_path / "there/data/table.bin").read_bytes() == b"\0\xff"
    assert stat.S_IMODE((tmp_path / "there").stat().st_mode) == 0o700
    (folder / "data" / "table.bin").write_bytes(b"\0\xfe")
    assert packed(Exercise(SLUG, folder)) != bundle


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", ""])
def test_a_bundle_writes_only_into_its_folder(name: str, tmp_path: Path) -> None:
    """Whatever paths it has."""
    import msgpack

    with pytest.raises(ValueError, match="leads out of the folder"):
        unpacked(msgpack.packb({name: b"x"}), tmp_path / "a")


def test_an_exercise_that_is_too_large_to_travel_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every worker would get all of it."""
    shutil.copytree(COURSE / "solutions" / SLUG, tmp_path / SLUG)
    monkeypatch.setattr("grader.engine.cluster.bundle.MAX_MB", 0)
    with pytest.raises(GraderError, match=f"{SLUG}: more than 0 MB"):
        packed(Exercise(SLUG, tmp_path / SLUG))


def test_a_slurm_job_starts_processes_of_one_thread_that_only_we_may_talk_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job script as dask-jobqueue writes it, from Dask's own settings; no Slurm has run it."""
    import dask

    monkeypatch.chdir(tmp_path)
    settings = {"queue": "teaching", "account": "dl101", "walltime": "02:00:00", "cores": 4}
    with dask.config.set({f"jobqueue.slurm.{name}": value for name, value in settings.items()}), start.slurm() as cluster:
        script = cluster.job_script()
        keys = list(tmp_path.glob(".gradbook-cluster-*/*"))
        assert all(stat.S_IMODE(key.stat().st_mode) == 0o600 for key in nonempty(keys))
        assert stat.S_IMODE(keys[0].parent.stat().st_mode) == 0o700
    for line in ("#SBATCH -p teaching", "#SBATCH -A dl101", "#SBATCH -t 02:00:00", "#SBATCH --cpus-per-task=4"):
        assert line in script
    assert "#SBATCH --mem=15G" in script
    words = script.split()
    for option, value in (("--nthreads", "1"), ("--nworkers", "4")):
        assert words[words.index(option) + 1] == value
    assert "--nanny" in words and "--tls-key" in words and " tls://" in script
    assert sys.executable in script
    assert not list(tmp_path.glob(".gradbook-cluster-*"))


# -- a class, and what it must come to --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> list[Handed]:
    """A class of one exercise; every third notebook has a mistake, every one takes a moment; two are no notebooks."""
    folder = tmp_path_factory.mktemp("class")
    for number in range(STUDENTS):
        cells = [*(WRONG if number % 3 == 0 else RIGHT), f"import time\ntime.sleep(0.3)\nwho = {number}"]
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        (folder / f"student{number:02}").mkdir()
        nbformat.write(notebook, folder / f"student{number:02}" / f"{SLUG}.ipynb")
    (folder / "torn").mkdir()
    (folder / "torn" / f"{SLUG}.ipynb").write_text('{"cells": [')
    (folder / "huge").mkdir()
    with open(folder / "huge" / f"{SLUG}.ipynb", "wb") as stream:
        stream.truncate(21 << 20)  # over the limit, so it is not sent
    return list(take_in(folder, Course(COURSE), folder).handed)


@pytest.fixture(scope="module")
def expected(handed: list[Handed], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Student → report, without timings, as this machine's own judges make it."""
    out = tmp_path_factory.mktemp("local")
    with open_gradebook(out / "gradebook.sqlite") as book:
        batch = grade_class(handed, Course(COURSE), lambda: open_local(jobs=2), book, False, lambda done, total: None)
        write_reports(class_grades(book, Course(COURSE)), out)
    assert batch.total == STUDENTS + 2 and not batch.left
    return written(out)


def written(out: Path) -> dict[str, str]:
    """Student → report, without timings."""
    found = {path.parent.name: json.loads(path.read_text()) for path in (out / "reports").glob(f"*/{SLUG}.json")}
    return {student: json.dumps({**report, "timings": None}, sort_keys=True) for student, report in found.items()}


@contextmanager
def opened(where: str, jobs: int | None = None, tell: Callable[[str], None] = lambda line: None) -> Iterator[Any]:
    with open_cluster(where, Course(COURSE), [SLUG], jobs, tell=tell) as cluster:
        yield cluster


@dataclass
class Counted:
    """How often each student's report was recorded."""

    records: Counter[str]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Counts what reaches the gradebook."""
    count = Counted(Counter())
    real = grader.term.run.record

    def record(book: Any, received: Any, suite: str, report: Report) -> None:
        count.records[received.key.student] += 1
        real(book, received, suite, report)

    monkeypatch.setattr(grader.term.run, "record", record)
    return count


def graded(
    where: str, handed: list[Handed], out: Path, at: dict[int, Callable[[], Any]] | None = None, jobs: int | None = None,
    look: Callable[[Any], None] = lambda cluster: None,
) -> Batch:  # fmt: skip
    """Grade into `out` on the cluster at `where`; `at` says what to do when so many are done."""
    events = dict(at or {})
    out.mkdir(exist_ok=True)

    @contextmanager
    def place() -> Iterator[Any]:
        with opened(where, jobs) as cluster:
            look(cluster)
            yield cluster

    def progress(done: int, total: int) -> None:
        for number in [number for number in events if number <= done]:
            events.pop(number)()

    with open_gradebook(out / "gradebook.sqlite") as book:
        batch = grade_class(handed, Course(COURSE), place, book, False, progress)
        write_reports(class_grades(book, Course(COURSE)), out)
    return batch


def check_as_expected(out: Path, expected: dict[str, str], counted: Counted) -> None:
    """Everybody has the report that this machine's judges give, recorded once."""
    assert written(out) == expected
    assert counted.records == dict.fromkeys(expected, 1)


# -- schedulers, workers, hosts ---------------------------------------------------------------------------------------


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Machine:
    """Where a process runs: this machine's own network, or a network namespace that stands for another host."""

    address: str
    namespace: str = ""
    link: str = ""

    def start(self, *words: str, folder: Path, **more: str) -> subprocess.Popen[bytes]:
        """`python -m distributed.cli.…` there, with patience for a slow host and none for a silent one."""
        inside = ["ip", "netns", "exec", self.namespace] if self.namespace else []
        command = [*inside, sys.executable, "-m", *words]
        with open(folder / "log.txt", "ab") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder, start_new_session=True,
                env={**os.environ, **QUICK_TO_NOTICE, **more},
            )  # fmt: skip

    def plug(self, state: str) -> None:
        """The cable of this host: "up" or "down"."""
        subprocess.run(["ip", "link", "set", self.link, state], check=True)


def kill_tree(pid: int) -> set[int]:
    """SIGKILL for a process and all that descends from it; their numbers."""
    victims = {pid, *descendants(pid)}
    for victim in victims:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    return victims


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


class Dask:
    """A scheduler and workers as processes of their own, that end with the test."""

    def __init__(self, machine: Machine, folder: Path, protocol: str = "tcp", **more: str) -> None:
        self.machine, self.folder, self.more = machine, folder, more
        self.port = free_port()
        self.where = f"{protocol}://{machine.address}:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self.start_scheduler()

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        words = ("distributed.cli.dask_scheduler", "--host", self.where, "--no-dashboard")
        self.processes.append(self.machine.start(*words, folder=self.folder, **self.more))
        return self.processes[-1]

    def worker(self, machine: Machine, count: int = 1, threads: int = 1, **more: str) -> subprocess.Popen[bytes]:
        """A nanny, or `count` of them in one process, with a worker process each."""
        words = (
            "distributed.cli.dask_worker", self.where, "--host", machine.address, "--nthreads", str(threads),
            "--nworkers", str(count), "--no-dashboard", "--local-directory", str(self.folder), "--death-timeout", "120",
        )  # fmt: skip
        self.processes.append(machine.start(*words, folder=self.folder, **more))
        return self.processes[-1]

    def wait(self, workers: int) -> None:
        """Until so many workers are there."""
        from distributed import Client

        end = time.monotonic() + 90
        while time.monotonic() < end:
            with suppress(OSError, TimeoutError), Client(self.where, timeout=2) as client:
                client.wait_for_workers(workers, timeout=60)
                return
        raise AssertionError((self.folder / "log.txt").read_text()[-2000:])

    def close(self) -> None:
        for process in self.processes:
            kill_tree(process.pid)
            process.wait(timeout=30)


@pytest.fixture
def here() -> Machine:
    """This machine."""
    return Machine("127.0.0.1")


@pytest.fixture
def dask_here(here: Machine, tmp_path: Path) -> Iterator[Dask]:
    """A scheduler on this machine, without workers, that blames a task for the first worker it loses with it."""
    folder = tmp_path / "dask"
    folder.mkdir()
    running = Dask(here, folder, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    yield running
    running.close()


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[tuple[Dask, list[Machine]]]:
    """A scheduler here and two hosts: network namespaces with a cable each to one switch."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("only root can make network namespaces, with the command ip")
    number = os.getpid() % 200 + 20
    switch, prefix = f"gbsw{number}", f"10.213.{number}"
    machines: list[Machine] = []
    with ExitStack() as stack:
        try:
            ip("link", "add", switch, "type", "bridge")
            stack.callback(subprocess.run, ["ip", "link", "del", switch], capture_output=True)
            ip("address", "add", f"{prefix}.1/24", "dev", switch)
            ip("link", "set", switch, "up")
            for letter, last in (("a", 2), ("b", 3)):
                name, link = f"gb{number}{letter}", f"gbv{number}{letter}"
                ip("netns", "add", name)
                stack.callback(subprocess.run, ["ip", "netns", "del", name], capture_output=True)
                ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name)
                stack.callback(subprocess.run, ["ip", "link", "del", link], capture_output=True)
                ip("link", "set", link, "master", switch, "up")
                ip("-n", name, "address", "add", f"{prefix}.{last}/24", "dev", "eth0")
                ip("-n", name, "link", "set", "eth0", "up")
                ip("-n", name, "link", "set", "lo", "up")
                machines.append(Machine(f"{prefix}.{last}", name, link))
        except subprocess.CalledProcessError as error:
            pytest.skip(f"this machine allows no network namespaces: {error.stderr.decode()}")
        folder = tmp_path / "dask"
        folder.mkdir()
        running = Dask(Machine(f"{prefix}.1"), folder)
        stack.callback(running.close)
        yield running, machines


def worker_processes(nanny: subprocess.Popen[bytes]) -> list[int]:
    """The worker processes below a nanny: those that hold a sandbox."""
    found = []
    for pid in descendants(nanny.pid):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


# -- clusters that hold -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_cluster_on_this_machine_gives_the_same_reports(
    handed: list[Handed], expected: dict[str, str], counted: Counted, tmp_path: Path
) -> None:
    """`--cluster local`; few are under way at once, and no process and no folder stays behind."""
    before, folders = set(descendants(os.getpid())), set(Path("/tmp").glob("gradebook-suites-*"))
    seen: list[int] = []

    def look(cluster: Any) -> None:
        real = cluster.client.submit

        def submit(*args: Any, **more: Any) -> Any:
            seen.append(sum(future.status == "pending" for future in cluster.client.futures.values()))
            return real(*args, **more)

        cluster.client.submit = submit

    graded("local", handed, tmp_path / "out", jobs=2, look=look)
    check_as_expected(tmp_path / "out", expected, counted)
    assert len(seen) == STUDENTS + 2 and max(seen) < 6
    left = {pid for pid in descendants(os.getpid()) if pid not in before}
    names = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left if alive(pid)}
    assert not [name for name in names.values() if b"resource_tracker" not in name and b"forkserver" not in name]
    assert set(Path("/tmp").glob("gradebook-suites-*")) <= folders


@pytest.mark.slow
def test_a_stop_ends_soon_and_the_same_command_goes_on(
    handed: list[Handed], expected: dict[str, str], counted: Counted, dask_here: Dask, here: Machine, tmp_path: Path
) -> None:
    """After Ctrl-C what is under way is finished and kept, and the workers can be used again."""
    dask_here.worker(here, 2)
    dask_here.wait(2)
    batch = graded(dask_here.where, handed, tmp_path / "out", {5: lambda: os.kill(os.getpid(), signal.SIGINT)})
    done = batch.total - batch.left
    assert batch.stopped and 5 <= done <= 5 + 3 * 2
    again = graded(dask_here.where, handed, tmp_path / "out")
    assert again.kept >= done - 1  # the file that cannot be read is judged every time
    assert written(tmp_path / "out") == expected
    assert set(counted.records) == set(expected) and max(counted.records.values()) <= 2
    assert [student for student, count in counted.records.items() if count == 2] in ([], ["huge"])


@pytest.mark.slow
def test_ctrl_c_in_the_terminal_of_a_local_cluster_is_for_the_grader_alone(handed: list[Handed], tmp_path: Path) -> None:
    """A terminal sends it to the whole process group; the workers go on, so what is under way is finished."""
    program = f"""
from pathlib import Path
from grader.engine.cluster import open_cluster
from grader.core.course import Course
from grader.term.gradebook import open_gradebook
from grader.exchange.intake.take_in import take_in
from grader.term.run import grade_class
course = Course(Path({str(COURSE)!r}))
handed = take_in(Path({str(handed[0].path.parents[1])!r}), course, Path("out")).handed
with open_gradebook(Path("book.sqlite")) as book:
    batch = grade_class(
        handed, course, lambda: open_cluster("local", course, ["{SLUG}"], 2), book, False,
        lambda done, total: print("done", done, flush=True),
    )
print("stopped" if batch.stopped else "finished", batch.total - batch.left, flush=True)
"""
    (tmp_path / "out").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None and process.stderr is not None
        for line in process.stdout:
            if line == "done 5\n":
                os.killpg(process.pid, signal.SIGINT)
                break
        rest = process.stdout.read()
        assert process.wait(timeout=60) == 0 and process.stderr.read() == ""
    finally:
        kill_tree(process.pid)
        process.communicate()
    assert rest.splitlines()[-1] in {f"stopped {count}" for count in range(6, 5 + 3 * 2 + 1)}


@pytest.mark.slow
def test_a_scheduler_with_certificates_talks_only_to_those_who_have_one(
    handed: list[Handed], here: Machine, tmp_path: Path
) -> None:
    """`tls://`, with the certificates of Dask's own settings, at the scheduler, the worker and the client."""
    folder = tmp_path / "dask"
    folder.mkdir()
    start._certificate(folder)
    settings = {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True"}
    for part in ("ca_file", "scheduler_key", "scheduler_cert", "worker_key", "worker_cert"):
        name = part.upper().replace("_KEY", "__KEY").replace("_CERT", "__CERT")
        settings[f"DASK_DISTRIBUTED__COMM__TLS__{name}"] = str(folder / f"{part}.pem")
    import dask

    running = Dask(here, folder, protocol="tls", **settings)
    try:
        running.worker(here, **settings)
        with pytest.raises(GraderError, match="no Dask scheduler answers there"), opened(running.where):
            pass
        assert eventually(lambda: "Registered to" in (folder / "log.txt").read_text())
        few = handed[:3]
        ours = {"ca-file": folder / "ca_file.pem", "client.key": folder / "client_key.pem", "client.cert": folder / "client_cert.pem"}
        with (
            dask.config.set({f"distributed.comm.tls.{name}": str(path) for name, path in ours.items()}),
            open_gradebook(tmp_path / "gradebook.sqlite") as book,
            opened(running.where) as cluster,
        ):
            kept_open = nullcontext(cluster)
            batch = grade_class(few, Course(COURSE), lambda: kept_open, book, False, lambda done, total: None)
        assert batch.total == 3 and not batch.left and not batch.ungraded
    finally:
        running.close()


# -- workers that are not fit -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_workers_that_are_not_fit_are_told_in_a_line_for_each_host(dask_here: Dask, tmp_path: Path) -> None:
    """One has another version of the grader, one has two threads; the third, which is fit, is not mentioned."""
    (tmp_path / "fake" / "gradbook-9.9.dist-info").mkdir(parents=True)
    (tmp_path / "fake" / "gradbook-9.9.dist-info" / "METADATA").write_text("Name: gradbook\nVersion: 9.9\n")
    dask_here.worker(Machine("127.0.0.2"), PYTHONPATH=str(tmp_path / "fake"))
    dask_here.worker(Machine("127.0.0.3"), threads=2)
    dask_here.worker(Machine("127.0.0.4"))
    dask_here.wait(3)
    lines: list[str] = []
    with pytest.raises(GraderError, match="not fit to judge: 127.0.0.") as told, opened(dask_here.where, tell=lines.append):
        pass
    assert "\n" not in str(told.value)
    assert sorted(line.split(":")[0] for line in lines) == ["127.0.0.2", "127.0.0.3"]
    assert [line for line in lines if "gradbook 9.9, here" in line]
    assert [line for line in lines if "2 threads; start it with --nthreads 1" in line]


@pytest.mark.slow
def test_a_host_without_a_sandbox_is_told_before_anything_is_judged(dask_here: Dask, here: Machine, tmp_path: Path) -> None:
    """A worker there says why no rung can be had."""
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "sitecustomize.py").write_text(
        "import grader.sandbox.forkserver as f\ndef none(*_): raise OSError('not on this host')\nf.launch = none\n"
    )
    dask_here.worker(here, PYTHONPATH=str(tmp_path / "fake"))
    dask_here.wait(1)
    lines: list[str] = []
    with pytest.raises(GraderError, match="not fit to judge"), opened(dask_here.where, tell=lines.append):
        pass
    assert len(lines) == 1 and "no sandbox on this machine" in lines[0] and "not on this host" in lines[0]


@pytest.mark.slow
def test_a_worker_of_another_version_that_joins_later_judges_nothing(
    handed: list[Handed], expected: dict[str, str], counted: Counted, dask_here: Dask, here: Machine, tmp_path: Path
) -> None:
    """The run ends with a line that names its host; without it the same command goes on."""
    (tmp_path / "fake" / "gradbook-9.9.dist-info").mkdir(parents=True)
    (tmp_path / "fake" / "gradbook-9.9.dist-info" / "METADATA").write_text("Name: gradbook\nVersion: 9.9\n")
    dask_here.worker(here)
    dask_here.wait(1)
    late: list[subprocess.Popen[bytes]] = []

    def join() -> None:
        late.append(dask_here.worker(here, PYTHONPATH=str(tmp_path / "fake")))
        dask_here.wait(2)

    with pytest.raises(GraderError, match=f"{os.uname().nodename}: gradbook 9.9, here .*; install"):
        graded(dask_here.where, handed, tmp_path / "out", {3: join})
    kill_tree(late[0].pid)
    batch = graded(dask_here.where, handed, tmp_path / "out")
    assert batch.kept >= 3 and written(tmp_path / "out") == expected


@pytest.mark.slow
def test_a_scheduler_without_workers_is_one_line(dask_here: Dask, monkeypatch: pytest.MonkeyPatch) -> None:
    """With how to start some."""
    monkeypatch.setattr(start, "PATIENCE_S", 1)
    with pytest.raises(GraderError, match="the scheduler has no workers; start some on every machine"), opened(dask_here.where):
        pass


# -- clusters that die ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_killed_workers_cost_nothing_and_blame_nobody(
    handed: list[Handed], expected: dict[str, str], counted: Counted, dask_here: Dask, here: Machine, tmp_path: Path
) -> None:
    """SIGKILL for a worker process, three times; the scheduler gives its tasks up at once, and their sandboxes are gone."""
    nanny = dask_here.worker(here, 2)
    dask_here.wait(2)
    families: set[int] = set()

    def kill_one() -> None:
        victim = worker_processes(nanny)[0]
        families.update(descendants(victim))
        os.kill(victim, signal.SIGKILL)

    graded(dask_here.where, handed, tmp_path / "out", {4: kill_one, 10: kill_one, 16: kill_one})
    check_as_expected(tmp_path / "out", expected, counted)
    assert eventually(lambda: not any(alive(pid) for pid in nonempty(families)))


@pytest.mark.slow
def test_a_notebook_whose_worker_dies_each_time_is_ungraded(
    handed: list[Handed], dask_here: Dask, here: Machine, tmp_path: Path
) -> None:
    """It is tried alone in the end; there is no score, and the report says that it was our failure."""
    nanny = dask_here.worker(here)
    dask_here.wait(1)
    ended = threading.Event()

    def kill_again_and_again() -> None:
        before: set[int] = set()
        while not ended.wait(0.05):
            for pid in worker_processes(nanny):
                judged = [p for p in descendants(pid) if p not in before]
                if len(judged) > 4:  # bubblewrap's two, the fork server, and now a supervisor and a student's process
                    os.kill(pid, signal.SIGKILL)
                    before.update(judged)

    killer = threading.Thread(target=kill_again_and_again)
    killer.start()
    try:
        batch = graded(dask_here.where, [one for one in handed if one.student == "student01"], tmp_path / "out")
    finally:
        ended.set()
        killer.join()
    (report,) = batch.ungraded
    assert "our failure: the judge process died each time" in str(report.problem)


@pytest.mark.slow
def test_a_host_that_dies_costs_nothing(
    handed: list[Handed], expected: dict[str, str], counted: Counted, hosts: tuple[Dask, list[Machine]], tmp_path: Path
) -> None:
    """Nanny, workers, sandboxes of one host are killed in one moment, its cable is out: the other host does the rest."""
    running, (one, other) = hosts
    doomed = running.worker(one, 2)
    running.worker(other, 1)
    running.wait(3)
    victims: set[int] = set()

    def power_cut() -> None:
        one.plug("down")
        victims.update(kill_tree(doomed.pid))

    graded(running.where, handed, tmp_path / "out", {5: power_cut})
    check_as_expected(tmp_path / "out", expected, counted)
    doomed.wait(timeout=30)
    assert eventually(lambda: not any(alive(pid) for pid in nonempty(victims)))


@pytest.mark.slow
def test_a_host_that_is_cut_off_and_comes_back_is_not_counted_twice(
    handed: list[Handed], expected: dict[str, str], counted: Counted, hosts: tuple[Dask, list[Machine]], tmp_path: Path
) -> None:
    """Its cable is out for longer than the scheduler waits for a sign of life; meanwhile it goes on judging."""
    running, (one, other) = hosts
    running.worker(one, 1)
    running.worker(other, 1)
    running.wait(2)
    plugged: list[float] = []

    def cut() -> None:
        one.plug("down")
        back = threading.Timer(12, lambda: (one.plug("up"), plugged.append(time.monotonic())))
        back.daemon = True
        back.start()

    graded(running.where, handed, tmp_path / "out", {5: cut})
    check_as_expected(tmp_path / "out", expected, counted)
    assert "failed to heartbeat" in (running.folder / "log.txt").read_text()
    assert eventually(lambda: bool(plugged)) or eventually(lambda: bool(plugged))
    graded(running.where, handed, tmp_path / "again")  # with both, or with the one that is there
    assert written(tmp_path / "again") == expected


@pytest.mark.slow
def test_a_scheduler_that_dies_is_one_line_and_the_same_command_goes_on(
    handed: list[Handed], expected: dict[str, str], counted: Counted, dask_here: Dask, here: Machine, tmp_path: Path
) -> None:
    """What was judged is in the gradebook; with a new scheduler at the same address the rest is done, nothing twice."""
    dask_here.worker(here, 2)
    dask_here.wait(2)
    with pytest.raises(GraderError, match="the scheduler is gone; what was judged is kept") as told:
        graded(dask_here.where, handed, tmp_path / "out", {7: lambda: kill_tree(dask_here.scheduler.pid)})
    assert "\n" not in str(told.value)
    done = sum(counted.records.values())
    assert done >= 7
    dask_here.scheduler.wait(timeout=30)
    dask_here.scheduler = dask_here.start_scheduler()
    dask_here.worker(here, 2)
    dask_here.wait(1)
    batch = graded(dask_here.where, handed, tmp_path / "out")
    assert batch.kept >= done - 1
    assert written(tmp_path / "out") == expected
    assert [student for student, count in counted.records.items() if count == 2] in ([], ["huge"])


@pytest.mark.slow
def test_when_all_workers_are_gone_it_waits_and_then_says_so(
    handed: list[Handed], counted: Counted, dask_here: Dask, here: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line with the remedy; what was judged is kept."""
    monkeypatch.setattr(start, "GONE_S", 3)
    nanny = dask_here.worker(here)
    dask_here.wait(1)
    with pytest.raises(GraderError, match="no worker for 3 s; what was judged is kept: start workers"):
        graded(dask_here.where, handed, tmp_path / "out", {2: lambda: kill_tree(nanny.pid)})
    assert sum(counted.records.values()) >= 2
