"""All activations are thought to be monotone.

Loses: predict_falling_curves
"""

# %%
predict_falling_curves = 0
