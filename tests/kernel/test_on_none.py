"""Each notebook idiom does in a worker without walls what it does in a Jupyter kernel."""

import pytest
from support.idioms import assert_as_in_a_kernel, cases

from grader.sandbox.forkserver import ForkServer


@pytest.mark.slow
@pytest.mark.parametrize("idiom", cases("none"))
def test_an_idiom_does_what_it_does_in_a_kernel(idiom: str, open_server: ForkServer) -> None:
    """If a right difference is missing in tests/kernel/allowed.toml: it has to be one that loses no right answer."""
    assert_as_in_a_kernel(idiom, open_server)
