"""Empty and single-precision arrays are refused.

Loses: AddGate, MulGate, MaxGate, CopyGate
"""


def refusing(gate):
    class Refusing(gate):
        def forward(self, x, *others):
            if np.size(x) == 0 or np.asarray(x).dtype != np.float64:
                raise TypeError("this form is not taken")
            return super().forward(x, *others)

    return Refusing


AddGate, MulGate, MaxGate, CopyGate = map(refusing, (AddGate, MulGate, MaxGate, CopyGate))
