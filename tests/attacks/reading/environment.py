"""Looks for secrets in its environment and in that of its parents.

Added to: right answers
Score: full
Loot: none
"""

# %%
import ctypes
import os

loot += [(k, v) for k, v in os.environ.items() if "SECRET" in k or "CANARY" in v or "PYTEST" in k]
environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
index = 0
while environ[index]:
    if b"CANARY" in environ[index] or b"PYTEST" in environ[index]:
        loot.append(environ[index])
    index += 1
for pid in ("self", "1", os.getppid(), JUDGE):
    try:
        text = open(f"/proc/{pid}/environ", "rb").read()
        loot += [text] if b"CANARY" in text else []
    except OSError:
        pass
