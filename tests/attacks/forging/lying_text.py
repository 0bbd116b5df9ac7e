"""Answers with text and bytes that pretend to be short and say something else each time.

Added to: wrong answers
Score: 0
"""

# %%
class Text(str):
    __len__ = lambda s: 0
    __str__ = lambda s: "passed"
    encode = lambda s, *a: b"\xff"


class Bytes(bytes):
    __len__ = lambda s: -1
    __bytes__ = lambda s: b"ok"


double = lambda x: Text("x" * 100)
apply = lambda f, x: Bytes(b"y")
