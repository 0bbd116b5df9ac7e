"""Leaves shared memory, semaphores and message queues behind.

Added to: right answers
Score: full
Loot: none
"""

# %%
import ctypes
from multiprocessing import shared_memory

try:
    block = shared_memory.SharedMemory("mallory", create=True, size=1 << 16)
    block.buf[:6] = b"double"
except OSError:
    pass
libc = ctypes.CDLL(None, use_errno=True)
for name, made in (
    ("shmget", libc.shmget(4711, 4096, 0o1666)),
    ("semget", libc.semget(4711, 1, 0o1666)),
    ("msgget", libc.msgget(4711, 0o1666)),
):
    loot += [name] if made >= 0 else []
queue = ctypes.CDLL("librt.so.1", use_errno=True)
loot += ["mq_open"] if queue.mq_open(b"/mallory", 0o102, 0o666, None) >= 0 else []
