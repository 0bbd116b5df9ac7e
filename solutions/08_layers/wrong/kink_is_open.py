"""An input of exactly 0 is let through: the indicator is made with >= instead of >.

Loses: relu_backward
"""

# %%
def relu_backward(dout, cache):
    return dout * (cache >= 0)
