"""The supervisor: forks one confined worker, watches it from outside its namespaces, says how it ended."""

import contextlib
import json
import os
import resource
import select
import signal
import socket

from . import confine, family, fresh_start, worker
from .children import sitecustomize
from .connector import Connector
from .control import WorkerRequest, ZygoteSetup, line
from .removal import remove_folder
from .shell import NotebookShell

HOME = "/tmp"  # of every worker that has its own /tmp
READY = line({"ready": True})
# What a worker may read of itself; not of what it forks, and not `net`, `mounts` …, which show the machine.
OF_ITSELF = [f"/proc/self/{name}" for name in "cmdline comm fd limits maps smaps stat statm status".split()]


def supervise(control: socket.socket, shell: NotebookShell, setup: ZygoteSetup, zygote_fd: int) -> None:
    """Fork the confined worker, then watch it until it has ended, or the judge or the zygote has.

    Raises:
        RuntimeError: the worker could not be confined.
    """
    message, data_fds, _, _ = socket.recv_fds(control, 65536, 1)
    if not data_fds:  # the judge has hung up already
        return
    request = WorkerRequest(**json.loads(message))
    if request.optimises:
        os.kill(os.getppid(), signal.SIGUSR1)  # the zygote
    if request.cores:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, request.cores)
    read_end, write_end = os.pipe()
    connector = Connector(request.home) if setup.rung == "landlock" else None
    confine.prctl(confine.PR_SET_CHILD_SUBREAPER, 1)
    if setup.rung == "bwrap":
        # /proc/self/uid_map is writable only for a dumpable process; no student code runs yet
        confine.prctl(confine.PR_SET_DUMPABLE, 1)
        confine.new_namespaces()
        confine.prctl(confine.PR_SET_DUMPABLE, 0)
    pid = os.fork()
    if pid == 0:
        control.close()
        os.close(read_end)
        if connector:
            os.dup2(connector.worker_end.fileno(), sitecustomize.CONNECTIONS)
        os.setsid()
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)
        try:
            become_worker(shell, setup, request, data_fds[0], write_end)
        finally:
            os._exit(1)
    if connector:
        connector.worker_end.close()
    os.close(data_fds[0])
    os.close(write_end)
    outcome = os.read(read_end, select.PIPE_BUF)  # it is written at once
    os.close(read_end)
    if outcome != b"confined":
        raise RuntimeError(outcome.decode(errors="replace") or "the worker died before it was confined")
    control.sendall(READY)
    watch(control, pid, setup.rung == "bwrap", zygote_fd, connector, request.home)


def become_worker(
    shell: NotebookShell, setup: ZygoteSetup, request: WorkerRequest, data_fd: int, outcome: int
) -> None:
    """Give up all rights but a worker's, report that to `outcome`, and serve the judge."""
    try:
        worker.silence()
        home, as_root = request.home or HOME, setup.rung == "landlock" and os.geteuid() == 0
        if setup.rung == "bwrap":
            confine.fresh_files(request.limits["tmp_mb"])
        confine.set_limits(request.limits)
        os.chdir(home)
        if setup.rung == "landlock":
            # no /dev/pts: it holds terminals of others
            confine.landlock([*setup.readable, *OF_ITSELF], [home, "/dev/null"])
        if as_root:
            confine.become_alone()
        confine.prctl(confine.PR_SET_PDEATHSIG, signal.SIGKILL)  # changing the user takes it back
        if setup.rung != "none":
            confine.drop_capabilities(keep_read=as_root)
            confine.prctl(confine.PR_SET_DUMPABLE, 0)
            confine.seccomp(setup.seccomp)
        fresh_start.begin(shell, home)
        keep = {0, 1, 2, data_fd, outcome}
        if setup.rung == "landlock":
            sitecustomize.tell_children(home)
            keep.add(sitecustomize.CONNECTIONS)
        confine.close_others(keep)
    except BaseException as error:
        os.write(outcome, f"{type(error).__name__}: {error}"[:500].encode())
        return
    os.write(outcome, b"confined")
    os.close(outcome)
    worker.serve(shell, socket.socket(fileno=data_fd))


def watch(
    control: socket.socket, pid: int, is_init: bool, zygote_fd: int, connector: Connector | None, home: str
) -> None:
    """Answer the judge until the worker, the judge or the zygote has ended; then kill the whole family.

    Args:
        is_init: of a pid namespace of its own.
    """
    ends, ended, waits = {os.pidfd_open(pid), zygote_fd}, set[int](), family.Waits()
    asked = [connector.fileno()] if connector else []
    with contextlib.suppress(OSError):  # the judge is gone
        while not (ended := ends & set(ready := select.select([control.fileno(), *ends, *asked], [], [])[0])):
            if connector and control.fileno() not in ready:
                asked.clear()
                connector.start()
                continue
            match control.recv(1):
                case b"u":
                    control.sendall(line({"usage": family.usage(waits)}))
                case b"i":
                    family.kill(family.descendants(pid))
                    os.kill(pid, signal.SIGINT)
                case _:
                    break
    below = (
        set[int]() if is_init else family.descendants(pid)
    )  # with its init a pid namespace ends as a whole
    family.kill(below | {pid})
    _, status = os.waitpid(pid, 0)
    family.end_orphans()
    if zygote_fd in ended:  # not the notebook's fault
        raise RuntimeError("the fork server ended while the notebook was being graded")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, cpu_s = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
    with contextlib.suppress(OSError):  # the judge is gone
        control.sendall(line({"ended": {"code": code, "cpu_s": cpu_s}}))
        while zygote_fd not in select.select([control.fileno(), zygote_fd], [], [])[0] and control.recv(16):
            pass  # it hangs up when it has removed the home
    if home:
        remove_folder(home)
