"""Answers that are larger than an answer can be: refused in a sentence, at a bounded cost, and right ones never."""

import random
from collections.abc import Callable

import numpy as np
import pytest
from support.costs import cost_of

from grader.core.report import Status
from grader.sandbox.inside import codec
from grader.suite import Mismatch, Student, array, boolean, close, pair, pure, scalar
from grader.suite.checks import numeric
from grader.suite.exceptions import Crashed, nearest_name
from grader.suite.remote_student import Respond

MOST_MB, MOST_S = 200, 20.0
MANY = codec.MAX_ITEMS - 20
WIDE = ["a" * 60_000, *["b"] * MANY]  # as an array of text: 96 GB
ANSWERS: dict[str, object] = {
    "wide text": WIDE,
    "wide text in a tuple": (WIDE, 1.0),
    "wide text in rows": [[text] for text in WIDE[: MANY // 2]],
    "bytes": [b"a" * 60_000, *[b"b"] * MANY],
    "text and numbers": [1.0, "a", None] * (MANY // 3),
    "maps": [{}] * MANY,
    "empty lists": [[]] * MANY,
    "rows of different lengths": [[1.0] * (n % 3) for n in range(MANY // 2)],
    "numbers of thousands of digits": [2**13_000] * 2000,
    "many small arrays": [np.zeros(n % 3) for n in range(MANY // 4)],
    "nested": [[[[[1.0]]]]] * (MANY // 5),
    "columns and rows": [np.zeros((codec.MAX_ENTRIES, 1), np.uint8), np.zeros((1, codec.MAX_ENTRIES), np.uint8)],
    "many arrays of bytes": [np.zeros(codec.MAX_ENTRIES, np.uint8)] * 8,
    "complex": np.full(codec.MAX_ENTRIES // 2, 1j),
    "truth": np.zeros(codec.MAX_ENTRIES, bool),
    "denormals": np.full(codec.MAX_ENTRIES, 5e-324),
    "nan": np.full(codec.MAX_ENTRIES, np.nan),
    "no rows, but columns": np.zeros((0, codec.MAX_ITEMS)),
}


class Answering:
    """A channel whose other end gives one answer to every request."""

    def __init__(self, reply: object) -> None:
        self.frame = codec.split(codec.pack(reply, lambda value: codec.HandleRef(0, type(value).__name__)))

    def exchange(self, frame: bytes, call: object, respond: Respond) -> tuple[bytes, bytes]:
        return self.frame


def answering(value: object) -> Student:
    """A student all of whose functions answer `value`."""
    return Student(Answering(["ok", [value, []]]))


CHECKS: dict[str, Callable[[object], object]] = {
    "close": lambda got: close(got, np.linspace(0, 1, 12).reshape(3, 4)),
    "close to a number": lambda got: close(got, 1.5),
    "scalar": scalar,
    "array": lambda got: array(got, (3, 4)),
    "boolean": lambda got: boolean(got, [True, False]),
    "pair": pair,
    "pure": lambda got: pure(answering(got).f, np.zeros(3)),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ANSWERS)
def test_every_check_refuses_a_large_answer_at_a_bounded_cost(name: str) -> None:
    """No check makes text, objects or pairs of what it is given: it takes its size, and a sentence comes out."""

    def all_checks() -> None:
        for check in CHECKS.values():
            try:
                check(ANSWERS[name])
            except Mismatch as mismatch:
                assert len(str(mismatch)) < 600, str(mismatch)[:200]

    cost = cost_of(all_checks)
    assert not cost.raised and cost.cpu_s < MOST_S * len(CHECKS) and cost.peak_mb < 1000, cost


@pytest.mark.parametrize("check", sorted({*CHECKS} - {"pair", "pure"}))
def test_what_is_no_array_of_numbers_costs_nothing_to_refuse(check: str) -> None:
    """Wide text, of which NumPy would make 96 GB, is refused as it stands."""
    cost = cost_of(lambda: CHECKS[check](WIDE))
    assert "expected numbers, got the list ['aaaa" in cost.raised, cost
    assert cost.cpu_s < MOST_S and cost.peak_mb < MOST_MB, cost


def test_numbers_are_counted_before_an_array_is_made_of_them() -> None:
    """Eight arrays of bytes that fit a frame would be half a gigabyte of float64."""
    cost = cost_of(lambda: numeric(ANSWERS["many arrays of bytes"], "the weights"))
    assert cost.raised == "Mismatch: the weights: got an answer larger than an answer can be (more than 8,388,608 numbers)."
    assert cost.peak_mb < MOST_MB
    with pytest.raises(Mismatch, match="more than 3 numbers"):
        array([[1.0, 2.0], [3.0, 4.0]], most=3)


@pytest.mark.parametrize(
    ("value", "bound"),
    [("a" * 100_000, "a text of more than 65,536 bytes"), (["a" * 2_000_000], "a text of more than 65,536 bytes"),
     (dict.fromkeys(range(6000)), "more than 5,000 keys other than text"),
     (np.zeros(codec.MAX_ENTRIES + 1, np.uint8), "an array of shape"), (1 << 20_000, "a number of more than 13,600 bits")],
    ids=["text", "text in a list", "keys", "entries", "digits"],
)  # fmt: skip
def test_an_answer_over_a_bound_is_refused_in_one_sentence(value: object, bound: str) -> None:
    """The sentence names the call and the bound, and costs the call alone: it is the student's failure."""
    with pytest.raises(Exception) as refused:
        answering(value).chain_factor([1.0])
    words = f"`chain_factor([1])` gave an answer larger than an answer can be ({bound}"
    assert str(refused.value).startswith(words), refused.value
    assert getattr(refused.value, "status", "") == Status.CRASHED


def test_what_the_worker_itself_refuses_to_send_is_told_in_the_same_words() -> None:
    """An honest worker finds out first that an answer is too large."""
    try:
        codec.pack([0.0] * (codec.MAX_ITEMS + 1))
    except codec.WireError as error:
        reply = ["error", {"kinds": [kind.__name__ for kind in type(error).__mro__], "message": str(error)}]
    with pytest.raises(Exception, match=r"`f\(\)` gave an answer larger than an answer can be \(more than 400,000 parts\)"):
        Student(Answering(reply)).f()


def test_a_forged_exception_is_read_as_text_or_not_at_all() -> None:
    """Kinds, message and steps that are not text are left out, whatever their size."""
    deep: object = [[[["x"] * MANY]]]
    cost = cost_of(lambda: Crashed("f()", {"kinds": [deep] * 12, "message": deep, "traceback": [deep] * 8, "line": deep, "cell": 1}))
    assert not cost.raised and cost.cpu_s < MOST_S and cost.peak_mb < 20, cost
    assert str(Crashed("f()", {"kinds": [deep], "message": "no", "line": 3})) == "`f()` raised Exception: no."


def test_a_near_name_is_found_among_any_number_of_forged_ones() -> None:
    """Names that are all made of the same letters are compared letter by letter only where that can matter."""
    dice = random.Random(1)
    letters = list("abcdefghij" * 8)

    def shuffled() -> str:
        dice.shuffle(letters)
        return "".join(letters)

    wanted, many = shuffled(), [shuffled() for _ in range(45_000)]
    cost = cost_of(lambda: [nearest_name(wanted, many) for _ in range(20)])
    assert not cost.raised and cost.cpu_s < MOST_S and cost.peak_mb < 50, cost
    assert nearest_name("sigmod", ["x", "sigmoid", *many]) == "sigmoid"
    assert nearest_name(wanted, [f"{wanted}s", *many]) == "" or nearest_name(wanted[:79], [wanted, *many]) == wanted
