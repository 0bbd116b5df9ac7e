"""A fork forgets: what the zygote has cached, and what it is itself, contradicts nothing a worker finds."""

import contextlib
import linecache
import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing import process

from IPython.core.profiledir import ProfileDir

from .shell import INLINE, NotebookShell

_getpwuid = pwd.getpwuid
FOLDERS = "work .local .local/bin .local/share .local/share/jupyter .local/share/jupyter/runtime".split()
CONNECTION = b'{"transport": "tcp", "ip": "127.0.0.1", "key": ""}'
# Functions of Matplotlib that remember their answer, in a closure.
FOLDERS_OF_MATPLOTLIB = ("get_configdir", "get_cachedir")


class Profile(ProfileDir):
    """IPython's folder for a user, where its own folders are made by what needs them."""

    def _mkdir(self, path: str, mode: int | None = None) -> bool:
        return False


@contextlib.contextmanager
def forgotten() -> Iterator[None]:
    """Load things in the zygote in here: what they set and remember of its environment is forgotten.

    They get a home of their own, which is removed afterwards.
    """
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="gradbook-zygote-") as home:
        os.environ.update(HOME=home, TMPDIR=home, MPLCONFIGDIR=home, IPYTHONDIR=home)
        forget()  # where this folder was made
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
            forget()


def forget() -> None:
    """Reset what modules have cached about their surroundings, and what the rehearsal has left."""
    tempfile.tempdir = None
    linecache.clearcache()
    sys.path_importer_cache.clear()
    for name in FOLDERS_OF_MATPLOTLIB:
        function = getattr(sys.modules.get("matplotlib"), name, None)
        if function is not None:
            called = function.__code__.co_freevars.index("called")
            function.__closure__[called].cell_contents = False
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        vars(sys).pop(name, None)


def become_kernel(packages: list[str]) -> None:
    """Make the zygote look like a kernel: its path of modules, and the environment of its children."""
    # after the standard library, where a kernel has it
    at = next((number for number, path in enumerate(sys.path) if path.endswith("-packages")), len(sys.path))
    sys.path.insert(at, "")
    pwd.getpwuid = own_entry
    os.environ.update(
        dict.fromkeys(("USER", "LOGNAME"), "student"),
        PYTHONPATH=os.pathsep.join(packages),
        SHELL=shutil.which("bash") or "/bin/sh",
        MPLBACKEND=INLINE,
    )


def own_entry(uid: int) -> pwd.struct_passwd:
    """A user's entry in the password file; this process's user has one, wherever it runs."""
    try:
        return _getpwuid(uid)
    except KeyError:
        if uid != os.getuid():
            raise
        name, home, shell = (os.environ.get(key, "") for key in ("USER", "HOME", "SHELL"))
        return pwd.struct_passwd((name, "x", uid, os.getgid(), name, home, shell))


def move_in(shell: NotebookShell, home: str) -> None:
    """Make the kernel that of somebody whose home is `home`, which need not be there yet.

    Where all workers' homes have the same path the zygote does this, and not every fork.
    """
    local, work = f"{home}/.local", f"{home}/work"
    for name in ("MPLCONFIGDIR", "IPYTHONDIR"):
        os.environ.pop(name, None)
    os.environ.update(
        HOME=home, TMPDIR=home, PWD=work,
        PATH=f"{local}/bin:{os.path.dirname(sys.executable)}:{os.environ['PATH']}",
    )  # fmt: skip
    kernel = shell.kernel
    kernel.shell.init_environment()
    kernel.shell.home_dir, kernel.shell.ipython_dir = home, f"{home}/.ipython"
    kernel.shell.profile_dir = Profile(location=f"{home}/.ipython/profile_default")
    kernel.app.connection_file = kernel.arguments[2] = f"{local}/share/jupyter/runtime/{kernel.arguments[2]}"
    vars(process)["ORIGINAL_DIR"] = work  # where spawned processes look for the notebook's modules


def begin(shell: NotebookShell, home: str) -> None:
    """Make this fork the kernel of a notebook in an empty folder below `home`."""
    if shell.kernel.shell.home_dir != home:
        move_in(shell, home)
    for folder in FOLDERS:
        os.mkdir(f"{home}/{folder}")
    os.chdir(f"{home}/work")
    for name in ("python", "python3"):  # whatever the interpreter is called, and wherever it is
        os.symlink(sys.executable, f"{home}/.local/bin/{name}")
    os.environ["JPY_PARENT_PID"] = str(os.getppid() or 1)
    connection = os.open(shell.kernel.app.connection_file, os.O_WRONLY | os.O_CREAT, 0o644)
    os.write(connection, CONNECTION)
    os.close(connection)
    process.current_process().authkey = os.urandom(32)
