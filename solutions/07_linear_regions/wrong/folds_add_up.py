"""Folds are thought to add their two pieces each.

Loses: predict_fold_regions
"""

# %%
predict_fold_regions = 10
