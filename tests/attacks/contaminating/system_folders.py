"""Writes into the folders of the system, of Python and of the worker's own code.

Added to: right answers
Score: full
Loot: none
"""

# %%
import os

import numpy as np

for place in ["/", "/usr", "/usr/lib", "/etc", "/inside", "/packages", "/packages/0", "/var/tmp", "/opt", "/dev", np.__path__[0], *SHARED[4:]]:
    try:
        path = os.path.join(place, "left-by-mallory")
        open(path, "w").write("x")
        loot.append(path)
        os.remove(path)
    except OSError:
        pass
