"""Attaches to the judge and to its own parent, and reads their memory.

Added to: right answers
Score: full
Loot: none
"""

# %%
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for pid in (JUDGE, os.getppid() or 1, 1):
    for request in (16, 0x4206):
        if libc.ptrace(request, pid, 0, 0) >= 0:
            loot.append(("ptrace", pid))
    local = (ctypes.c_uint64 * 2)(ctypes.addressof(ctypes.create_string_buffer(64)), 64)
    if libc.process_vm_readv(pid, local, 1, local, 1, 0) >= 0:
        loot.append(("process_vm_readv", pid))
    if libc.process_vm_writev(pid, local, 1, local, 1, 0) >= 0:
        loot.append(("process_vm_writev", pid))
    if libc.syscall(434, pid, 0) >= 0:
        loot.append(("pidfd_open", pid))
    try:
        loot.append(open(f"/proc/{pid}/mem", "rb+") if pid != os.getpid() else 0)
        loot.remove(0)
    except (OSError, ValueError):
        pass
