"""Take away a forked worker's rights, step by step; each step is a system call or two.

Only ctypes and the standard library are used: nothing else of the grader exists in the zygote.
"""

import contextlib
import ctypes
import os
import resource
import struct
from collections.abc import Callable

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x20000, 0x8000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_SECCOMP = 1, 4, 8, 22
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 24, 38, 36
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAP_DAC_READ_SEARCH = 1 << 2
NOBODY = 65534
PAGE = os.sysconf("SC_PAGE_SIZE")


class Filter(ctypes.Structure):
    """The kernel's `struct sock_fprog`."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def _call(what: str, function: Callable[..., int], *arguments: object) -> int:
    """The result of a function of the C library.

    Raises:
        OSError: `what`, and the reason why it failed.
    """
    result = function(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def prctl(option: int, *values: int) -> None:
    """`prctl(2)`; arguments that are not given are 0."""
    arguments = (ctypes.c_ulong(value) for value in [*values, 0, 0, 0, 0][:4])
    _call(f"prctl {option}", LIBC.prctl, option, *arguments)


def unshare(flags: int) -> None:
    """`unshare(2)`."""
    _call("unshare", LIBC.unshare, flags)


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """`mount(2)`."""
    texts = [None if text is None else text.encode() for text in (source, target, kind, data)]
    _call(f"mount {target}", LIBC.mount, *texts[:3], ctypes.c_ulong(flags), texts[3])


def new_namespaces() -> None:
    """Own user, pid, ipc and network namespaces for the children to be forked."""
    uid, gid = os.geteuid(), os.getegid()
    unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as stream:
            stream.write(text)


def fresh_files(tmp_mb: int) -> None:
    """For this worker alone: a /proc of its pid namespace, and an empty, bounded /tmp and /dev/shm."""
    unshare(CLONE_NEWNS)  # not earlier: the supervisor must keep the /proc that shows the family
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    for folder in ("/tmp", "/dev/shm"):
        mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, f"size={tmp_mb}m,mode=1777,nr_inodes=20000")
    mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")


def set_limits(limits: dict[str, int]) -> None:
    """Bound CPU seconds, address space beyond what is mapped now, file size, descriptors and processes."""
    with open("/proc/self/statm") as stream:
        mapped = int(stream.read().split()[0]) * PAGE
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


def drop_capabilities(keep_read: bool) -> None:
    """Drop all capabilities (with `keep_read`, all but CAP_DAC_READ_SEARCH), and any way to gain one."""
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    _call("capget", LIBC.capget, header, data)
    bit = data[1] & CAP_DAC_READ_SEARCH if keep_read else 0  # a container's root may have none
    for capability in range(64):
        if not bit & 1 << capability and LIBC.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) < 0:
            break
    data = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    _call("capset", LIBC.capset, header, data)
    if bit:  # for programs that it starts, too: the interpreter may be below /root
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH.bit_length() - 1)
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def become(user: int) -> None:
    """Drop root for good."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(user, user, user)


def leave_root(*users: int) -> None:
    """Become the first of these users that there is; where there is none, the root of a container may stay.

    Raises:
        OSError: workers would run as the machine's root.
    """
    for user in users:
        with contextlib.suppress(OSError):
            return become(user)
    if os.access("/proc/sys/kernel/core_pattern", os.W_OK):
        raise OSError("root is the only user in this container, and is the machine's root outside of it")


def become_alone() -> None:
    """Become a user without other processes, since limits are counted by user; keep capabilities."""
    prctl(PR_SET_KEEPCAPS, 1)  # until drop_capabilities
    leave_root((1 << 30) + os.getpid(), NOBODY)


def landlock_version() -> int:
    """What the kernel's Landlock can do.

    Raises:
        OSError: it has none.
    """
    version: int = LIBC.syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 0:
        raise OSError("this kernel has no Landlock: it came with Linux 5.13, and can be switched off at boot")
    return version


def landlock(readable: list[str], writable: list[str]) -> None:
    """Allow reading `readable` and writing `writable`, no more; no TCP, abstract sockets or signals out."""
    abi = landlock_version()
    every = (1 << (13 if abi < 2 else 14 if abi < 3 else 15 if abi < 5 else 16)) - 1
    attributes = (ctypes.c_uint64 * 3)(every, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    flags = ctypes.c_uint32(0)
    ruleset = _call("landlock ruleset", LIBC.syscall, 444, attributes, ctypes.c_size_t(size), flags)
    read, file_only = 0b1101, 0b111 | 1 << 14 | 1 << 15
    for paths, rights in ((readable, read), (writable, every & ~1)):
        for path in filter(os.path.exists, paths):
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = rights if os.path.isdir(path) else rights & file_only
            rule = ctypes.create_string_buffer(struct.pack("<QI", allowed & every, fd), 12)
            _call(f"landlock {path}", LIBC.syscall, 445, ruleset, 1, rule, flags)
            os.close(fd)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    _call("landlock restriction", LIBC.syscall, 446, ruleset, flags)
    os.close(ruleset)


def seccomp(program: bytes) -> None:
    """Install a compiled BPF filter; it is inherited by every process forked from here."""
    buffer = ctypes.create_string_buffer(program, len(program))
    block = Filter(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    _call("seccomp", LIBC.prctl, PR_SET_SECCOMP, ctypes.c_ulong(2), ctypes.byref(block), 0, 0)


def close_others(keep: set[int]) -> None:
    """Close every descriptor of this process but these."""
    low = 0
    for fd in [*sorted(keep), os.sysconf("SC_OPEN_MAX")]:
        if fd > low:
            os.closerange(low, fd)
        low = fd + 1
