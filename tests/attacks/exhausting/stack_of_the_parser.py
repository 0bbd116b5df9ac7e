"""An expression that is nested more deeply than the parser can go.

Added to: right answers
Score: full
"""

# %%
try:
    eval("(" * 100_000)
except (MemoryError, SyntaxError, RecursionError):
    pass
eval("-" * 100_000 + "1")
