"""All ten classes are counted, the right one included.

Loses: predict_svm_start
"""

# %%
predict_svm_start = 10
