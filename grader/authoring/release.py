"""Make `exercises/` from `solutions/`: the answers cut out, nothing private left."""

import shutil
from pathlib import Path

from grader.core.course import Course, Exercise
from grader.core.stub import stub_notebook


def exercise_files(exercise: Exercise) -> dict[str, str]:
    """Path below `exercises/` → content of everything that students get of one exercise.

    Raises:
        GraderError: a mistake in `exercise.toml`.
    """
    stub = stub_notebook(exercise)
    return {
        f"{exercise.slug}/{exercise.slug}.ipynb": stub,
        f"{exercise.slug}/{exercise.stub.name}": stub,
        f"{exercise.slug}/exercise.toml": exercise.settings_text,
        f"{exercise.slug}/test_visible.py": exercise.visible_suite.read_text(encoding="utf-8"),
    }


def release_files(course: Course) -> dict[str, str]:
    """Relative path → content of everything below `exercises/`."""
    return {
        name: text
        for exercise in course.exercises.values()
        for name, text in exercise_files(exercise).items()
    }


def write_files(target: Path, files: dict[str, str]) -> None:
    """Write `files`, paths below `target` → contents."""
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def release(course: Course) -> list[str]:
    """Write `exercises/` from scratch; the paths written."""
    target = course.root / "exercises"
    files = release_files(course)
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
