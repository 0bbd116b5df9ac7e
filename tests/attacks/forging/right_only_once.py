"""Is right at the first call on an array and wrong at the second, on the same input.

Added to: right answers
Score: 4
Status: double failed
"""

# %%
seen = []


def double(x):
    seen.append(x)
    return 2 * x if len(seen) < 5 else 2 * x + 1
