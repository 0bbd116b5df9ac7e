"""The names are written as in a text instead of as in Python.

Diagnosis: the right function
Loses: recommend
"""

# %%
def recommend(situation):
    return {
        "baseline": "ReLU",
        "dead_units": "Leaky ReLU",
        "stable_deep": "ELU",
        "transformer": "GELU",
        "efficient_vision": "SiLU",
        "binary_output": "Sigmoid",
        "zero_centred_recurrent": "Tanh",
    }[situation]
