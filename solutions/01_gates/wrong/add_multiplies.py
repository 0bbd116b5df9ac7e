"""The add gate hands the product on.

Diagnosis: this is the product
Loses: AddGate
"""


class AddGate(AddGate):
    def forward(self, x, y):
        super().forward(x, y)
        return x * y
