"""Every parameter is thought to be needed.

Loses: predict_collapsed_numbers
"""

# %%
predict_collapsed_numbers = 10501
