"""The fork server inside the sandbox: everything heavy is imported once, each submission gets a fork.

    judge ──connects──> zygote ──forks──> supervisor (our code only) ──forks──> worker (the student's code)

The judge's connection is the supervisor's control line: it answers "usage", kills on "kill" or when the line
closes, and says how the worker ended. The worker gets a socket of its own, sent along with the request as a
file descriptor.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from typing import Any

TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """`python -m inside.zygote LISTEN_FD READY_FD CONFIG_FD`: read the configuration, warm up, accept for
    ever.
    """
    listen_fd, ready_fd, config_fd = (int(a) for a in sys.argv[1:4])
    with os.fdopen(config_fd, "rb") as stream:
        config = json.load(stream)
    from . import confine, rehearsal, worker

    with contextlib.suppress(OSError):
        confine.prctl(confine.PR_SET_DUMPABLE, 0)
    config["seccomp"] = bytes.fromhex(config["seccomp"])
    shell = warm_up(config["modules"])
    rehearsal.rehearse(shell)
    worker.prepare_streams()
    rehearsal.settle()
    signal.signal(signal.SIGUSR1, lambda *_: load_late(config["late_modules"]))
    os.write(ready_fd, b"ready")
    os.close(ready_fd)
    signal.signal(signal.SIGCHLD, lambda *_: reap())
    listener = socket.socket(fileno=listen_fd)
    listener.setblocking(True)
    while True:
        try:
            control, _ = listener.accept()
        except InterruptedError:
            continue
        pid = os.fork()
        if pid == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)
            try:
                supervise(control, shell, config)
            except BaseException as error:
                with contextlib.suppress(OSError):
                    control.sendall(
                        json.dumps({"failed": f"{type(error).__name__}: {error}"[:500]}).encode() + b"\n"
                    )
            finally:
                os._exit(0)
        control.close()


def warm_up(modules: list[str]) -> Any:
    """Import what notebooks need and make the IPython shell; no torch operation, no autograd, no thread."""
    from . import requests, worker  # noqa: F401 - loaded before the student's code can replace anything
    from .shell import make_shell

    for name in modules:
        with contextlib.suppress(ImportError):
            __import__(name)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
        with contextlib.suppress(RuntimeError):
            sys.modules["torch"].set_num_interop_threads(1)
    return make_shell()


def load_late(modules: list[str]) -> None:
    """Import what only some notebooks need, when the first of them has come; it, and what is under way, goes
    on without.
    """
    from . import rehearsal

    if not set(modules) <= set(sys.modules):
        for name in modules:
            with contextlib.suppress(Exception):
                __import__(name)
        rehearsal.settle()


def reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def supervise(control: socket.socket, shell: Any, config: dict[str, Any]) -> None:
    """Fork the confined worker, then watch it from outside its namespaces until it or the judge is gone."""
    from . import confine

    request, data_fd = receive_request(control)
    if request.get("late_modules"):
        os.kill(os.getppid(), signal.SIGUSR1)  # the zygote
    if cores := request.get("cores"):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, cores)
    read_end, write_end = os.pipe()
    confine.prctl(confine.PR_SET_CHILD_SUBREAPER, 1)
    if config["rung"] == "bwrap":
        confine.prctl(
            confine.PR_SET_DUMPABLE, 1
        )  # /proc/self/uid_map is writable only then; no student code runs yet
        confine.new_namespaces()
        confine.prctl(confine.PR_SET_DUMPABLE, 0)
    pid = os.fork()
    if pid == 0:
        control.close()
        os.close(read_end)
        os.setsid()
        try:
            become_worker(shell, config, request, data_fd, write_end)
        finally:
            os._exit(1)
    os.close(data_fd)
    os.close(write_end)
    told = b""
    while chunk := os.read(read_end, 1000):
        told += chunk
    if told != b"confined":
        raise RuntimeError(told.decode(errors="replace") or "the worker died before it was confined")
    control.sendall(b'{"ready": true}\n')
    watch(control, pid)


def become_worker(
    shell: Any, config: dict[str, Any], request: dict[str, Any], data_fd: int, told: int
) -> None:
    from . import confine, worker

    try:
        connection = socket.socket(fileno=data_fd)
        worker.silence()
        confine.prctl(confine.PR_SET_PDEATHSIG, confine.SIGKILL)
        home = request.get("home") or "/tmp"
        if config["rung"] == "bwrap":
            confine.fresh_files(request["limits"]["tmp_mb"])
        confine.set_limits(request["limits"])
        os.chdir(home)
        if config["rung"] == "landlock":
            confine.landlock(
                config["readable"], [home, "/dev/null"]
            )  # no /dev/pts: terminals of others are there
            if config["uid"] is not None:
                confine.become(config["uid"], config["uid"])
        if config["rung"] != "none":
            confine.drop_capabilities(keep_read=config["rung"] == "landlock" and config["uid"] is not None)
            confine.prctl(confine.PR_SET_DUMPABLE, 0)
            confine.seccomp(config["seccomp"])
        if home != "/tmp":  # which it is in the environment that the zygote was started with
            os.environ.update(HOME=home, TMPDIR=home, MPLCONFIGDIR=home, IPYTHONDIR=home)
        close_others(keep={0, 1, 2, connection.fileno(), told})
    except BaseException as error:
        os.write(told, f"{type(error).__name__}: {error}"[:500].encode())
        return
    os.write(told, b"confined")
    os.close(told)
    worker.serve(shell, connection)


def close_others(keep: set[int]) -> None:
    low = 0
    for fd in [*sorted(keep), os.sysconf("SC_OPEN_MAX")]:
        if fd > low:
            os.closerange(low, fd)
        low = fd + 1


def receive_request(control: socket.socket) -> tuple[dict[str, Any], int]:
    """One JSON datagram of the judge's with the worker's socket attached."""
    message, ancillary, _, _ = control.recvmsg(65536, socket.CMSG_SPACE(struct.calcsize("i")))
    fds = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
    if not message or not fds:
        os._exit(0)
    return json.loads(message), fds[0]


def watch(control: socket.socket, pid: int) -> None:
    """Answer the judge until the worker has ended or the judge is gone; then the whole family is killed."""
    pidfd = os.pidfd_open(pid)
    poller = select.poll()
    poller.register(control, select.POLLIN | select.POLLHUP)
    poller.register(pidfd, select.POLLIN)
    while True:
        ready = {fd for fd, _ in poller.poll()}
        if control.fileno() in ready:
            order = control.recv(16)
            if order[:1] == b"u":
                control.sendall(json.dumps(usage()).encode() + b"\n")
                continue
            family = set(descendants(pid)) | {pid}
            kill(family)
        if pidfd in ready or control.fileno() in ready:
            break
    _, status = os.waitpid(pid, 0)
    end_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "cpu_s": used.ru_utime + used.ru_stime,
        "max_rss_mb": used.ru_maxrss / 1024,
    }
    with contextlib.suppress(OSError):
        control.sendall(json.dumps({"ended": ended}).encode() + b"\n")


def end_orphans() -> None:
    """Kill all that is left below this process, also what forks and ends too quickly to be caught alive.

    What has ended stays unreaped meanwhile. So it counts against the limit of processes, at which nothing can
    fork any more; and two looks in a row that see the same processes, all of them ended, prove that none was
    alive in between.
    """
    deadline, before = time.monotonic() + 10, None
    while time.monotonic() < deadline and has_children():
        table = processes()
        found = set(descendants(os.getpid(), table))
        living = {pid for pid in found if table[pid][3]}
        kill(living)
        if not living and found == before:
            break
        before = found
    reap()


def has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def kill(pids: set[int]) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def processes() -> dict[int, tuple[int, float, float, bool]]:
    """pid → (parent, CPU seconds with reaped children, resident MB, alive) of all processes that /proc shows."""
    table = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with (
                contextlib.suppress(OSError, IndexError, ValueError),
                open(f"/proc/{name}/stat", "rb") as stream,
            ):
                fields = stream.read().rpartition(b") ")[2].split()
                cpu = sum(int(n) for n in fields[11:15]) / TICK
                table[int(name)] = (int(fields[1]), cpu, int(fields[21]) * 4096 / 1e6, fields[0] not in b"ZX")
    return table


def descendants(pid: int, table: dict[int, tuple[int, float, float, bool]] | None = None) -> list[int]:
    table = processes() if table is None else table
    found, front = [], {pid}
    while front:
        front = {child for child, row in table.items() if row[0] in front}
        found += list(front)
    return found


def usage() -> dict[str, float]:
    """CPU seconds and resident megabytes of the worker, everything below it and its orphans, at this moment.

    `waited_s` is for how long a process of them was ready to run, and others had the cores: the longest of
    them all.
    """
    table = processes()
    below = descendants(os.getpid(), table)
    family = [table[p] for p in below]
    shared = table[os.getpid()][2] if os.getpid() in table else 0.0  # pages that every fork has in common
    return {
        "cpu_s": sum(row[1] for row in family),
        "memory_mb": sum(max(0.0, row[2] - shared) for row in family),
        "waited_s": max(map(waited, below), default=0.0),
        "at": time.monotonic(),
    }


def waited(pid: int) -> float:
    """Seconds that a process's first thread has spent in the queue of a core; 0 where the kernel does not
    count them.
    """
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as stream:
            return int(stream.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


if __name__ == "__main__":
    main()
