"""The inputs index a table, which floats cannot.

Loses: xor
"""

def xor(x1, x2):
    return [[0, 1], [1, 0]][x1][x2]
