"""Every gate asks torch.autograd for its gradients and answers with tensors."""

# %%
import torch


def leaf(value):
    return torch.as_tensor(value, dtype=torch.float64).clone().requires_grad_(True)


def upstream_tensor(value):
    return torch.as_tensor(value, dtype=torch.float64)


class TorchGate:
    def run(self, *values):
        self.inputs = [leaf(value) for value in values]
        self.output = self.operation(*self.inputs)
        return self.output.detach()

    def backward(self, upstream):
        return torch.autograd.grad(self.output, self.inputs, upstream_tensor(upstream), retain_graph=True)


# %%
class AddGate(TorchGate):
    operation = staticmethod(torch.add)

    def forward(self, x, y):
        return self.run(x, y)


# %%
class MulGate(TorchGate):
    operation = staticmethod(torch.mul)

    def forward(self, x, y):
        return self.run(x, y)


# %%
_x = torch.tensor(3.0, requires_grad=True)
(_x * _x).backward(torch.tensor(2.0))
predict_square_dx = _x.grad


# %%
class CopyGate:
    def forward(self, x):
        self.x = leaf(x)
        return self.x.detach(), self.x.detach()

    def backward(self, upstream_1, upstream_2):
        outputs = [self.x * 1, self.x * 1]
        upstreams = [upstream_tensor(upstream_1), upstream_tensor(upstream_2)]
        (dx,) = torch.autograd.grad(outputs, [self.x], upstreams)
        return dx


# %%
class MaxGate(TorchGate):
    operation = staticmethod(torch.maximum)

    def forward(self, x, y):
        return self.run(x, y)


# %%
def circuit_gradients(x, y, z, w):
    leaves = [leaf(value) for value in (x, y, z, w)]
    product = leaves[0] * leaves[1]
    f = 2 * (product + torch.maximum(leaves[2], leaves[3]))
    f.backward()
    return [value.grad for value in leaves]
