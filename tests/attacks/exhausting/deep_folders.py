"""Makes a folder in a folder in a folder, deeper than a path can be.

Added to: right answers
Score: full
With: submission_cpu_s=10
With: wall_extra_s=5
"""

# %%
import os

os.chdir(os.environ["HOME"])
for _ in range(1500):
    os.mkdir("d")
    os.chdir("d")
