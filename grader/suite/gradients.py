"""A (forward, backward) pair of the student's as a `torch.autograd.Function`, so that torch's own gradcheck judges it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.suite.checks import Mismatch, _numeric


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
                return torch.from_numpy(np.array(_numeric(forward(*(t.detach().numpy() for t in inputs)), "forward")))

        @staticmethod
        def backward(ctx: Any, *upstream: Any) -> Any:
            inputs = ctx.saved_tensors
            with torch.enable_grad():
                answer = backward(upstream[0].detach().numpy().copy(), *(t.detach().numpy() for t in inputs))
            parts = tuple(answer) if isinstance(answer, (tuple, list)) and len(inputs) > 1 else (answer,)
            if len(parts) != len(inputs):
                raise Mismatch(f"backward must give {len(inputs)} gradients, got {len(parts)}")
            grads = []
            for part, tensor in zip(parts, inputs, strict=True):
                have = _numeric(part, "backward")
                if have.shape != tuple(tensor.shape):
                    raise Mismatch(f"a gradient has shape {have.shape}, its input {tuple(tensor.shape)}")
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
    except GradcheckError as error:
        first = str(error).strip().splitlines()[0][:160]
        raise Mismatch(f"the gradient does not agree with a numerical derivative of the same forward: {first}") from None
