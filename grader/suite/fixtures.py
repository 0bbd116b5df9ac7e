"""The fixtures of a suite: `student`, `rng`, `seed` and `session_seed`; all randomness comes from these."""

from types import ModuleType

import numpy as np
import pytest

from grader.suite.plugin import SuitePlugin
from grader.suite.remote_student import Student


def fixtures_of(plugin: SuitePlugin) -> ModuleType:
    """A plugin for pytest with the fixtures of one session.

    They ask `plugin`, and not pytest's `request`, which is made again for every fixture of every test.
    """

    @pytest.fixture(scope="session")
    def student() -> Student:
        """The notebook seen from outside; torn down between submissions."""
        return plugin.current

    @pytest.fixture(scope="session")
    def session_seed() -> int:
        """A seed of this submission, for what several tests share."""
        return plugin.derive("session")

    @pytest.fixture
    def seed() -> int:
        """A seed of this submission and this test."""
        return plugin.derive(plugin.test)

    @pytest.fixture
    def rng() -> np.random.Generator:
        """A random generator of this submission and this test."""
        return np.random.default_rng(plugin.derive(plugin.test, "rng"))

    fixtures = ModuleType("gradbook-fixtures")
    vars(fixtures).update(student=student, session_seed=session_seed, seed=seed, rng=rng)
    return fixtures
