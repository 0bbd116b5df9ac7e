"""The hidden suite of the tiny course."""

import numpy as np

from grader.suite import close, pure, question


@question("double", points=2)
def test_double_of_numbers(student, rng):
    """Double gives twice a number."""
    for x in rng.uniform(1.0, 9.0, size=3):
        close(student.double(float(x)), 2.0 * x)


@question("double", points=1)
def test_double_of_arrays(student, rng):
    """Double gives twice an array and leaves its input alone."""
    x = rng.normal(size=(5, 3))
    close(pure(student.double, x), 2.0 * x)


@question("Counter", points=1)
def test_counter_remembers(student, rng):
    """A counter adds up what it is given."""
    counter = student.Counter()
    parts = rng.integers(1, 100, size=4)
    for part in parts:
        counter.add(int(part))
    close(counter.total(), float(np.sum(parts)))


@question("apply", points=1)
def test_apply_calls_the_function(student, rng):
    """Apply gives what the function gives."""
    x = float(rng.uniform(1.0, 5.0))
    close(student.apply(lambda value: value**3 + 1.0, x), x**3 + 1.0)
