"""Draws figures that are never closed.

Added to: right answers
Score: full
"""

# %%
import matplotlib.pyplot as plt

for _ in range(25):
    plt.figure(figsize=(40, 40))
plt.figure(figsize=(10**4, 10**4))
