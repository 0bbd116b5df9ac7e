"""The formula as it stands (NumPy warns about an overflow, the value is still right), with prints and globals."""

# %%
import numpy as np

ONE = 1.0
calls = 0
np.seterr(all="warn")


# %%
def sigmoid(x):
    global calls
    calls = calls + 1
    result = ONE / (ONE + np.exp(-x))
    print("sigmoid, call number", calls, "gives", result)
    return result


print(sigmoid(np.linspace(-2, 2, 5)))


# %%
def sigmoid_grad(x):
    e = np.exp(-np.abs(x))
    return e / (ONE + e) ** 2


def sigmoid_backward(upstream, x):
    local = sigmoid_grad(x)
    print("local derivative:", local)
    return local * upstream


# %%
predict_layers_below_millionth = 10
print("my guess:", predict_layers_below_millionth)


# %%
def max_chain_factor(depth):
    return 1 / 4**depth


def chain_factor(z):
    product = ONE
    for factor in sigmoid_grad(z):
        product = product * factor
    return product
