"""The bias of the collapsed map is forgotten.

Loses: predict_collapsed_numbers
"""

# %%
predict_collapsed_numbers = 2
