"""A student's (forward, backward) pair as a `torch.autograd.Function`, judged by torch's own gradcheck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from grader.suite.checks import Mismatch, close, numeric
from grader.suite.exceptions import too_large
from grader.suite.sentences import LOCAL_ONLY, FloatArray

if TYPE_CHECKING:
    from torch import Tensor
    from torch.autograd.function import FunctionCtx

STEP = 1e-6
MAX_DIFFERENCES = 40
MAX_OUTPUTS = 10_000  # each costs a call of the student's backward


def torch_function(forward: Callable[..., object], backward: Callable[..., object]) -> Callable[..., Tensor]:
    """A differentiable torch function made of two calls of the student's.

    Args:
        forward: (*arrays) -> output array.
        backward: (upstream, *arrays) -> the gradient, or a tuple with one for each input.

    Returns:
        A function of float64 tensors; its gradient is what `backward` answers.
    """
    import torch

    class StudentFunction(torch.autograd.Function):
        @staticmethod
        def forward(ctx: FunctionCtx, *inputs: Tensor) -> Tensor:
            ctx.save_for_backward(*inputs)
            with torch.enable_grad():  # an in-process check may run the student's own autograd inside ours
                answer = forward(*(t.detach().numpy() for t in inputs))
                return torch.from_numpy(np.array(numeric(answer, "forward")))

        @staticmethod
        def backward(ctx: FunctionCtx, *upstream: Tensor) -> Tensor | tuple[Tensor, ...]:
            inputs = ctx.saved_tensors
            with torch.enable_grad():
                answer = backward(upstream[0].detach().numpy().copy(), *(t.detach().numpy() for t in inputs))
            parts = tuple(answer) if isinstance(answer, (tuple, list)) and len(inputs) > 1 else (answer,)
            if len(parts) != len(inputs):
                raise Mismatch(f"backward must give {len(inputs)} gradients, got {len(parts)}.")
            gradients = []
            for part, shape in zip(parts, (tuple(t.shape) for t in inputs), strict=True):
                have = numeric(part, "backward")
                if have.shape != shape:
                    raise Mismatch(f"a gradient has shape {have.shape}, its input {shape}: not the same.")
                gradients.append(torch.from_numpy(np.array(have)))
            return tuple(gradients) if len(gradients) > 1 else gradients[0]

    return StudentFunction.apply  # type: ignore[no-any-return]


def gradcheck(function: Callable[..., Tensor], inputs: Sequence[Tensor]) -> None:
    """`torch.autograd.gradcheck` (double, rtol 1e-3, atol 1e-5), its failure as one sentence.

    Raises:
        Mismatch: the analytic and the numerical Jacobian differ, or the answer is too large to compare them.
    """
    from torch.autograd.gradcheck import GradcheckError
    from torch.autograd.gradcheck import gradcheck as check

    if function(*inputs).numel() > MAX_OUTPUTS:
        raise Mismatch(f"forward gave {too_large(f'more than {MAX_OUTPUTS:,} numbers')}.")
    try:
        check(function, inputs)
    except GradcheckError:
        _name_the_difference(function, inputs)
        raise Mismatch(
            "the gradient does not agree with a numerical derivative of the same forward."
        ) from None


def _name_the_difference(function: Callable[..., Tensor], inputs: Sequence[Tensor]) -> None:
    """Compare again, for one upstream gradient, entry by entry, so that the student can read the numbers."""
    import torch

    leaves = [t.detach().clone().requires_grad_() for t in inputs]
    out = function(*leaves)
    upstream = 1.5 + 0.25 * torch.arange(out.numel(), dtype=torch.float64).reshape(out.shape)
    name = "the gradient, compared with a numerical derivative of the same forward"
    for number, gradient in enumerate(torch.autograd.grad((out * upstream).sum(), leaves)):
        if gradient.numel() <= MAX_DIFFERENCES:
            want = _slopes(function, leaves, number, upstream)
            mistakes = {LOCAL_ONLY: _slopes(function, leaves, number, torch.ones_like(upstream))}
            close(gradient.numpy(), want, rtol=1e-3, atol=1e-5, mistakes=mistakes, what=name)


def _slopes(
    function: Callable[..., Tensor], leaves: Sequence[Tensor], number: int, upstream: Tensor
) -> FloatArray:
    """The numerical gradient with respect to one input, for this upstream gradient."""
    slopes = np.zeros(tuple(leaves[number].shape))
    for entry in np.ndindex(slopes.shape):
        ends = []
        for step in (STEP, -STEP):
            moved = [t.detach().clone() for t in leaves]
            moved[number][entry] += step
            ends.append(float((function(*moved) * upstream).sum()))
        slopes[entry] = (ends[0] - ends[1]) / (2 * STEP)
    return slopes
