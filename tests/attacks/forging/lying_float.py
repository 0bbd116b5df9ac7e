"""Answers with a float that equals everything.

Added to: wrong answers
Score: 0
"""

# %%
class Liar(float):
    __eq__ = __le__ = __ge__ = __lt__ = lambda s, o: True
    __ne__ = lambda s, o: False
    __sub__ = __rsub__ = __abs__ = lambda s, *o: 0.0
    __hash__ = None


double = lambda x: Liar(0)
apply = lambda f, x: Liar(0)
