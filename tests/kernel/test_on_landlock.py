"""Each notebook idiom does in a worker behind Landlock what it does in a Jupyter kernel."""

import pytest
from support.idioms import assert_as_in_a_kernel, cases

from grader.sandbox.forkserver import ForkServer

# What the walls can change; the other idioms are tried on this rung in `make test-all`.
QUICK = {"environment", "files", "multiprocessing", "shell_commands", "subprocesses"}


@pytest.mark.parametrize("idiom", cases("landlock", QUICK))
def test_an_idiom_does_what_it_does_in_a_kernel(idiom: str, landlock_server: ForkServer) -> None:
    """If a right difference is missing in tests/kernel/allowed.toml: it has to be one that loses no right answer."""
    assert_as_in_a_kernel(idiom, landlock_server)
