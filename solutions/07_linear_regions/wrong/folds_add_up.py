"""Folds are thought to add their two pieces each.

Diagnosis: two pieces a fold
Loses: predict_fold_regions
"""

# %%
predict_fold_regions = 10
