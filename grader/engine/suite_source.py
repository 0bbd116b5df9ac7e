"""What is wrong with a suite can be read in its source: tests that are lost, or belong to nothing."""

import ast
from pathlib import Path

from grader.core.course import Exercise
from grader.core.errors import CourseError, did_you_mean
from grader.core.files import path_from_here
from grader.core.python_file import python_file


def refuse_slips(exercise: Exercise, suite: Path) -> None:
    """See that each test has a name of its own, and a question that `exercise.toml` knows.

    Raises:
        CourseError: a slip, with its file and line; or one of the two files has a mistake.
    """
    known, tests = exercise.question_names, dict[str, int]()
    for node in _tests(suite):
        where = f"{path_from_here(suite)}, line {node.lineno}"
        if node.name in tests:
            first = tests[node.name]
            raise CourseError(
                f"{where}: {node.name} replaces the test of this name in line {first}; rename one"
            )
        tests[node.name] = node.lineno
        for name, line in _asked(node):
            if known and name not in known:
                here = f"{path_from_here(suite)}, line {line}"
                raise CourseError(
                    f"{here}: exercise.toml has no question '{name}'; {did_you_mean(name, known)}"
                )


def line_of(suite: Path, test: str) -> int:
    """The line where a test begins, by its name with or without parameters; 1 if it is not found."""
    name = test.partition("[")[0]
    return next((node.lineno for node in _tests(suite) if node.name == name), 1)


def _tests(suite: Path) -> tuple[ast.FunctionDef, ...]:
    body = python_file(suite).body
    return tuple(node for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test"))


def _asked(test: ast.FunctionDef) -> list[tuple[str, int]]:
    """Name and line of each `@question("NAME", …)` of a test."""
    return [
        (name, call.lineno)
        for call in test.decorator_list
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) == "question"
        for argument in [
            *call.args[:1],
            *(keyword.value for keyword in call.keywords if keyword.arg == "name"),
        ]
        if isinstance(argument, ast.Constant) and isinstance(name := argument.value, str)
    ]
