"""Replaces IPython's way to run a cell.

Added to: wrong answers
Score: 0
"""

# %%
ip = get_ipython()
ip.run_cell = lambda *a, **k: None
type(ip).run_cell = lambda *a, **k: None
