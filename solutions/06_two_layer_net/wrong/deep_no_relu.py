"""The layers are chained without any ReLU.

Diagnosis: there is no ReLU between the layers
Loses: deep_forward
"""

# %%
def deep_forward(layers, x):
    for W, b in layers:
        x = W @ x + b
    return x
