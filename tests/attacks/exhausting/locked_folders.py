"""Leaves folders behind that nobody may enter.

Added to: right answers
Score: full
"""

# %%
import os

os.makedirs(os.environ["HOME"] + "/a/b/c")
open(os.environ["HOME"] + "/a/b/c/by-mallory", "w").write("x")
os.mkdir(os.environ["HOME"] + "/locked", 0)
os.chmod(os.environ["HOME"] + "/a/b", 0)
os.chmod(os.environ["HOME"] + "/a", 0)
