"""ReLU is applied to the upstream gradient: the mask comes from the wrong tensor.

Diagnosis: the mask was made from the upstream gradient instead of x
Diagnosis: an input of exactly 0 was let through
Loses: relu_backward
"""

# %%
def relu_backward(dout, cache):
    return dout * (dout > 0)
