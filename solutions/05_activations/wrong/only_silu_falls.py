"""SiLU alone is thought not to be monotone.

Loses: predict_falling_curves
"""

# %%
predict_falling_curves = 1
