"""Every kind of message, provoked and read: `pytest tests/suite/test_messages.py -s` prints them all."""

from __future__ import annotations

import re

import pytest
from support.cells import QUICK, opened
from support.paths import ROOT

from grader.core.course_settings import Question
from grader.core.report import QuestionResult, TestResult
from grader.engine.forbidden import without_forbidden
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession

CELLS = [
    "import numpy as np\n\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-np.asarray(x)))",
    """def give(x): return x
def nothing(x): pass
def stub(x): raise NotImplementedError('stub')
def misspelt(x): return sigmod(x)
def outer(x): return misspelt(x)
def local(x):
    if x > 9: y = 1
    return y
def choose(x): return 1 if x > 0 else 0
def spoil(x):
    x *= 2
    return x
state = []
def moody(x):
    state.append(x)
    return len(state)
def two(x, y): return x
def down(x): return down(x)
def spin(x):
    while True:
        x = x + 1
def hoard(x): return np.ones((1 << 40,))
def leave(x):
    import os
    os._exit(3)
def broadcast(x): return np.ones(3) + np.ones(4)
def product(x): return np.ones((2, 3)) @ np.ones((2, 3))
def number_only(x): return x.sum()
def key(x): return {}['weights']
def explode(x): raise ValueError('C:' + 'a' * 3000)
def square(x): return np.asarray(x) ** 2
def square_back(u, x): return np.asarray(x) * np.asarray(u)
def lone_back(u, x): return 2 * np.asarray(x)
def short_back(u, x): return np.zeros(1)
class Gate:
    def forward(self, x): return x
def sigmoyd_grad(x): return x""",
    "def solve(a):\n    return np.linalg.inv(a)",
]

MATRIX = "np.array([[1.0, 2.0, 3.5], [-4.0, 5.0, 6.25], [7.0, -8.0, 9.0]])"
GRADCHECK = "gradcheck(torch_function(student.square, student.{}), (torch.tensor([0.5, -1.5, 2.25], dtype=torch.float64, requires_grad=True),))"
KINDS = {
    "a wrong number": "close(student.give(2.5), 1.25)",
    "a wrong entry": f"m = {MATRIX}\n    close(student.give(m + np.eye(3)), m, what='dW')",
    "a sign": f"m = {MATRIX}\n    close(student.give(-m), m)",
    "a factor": f"m = {MATRIX}\n    close(student.give(m * 2), m)",
    "a mistake of the suite": "close(student.give(3.0), 2.0, mistakes={'the upstream gradient is missing': 3.0})",
    "a large array": "close(student.give(rng.normal(size=(50, 60, 70))), rng.normal(size=(50, 60, 70)), what='the gradient of the weights')",
    "a shape": "close(student.give(np.ones((3, 1))), np.ones(3))",
    "a sum missing": "close(student.give(np.ones((5, 3))), 5 * np.ones(3), what='db')",
    "nan": "close(student.give(np.array([1.0, np.nan])), np.ones(2))",
    "infinity": "close(student.give(np.inf), 1.0)",
    "complex": "close(student.give(np.array([1j])), np.ones(1))",
    "text": "close(student.give('two'), 2.0)",
    "an object": "close(student.Gate(), 2.0)",
    "no return": "close(student.nothing(1), 1.0)",
    "ragged": "close(student.give([[1], [1, 2]]), np.ones((2, 2)))",
    "whole numbers": "close(student.give(np.array([1.0, 2.0, 4.0])), np.array([1.5, 2.25, 4.75]))",
    "float32": "x = rng.normal(size=4)\n    close(student.give(x.astype(np.float32)), x, rtol=1e-9, atol=0)",
    "not true or false": "boolean(student.give(0.5), True)",
    "not a single number": "scalar(student.give(np.ones(3)), 'the loss')",
    "not two values": "pair(student.give(np.ones(3)))",
    "one value for two": "pair(student.give(1.0))",
    "a shape of a part": "array(student.give(np.ones((2, 2))), (2,), 'b')",
    "input changed": "pure(student.spoil, np.ones(3))",
    "two answers": "pure(student.moody, 1.0)",
    "no error": "expect_error(student.give, -1)",
    "gradcheck factor": GRADCHECK.format("square_back"),
    "gradcheck upstream": GRADCHECK.format("lone_back"),
    "gradcheck shape": GRADCHECK.format("short_back"),
    "not attempted": "student.stub(1)",
    "a name missing": "student.sigmoid_grad(1)",
    "a name misspelt": "student.outer(1)",
    "a local name": "student.local(1)",
    "an if on an array": "student.choose(np.ones(3))",
    "arguments": "student.two(1)",
    "recursion": "student.down(1)",
    "an endless loop": "student.spin(1)",
    "not run after two deaths": "student.spin(1)",
    "memory": "student.hoard(1)",
    "an exit": "student.leave(1)",
    "broadcast": "student.broadcast(1)",
    "matrix product": "student.product(1)",
    "a plain number": "student.number_only(2.0)",
    "an ordinary error": "student.key(1)",
    "a long error": "student.explode(np.ones((20, 20)))",
    "an attribute": "student.Gate().backward(1.0)",
    "an unusable answer": "sum(student.give([None]))",
    "a sentence of the suite": "student.give(1)\n    raise AssertionError('Not this number. Look at the picture again.')",
    "forbidden": "close(student.solve(np.eye(2)), np.eye(2))",
}
SUITE = '"""All kinds."""\nimport numpy as np\nimport torch\nfrom grader.suite import *\n\n'
CODE_LIKE = re.compile(r"^(not attempted yet|`\w+` is not defined in the notebook|not run: earlier calls of this question had to be stopped)$")


@pytest.fixture(scope="module")
def results(forkserver: ForkServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, TestResult]:
    """What a student reads of each kind, from the sandbox."""
    folder = tmp_path_factory.mktemp("messages")
    tests = [
        f"@question({'spin' if 'spin' in body else 'solve' if 'solve' in body else f'q{i}'!r})\n"
        f"def test_{i}(student, rng):\n    '''A sentence.'''\n    {body}\n"
        for i, body in enumerate(KINDS.values())
    ]
    (folder / "test_hidden.py").write_text(SUITE + "\n".join(tests))
    session = SuiteSession(folder / "test_hidden.py")
    try:
        with opened(forkserver, CELLS, QUICK) as (student, notebook):
            questions: tuple[QuestionResult, ...] = session.run(student, "seed", 1)
            questions = without_forbidden(questions, [Question("solve", forbidden=("np.linalg",))], notebook.cells)
    finally:
        session.close()
    found = {test.name: test for question in questions for test in question.tests}
    return {kind: found[f"test_{i}"] for i, kind in enumerate(KINDS)}


def test_read_them_aloud(results: dict[str, TestResult]) -> None:
    """With -s, every message as the student sees it."""
    for kind, result in results.items():
        print(f"\n── {kind} · {result.status}\n{result.message}")
        if result.diagnosis:
            print(f"This looks like: {result.diagnosis}")
    assert len(results) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_one_that_a_tired_student_understands(kind: str, results: dict[str, TestResult]) -> None:
    """Short, with the call, without tracebacks, paths or the grader's own words, and a whole sentence."""
    result = results[kind]
    text = f"{result.message}\n{result.diagnosis}"
    assert result.status not in ("passed", "ungraded"), text
    assert len(result.message) <= 600 and len(result.diagnosis) <= 300
    for word in ("Traceback", "File \"", "assert", "/work", "/usr", "/tmp", "site-packages", "Mismatch", "ndarray", "<class"):
        assert word not in text
    first = result.message.splitlines()[0]
    assert first.endswith((".", "?", ":")) or CODE_LIKE.match(first), first
    if result.status != "not_attempted" and not first.startswith("not run:"):
        assert "`" in first, "the call, or the name, is said"
    assert "\n\n" not in result.message
    assert not result.diagnosis.endswith(".")


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("a name misspelt", "crashed", "did you mean `sigmoid`?"),
        ("a name missing", "not_attempted", "`sigmoyd_grad` is defined"),
        ("an endless loop", "timed_out", "does the `while` in line 20 ever end?"),
        ("no return", "failed", "`return`"),
        ("forbidden", "forbidden", ""),
        ("input changed", "failed", "copy"),
        ("two answers", "failed", "random numbers"),
        ("arguments", "crashed", "exactly these arguments"),
        ("memory", "out_of_memory", "array this large"),
        ("gradcheck factor", "failed", "half of"),
        ("gradcheck upstream", "failed", "upstream gradient is missing"),
        ("whole numbers", "failed", "whole numbers"),
        ("float32", "failed", "float32"),
    ],
)  # fmt: skip
def test_what_each_kind_looks_like(kind: str, status: str, words: str, results: dict[str, TestResult]) -> None:
    """The status, and the words of the diagnosis."""
    assert results[kind].status == status
    assert words in results[kind].diagnosis


def test_no_message_quotes_this_repository(results: dict[str, TestResult]) -> None:
    """No path of the machine that grades."""
    root = str(ROOT)
    assert not [kind for kind, result in results.items() if root in result.message + result.diagnosis]
