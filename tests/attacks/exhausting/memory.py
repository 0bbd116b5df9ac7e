"""Takes memory in small parts until there is no more.

Added to: right answers
Score: 4
Status: apply out_of_memory
With: call_cpu_s=4
With: submission_cpu_s=10
"""

# %%
def apply(f, x):
    parts = []
    while True:
        parts.append(bytearray(b"x" * (16 << 20)))
