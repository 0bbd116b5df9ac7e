"""Take away, step by step, what a forked worker may do; each step is one system call of the kernel's own.

Only ctypes and the standard library: this runs in the zygote, where nothing else of the grader is.
"""

from __future__ import annotations

import ctypes
import os
import resource

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = (
    0x20000,
    0x8000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 2, 4, 8, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 24, 38, 36
SIGKILL = 9
PAGE = os.sysconf("SC_PAGE_SIZE")


class Filter(ctypes.Structure):
    """The kernel's `struct sock_fprog`."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def prctl(option: int, *values: int) -> None:
    _check(LIBC.prctl(option, *(ctypes.c_ulong(v) for v in [*values, 0, 0, 0, 0][:4])), f"prctl {option}")


def new_namespaces() -> None:
    """Own user, pid, ipc and network namespaces for the children to be forked."""
    uid, gid = os.geteuid(), os.getegid()
    _check(LIBC.unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        place = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(place, text.encode())
        os.close(place)


def fresh_files(tmp_mb: int) -> None:
    """A /proc of the own pid namespace, and empty /tmp and /dev/shm of bounded size, for this worker alone."""
    _check(
        LIBC.unshare(CLONE_NEWNS), "unshare"
    )  # not earlier: the supervisor must keep the /proc that shows the family
    mount("none", "/", None, MS_REC | MS_PRIVATE, None)
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)
    for place in ("/tmp", "/dev/shm"):
        mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, f"size={tmp_mb}m,mode=1777,nr_inodes=20000")
    mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None) -> None:
    encoded = [None if s is None else s.encode() for s in (source, target, kind, data)]
    _check(
        LIBC.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]), f"mount {target}"
    )


def set_limits(limits: dict[str, int]) -> None:
    """rlimits: CPU seconds, address space beyond what is mapped already, file size, descriptors, processes,
    no core.
    """
    place = os.open("/proc/self/statm", os.O_RDONLY)
    mapped = int(os.read(place, 200).split()[0]) * PAGE
    os.close(place)
    for kind, value in (
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_AS, mapped + (limits["memory_mb"] << 20)),
        (resource.RLIMIT_FSIZE, limits["file_mb"] << 20),
        (resource.RLIMIT_NOFILE, limits["descriptors"]),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def drop_capabilities(keep_read: bool = False) -> None:
    """No capability is left, nor can one be gained; `keep_read` keeps CAP_DAC_READ_SEARCH (Landlock rung as
    root).
    """
    for capability in range(64):
        if LIBC.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) < 0:
            break
    bit = 1 << 2 if keep_read else 0
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    _check(LIBC.capset(header, data), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def become(uid: int, gid: int) -> None:
    """Drop root for good (Landlock rung), keeping only the right to read what Landlock allows to be read."""
    prctl(8, 1)  # PR_SET_KEEPCAPS: capabilities survive the change of uid; drop_capabilities takes the rest
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    alone = (1 << 30) + os.getpid()  # a user without other processes: limits and rights are counted by user
    try:
        os.setresuid(alone, alone, alone)
    except OSError:  # a container that has not so many users
        os.setresuid(uid, uid, uid)


def landlock(readable: list[str], writable: list[str]) -> None:
    """Only `readable` can be read and executed, only `writable` written; no TCP, no abstract sockets, no
    signals out.
    """
    abi = LIBC.syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    _check(abi, "landlock")
    every = (1 << (13 if abi < 2 else 14 if abi < 3 else 15 if abi < 5 else 16)) - 1
    attributes = (ctypes.c_uint64 * 3)(every, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = LIBC.syscall(444, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    _check(ruleset, "landlock_create_ruleset")
    read, file_only = 0b1101, 0b111 | 1 << 14 | 1 << 15
    for paths, rights in ((readable, read), (writable, every & ~1)):
        for path in paths:
            if not os.path.exists(path):
                continue
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = rights if os.path.isdir(path) else rights & file_only
            rule = ctypes.create_string_buffer(
                (allowed & every).to_bytes(8, "little") + fd.to_bytes(4, "little"), 12
            )
            _check(LIBC.syscall(445, ruleset, 1, rule, ctypes.c_uint32(0)), f"landlock {path}")
            os.close(fd)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    _check(LIBC.syscall(446, ruleset, ctypes.c_uint32(0)), "landlock_restrict_self")
    os.close(ruleset)


def seccomp(program: bytes) -> None:
    """Install a compiled BPF filter; it is inherited by every process forked from here."""
    buffer = ctypes.create_string_buffer(program, len(program))
    block = Filter(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    _check(LIBC.prctl(PR_SET_SECCOMP, ctypes.c_ulong(2), ctypes.byref(block), 0, 0), "seccomp")
