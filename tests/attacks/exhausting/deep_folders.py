"""Makes a folder in a folder in a folder, deeper than a path can be.

Added to: right answers
Score: full
"""

# %%
import os

os.chdir(os.environ["HOME"])
for _ in range(1500):
    os.mkdir("d")
    os.chdir("d")
