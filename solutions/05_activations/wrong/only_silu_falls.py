"""SiLU alone is thought not to be monotone.

Diagnosis: look at every gate
Loses: predict_falling_curves
"""

# %%
predict_falling_curves = 1
