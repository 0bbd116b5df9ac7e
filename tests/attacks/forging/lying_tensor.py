"""Answers with a tensor that takes over every function of torch.

Added to: wrong answers
Score: 0
"""

# %%
import torch


class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True

    __eq__ = lambda s, o: True
    detach = cpu = numpy = lambda s: s


double = lambda x: torch.zeros(3).as_subclass(Liar)
apply = lambda f, x: torch.zeros(()).as_subclass(Liar)
