"""Style: a class for each activation with value and derivative methods; the asked functions only forward to them, and chat while doing so."""
import math

import numpy as np

# %%
class Activation:
    def value(self, x):
        raise NotImplementedError

    def derivative(self, x):
        raise NotImplementedError

    def __call__(self, x):
        return self.value(np.array(x, dtype=float))

    def grad(self, x):
        return self.derivative(np.array(x, dtype=float))


class Rectifier(Activation):
    def __init__(self, slope):
        self.slope = slope

    def value(self, x):
        out = x.copy()
        out[x <= 0] *= self.slope
        return out

    def derivative(self, x):
        out = np.ones_like(x)
        out[x <= 0] = self.slope
        return out


class Exponential(Activation):
    def __init__(self, alpha):
        self.alpha = alpha

    def value(self, x):
        return np.piecewise(x, [x > 0], [lambda v: v, lambda v: self.alpha * np.expm1(v)])

    def derivative(self, x):
        return np.piecewise(x, [x > 0], [1.0, lambda v: self.alpha * np.exp(v)])


class Tanh(Activation):
    def value(self, x):
        decay = np.exp(-2 * np.abs(x))
        return np.sign(x) * (1 - decay) / (1 + decay)

    def derivative(self, x):
        decay = np.exp(-2 * np.abs(x))
        return 4 * decay / (1 + decay) ** 2


class Gated(Activation):
    def value(self, x):
        return x * self.gate(x)

    def derivative(self, x):
        return self.gate(x) + x * self.gate_derivative(x)


class Gelu(Gated):
    def gate(self, x):
        erf = np.array([math.erf(v) for v in (x / math.sqrt(2)).ravel()]).reshape(x.shape)
        return (1 + erf) / 2

    def gate_derivative(self, x):
        return np.exp(-x**2 / 2) / np.sqrt(2 * np.pi)


class Silu(Gated):
    def gate(self, x):
        small = np.exp(-np.abs(x))
        return np.where(x >= 0, 1, small) / (1 + small)

    def gate_derivative(self, x):
        return self.gate(x) * self.gate(-x)

# %%
def relu(x):
    return Rectifier(0.0)(x)


def relu_grad(x):
    return Rectifier(0.0).grad(x)


def leaky_relu(x, slope=0.01):
    print("leaking with slope", slope)
    return Rectifier(slope)(x)


def leaky_relu_grad(x, slope=0.01):
    return Rectifier(slope).grad(x)


def prelu(x, alpha):
    return Rectifier(alpha)(x)


def prelu_grad(x, alpha):
    return Rectifier(alpha).grad(x)


def elu(x, alpha=1.0):
    return Exponential(alpha)(x)


def elu_grad(x, alpha=1.0):
    return Exponential(alpha).grad(x)


def tanh(x):
    return Tanh()(x)


def tanh_grad(x):
    return Tanh().grad(x)


def gelu(x):
    return Gelu()(x)


def gelu_grad(x):
    return Gelu().grad(x)


def silu(x):
    return Silu()(x)


def silu_grad(x):
    return Silu().grad(x)

# %%
predict_falling_curves = np.array(2.0)


class Adviser:
    table = [
        ("baseline", "relu"), ("dead_units", "leaky_relu"), ("stable_deep", "elu"), ("transformer", "gelu"),
        ("efficient_vision", "silu"), ("binary_output", "sigmoid"), ("zero_centred_recurrent", "tanh"),
    ]

    def ask(self, question):
        return next(answer for situation, answer in self.table if situation == question)


def recommend(situation):
    return Adviser().ask(situation)


def dead_fraction(X, W, b):
    alive = np.zeros(len(b), dtype=bool)
    for row in X:
        alive |= W @ row + b > 0
    print("alive:", alive.sum(), "of", alive.size)
    return np.array(1 - alive.mean())


def prelu_backward(x, alpha, upstream):
    negative = x <= 0
    return upstream * Rectifier(alpha).grad(x), np.einsum("i,i->", upstream[negative], x[negative])

# %%
print(gelu(1.0), prelu_backward(np.array([-2.0, 3.0]), 0.25, np.array([10.0, 7.0])))
