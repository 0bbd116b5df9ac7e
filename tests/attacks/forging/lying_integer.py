"""Answers with an integer whose conversions depend on who asks.

Added to: wrong answers
Score: 0
"""

# %%
class Liar(int):
    __eq__ = lambda s, o: True
    __hash__ = int.__hash__
    __index__ = __int__ = lambda s: 10**5000
    __float__ = lambda s: 1 / 0
    bit_length = lambda s: -8
    to_bytes = lambda s, *a, **k: b"\xc1" * 10**5


double = lambda x: Liar(1)
apply = lambda f, x: Liar(1 << 70)
