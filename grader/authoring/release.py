"""Make `exercises/` from `solutions/`: the answers cut out, nothing private left."""

import shutil
from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from grader.core.course import Course, Exercise
from grader.core.errors import CourseError, GraderError
from grader.core.files import path_from_here
from grader.core.near_marks import looks_like_a_mark
from grader.core.python_file import python_file
from grader.core.stub import short, stub_notebook
from grader.engine.gate import require_proof, require_visible_proof
from grader.engine.judges import LocalBackend, open_local

HIDDEN = "test_hidden"
LONG_SALT = 6  # characters; a shorter one may stand anywhere by chance


def exercise_files(exercise: Exercise, salt: str = "") -> dict[str, str]:
    """Path below `exercises/` → content of everything that students get of one exercise.

    Args:
        salt: the course's, which must not be in it.

    Raises:
        CourseError: a mistake in a file, or something private in it.
    """
    stub, suite = stub_notebook(exercise), exercise.visible_suite
    python_file(suite)
    texts = {"exercise.toml": exercise.settings_text, suite.name: suite.read_text(encoding="utf-8")}
    for name, text in {exercise.notebook.name: stub, **texts}.items():
        _refuse_private(exercise.folder / name, text, salt)
    return {
        f"{exercise.slug}/{exercise.slug}.ipynb": stub,
        f"{exercise.slug}/{exercise.stub.name}": stub,
        **{f"{exercise.slug}/{name}": text for name, text in texts.items()},
    }


def _refuse_private(path: Path, text: str, salt: str) -> None:
    """Refuse the salt, the hidden suite, and in files that are handed out as they are marks of solutions.

    Raises:
        CourseError: one of these is in the text.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if len(salt) >= LONG_SALT and salt in line:
            why = "the salt of course.toml stands here, and students would get it; take it out"
        elif HIDDEN in line:
            why = f"'{HIDDEN}' stands here, and students would read it; take it out"
        elif path.suffix != ".ipynb" and looks_like_a_mark(line, code=path.suffix == ".py"):
            why = (
                f"'{short(line.strip())}' looks like a mark, and nothing is cut out of this file; take it out"
            )
        else:
            continue
        raise CourseError(f"{path_from_here(path)}, line {number}: {why}")


def release_files(course: Course) -> dict[str, str]:
    """Relative path → content of everything below `exercises/`."""
    return {
        name: text
        for exercise in course.exercises.values()
        for name, text in exercise_files(exercise, course.salt).items()
    }


def require_fit(course: Course, slugs: Iterable[str]) -> None:
    """See that both suites of these exercises give the reference full marks and the stub none.

    Raises:
        GraderError: the first that cannot be handed out, with file, line and remedy.
    """
    with ExitStack() as stack:

        @cache
        def judges() -> LocalBackend:
            """They run the author's own notebooks, so they need no wall where there is none."""
            try:
                return stack.enter_context(open_local())
            except GraderError:
                return stack.enter_context(open_local("none"))

        slugs = list(slugs)
        require_proof(course, slugs, judges)
        require_visible_proof(course, slugs, judges)


def write_files(target: Path, files: dict[str, str]) -> None:
    """Write `files`, paths below `target` → contents."""
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def release(course: Course) -> list[str]:
    """Write `exercises/` from scratch; the paths written.

    Raises:
        GraderError: a mistake in a file, or tests that do not fit their reference; nothing is written.
    """
    target = course.root / "exercises"
    files = release_files(course)
    require_fit(course, course.exercises)
    if target.exists():
        shutil.rmtree(target)
    write_files(target, files)
    return sorted(files)


def differences(course: Course) -> list[str]:
    """How the committed `exercises/` differs from what `release` would write, a sentence each."""
    target = course.root / "exercises"
    files = release_files(course)
    committed = [p for p in target.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    extra = sorted({str(path.relative_to(target)) for path in committed} - set(files))
    problems = [f"exercises/{name}: not generated from solutions/; remove it" for name in extra]
    for name, text in files.items():
        if not (target / name).is_file():
            problems.append(f"exercises/{name}: missing; run `grader release`")
        elif (target / name).read_text(encoding="utf-8") != text:
            problems.append(f"exercises/{name}: out of date; run `grader release`")
    return problems
