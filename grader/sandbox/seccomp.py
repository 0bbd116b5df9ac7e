"""Compile the system-call filter of the workers (libseccomp compiles it, the kernel applies it)."""

from __future__ import annotations

import errno
import socket
import tempfile

FORBIDDEN = """
    ptrace process_vm_readv process_vm_writev pidfd_getfd pidfd_open kcmp perf_event_open
    mount umount2 pivot_root chroot unshare setns open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr
    swapon swapoff reboot sethostname setdomainname kexec_load kexec_file_load init_module finit_module delete_module
    bpf keyctl add_key request_key userfaultfd io_uring_setup io_uring_enter io_uring_register
    name_to_handle_at open_by_handle_at quotactl acct settimeofday clock_settime adjtimex clock_adjtime
    shmget shmat shmctl msgget msgsnd msgrcv semget semop mq_open memfd_create memfd_secret
    iopl ioperm modify_ldt lookup_dcookie nfsservctl syslog vhangup personality
    landlock_create_ruleset landlock_add_rule landlock_restrict_self fanotify_init ioprio_set
    setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset
""".split()
OF_A_PROCESS = "prlimit64 sched_setaffinity sched_setscheduler sched_setparam sched_setattr".split()
# Landlock lets these reach files that cannot be opened. They are ignored, not refused: copying a file needs
# them.
RIGHTS = (
    "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat".split()
)
ATTRIBUTES = "setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr inotify_add_watch".split()
NEW_NAMESPACES = 0x7E020000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C


def compile_filter(connect: bool = True) -> bytes:
    """The BPF program as bytes; `connect` is refused where file paths lead to the judge's sockets (Landlock
    rung).

    Raises:
        ImportError, OSError: libseccomp (Debian: libseccomp2) is missing.
    """
    try:
        import pyseccomp as sc
    except RuntimeError as error:
        raise OSError(str(error)) from None
    denied = sc.ERRNO(errno.EPERM)
    rules = sc.SyscallFilter(sc.ALLOW)
    rules.set_attr(sc.Attr.ACT_BADARCH, sc.KILL_PROCESS)
    for name in FORBIDDEN:
        _add(rules, denied, name)
    _add(rules, sc.ERRNO(errno.ENOSYS), "clone3")
    _add(rules, denied, "clone", sc.Arg(0, sc.MASKED_EQ, 0x10000000, 0x10000000))
    for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x20000000, 0x40000000):
        _add(rules, denied, "clone", sc.Arg(0, sc.MASKED_EQ, flag, flag))
    for call in ("socket", "socketpair"):
        _add(rules, denied, call, sc.Arg(0, sc.NE, int(socket.AF_UNIX)))
    for name in OF_A_PROCESS:
        _add(rules, denied, name, sc.Arg(0, sc.NE, 0))  # 0 is the caller itself
    for argument in (0, 1):
        _add(rules, denied, "setpriority", sc.Arg(argument, sc.NE, 0))
    if not connect:
        _only_own_files(rules, denied)
    for request in (TIOCSTI, TIOCLINUX):
        _add(rules, denied, "ioctl", sc.Arg(1, sc.EQ, request))
    with tempfile.TemporaryFile() as stream:
        rules.export_bpf(stream)
        stream.seek(0)
        return stream.read()


def _only_own_files(rules: object, denied: object) -> None:
    """What namespaces forbid on the bwrap rung: reaching sockets by their path, changing or watching files by
    theirs.
    """
    import pyseccomp as sc

    for name in ("connect", *ATTRIBUTES):
        _add(rules, denied, name)
    for call in ("socket", "socketpair"):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):  # both are datagrams, which need no connection
            _add(rules, denied, call, sc.Arg(1, sc.MASKED_EQ, 0xF, int(kind)))
    for name in RIGHTS:
        _add(rules, sc.ERRNO(0), name)


def _add(rules: object, action: object, name: str, *conditions: object) -> None:
    try:
        rules.add_rule(action, name, *conditions)  # type: ignore[attr-defined]
    except (ValueError, OSError) as error:
        if getattr(error, "errno", None) not in (None, errno.EINVAL, errno.EFAULT, errno.EDOM, errno.ENOENT):
            raise
