"""The visible suite of the tiny course."""

from grader.suite import close, question


@question("double", points=1)
def test_double_of_three(student):
    """Double of 3 is 6."""
    close(student.double(3.0), 6.0)


@question("Counter", points=1)
def test_counter_of_two_parts(student):
    """Adding 1 and 2 gives 3."""
    counter = student.Counter()
    counter.add(1)
    counter.add(2)
    close(counter.total(), 3.0)


@question("apply", points=1)
def test_apply_of_a_square(student):
    """Applying the square to 3 gives 9."""
    close(student.apply(lambda value: value**2, 3.0), 9.0)
