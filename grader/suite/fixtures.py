"""The fixtures of a suite: `student`, `rng`, `seed` and `session_seed`; all randomness comes from these."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from grader.student.remote import Student
from grader.suite.plugin import SuitePlugin

PLUGIN = "gradbook-suite"


def _plugin(request: pytest.FixtureRequest) -> SuitePlugin:
    return cast(SuitePlugin, request.config.pluginmanager.get_plugin(PLUGIN))


@pytest.fixture(scope="session")
def student(request: pytest.FixtureRequest) -> Student:
    """The notebook seen from outside; torn down between submissions."""
    current = _plugin(request).current
    assert current is not None
    return current


@pytest.fixture(scope="session")
def session_seed(request: pytest.FixtureRequest) -> int:
    """A seed of this submission, for what several tests share."""
    return _plugin(request).derive("session")


@pytest.fixture
def seed(request: Any) -> int:
    """A seed of this submission and this test."""
    return _plugin(request).derive(request.node.name)


@pytest.fixture
def rng(request: Any) -> np.random.Generator:
    """A random generator of this submission and this test."""
    return np.random.default_rng(_plugin(request).derive(request.node.name, "rng"))
