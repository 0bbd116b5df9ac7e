"""Prints and displays many megabytes in a cell.

Added to: right answers
Score: full
"""

# %%
from IPython.display import HTML, display

for _ in range(20):
    print("x" * (1 << 20))
    display(HTML("<b>" * (1 << 16)))
