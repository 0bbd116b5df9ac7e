"""Opens the terminals of whoever is logged in, to read what is typed and write what is shown.

Added to: right answers
Score: full
Loot: none
"""

# %%
import os

for path in ["/dev/tty", "/dev/console", "/dev/tty0", "/dev/tty1", TERMINAL, *(f"/dev/pts/{n}" for n in range(64))]:
    for mode in (os.O_RDONLY, os.O_WRONLY):
        try:
            fd = os.open(path, mode | os.O_NOCTTY | os.O_NONBLOCK)
            loot.append((path, mode))
            os.close(fd)
        except OSError:
            pass
