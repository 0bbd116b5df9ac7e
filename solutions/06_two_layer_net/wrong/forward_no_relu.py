"""The two layers are multiplied one after the other, and the ReLU in between is forgotten.

Diagnosis: there is no ReLU
Loses: forward
"""

# %%
def forward(params, x):
    return params["W2"] @ (params["W1"] @ x + params["b1"]) + params["b2"]
