"""Never a false fail: a right answer in any of its equivalent forms gets full marks, whatever mixture of forms comes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.paths import ROOT

from grader.core.course import Course
from grader.core.notebook import read_notebook
from grader.engine.local import LocalChannel
from grader.sandbox.inside.shell import make_shell, run_cell
from grader.suite.remote_student import Student
from grader.suite.session import SuiteSession

COURSE = Course(ROOT)
# Training is judged by its weights and takes seconds: its forms are permuted in the quick questions of the same exercise.
SLOW = {"10_sine_mlp": {"train", "fit", "SineMLP", "DeepSineMLP"}, "09_regularization": {"train"}}

# Runs in the notebook after the reference: every function and method gives its answer in a form drawn at random from those
# that the course promises to accept, and hands its arguments on in another memory layout. What the reference calls inside
# itself stays as it is: the functions are rebuilt over a namespace of their own first.
PERMUTE = '''
import random, types
import numpy as np, torch

forms_seen = set()

def permute_forms(namespace, seed):
    draw = random.Random(seed)

    def scalar_form(value):
        if isinstance(value, (bool, np.bool_)):
            forms = [bool, int, float, np.bool_, np.array]
        elif isinstance(value, (int, np.integer)):
            forms = [int, np.array, np.int64, float] if abs(value) < 2 ** 53 else [int]
        else:
            forms = [float, np.float64, np.array, lambda v: torch.tensor(float(v), dtype=torch.float64)]
        return draw.choice(forms)(value)

    def array_form(value):
        forms = [np.array, np.asfortranarray, np.ndarray.tolist, lambda v: torch.from_numpy(np.array(v)), strided, read_only]
        if value.dtype == bool:
            forms += [lambda v: v.astype(int), lambda v: v.astype(float)]
        return draw.choice(forms)(value)

    def strided(value):
        wide = np.zeros(tuple(2 * n for n in value.shape), value.dtype)
        view = wide[tuple(slice(None, None, 2) for _ in value.shape)]
        view[...] = value
        return view

    def read_only(value):
        copy = np.array(value)
        copy.flags.writeable = False
        return copy

    def answer_form(value):
        if isinstance(value, np.ndarray) and value.ndim:
            given = array_form(value)
        elif isinstance(value, (bool, int, float, np.generic, np.ndarray)):
            given = scalar_form(value.item() if isinstance(value, np.ndarray) else value)
        else:
            return parts_form(value)
        forms_seen.add(type(given).__name__)
        return given

    def parts_form(value):
        if isinstance(value, tuple) and len(value) in (2, 3):
            return draw.choice([tuple, list])(map(answer_form, value))
        if type(value) is dict:
            items = list(value.items())
            draw.shuffle(items)
            return {key: answer_form(part) for key, part in items}
        return value

    def argument_form(value):
        if isinstance(value, np.ndarray) and value.ndim:
            return draw.choice([np.array, np.asfortranarray, strided])(value)
        return value

    def permuted(function, opaque):
        def permuting(*args, **kwargs):
            answer = function(*args, **kwargs) if opaque else function(*map(argument_form, args), **kwargs)
            if opaque and isinstance(answer, tuple):  # a cache is nobody's business
                return draw.choice([tuple, list])([answer_form(answer[0]), *answer[1:]])
            return answer_form(answer)
        return permuting

    def permuted_class(kind):
        def method(name):
            return lambda self, *args: answer_form(getattr(kind, name)(self, *map(argument_form, args)))
        names = [n for n, f in vars(kind).items() if isinstance(f, types.FunctionType) and not n.startswith("__")]
        return type(kind.__name__, (kind,), {name: method(name) for name in names})

    inner = dict(namespace)
    for name, value in list(inner.items()):
        if isinstance(value, types.FunctionType) and value.__globals__ is namespace:
            inner[name] = types.FunctionType(value.__code__, inner, name, value.__defaults__, value.__closure__)
            inner[name].__kwdefaults__ = value.__kwdefaults__
            namespace[name] = permuted(inner[name], name.endswith("_forward"))
        elif isinstance(value, type) and value.__module__ == "__main__" and not issubclass(value, torch.nn.Module) and name != "Value":
            namespace[name] = permuted_class(value)
        elif isinstance(value, (float, int, np.ndarray)) and name.startswith("predict_"):
            namespace[name] = answer_form(value)

permute_forms(globals(), SEED)
'''


@pytest.fixture(scope="module", params=list(COURSE.exercises))
def suites(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[SuiteSession]]]:
    """The two suites of an exercise, held open."""
    exercise = COURSE.exercises[request.param]
    sessions = [SuiteSession(exercise.hidden_suite), SuiteSession(exercise.visible_suite)]
    yield exercise.slug, sessions
    for session in sessions:
        session.close()


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))])
def test_every_mixture_of_equivalent_forms_gets_full_marks(suites: tuple[str, list[SuiteSession]], seed: int) -> None:
    """Lists, tensors, 0-d arrays, Python numbers, other layouts and orders: drawn anew for every call."""
    slug, sessions = suites
    shell = make_shell()
    for number, source in read_notebook(COURSE.exercises[slug].notebook).cells:
        if "BEGIN SOLUTION" in source or number == 1:
            run_cell(shell, number, source)
    assert run_cell(shell, 1000, PERMUTE.replace("SEED", str(seed))) is None
    for session in sessions:
        quick = {question for _, question, _, _ in session.tests} - SLOW.get(slug, set())
        for question in session.run(Student(LocalChannel(shell)), f"forms {seed}", only=frozenset(quick)):
            assert question.score == question.max_score, [t for t in question.tests if t.status != "passed"]
    if slug != "11_autograd":  # its answers are objects
        assert len(shell.user_ns["forms_seen"]) >= 3
