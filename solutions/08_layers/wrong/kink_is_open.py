"""An input of exactly 0 is let through: the indicator is made with >= instead of >.

Diagnosis: an input of exactly 0 was let through
Loses: relu_backward
"""

# %%
def relu_backward(dout, cache):
    return dout * (cache >= 0)
