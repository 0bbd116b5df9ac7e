"""A (forward, backward) pair of the student's as a `torch.autograd.Function`, so that torch's own gradcheck
judges it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.suite.checks import Mismatch, _numeric, close

STEP = 1e-6
MAX_DIFFERENCES = 40


def torch_function(forward: Callable[..., Any], backward: Callable[..., Any]) -> Callable[..., Any]:
    """A differentiable torch function made of two calls of the student's.

    Args:
        forward: (*arrays) -> output array.
        backward: (upstream, *arrays) -> the gradient, or a tuple with one for each input.

    Returns:
        A function of float64 tensors; its gradient is whatever `backward` answers.
    """
    import torch

    class StudentFunction(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            ctx.save_for_backward(*inputs)
            with torch.enable_grad():  # an in-process check may run the student's own autograd inside ours
                return torch.from_numpy(
                    np.array(_numeric(forward(*(t.detach().numpy() for t in inputs)), "forward"))
                )

        @staticmethod
        def backward(ctx: Any, *upstream: Any) -> Any:
            inputs = ctx.saved_tensors
            with torch.enable_grad():
                answer = backward(upstream[0].detach().numpy().copy(), *(t.detach().numpy() for t in inputs))
            parts = tuple(answer) if isinstance(answer, (tuple, list)) and len(inputs) > 1 else (answer,)
            if len(parts) != len(inputs):
                raise Mismatch(f"backward must give {len(inputs)} gradients, got {len(parts)}.")
            grads = []
            for part, tensor in zip(parts, inputs, strict=True):
                have = _numeric(part, "backward")
                if have.shape != tuple(tensor.shape):
                    raise Mismatch(
                        f"a gradient has shape {have.shape}, its input {tuple(tensor.shape)}: not the same."
                    )
                grads.append(torch.from_numpy(np.array(have)))
            return tuple(grads) if len(grads) > 1 else grads[0]

    return StudentFunction.apply  # type: ignore[no-any-return]


def gradcheck(function: Callable[..., Any], inputs: tuple[Any, ...]) -> None:
    """`torch.autograd.gradcheck` (double, rtol 1e-3, atol 1e-5), its failure as one sentence.

    Raises:
        Mismatch: the analytic and the numerical Jacobian differ.
    """
    from torch.autograd.gradcheck import GradcheckError
    from torch.autograd.gradcheck import gradcheck as check

    try:
        check(function, inputs)
    except GradcheckError:
        _name_the_difference(function, inputs)
        raise Mismatch(
            "the gradient does not agree with a numerical derivative of the same forward."
        ) from None


def _name_the_difference(function: Callable[..., Any], inputs: tuple[Any, ...]) -> None:
    """Compare once more, for one upstream gradient, entry by entry: the numbers are for the student to read."""
    import torch

    leaves = [t.detach().clone().requires_grad_() for t in inputs]
    out = function(*leaves)
    upstream = 1.5 + 0.25 * torch.arange(out.numel(), dtype=torch.float64).reshape(out.shape)
    found = torch.autograd.grad(out, leaves, upstream)
    for number, (leaf, gradient) in enumerate(zip(leaves, found, strict=True)):
        if leaf.numel() > MAX_DIFFERENCES:
            continue
        slopes = []
        for upstream_gradient in (upstream, torch.ones_like(upstream)):
            slope = np.zeros(leaf.numel())
            for entry in range(leaf.numel()):
                ends = []
                for sign in (1, -1):
                    moved = [t.detach().clone() for t in leaves]
                    moved[number].view(-1)[entry] += sign * STEP
                    ends.append(float((function(*moved) * upstream_gradient).sum()))
                slope[entry] = (ends[0] - ends[1]) / (2 * STEP)
            slopes.append(slope.reshape(tuple(leaf.shape)))
        missing = {"the upstream gradient is missing: this is only the local derivative": slopes[1]}
        name = "the gradient, compared with a numerical derivative of the same forward"
        close(gradient.numpy(), slopes[0], rtol=1e-3, atol=1e-5, mistakes=missing, what=name)
