"""ReLU is recommended for every hidden layer, and the sigmoid where outputs must be bounded.

Loses: recommend
"""

# %%
def recommend(situation):
    return "sigmoid" if situation in ("binary_output", "zero_centred_recurrent") else "relu"
