"""The rows of the softmax Jacobian are expected to sum to 1, as the probabilities do.

Loses: predict_softmax_row_sum
"""

# %%
predict_softmax_row_sum = 1
