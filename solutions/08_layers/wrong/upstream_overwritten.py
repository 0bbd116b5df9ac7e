"""The blocked entries are zeroed inside the caller's upstream gradient.

Diagnosis: work on a copy instead of changing the argument
Loses: relu_backward
"""

# %%
def relu_backward(dout, cache):
    dout[cache <= 0] = 0
    return dout
