"""Turns the list of its arguments into wide text, which is then compared with what it was.

Added to: right answers
Score: 4
Status: double failed
With: call_cpu_s=3
With: cell_cpu_s=5
With: submission_cpu_s=40
With: memory_mb=1024
"""

# %%
wide = ["a" * 60_000] + ["b"] * 300_000


def double(x):
    return 2 * x


real = codec.pack
codec.pack = lambda value, *rest: real(["ok", [value[1][0], [wide]]] if value[0] == "ok" and value[1] and value[1].__class__ is list and value[1][1] else value, *rest)
