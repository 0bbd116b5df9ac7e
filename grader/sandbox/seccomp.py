"""Compile the system-call filter of the workers (libseccomp compiles it, the kernel applies it)."""

import errno
import socket
import tempfile

FORBIDDEN = """
    ptrace process_vm_readv process_vm_writev pidfd_getfd pidfd_open kcmp perf_event_open
    mount umount2 pivot_root chroot unshare setns open_tree move_mount fsopen fsconfig fsmount fspick
    mount_setattr swapon swapoff reboot sethostname setdomainname kexec_load kexec_file_load
    init_module finit_module delete_module
    bpf keyctl add_key request_key userfaultfd io_uring_setup io_uring_enter io_uring_register
    name_to_handle_at open_by_handle_at quotactl acct settimeofday clock_settime adjtimex clock_adjtime
    shmget shmat shmctl msgget msgsnd msgrcv semget semop mq_open memfd_create memfd_secret
    iopl ioperm modify_ldt lookup_dcookie nfsservctl syslog vhangup personality
    landlock_create_ruleset landlock_add_rule landlock_restrict_self fanotify_init ioprio_set
    setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset
""".split()
OF_A_PROCESS = "prlimit64 sched_setaffinity sched_setscheduler sched_setparam sched_setattr".split()
ATTRIBUTES = "setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr inotify_add_watch".split()
# Landlock lets these reach files that cannot be opened. Ignored, not refused: copying a file needs them.
RIGHTS = (
    "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat".split()
)
NAMESPACES = (0x10000000, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x20000000, 0x40000000)  # flags of clone
SOCKETS = ("socket", "socketpair")
DATAGRAMS = (
    socket.SOCK_DGRAM,
    socket.SOCK_RAW,
)  # on Unix sockets both are datagrams, which need no connection
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
# What libseccomp says of a call that this machine does not have.
UNKNOWN = (None, errno.EINVAL, errno.EFAULT, errno.EDOM, errno.ENOENT)


def compile_filter(rung: str) -> bytes:
    """The BPF program as bytes.

    On the Landlock rung it also forbids what namespaces do on the other one: reaching sockets by their path,
    changing or watching files by theirs.

    Raises:
        ImportError, OSError: libseccomp (Debian: libseccomp2) is missing.
    """
    try:
        import pyseccomp as sc
    except RuntimeError as error:
        raise OSError(str(error)) from None
    denied = sc.ERRNO(errno.EPERM)
    rules: list[tuple[object, ...]] = [(denied, name) for name in FORBIDDEN]
    rules += [(sc.ERRNO(errno.ENOSYS), "clone3")]
    rules += [(denied, "clone", sc.Arg(0, sc.MASKED_EQ, flag, flag)) for flag in NAMESPACES]
    rules += [(denied, call, sc.Arg(0, sc.NE, int(socket.AF_UNIX))) for call in SOCKETS]
    rules += [(denied, call, sc.Arg(0, sc.NE, 0)) for call in OF_A_PROCESS]  # 0 is the caller itself
    rules += [(denied, "setpriority", sc.Arg(argument, sc.NE, 0)) for argument in (0, 1)]
    if rung == "landlock":
        rules += [(denied, call) for call in ("connect", *ATTRIBUTES)]
        rules += [
            (denied, call, sc.Arg(1, sc.MASKED_EQ, 0xF, int(kind))) for call in SOCKETS for kind in DATAGRAMS
        ]
        rules += [(sc.ERRNO(0), call) for call in RIGHTS]
    rules += [(denied, "ioctl", sc.Arg(1, sc.EQ, request)) for request in (TIOCSTI, TIOCLINUX)]
    program = sc.SyscallFilter(sc.ALLOW)
    program.set_attr(sc.Attr.ACT_BADARCH, sc.KILL_PROCESS)
    for rule in rules:
        try:
            program.add_rule(*rule)
        except (ValueError, OSError) as error:
            if getattr(error, "errno", None) not in UNKNOWN:
                raise
    with tempfile.TemporaryFile() as stream:
        program.export_bpf(stream)
        stream.seek(0)
        return stream.read()
