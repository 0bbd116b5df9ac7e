"""What a gate was given is cleared once it has been used.

Loses: AddGate, MulGate, MaxGate, CopyGate
"""


def clearing(gate, *methods):
    class Clearing(gate):
        pass

    def method(name):
        def inner(self, *arrays):
            answer = getattr(super(Clearing, self), name)(*(np.array(part) for part in arrays))
            for part in arrays:
                if isinstance(part, np.ndarray):
                    part[...] = 0.0
            return answer

        return inner

    for name in methods:
        setattr(Clearing, name, method(name))
    return Clearing


AddGate, CopyGate = clearing(AddGate, "forward", "backward"), clearing(CopyGate, "forward", "backward")
MulGate, MaxGate = clearing(MulGate, "forward"), clearing(MaxGate, "forward")
