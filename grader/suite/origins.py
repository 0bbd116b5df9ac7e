"""Which failures are not the answer's own: it is not attempted, or not run for want of something else."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from grader.core.cells import Definition
from grader.core.first_causes import FirstCauses, at
from grader.core.report import QuestionResult, Status, TestResult
from grader.core.scoring import question_result
from grader.suite.exceptions import (
    Crashed,
    NotAttempted,
    StudentFailure,
    nearest_name,
    one_slip_apart,
    undefined,
)

NOT_YET = "not attempted yet"
METHOD_MISSING = re.compile(r"(?:'(\w{1,80})' object|type object '(\w{1,80})') has no attribute '(\w{1,80})'")
OPERAND = re.compile(
    r"unsupported operand type\(s\) for (\S+)(?: or pow\(\))?: '(\w{1,80})' and '(\w{1,80})'"
    r"|bad operand type for unary (-): '(\w{1,80})'"
)
OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow"}
SUGGESTION = re.compile(r"(is that it|is that the name you gave it|did you mean `\w+`)\?$")


@dataclass(frozen=True)
class TestOutcome:
    """What came of a test that was not passed."""

    status: Status
    message: str
    diagnosis: str = ""
    origin: str = ""


@dataclass(frozen=True)
class NotebookAtHand:
    """What can be asked about the notebook at hand.

    Attributes:
        questions: the names of all questions of the suite.
        names: what the notebook defines, as it says itself.
        members: the attributes of a class of the notebook, as it says itself.
    """

    causes: FirstCauses = field(default_factory=FirstCauses)
    questions: Sequence[str] = ()
    names: Callable[[], list[str]] = list
    members: Callable[[str], list[str]] = lambda name: []


def outcome_of(failure: StudentFailure, question: str, notebook: NotebookAtHand) -> TestOutcome | None:
    """What a failure of a test of `question` comes from; None if it is the failure of the answer."""
    if isinstance(failure, NotAttempted) and failure.missing:
        return _missing_name(failure, question, notebook)
    if isinstance(failure, NotAttempted):
        return _placeholder(failure.raised, question, notebook) if failure.raised else None
    if not isinstance(failure, Crashed):
        return None
    if failure.kinds[0] == "NameError":
        return _undefined(failure, question, notebook)
    if "ImportError" in failure.kinds:
        cause = notebook.causes.of_module(failure.text, failure.cell, failure.line)
        return _not_run(cause.how, cause.origin) if cause else None
    if not failure.steps and (found := _missing_method(failure, question, notebook)):
        return found
    if "'NoneType'" in failure.text:
        return none_of_another(question, notebook, failure.call)
    return None


def none_of_another(question: str, notebook: NotebookAtHand, call: str = "") -> TestOutcome | None:
    """For an answer that met None: what else, still a stub, this None may have come from.

    Args:
        call: names in it count too.
    """
    for name in [*_named(call), *notebook.causes.needs(question)]:
        if name != question and notebook.causes.is_stub(name):
            return _needs_stub(name, notebook)
    return None


def forgotten_return(call: str, question: str, notebook: NotebookAtHand) -> str:
    """The function without a `return` from which a None came, as a question; or ""."""
    names = [question, *_named(call), *notebook.causes.needs(question)]
    silent = next((name for name in names if notebook.causes.returns_nothing(name)), "")
    return f"`{silent}` returns nothing: did you forget `return`?" if silent else ""


def is_left_as_given(question: str, notebook: NotebookAtHand) -> bool:
    """Whether the answer to a question is still a stub."""
    return notebook.causes.is_stub(question)


def plain_number(failure: Crashed, notebook: NotebookAtHand) -> str:
    """What to do about a number that was used like an object of one of the notebook's classes, or ""."""
    used = re.search(r"'(?:float|int|bool)' object has no attribute '(\w{1,80})'", failure.text)
    if used is None:
        return ""
    owner = notebook.causes.class_at(failure.cell, failure.line)
    return f"make the number a `{owner}` first" if used[1] in notebook.causes.attributes(owner) else ""


def said_once(questions: Iterable[QuestionResult]) -> tuple[QuestionResult, ...]:
    """The results, in which a name is suggested in the first question that lacks it and in no other."""
    said: dict[str, str] = {}

    def told(question: str, test: TestResult) -> TestResult:
        if not SUGGESTION.search(test.diagnosis) or said.setdefault(test.diagnosis, question) == question:
            return test
        return replace(test, diagnosis="")

    return tuple(
        question_result(question.name, tuple(told(question.name, test) for test in question.tests))
        for question in questions
    )


def _missing_name(failure: NotAttempted, question: str, notebook: NotebookAtHand) -> TestOutcome:
    name, causes = failure.missing, notebook.causes
    others = {other.partition(".")[0] for other in notebook.questions} - {question.partition(".")[0]}
    if causes.is_stub(question) or (name in others and causes.definition(question) is None):
        return TestOutcome(Status.NOT_ATTEMPTED, NOT_YET)
    if causes.is_stub(name):
        return _needs_stub(name, notebook)
    if cause := causes.of_name(name, local=True):
        return _not_run(cause.how, cause.origin)
    if name in others:
        origin = f"`{name}` is not defined in the notebook"
        return _not_run(f"this needs `{name}`", origin)
    near = _near(name, question, failure.called, notebook)
    suggestion = f"`{near}` is defined: is that the name you gave it?" if near else ""
    return TestOutcome(Status.NOT_ATTEMPTED, f"`{name}` is not defined in the notebook", suggestion)


def _near(name: str, question: str, called: bool, notebook: NotebookAtHand) -> str:
    """A name like this one that may be the same answer: not another question's, and of the same kind."""
    causes = notebook.causes
    others = [other for other in notebook.questions if other != question]
    taken = {other.partition(".")[0] for other in others} - {name}
    helpers = {needed for other in others for needed in causes.needs(other)}

    def fits(candidate: str) -> bool:
        node = causes.definition(candidate)
        if candidate in taken or (causes.cells and node is None):
            return False
        if candidate in helpers and not one_slip_apart(candidate, name):
            return False
        if node is not None and isinstance(node, Definition) != called:
            return False
        like = difflib.SequenceMatcher(None, candidate[:80], name[:80]).ratio()
        return all(difflib.SequenceMatcher(None, candidate[:80], o[:80]).ratio() < like for o in taken)

    near = [
        n for n in notebook.names() if len(n) <= 80 and difflib.SequenceMatcher(None, n, name).ratio() > 0.6
    ]
    return nearest_name(name, [n for n in near[:50] if fits(n)], builtin=False)


def _placeholder(raised: Crashed, question: str, notebook: NotebookAtHand) -> TestOutcome | None:
    """A `NotImplementedError`, which may be that of another answer, on which this one depends."""
    causes, own = notebook.causes, question.rpartition(".")[2]
    if causes.definition(question) is None or causes.is_stub(question) or raised.function in ("", own):
        return None
    name = next((q for q in notebook.questions if q.rpartition(".")[2] == raised.function), raised.function)
    origin = f"{at(raised.cell, raised.line)}: `{name}` is not attempted yet"
    return _not_run(f"this calls `{name}`, which is not attempted yet", origin)


def _undefined(failure: Crashed, question: str, notebook: NotebookAtHand) -> TestOutcome | None:
    """A NameError: of what a cell would have defined, or a slip of the author's, whose name is enough."""
    wanted = re.search(r"name '(\w{1,80})' is not defined", failure.text)
    if wanted is None:
        return None
    name, causes = wanted[1], notebook.causes
    place = f" in {at(failure.cell, failure.line)}" if failure.cell else ""
    if cause := causes.of_name(name):
        return _not_run(f"`{name}` is missing{place}: {cause.how}", cause.origin)
    if inside := causes.inside(name):
        likely = f"`{name}` belongs to `{inside}` and is not known outside it"
    else:
        asked = {q.partition(".")[0] for q in notebook.questions}
        known = [n for n in notebook.names() if n not in asked or one_slip_apart(n, name)]
        likely = undefined(failure.text, known)
    return TestOutcome(Status.CRASHED, f"NameError: `{name}` is not defined{place}.", likely)


def _missing_method(failure: Crashed, question: str, notebook: NotebookAtHand) -> TestOutcome | None:
    """An attribute, method or operator that a class of the notebook lacks, for which a test has asked."""
    owner, method = _method_in(failure)
    members = notebook.members(owner) if owner else []
    if not members or method in members:
        return None
    full, causes = f"{owner}.{method}", notebook.causes
    if not failure.asked_to_call and method in causes.attributes(owner):
        return None  # it was never given a value
    if cause := causes.of_name(full):
        return _not_run(cause.how, cause.origin)
    if full != question and (own := lacks_method(question, notebook)):
        return own
    if full != question and full in notebook.questions:
        return _not_run(f"this needs `{full}`", f"{causes.place(owner)}`{owner}` has no `{method}`")
    known = members if failure.asked_to_call else [*members, *causes.attributes(owner)]
    lacking = _without_method(owner, method, known, notebook)
    of_another = full != question and question.startswith(f"{owner}.")
    wrong = of_another or not failure.asked_to_call
    return replace(lacking, status=Status.CRASHED) if wrong else lacking


def lacks_method(question: str, notebook: NotebookAtHand) -> TestOutcome | None:
    """For a question about a method that the class does not have: whatever its tests met."""
    owner, _, method = question.partition(".")
    members = notebook.members(owner) if method else []
    known = not members or method in members or "__getattr__" in members
    if known or notebook.causes.of_name(question):
        return None
    return _without_method(owner, method, members, notebook)


def _without_method(owner: str, method: str, members: Iterable[str], notebook: NotebookAtHand) -> TestOutcome:
    asked = {name.partition(".")[2] for name in notebook.questions if name.startswith(f"{owner}.")}
    free = sorted({member for member in members if not member.startswith("_")} - asked)
    longer = (member for member in free if len(method) > 3 and member.startswith(method))
    near = nearest_name(method, free, builtin=False) or next(longer, "")
    suggestion = f"`{owner}` has `{near}`: is that it?" if near else ""
    return TestOutcome(Status.NOT_ATTEMPTED, f"`{owner}` has no `{method}`.", suggestion)


def stub_method(call: str, question: str, notebook: NotebookAtHand) -> TestOutcome | None:
    """For a wrong answer after a call like `(a + b).backward()`: that this method is still a stub."""
    for name in notebook.questions:
        method = name.partition(".")[2]
        if method and name != question and f".{method}(" in call and notebook.causes.is_stub(name):
            return _needs_stub(name, notebook)
    return None


def _method_in(failure: Crashed) -> tuple[str, str]:
    """The class and the method that an AttributeError or a TypeError of an operator is about."""
    if "AttributeError" in failure.kinds and (found := METHOD_MISSING.match(failure.text)):
        return found[1] or found[2], found[3]
    if "TypeError" in failure.kinds and (found := OPERAND.match(failure.text)):
        sign, left, right, minus, alone = found.groups()
        plain = left in ("float", "int")  # then Python has asked the right operand
        return (alone, "__neg__") if minus else (right if plain else left, f"__{OPERATORS.get(sign, '')}__")
    return "", ""


def _named(call: str) -> list[str]:
    return re.findall(r"[^\W\d]\w{0,80}", call[:1_000])


def _not_run(how: str, origin: str) -> TestOutcome:
    return TestOutcome(Status.NOT_RUN, f"{how[:1].upper()}{how[1:]}.", origin=origin)


def _needs_stub(name: str, notebook: NotebookAtHand) -> TestOutcome:
    origin = f"{notebook.causes.place(name)}`{name}` is not attempted yet"
    return _not_run(f"this calls `{name}`, which is not attempted yet", origin)
