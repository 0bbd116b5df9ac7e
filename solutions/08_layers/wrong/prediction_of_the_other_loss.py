"""The start value of softmax is expected from the hinge loss.

Loses: predict_svm_start
"""
import numpy as np

# %%
predict_svm_start = float(np.log(10))
