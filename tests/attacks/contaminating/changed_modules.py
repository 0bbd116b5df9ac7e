"""Changes the installed modules in place: NumPy, torch, the worker's own code.

Added to: right answers
Score: full
"""

# %%
import os
import stat
import sys

import numpy as np
import torch

for path in (np.__file__, torch.__file__, sys.modules["_gradbook_inside.requests"].__file__, sys.modules["_gradbook_inside.codec"].__file__):
    for way in (
        lambda p: open(p, "a").write("# mallory"),
        lambda p: os.remove(p),
        lambda p: os.rename(p, p + ".mallory"),
        lambda p: os.truncate(p, 0),
        lambda p: os.chmod(os.path.dirname(p), stat.S_IRWXU | stat.S_IRWXO),
    ):
        try:
            way(path)
        except OSError:
            pass
