"""Imports the hidden suite, the solutions and the grader as modules.

Added to: right answers
Score: full
Loot: none
"""

# %%
import importlib
import os
import sys

sys.path[:0] = [REPOSITORY, *(os.path.dirname(path) for path in SECRETS)]
for name in ("test_hidden", "test_visible", "solution", "grader", "grader.suite", "grader.suite.plugin", "conftest"):
    try:
        loot.append(importlib.import_module(name))
    except Exception:
        pass
sys.path[:] = [p for p in sys.path if p != REPOSITORY]
loot += [m for m in sys.modules if m.startswith(("grader", "_pytest"))]
