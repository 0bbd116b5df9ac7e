"""All activations are thought to be monotone.

Diagnosis: start far to the left and follow each curve up to x = 0
Loses: predict_falling_curves
"""

# %%
predict_falling_curves = 0
