"""GELU and SiLU are mistaken for each other.

Loses: recommend
"""

# %%
def recommend(situation):
    return {
        "baseline": "relu",
        "dead_units": "leaky_relu",
        "stable_deep": "elu",
        "transformer": "silu",
        "efficient_vision": "gelu",
        "binary_output": "sigmoid",
        "zero_centred_recurrent": "tanh",
    }[situation]
