"""What a hidden suite imports from `grader.suite`, for graders whose tests run in the student's own process.

NumPy and the standard library only: this text goes into an nbgrader notebook and beside otter's test files.
"""

import inspect

import numpy as np

FIXTURES = {}  # name -> function; the text of a suite that has fixtures replaces it
_cached = {}


def plain(value):
    """The value as a suite gets it: tensors as arrays, generators as lists, tuples and dicts of those."""
    if hasattr(value, "detach"):
        return value.detach().numpy()
    if inspect.isgenerator(value):
        return [plain(part) for part in value]
    if type(value) in (list, tuple):
        return type(value)(plain(part) for part in value)
    return {key: plain(part) for key, part in value.items()} if type(value) is dict else value


class Given:
    """Something of the student's: its attributes and calls, with plain answers; an object made by a class stays one.

    A call gets copies, so that an answer that changes its arguments spoils nothing but itself.
    """

    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return Given(getattr(self.inner, name))

    def __call__(self, *args):
        result = self.inner(*(arg.inner if isinstance(arg, Given) else copied(arg) for arg in args))
        return Given(result) if inspect.isclass(self.inner) else plain(result)

    def value(self):
        return plain(self.inner)


class Student:
    """The names of a notebook as attributes."""

    def __init__(self, names):
        self.names = names

    def __getattr__(self, name):
        assert name in self.names, f"{name} is not defined"
        return Given(self.names[name])


def array(got, shape=None, what="the answer"):
    have = np.asarray(got)
    assert have.dtype.kind in "biuf", f"{what}: expected numbers"
    assert shape is None or have.shape == tuple(shape), f"{what}: wrong shape: got {have.shape}, expected {shape}"
    return have.astype(np.float64)


def close(got, want, *, rtol=1e-6, atol=1e-8, mistakes=None, what="the answer"):
    wanted = np.asarray(want, dtype=np.float64)
    have = array(got, wanted.shape, what)
    if not np.allclose(have, wanted, rtol=rtol, atol=atol, equal_nan=True):
        likely = [name for name, value in (mistakes or {}).items() if np.allclose(have, value, rtol=rtol, atol=atol)]
        raise AssertionError(f"{what}: got {have}, expected {wanted}. {'; '.join(likely)}")


def scalar(got, what="the answer"):
    return float(array(got, (), what))


def pair(got, n=2):
    assert isinstance(got, (tuple, list, np.ndarray)), f"expected {n} values"
    assert len(got) == n, f"expected {n} values, got {len(got)}"
    return tuple(got)


def same(one, two):
    if isinstance(one, (tuple, list)):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    return np.allclose(one, two, rtol=1e-12, atol=1e-15, equal_nan=True)


def copied(arg):
    if isinstance(arg, dict):
        return {key: copied(part) for key, part in arg.items()}
    return arg.copy() if isinstance(arg, np.ndarray) else arg


def pure(function, *args):
    handed = [copied(arg) for arg in args]
    answer = copied(plain(function.inner(*handed)))
    assert all(map(same, args, handed)), "the function changed its input"
    assert same(answer, function(*args)), "calling the function twice gave two different answers"
    return answer


def not_attempted(sentence="not attempted yet"):
    raise AssertionError(sentence)


def run(test, names, position):
    """Call a test function of a suite with the arguments that it asks for."""
    values = {"student": Student(names), "rng": np.random.default_rng([7, position]), "seed": position, "session_seed": 7}

    def call(function):
        return function(**{name: find(name) for name in inspect.signature(function).parameters})

    def find(name):
        if name not in values:
            if name not in _cached:
                _cached[name] = call(FIXTURES[name])
            values[name] = _cached[name]
        return values[name]

    call(test)
