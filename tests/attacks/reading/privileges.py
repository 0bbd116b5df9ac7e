"""Tries every system call that would give it more rights than it has.

Added to: right answers
Score: full
Loot: none
"""

# %%
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
calls = {
    "ptrace traceme": lambda: libc.ptrace(0, 0, 0, 0),
    "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
    "umount": lambda: libc.umount2(b"/tmp", 2),
    "unshare": lambda: libc.unshare(0x10000000),
    "setns": lambda: libc.setns(0, 0),
    "setuid": lambda: libc.setuid(0),
    "setgid": lambda: libc.setgid(0),
    "chroot": lambda: libc.chroot(b"/"),
    "sethostname": lambda: libc.sethostname(b"x", 1),
    "bpf": lambda: libc.syscall(321, 0, 0, 0),
    "keyctl": lambda: libc.syscall(250, 0, 0, 0),
    "clone3": lambda: libc.syscall(435, 0, 0),
    "io_uring": lambda: libc.syscall(425, 1, ctypes.create_string_buffer(200)),
    "memfd": lambda: libc.memfd_create(b"x", 0),
    "userfaultfd": lambda: libc.syscall(323, 0),
    "perf_event_open": lambda: libc.syscall(298, ctypes.create_string_buffer(200), 0, -1, -1, 0),
    "personality": lambda: libc.syscall(135, 0x0040000),
    "capset": lambda: libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)),
    "name_to_handle_at": lambda: libc.syscall(303, -100, b"/", ctypes.create_string_buffer(200), ctypes.byref(ctypes.c_int()), 0),
}
loot += [name for name, call in calls.items() if call() >= 0]
try:
    # 4 is CAP_DAC_READ_SEARCH, which workers on the Landlock rung keep if root grades
    status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    if int(status["CapEff"], 16) & ~4 or status["NoNewPrivs"].strip() != "1" or status["Seccomp"].strip() != "2":
        loot.append(status)
except OSError:
    pass
