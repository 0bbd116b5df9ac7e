"""Plain loops over single numbers with the math module."""

# %%
import math

import numpy as np

predict_layers_below_millionth = 10.0


# %%
def one_sigmoid(number):
    if number < 0:
        return math.exp(number) / (1 + math.exp(number))
    return 1 / (1 + math.exp(-number))


def sigmoid(x):
    x = np.asarray(x)
    answer = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        answer[index] = one_sigmoid(float(x[index]))
    return answer


# %%
def sigmoid_grad(x):
    x = np.asarray(x)
    answer = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        s = one_sigmoid(float(x[index]))
        answer[index] = s * (1 - s)
    return answer


# %%
def sigmoid_backward(upstream, x):
    upstream, x = np.asarray(upstream), np.asarray(x)
    answer = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        s = one_sigmoid(float(x[index]))
        answer[index] = float(upstream[index]) * s * (1 - s)
    return answer


# %%
def max_chain_factor(depth):
    factor = 1.0
    for _ in range(depth):
        factor = factor / 4
    return factor


# %%
def chain_factor(z):
    factor = 1
    for number in z:
        s = one_sigmoid(number)
        factor *= s * (1 - s)
    return factor
