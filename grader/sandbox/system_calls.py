"""The system calls that a worker may make, and with which arguments; all others do not exist for it.

The list covers what torch, multiprocessing, DataLoader workers, figures, threads, shells and the usual
programs make, found by tracing them. A call that is missing here fails with ENOSYS, as on a kernel without
it, so libraries fall back to another; whatever future kernels add is missing too.
"""

import errno
import re
import socket
from collections.abc import Sequence
from typing import NamedTuple

MACHINES = {"x86_64": 1, "aarch64": 2}  # the column of CALLS
# Each call with its numbers on x86-64/aarch64, "-" where the machine has no such call. aarch64 is untested.
CALLS = """
    # files and descriptors
    read 0/63, write 1/64, readv 19/65, writev 20/66, pread64 17/67, pwrite64 18/68, preadv 295/69,
    pwritev 296/70, open 2/-, openat 257/56, creat 85/-, close 3/57, close_range 436/436, lseek 8/62,
    dup 32/23, dup2 33/-, dup3 292/24, fcntl 72/25, flock 73/32, pipe 22/-, pipe2 293/59, ioctl 16/29,
    fsync 74/82, fdatasync 75/83, fadvise64 221/223, fallocate 285/47, truncate 76/45, ftruncate 77/46,
    copy_file_range 326/285, sendfile 40/71
    # names and folders
    stat 4/-, fstat 5/80, lstat 6/-, newfstatat 262/79, statx 332/291, access 21/-, faccessat 269/48,
    faccessat2 439/439, readlink 89/-, readlinkat 267/78, statfs 137/43, fstatfs 138/44, getdents64 217/61,
    getcwd 79/17, chdir 80/49, fchdir 81/50, umask 95/166, mkdir 83/-, mkdirat 258/34, rmdir 84/-,
    rename 82/-, renameat 264/38, renameat2 316/276, link 86/-, linkat 265/37, symlink 88/-, symlinkat 266/36,
    unlink 87/-, unlinkat 263/35, mknod 133/-, mknodat 259/33, sync 162/81, syncfs 306/267
    # rights, owners, times and attributes of files
    chmod 90/-, fchmod 91/52, fchmodat 268/53, fchmodat2 452/452, chown 92/-, fchown 93/55, lchown 94/-,
    fchownat 260/54, utime 132/-, utimes 235/-, futimesat 261/-, utimensat 280/88,
    getxattr 191/8, lgetxattr 192/9, fgetxattr 193/10, setxattr 188/5, lsetxattr 189/6, fsetxattr 190/7,
    listxattr 194/11, llistxattr 195/12, flistxattr 196/13, removexattr 197/14, lremovexattr 198/15,
    fremovexattr 199/16
    # memory
    mmap 9/222, munmap 11/215, mprotect 10/226, mremap 25/216, madvise 28/233, msync 26/227, brk 12/214,
    mincore 27/232, membarrier 324/283
    # processes and threads
    clone 56/220, fork 57/-, vfork 58/-, execve 59/221, exit 60/93, exit_group 231/94, wait4 61/260,
    waitid 247/95, arch_prctl 158/-, prctl 157/167, set_tid_address 218/96, set_robust_list 273/99,
    rseq 334/293, futex 202/98, getpid 39/172, getppid 110/173, gettid 186/178, getpgrp 111/-,
    getpgid 121/155, setpgid 109/154, getsid 124/156, setsid 112/157, getuid 102/174, geteuid 107/175,
    getgid 104/176, getegid 108/177, getresuid 118/148, getresgid 120/150, getgroups 115/158,
    capget 125/90, uname 63/160, sysinfo 99/179, getrlimit 97/163, setrlimit 160/164, prlimit64 302/261,
    getrusage 98/165, times 100/153, getpriority 140/141, setpriority 141/140, getcpu 309/168,
    sched_yield 24/124, sched_getaffinity 204/123, sched_setaffinity 203/122, sched_getscheduler 145/120,
    sched_setscheduler 144/119, sched_getparam 143/121, sched_setparam 142/118,
    sched_get_priority_max 146/125, sched_get_priority_min 147/126
    # signals and time
    rt_sigaction 13/134, rt_sigprocmask 14/135, rt_sigreturn 15/139, rt_sigpending 127/136,
    rt_sigsuspend 130/133, rt_sigtimedwait 128/137, sigaltstack 131/132, restart_syscall 219/128, pause 34/-,
    kill 62/129, tkill 200/130, tgkill 234/131, time 201/-, gettimeofday 96/169, clock_gettime 228/113,
    clock_getres 229/114, nanosleep 35/101, clock_nanosleep 230/115, alarm 37/-, getitimer 36/102,
    setitimer 38/103, timer_create 222/107, timer_settime 223/110, timer_gettime 224/108,
    timer_getoverrun 225/109, timer_delete 226/111, getrandom 318/278
    # waiting and sockets
    poll 7/-, ppoll 271/73, select 23/-, pselect6 270/72, epoll_create 213/-, epoll_create1 291/20,
    epoll_ctl 233/21, epoll_wait 232/-, epoll_pwait 281/22, eventfd2 290/19, signalfd4 289/74,
    timerfd_create 283/85, timerfd_settime 286/86, timerfd_gettime 287/87, socket 41/198, socketpair 53/199,
    bind 49/200, listen 50/201, accept 43/202, accept4 288/242, connect 42/203, getsockname 51/204,
    getpeername 52/205, setsockopt 54/208, getsockopt 55/209, shutdown 48/210, sendto 44/206,
    recvfrom 45/207, sendmsg 46/211, recvmsg 47/212
"""

# Landlock has no rule for a file's rights, owner and times. There they are left alone, not refused: copying a
# file sets them.
RIGHTS = (
    "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat".split()
)
# Nor for attributes. On both rungs, files are as on a file system that has none.
LISTS = [f"{prefix}listxattr" for prefix in ("", "l", "f")]
ATTRIBUTES = [f"{prefix}{verb}xattr" for prefix in ("", "l", "f") for verb in ("get", "set", "remove")]
NAMESPACES, CLONE_PARENT = (
    0x7E020000,
    0x8000,
)  # flags of clone; those of clone3 lie where no filter can see them
TERMINALS = (
    0x5401, 0x5402, 0x5403, 0x5404, 0x5409, 0x540A, 0x540B,  # TC: GETS SETS SETSW SETSF SBRK XONC FLSH
    0x802C542A, 0x402C542B, 0x402C542C, 0x402C542D,  # TCGETS2 TCSETS2 TCSETSW2 TCSETSF2
    0x540E, 0x5422, 0x540F, 0x5410, 0x5429,  # TIOCSCTTY TIOCNOTTY TIOCGPGRP TIOCSPGRP TIOCGSID
    0x5411, 0x5413, 0x5414, 0x80045430, 0x40045431, 0x5441,  # TIOC: OUTQ GWINSZ SWINSZ GPTN SPTLCK GPTPEER
)  # fmt: skip
DESCRIPTORS = (0x541B, 0x5421, 0x5450, 0x5451)  # FIONREAD FIONBIO FIONCLEX FIOCLEX
# PR_(SET|GET)_PDEATHSIG, GET_DUMPABLE, (SET|GET)_NAME, GET_SECCOMP, CAPBSET_READ, (SET|GET)_TIMERSLACK,
# (SET|GET)_NO_NEW_PRIVS, (SET|GET)_THP_DISABLE, SET_VMA (glibc gives names to its memory)
OPTIONS = (1, 2, 3, 15, 16, 21, 23, 29, 30, 38, 39, 41, 42, 0x53564D41)
STREAMS = (socket.SOCK_STREAM, 5)  # and SOCK_SEQPACKET: they need a connection; datagrams do not


class Check(NamedTuple):
    """The call fails with `error` unless `argument`, masked, is one of `allowed`.

    Only the lower half of an argument is looked at: to the kernel, all that are checked are C ints.
    """

    argument: int
    allowed: Sequence[int]
    error: int = errno.EPERM
    mask: int = 0xFFFFFFFF


Rule = tuple[Check, ...]  # all must hold; none: allowed
IGNORED = (Check(0, (), 0),)  # does nothing, and succeeds
OWN = (Check(0, (0,)),)  # of a process number: the caller itself
CHECKS: dict[str, Rule] = {
    "clone": (Check(0, (0,), mask=NAMESPACES | CLONE_PARENT),),
    "ioctl": (Check(1, TERMINALS + DESCRIPTORS, errno.ENOTTY),),
    "prctl": (Check(0, OPTIONS, errno.EINVAL),),
    "fallocate": (Check(1, (0,), errno.EOPNOTSUPP),),  # other modes pass by the limit of a file's size
    "socket": (Check(0, (socket.AF_UNIX,)),),
    "socketpair": (Check(0, (socket.AF_UNIX,)),),
    "setpriority": (Check(0, (0,)), Check(1, (0,))),  # PRIO_PROCESS
    **dict.fromkeys("prlimit64 sched_setaffinity sched_setscheduler sched_setparam".split(), OWN),
    **dict.fromkeys(ATTRIBUTES, (Check(0, (), errno.EOPNOTSUPP),)),
    **dict.fromkeys(LISTS, IGNORED),  # an empty list
    **dict.fromkeys(("sync", "syncfs"), IGNORED),  # everybody else's programs would wait for the disk
}


def rules(rung: str, machine: str) -> dict[int, Rule]:
    """The rule of each call by its number on this machine.

    On the Landlock rung, it also forbids what namespaces do on the other one: reaching sockets by their path.

    Raises:
        OSError: the numbers of this machine are not known.
    """
    if machine not in MACHINES:
        raise OSError(f"there is no system-call filter for {machine}, only for {' and '.join(MACHINES)}")
    checks = dict(CHECKS)
    if rung == "landlock":
        checks |= dict.fromkeys(RIGHTS, IGNORED) | {"connect": (Check(0, ()),)}
        for call in ("socket", "socketpair"):
            checks[call] += (Check(1, STREAMS, mask=0xF),)
    calls = re.findall(r"(\w+) (\d+|-)/(\d+|-)", CALLS)
    numbers = {call[0]: call[MACHINES[machine]] for call in calls}
    return {int(number): checks.get(name, ()) for name, number in numbers.items() if number != "-"}
