"""The system-call filter: what is not on its list does not exist, and what is can do no more than it should."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import platform
import re
import signal
import socket
import struct
from collections.abc import Callable

import pytest

from grader.sandbox.inside import confine
from grader.sandbox.seccomp import ALLOW, FAIL, assemble, compile_filter
from grader.sandbox.system_calls import CALLS, CHECKS, MACHINES, RIGHTS, rules

MACHINE = platform.machine()
RUNGS = ("bwrap", "landlock")
X32 = 0x40000000
pytestmark = pytest.mark.skipif(MACHINE not in MACHINES, reason="no filter for this machine")
NUMBERS = {found[0]: found[MACHINES.get(MACHINE, 1)] for found in re.findall(r"(\w+) (\d+|-)/(\d+|-)", CALLS)}
LIBC = ctypes.CDLL(None, use_errno=True)


def confined(program: bytes, work: Callable[[], object]) -> object:
    """What `work` returns as text in a fork of this process behind the filter, or minus the signal that ended it."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            confine.seccomp(program)
            os.write(write_end, repr(work()).encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as stream:
        answer = stream.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return eval(answer, {"errno": errno}) if answer else code


def call(number: int, *arguments: int) -> int:
    """Minus the error of a system call, or 0."""
    result = LIBC.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    return 0 if result >= 0 else -ctypes.get_errno()


def number_of(name: str) -> int:
    return int(NUMBERS[name])


@pytest.mark.parametrize("rung", RUNGS)
def test_a_call_that_is_not_on_the_list_does_not_exist(rung: str) -> None:
    """Every other number up to 600, and far beyond what any kernel has."""
    allowed = rules(rung, MACHINE)
    probes = {335, 336}  # Linux shows these to no filter; whoever makes such a call without a probe is killed
    others = [number for number in (*range(600), 5_000, X32 - 1) if number not in {*allowed, *probes}]
    assert len(others) > 350

    def try_all() -> list[int]:
        return [number for number in others if call(number) != -errno.ENOSYS]

    assert confined(compile_filter(rung), try_all) == []


REFUSED = {
    "new user namespace": ("clone", (0x10000000 | signal.SIGCHLD, 0, 0, 0, 0), errno.EPERM),
    "new network": ("clone", (0x40000000 | signal.SIGCHLD, 0, 0, 0, 0), errno.EPERM),
    "new cgroup": ("clone", (0x02000000 | signal.SIGCHLD, 0, 0, 0, 0), errno.EPERM),
    "a sibling": ("clone", (0x8000 | signal.SIGCHLD, 0, 0, 0, 0), errno.EPERM),
    "internet": ("socket", (socket.AF_INET, socket.SOCK_STREAM, 0), errno.EPERM),
    "netlink": ("socket", (16, socket.SOCK_RAW, 0), errno.EPERM),
    "vsock": ("socket", (40, socket.SOCK_STREAM, 0), errno.EPERM),
    "pair of another family": ("socketpair", (socket.AF_INET, socket.SOCK_STREAM, 0, 0), errno.EPERM),
    "typing for others": ("ioctl", (0, 0x5412, 0), errno.ENOTTY),  # TIOCSTI
    "a console's selection": ("ioctl", (0, 0x541C, 0), errno.ENOTTY),  # TIOCLINUX
    "flags of a file": ("ioctl", (0, 0x40086602, 0), errno.ENOTTY),  # FS_IOC_SETFLAGS
    "limits of another": ("prlimit64", (1, 0, 0, 0), errno.EPERM),
    "cores of another": ("sched_setaffinity", (1, 8, 0), errno.EPERM),
    "priority of another": ("setpriority", (0, 1, 0), errno.EPERM),
    "priority of a user": ("setpriority", (2, 0, 0), errno.EPERM),
    "a filter of its own": ("prctl", (22, 2, 0, 0, 0), errno.EINVAL),  # PR_SET_SECCOMP
    "being traced": ("prctl", (0x59616D61, -1, 0, 0, 0), errno.EINVAL),  # PR_SET_PTRACER
    "space beyond a file's end": ("fallocate", (0, 1, 0, 1 << 30), errno.EOPNOTSUPP),  # FALLOC_FL_KEEP_SIZE
    "attribute": ("setxattr", (0, 0, 0, 0, 0), errno.EOPNOTSUPP),
}


@pytest.mark.parametrize("rung", RUNGS)
@pytest.mark.parametrize("case", REFUSED)
def test_arguments_that_reach_beyond_the_worker_are_refused(rung: str, case: str) -> None:
    """With the error that programs expect; what the upper half of an argument says changes nothing."""
    name, arguments, error = REFUSED[case]
    high = tuple(value | 1 << 32 if value >= 0 else value for value in arguments)
    assert confined(compile_filter(rung), lambda: [call(number_of(name), *arguments), call(number_of(name), *high)]) == [-error] * 2


def test_datagrams_and_connections_are_refused_where_no_namespace_hides_sockets() -> None:
    def pairs() -> list[int]:
        where = ctypes.addressof((ctypes.c_int * 2)())
        kinds = (socket.SOCK_STREAM, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC, socket.SOCK_DGRAM, socket.SOCK_RAW | socket.SOCK_NONBLOCK)
        return [call(number_of("socketpair"), socket.AF_UNIX, kind, 0, where) for kind in kinds]

    assert confined(compile_filter("bwrap"), pairs) == [0, 0, 0, 0]
    assert confined(compile_filter("landlock"), pairs) == [0, 0, -errno.EPERM, -errno.EPERM]
    assert confined(compile_filter("landlock"), lambda: call(number_of("connect"), 0, 0, 0)) == -errno.EPERM


def test_rights_are_left_alone_where_landlock_cannot_guard_them(tmp_path: object) -> None:
    """The call succeeds, as a copy needs it to, and does nothing."""
    path = f"{tmp_path}/file"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))

    def change() -> int:
        os.chmod(path, 0o777)
        os.utime(path, (0, 0))
        return os.stat(path).st_mode & 0o777

    assert confined(compile_filter("landlock"), change) == 0o600
    assert os.stat(path).st_mtime > 0
    assert confined(compile_filter("bwrap"), change) == 0o777


@pytest.mark.skipif(MACHINE != "x86_64", reason="only x86-64 has calls of other architectures here")
def test_calls_of_another_architecture_kill() -> None:
    """The numbers mean other calls there: x32 by its bit, 32 bit by the old interrupt (getpid is 20)."""
    program = compile_filter("bwrap")
    assert confined(program, lambda: call(X32 | 39)) == -signal.SIGSYS

    def interrupt() -> int:
        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20; int 0x80; ret
        return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()

    assert confined(program, interrupt) == -signal.SIGSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_a_filter_is_short_and_complete(machine: str) -> None:
    """Every jump arrives (its distance has 8 bits), every path returns, and a search takes few steps."""
    for rung in RUNGS:
        allowed = rules(rung, machine)
        program = assemble(allowed, FAIL + errno.ENOSYS, machine)
        assert len(program) // 8 < 400  # the kernel takes 4,096
        assert max(steps(program, machine, number)[1] for number in range(700) if not allowed.get(number)) < 20
        assert {steps(program, machine, number)[0] for number, rule in allowed.items() if not rule} == {ALLOW}
        assert {steps(program, machine, n)[0] for n in range(700) if n not in allowed} == {FAIL + errno.ENOSYS}


def steps(program: bytes, machine: str, number: int) -> tuple[int, int]:
    """What the program answers to a call with all arguments 0, and how many instructions that takes: its meaning, once more."""
    words = {0: number, 4: {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]}
    at = count = value = 0
    while True:
        code, if_true, if_false, operand = struct.unpack_from("=HBBI", program, 8 * at)
        at, count = at + 1, count + 1
        if code == 0x06:
            return operand, count
        if code == 0x20:
            value = words.get(operand, 0)
        elif code == 0x54:
            value &= operand
        else:
            holds = value == operand if code == 0x15 else value >= operand
            at += if_true if holds else if_false


def test_every_rule_names_a_call_of_the_list() -> None:
    """A misspelt name would be a rule that never applies."""
    assert {*CHECKS, *RIGHTS, "connect"} <= NUMBERS.keys()


def test_a_machine_whose_calls_are_not_known_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(OSError, match="no system-call filter for riscv64, only for x86_64 and aarch64"):
        compile_filter("bwrap")
