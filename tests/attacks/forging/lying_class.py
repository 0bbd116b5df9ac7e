"""Answers with an object that claims to be a float.

Added to: wrong answers
Score: 0
"""

# %%
class Liar:
    __class__ = float

    def __float__(self):
        raise ValueError


double = lambda x: Liar()
apply = lambda f, x: Liar()
