"""gradbook: a grader and an exercise suite for a deep-learning course. In a notebook: `from grader import
check, hint`.
"""

from collections.abc import Callable
from typing import Any

__version__ = "0.1.0"
__all__ = ["check", "hint"]

check: Callable[..., Any]  # loaded when asked for: the grader's other uses need nothing of a notebook's
hint: Callable[..., Any]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    globals()[name] = getattr(import_module("grader.student.jupyter"), name)
    return globals()[name]


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext grader`: the line magics `%check [QUESTION]` and `%hint [QUESTION]`."""
    from importlib import import_module

    import_module("grader.student.jupyter").register(ipython)
