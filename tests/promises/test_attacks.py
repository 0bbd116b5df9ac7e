"""Hostile notebooks: no point is gained, nothing is read, nothing is left behind, and the grader still gives a verdict.

Each file `attacks/<group>/<name>.py` is a notebook. The last lines of its docstring say what an honest reading of it earns:

    Added to: right answers | wrong answers | nothing    the cells that run before it
    Score: 0 | full | <number>                           the points
    Status: <question> <status>                          of a question
    Says: <words>                                        in a hidden test's message: which limit was hit
    Hides: <words>                                       never in the report
    Loot: none                                           what it collected in `loot`
    With: <limit>=<value>                                in place of the limit in LIMITS
    Pace: slow                                           only in `make test-all`

`make test` tries each behind bubblewrap and, of those that are about the judge, every fifth on Landlock too.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import resource
import shutil
import socket
import sysconfig
import threading
import time
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from _pytest.mark.structures import ParameterSet
from msgspec import structs
from support.cells import (
    COUNTER,
    DOUBLE,
    QUICK,
    RIGHT,
    WRONG,
    GradeCells,
    eventually,
    family,
    judge_of,
    opened,
)
from support.paths import COURSE, ROOT, TESTS

import grader.sandbox.inside
from grader.core.course import Course, Exercise, installed_course
from grader.core.course_settings import Limits
from grader.core.errors import GraderError
from grader.core.notebook import Notebook
from grader.core.report import Report
from grader.core.script_cells import script_cells
from grader.engine.submission import Submission
from grader.exchange.intake.take_in import take_in
from grader.sandbox.forkserver import ForkServer
from grader.suite.exceptions import StudentFailure
from grader.suite.session import SuiteSession

FOLDER = TESTS / "attacks"
ATTACKS = sorted(path.relative_to(FOLDER).as_posix()[:-3] for path in FOLDER.glob("*/*.py"))
GROUPS = {"contaminating", "exhausting", "forging", "outliving", "overloading", "reaching", "reading"}
KEYS = {"Added to", "Score", "Status", "Says", "Hides", "Loot", "With", "Pace"}
BASES = {"right answers": RIGHT, "wrong answers": WRONG, "nothing": []}
LIMITS = Limits(
    call_cpu_s=0.2, cell_cpu_s=0.4, submission_cpu_s=1.5, wall_factor=1.0, wall_extra_s=0.6, memory_mb=256, tmp_mb=8,
    file_mb=8, processes=24, descriptors=64,
)  # fmt: skip
JUDGE_CPU_S, JUDGE_MB = 30.0, 700  # what an answer may cost the judge; the largest right one costs about half a gigabyte
SLACK_S = 8.0  # of CPU time: the looks that are taken every quarter of a second
PATIENCE_S = 300.0  # far away: how long something takes depends on what else the machine is doing
CANARY = "CANARY-5b1d0f6e"
MARK = f"{31_000_000 + os.getpid()}.5"  # seconds that a program left behind would sleep: its name among all processes
SHARED = ["/tmp", "/dev/shm", "/dev", "/", "/var/tmp", "/etc", "/opt", "/inside", "/packages", "/root"]
PROBE = """
import importlib.util, os
def _seen(place):
    try: return [f'{place}/{name}' for name in os.listdir(place) if 'mallory' in name]
    except OSError: return []
found = [path for place in (os.environ['HOME'], *SHARED) for path in _seen(place)]
found += ['module'] if importlib.util.find_spec('planted_by_mallory') else []
assert not found, found"""


@dataclass(frozen=True)
class Attack:
    """One hostile notebook: its cells, and what its docstring says of it."""

    name: str
    sentence: str
    cells: list[str]
    expected: dict[str, list[str]]

    def one(self, key: str, default: str = "") -> str:
        return self.expected.get(key, [default])[0]


def attack_from(name: str) -> Attack:
    """The attack in `attacks/<name>.py`."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    sentence, _, lines = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")
    expected: dict[str, list[str]] = {}
    for line in lines.splitlines():
        key, _, value = line.partition(": ")
        expected.setdefault(key, []).append(value)
    return Attack(name, sentence, [source for _, source in script_cells(text)], expected)


@dataclass(frozen=True)
class World:
    """Everything around a submission that has a secret in it, or could be harmed."""

    root: Path
    exercise: Exercise
    suite: SuiteSession
    names: dict[str, object]

    def cells(self, server: ForkServer) -> list[str]:
        """What every attack knows: the names above and the toolkit."""
        streams = [server.path, str(self.root / "stream"), "/var/run/docker.sock", "/run/dbus/system_bus_socket"]
        names = {**self.names, "STREAMS": streams, "NEIGHBOUR": server.zygote.process.pid}
        known = "\n".join(f"{name} = {value!r}" for name, value in names.items())
        return [known, (FOLDER / "toolkit.py").read_text(encoding="utf-8")]

    def snapshot(self) -> dict[str, tuple[int, ...]]:
        """Size, rights, owner and time of change of everything that a notebook must leave alone."""
        found = {}
        places = [self.root, Path(grader.sandbox.inside.__file__).parent, *(Path(str(module.__file__)).parent for module in (np, torch))]
        for place in places:
            for path in [place, *(place.rglob("*") if place in places[:2] else place.iterdir())]:
                with contextlib.suppress(FileNotFoundError):
                    info = path.lstat()
                    found[str(path)] = (info.st_size, info.st_mode, info.st_uid, info.st_mtime_ns)
        return {path: info for path, info in found.items() if "__pycache__" not in path}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A course, a neighbour, a gradebook, a home folder and an environment with a canary in each; open doors on every side."""
    root = tmp_path_factory.mktemp("world")
    shutil.copytree(COURSE, root / "course")
    with (root / "course/solutions/01_double/test_hidden.py").open("a") as stream:
        stream.write(f"\n\nEXPECTED_VALUES = ['{CANARY}-suite']\n")
    neighbour = root / "submissions/neighbour/01_double.ipynb"
    secrets = {
        neighbour: "neighbour", root / "home/.ssh/id_ed25519": "home", root / "out/gradebook.sqlite": "gradebook",
        root / "out/reports/neighbour/01_double.json": "report",
    }  # fmt: skip
    for path, name in secrets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{CANARY}-{name}")
    victim = root / "victim/file"
    victim.parent.mkdir()
    victim.write_text(f"{CANARY}-victim")
    if os.geteuid() == 0:  # workers run as nobody then: what nobody owns is theirs to lose
        os.chown(victim, 65534, 65534)
        os.chown(victim.parent, 65534, 65534)
    exercise = Course(root / "course").exercises["01_double"]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with contextlib.ExitStack() as open_doors, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADEBOOK_CANARY_SECRET", f"{CANARY}-environment")
        made = {kind: open_doors.enter_context(socket.socket(family, how)) for kind, family, how in (
            ("tcp", socket.AF_INET, socket.SOCK_STREAM), ("stream", socket.AF_UNIX, socket.SOCK_STREAM),
            ("datagram", socket.AF_UNIX, socket.SOCK_DGRAM), ("abstract", socket.AF_UNIX, socket.SOCK_STREAM),
            ("abstract datagram", socket.AF_UNIX, socket.SOCK_DGRAM),
        )}  # fmt: skip
        made["tcp"].bind(("127.0.0.1", 0))
        made["abstract"].bind(f"\0gradebook-stream-{os.getpid()}")
        made["abstract datagram"].bind(f"\0gradebook-datagram-{os.getpid()}")
        for kind in ("stream", "datagram"):
            made[kind].bind(str(root / kind))
            os.chmod(root / kind, 0o777)
        for kind in ("tcp", "stream", "abstract"):
            made[kind].listen()
        master, terminal = os.openpty()
        installed = [str(place / "solutions" / "course.toml") for place in [installed_course()] if place]
        names: dict[str, object] = {
            "SECRETS": [*map(str, secrets), str(exercise.hidden_suite), str(exercise.notebook), *installed],
            "JUDGE": os.getpid(), "JUDGE_HOME": str(root / "home"), "REPOSITORY": str(ROOT), "VICTIM": str(victim),
            "PORT": made["tcp"].getsockname()[1], "DATAGRAMS": [str(root / "datagram"), "/dev/log", "/run/systemd/journal/socket"],
            "ABSTRACT": [made["abstract"].getsockname().decode(), made["abstract datagram"].getsockname().decode()],
            "TERMINAL": os.ttyname(terminal), "MARK": MARK, "SHARED": SHARED,
        }  # fmt: skip
        suite = SuiteSession(exercise.hidden_suite)
        yield World(root, exercise, suite, names)
        suite.close()
        for fd in (master, terminal):
            os.close(fd)


def graded(world: World, server: ForkServer, cells: list[str], limits: Limits) -> Report:
    exercise = replace(world.exercise)
    vars(exercise)["_read"] = (structs.replace(exercise.settings, limits=limits), None)  # as if exercise.toml said so
    notebook = Notebook(tuple(enumerate(cells, 1)), "digest")
    return judge_of(exercise, world.suite, server).grade_notebook(Submission("mallory", exercise.slug, Path()), notebook)


def limits_of(attack: Attack) -> Limits:
    changes = dict(change.split("=") for change in attack.expected.get("With", []))
    return structs.replace(LIMITS, **{name: type(getattr(LIMITS, name))(value) for name, value in changes.items()})


def left_running(server: ForkServer) -> list[int]:
    """Processes of a worker's that are not below the fork server any more."""
    marks = [MARK.encode(), str(server.folder).encode()]
    mine = {server.zygote.process.pid, *family(server)}
    running = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit() and int(entry.name) not in mine]
    return [int(entry.name) for entry in running if any(mark in _cmdline(entry) for mark in marks)]


def by_mallory() -> list[str]:
    """Files of an attack's in the folders that all programs of this machine share."""
    places = ["/tmp", "/dev/shm", "/var/tmp", "/", os.getcwd(), sysconfig.get_path("purelib"), sysconfig.get_path("stdlib")]
    found = [Path(place) / name for place in places if os.path.isdir(place) for name in os.listdir(place)]
    return [str(path) for path in found if "mallory" in path.name or path.name in ("sitecustomize.py", "usercustomize.py")]


def peak_mb() -> float:
    """The most memory that this process, the judge, has had in use."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


def judge_cpu_s() -> float:
    """CPU seconds of this process and of the children that it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


# On Landlock, `make test` tries what its walls have to stop, and every fifth attack on the judge, which are the same behind both.
WALLS = {"contaminating", "outliving", "reaching", "reading"}
ON_BOTH = {name for group in GROUPS for name in [n for n in ATTACKS if n.split("/")[0] == group][:: 1 if group in WALLS else 5]}


def _attacks() -> list[ParameterSet]:
    """Each attack on each rung; those that only `make test-all` tries are marked."""
    cases = []
    for name in ATTACKS:
        slow = "Pace" in attack_from(name).expected
        cases.append(pytest.param("forkserver", name, id=f"bwrap-{name}", marks=[pytest.mark.slow] * slow))
        slow |= name not in ON_BOTH
        cases.append(pytest.param("landlock_server", name, id=f"landlock-{name}", marks=[pytest.mark.slow] * slow))
    return cases


@pytest.mark.no_cover
@pytest.mark.parametrize(("server", "name"), _attacks(), indirect=["server"])
def test_an_attack_costs_at_most_itself(server: ForkServer, name: str, world: World) -> None:
    """The score is what an honest reading earns; no secret comes out, nothing stays, and the next notebook has full marks."""
    attack, before, files, planted = attack_from(name), family(server), world.snapshot(), by_mallory()
    limits = limits_of(attack)
    ending = ["assert not loot, repr(loot)[:400]"] if "Loot" in attack.expected else []
    cells = [*world.cells(server), *BASES[attack.one("Added to")], *attack.cells, *ending]
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak is the present size
    before_mb, begun, cpu_s = peak_mb(), time.monotonic(), judge_cpu_s()
    report = graded(world, server, cells, limits)
    took_s, cpu_s, more_mb = time.monotonic() - begun, judge_cpu_s() - cpu_s, peak_mb() - before_mb

    shown = json.dumps(report.as_dict(), ensure_ascii=False)
    messages = [f"{test.status}: {test.message} {test.diagnosis}" for question in report.questions for test in question.tests]
    messages += [f"{cell.status}: {cell.error}" for cell in report.cells if cell.error]
    wanted = report.max_score if attack.one("Score") == "full" else float(attack.one("Score"))
    assert (report.status, report.score) == ("graded", wanted), (messages, report.cells)
    for line in attack.expected.get("Status", []):
        question, _, status = line.partition(" ")
        assert [q.status for q in report.questions if q.name == question] == [status], messages
    for words in attack.expected.get("Says", []):
        assert any(words in message for message in messages), messages
    for words in (CANARY, "def test_", "close(student", "rng.", *attack.expected.get("Hides", [])):
        assert words not in shown
    if ending:
        assert report.cells[-1].status == "passed", report.cells[-1].error
    assert report.sandbox == {"rung": server.rung, "limits": limits.as_dict()}
    assert took_s < PATIENCE_S
    assert report.timings["worker_cpu_s"] < limits.submission_cpu_s + SLACK_S
    assert cpu_s < JUDGE_CPU_S and more_mb < JUDGE_MB, (cpu_s, more_mb)

    assert eventually(lambda: family(server) <= before) and not left_running(server)
    assert world.snapshot() == files and by_mallory() == planted
    home = server.homes
    assert home is None or not list(home.glob("home-*"))
    after = graded(world, server, [f"SHARED = {SHARED!r}", *RIGHT, PROBE], QUICK)
    assert (after.status, after.score) == ("graded", after.max_score) and after.cells[-1].status == "passed", after


def test_there_are_many_attacks_and_each_says_what_to_expect() -> None:
    """At least sixty files in six groups, each with a sentence, a base, a score and no word outside the vocabulary."""
    assert len(ATTACKS) >= 60
    assert {name.split("/")[0] for name in ATTACKS} == GROUPS
    assert min(Tally(name.split("/")[0] for name in ATTACKS).values()) >= 8
    for attack in map(attack_from, ATTACKS):
        assert re.fullmatch(r"[A-Z].*\.", attack.sentence) and attack.cells, attack.name
        assert set(attack.expected) <= KEYS and {"Added to", "Score"} <= set(attack.expected), attack.name
        assert attack.one("Added to") in BASES and re.fullmatch(r"full|\d", attack.one("Score")), attack.name


def test_the_documents_name_every_group_of_attacks() -> None:
    """`docs/security.md` has a row for each folder of attacks."""
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    for group in GROUPS:
        assert f"tests/attacks/{group}" in text


SOCKETS = (FOLDER / "toolkit.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "reply",
    ["[np.zeros(2), None]", "['error', {'line': np.zeros(2), 'kinds': ['E'], 'message': ''}]", "['error', {'message': deep}]",
     "[1, 2, 3]", "5", "{'a': 1, 'b': 2}", "['ok', {'kinds': {}}]", "['ok', {'kinds': [np.zeros(2)], 'message': 5, 'line': deep}]"],
)  # fmt: skip
def test_a_forged_reply_to_a_cell_does_not_break_the_judge(reply: str, grade_cells: GradeCells) -> None:
    """Whatever is written in place of a cell's result, there is a graded report."""
    forge = f"""
import _gradbook_inside.codec as c, numpy as np
deep = None
for _ in range(25): deep = [deep]
shout(c.pack({reply}))"""
    report = grade_cells([*WRONG, SOCKETS, forge])
    assert report.status == "graded" and report.score == 0.0


def test_hostile_calls_cost_only_their_own_question(grade_on: GradeCells, server: ForkServer) -> None:
    """A `double` that writes junk loses its points, and honest answers elsewhere keep theirs."""
    cells = [SOCKETS, "def double(x):\n    shout(b'junk' * 9)\n    return 2 * x", *RIGHT[1:]]
    report = grade_on(server, cells)
    assert {q.name: q.score for q in report.questions} == {"double": 0.0, "Counter": 1.0, "apply": 1.0}


def test_a_daemon_is_gone_after_the_grading(server: ForkServer) -> None:
    """A process that left its session by forking twice dies with the worker."""
    cell = f"import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.execv('/bin/sleep', ['sleep', '{MARK}'])\n    os._exit(0)"

    def alive() -> bool:
        return any(MARK.encode() in _cmdline(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit())

    with opened(server, [cell, DOUBLE]) as (student, _):
        assert student.double(2) == 4
        assert eventually(alive)
    assert not alive()


def _cmdline(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


def test_a_fork_bomb_is_bounded_and_cleared_away(server: ForkServer) -> None:
    """Children that fork children meet the limit, other notebooks are served, and nothing is left."""
    assert eventually(lambda: len(family(server)) <= 2)
    before = family(server)
    bomb = "import os, time\ndef bomb():\n    n = 0\n    while True:\n        try: os.fork()\n        except OSError: n += 1; time.sleep(0.01)"
    with opened(server, [bomb], LIMITS) as (student, _):
        with pytest.raises(StudentFailure):
            student.bomb()
        assert len(family(server) - before) <= LIMITS.processes + 4
    assert eventually(lambda: family(server) <= before)
    with opened(server, [DOUBLE]) as (student, _):
        assert student.double(4) == 8


def test_a_fork_bomb_leaves_its_neighbour_room_for_processes(server: ForkServer) -> None:
    """Processes are counted for each notebook alone, so that one that has used them up does not stop another."""
    if server.rung == "landlock" and os.geteuid() != 0:
        pytest.skip("without root all workers are one user, and the kernel counts processes by user")
    greedy = "import os, time\ntry:\n    while os.fork(): pass\n    time.sleep(100)\nexcept OSError: full = True\ndef get(): return full"
    modest = "import subprocess\ndef get(): return subprocess.run(['/bin/echo', 'x'], capture_output=True).stdout == b'x\\n'"
    with opened(server, [greedy]) as (student, _), opened(server, [modest]) as (neighbour, _):
        assert student.get() is True
        assert neighbour.get() is True


def test_two_notebooks_share_no_files_and_cannot_stop_each_other(server: ForkServer) -> None:
    """What one writes to its home, /tmp or /dev/shm the other does not see, at the same time or later."""
    write = """
import os, signal
left = 0
for place in (os.environ['HOME'], *SHARED):
    try: open(os.path.join(place, 'answers'), 'w').write('x'); left += 1
    except OSError: pass
home = os.environ['HOME']
def get(): return left, home
def murder():
    try: os.kill(-1, signal.SIGKILL)
    except OSError: pass
"""
    look = """
import os
def look(home): return [p for p in (home, *SHARED) if os.path.exists(os.path.join(p, 'answers'))
                        and _read(os.path.join(p, 'answers'))]
def _read(path):
    try: return open(path).read()
    except OSError: return ''
"""
    shared = f"SHARED = {SHARED!r}"
    with opened(server, [shared, look]) as (neighbour, around), opened(server, [shared, write]) as (student, _):
        left, home = student.get()
        assert left >= 1
        assert neighbour.look(home) == []
        with contextlib.suppress(StudentFailure):
            student.murder()
        assert neighbour.look(home) == [] and around.cpu_s == 0  # its worker is still the first one
    with opened(server, [shared, look]) as (later, _):
        assert later.look(home) == []


def test_a_module_left_behind_is_not_imported_by_the_next_notebook(server: ForkServer) -> None:
    """A file written beside the worker's own code or into any folder of its path does not reach a later notebook."""
    plant = """
import sys
for place in sys.path:
    try: open(place + '/planted_by_mallory.py', 'w').write('gift = 1')
    except OSError: pass
"""
    with opened(server, [plant]):
        pass
    with opened(server, ["import planted_by_mallory as p"]) as (_, later):
        assert later.results[0].missing == ("planted_by_mallory",)


def test_files_can_fill_only_their_bounded_share(server: ForkServer) -> None:
    """Behind bubblewrap /tmp and /dev/shm end at their limit; on both rungs the next notebook has room and nothing stays."""
    fill = """
import os
def fill():
    total = 0
    for place in {os.environ['HOME'], '/tmp', '/dev/shm'}:
        for n in range(8):
            try:
                with open(f'{place}/{n}', 'wb', buffering=0) as f:
                    for _ in range(80): total += f.write(bytes(1 << 20))
            except OSError: pass
    return total >> 20
"""
    with opened(server, [fill, DOUBLE]) as (student, _):
        if server.homes is None:  # a home on the Landlock rung is a folder of the host's: bounded file by file only
            assert student.fill() <= 2 * QUICK.tmp_mb + 2
        assert student.double(1) == 2
    with opened(server, ["open(__import__('os').environ['HOME'] + '/a', 'wb').write(bytes(1 << 20))", DOUBLE]) as (student, after):
        assert after.results[0].error is None
    home = server.homes
    assert home is None or not list(home.glob("home-*"))


def test_a_stopped_or_closed_worker_does_not_hold_up_another(grade_on: GradeCells, server: ForkServer) -> None:
    """While one notebook sleeps in its cells, another is graded in full."""
    sleepy = threading.Thread(target=lambda: _run(server, ["import time; time.sleep(60)"]))
    sleepy.start()
    assert grade_on(server, [DOUBLE, COUNTER, RIGHT[2]]).score == 5.0
    sleepy.join()


def _run(server: ForkServer, cells: list[str]) -> None:
    with opened(server, cells, LIMITS):
        pass


def test_a_linked_folder_does_not_hand_in_somebody_elses_work(tmp_path: Path, exercise: object) -> None:
    """A link to the folder of the reference solution is not followed when submissions are collected."""
    course = Course(COURSE)
    mallory = tmp_path / "mallory"
    mallory.mkdir()
    (mallory / "01_double").symlink_to(course.root / "solutions" / "01_double")
    try:
        found = take_in(tmp_path, course, tmp_path / "received").handed
    except GraderError:
        return
    assert not [s for s in found if s.path.resolve() == course.exercises["01_double"].notebook.resolve()]
