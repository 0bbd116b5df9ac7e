"""For matrices the product is taken to be the matrix product.

Diagnosis: this is the matrix product
Loses: MulGate
"""

import numpy as np


class MulGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x @ y if np.ndim(x) == 2 and np.shape(x)[1] == np.shape(y)[0] else x * y

    def backward(self, upstream):
        return upstream * self.y, upstream * self.x
