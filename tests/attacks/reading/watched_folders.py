"""Watches other people's folders, to learn the names of the files that are used there.

Added to: right answers
Score: full
Loot: none
"""

# %%
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
fd = libc.inotify_init()
for path in SECRETS:
    for place in (path, os.path.dirname(path)):
        if libc.inotify_add_watch(fd, place.encode(), 0xFFF) >= 0:
            loot.append(place)
