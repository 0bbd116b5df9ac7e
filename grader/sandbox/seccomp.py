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
    landlock_create_ruleset landlock_add_rule landlock_restrict_self fanotify_init
    setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset
""".split()
NEW_NAMESPACES = 0x7E020000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C


def compile_filter(connect: bool = True) -> bytes:
    """The BPF program as bytes; `connect` is refused where file paths lead to the judge's sockets (Landlock rung).

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
    if not connect:
        _add(rules, denied, "connect")
    for request in (TIOCSTI, TIOCLINUX):
        _add(rules, denied, "ioctl", sc.Arg(1, sc.EQ, request))
    with tempfile.TemporaryFile() as stream:
        rules.export_bpf(stream)
        stream.seek(0)
        return stream.read()


def _add(rules: object, action: object, name: str, *conditions: object) -> None:
    try:
        rules.add_rule(action, name, *conditions)  # type: ignore[attr-defined]
    except (ValueError, OSError) as error:
        if getattr(error, "errno", None) not in (None, errno.EINVAL, errno.EFAULT, errno.EDOM, errno.ENOENT):
            raise
