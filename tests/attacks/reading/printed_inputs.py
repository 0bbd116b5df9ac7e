"""Prints the hidden inputs on every stream, hoping that the report shows what was printed.

Added to: right answers
Score: full
Hides: PRINTED-BY-MALLORY
"""

# %%
import logging
import os
import sys
import warnings

from IPython.display import display


def double(x):
    text = "PRINTED-BY-MALLORY " + str(x)
    print(text)
    print(text, file=sys.stderr)
    sys.__stdout__.write(text)
    display(text)
    warnings.warn(text, stacklevel=1)
    logging.critical(text)
    os.write(1, text.encode())
    os.write(2, text.encode())
    get_ipython().system(f"echo {text!r}")
    return 2 * x


# %%
print("PRINTED-BY-MALLORY")
display("PRINTED-BY-MALLORY")
