"""Answers with NaN and infinity, which no comparison calls different.

Added to: wrong answers
Score: 0
"""

# %%
double = lambda x: x * float("nan")
apply = lambda f, x: float("inf")
