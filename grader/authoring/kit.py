"""The student kit: a zip with the exercises, the visible suites, this package's wheel, and a start page."""

from __future__ import annotations

import re
from pathlib import Path

from grader.authoring.release import release_files
from grader.authoring.wheel import package_wheel
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.files import write_zip

FOLDER = "deep-learning-exercises"
TORCH = re.compile(r"\b(import|from) torch\b")


def student_kit(course: Course, out: Path, wheel: Path | None = None) -> list[str]:
    """Write the kit to `out`; the names in it. The same course gives the same bytes.

    Args:
        wheel: see `package_wheel`.

    Raises:
        GraderError: there is no exercise, no wheel, or `out` cannot be written.
    """
    if not course.exercises:
        raise GraderError(f"{course.root}: no exercise to pack (no solutions/*/exercise.toml)")
    name, content = package_wheel(wheel)
    released = release_files(course)
    files: dict[str, str | bytes] = {f"exercises/{path}": text for path, text in released.items()}
    files |= {
        name: content,
        "requirements.txt": f"./{name}\njupyterlab>=4\n",
        "START.md": start_page(course, released),
    }
    write_zip(out, {f"{FOLDER}/{path}": text for path, text in files.items()})
    return sorted(files)


def start_page(course: Course, released: dict[str, str]) -> str:
    """The one page that a student reads first; `released` are the files that the kit has of each exercise."""
    rows = []
    for slug, exercise in course.exercises.items():
        uses = [
            bool(TORCH.search(released[f"{slug}/{name}"])) for name in ("test_visible.py", f"{slug}.ipynb")
        ]
        torch = "needed" if uses[0] else "for pictures" if uses[1] else ""
        rows.append(f"| `{slug}` | {exercise.title} | {torch} |")
    first = next(iter(course.exercises))
    question = course.exercises[first].question_names[0]
    return START.format(rows="\n".join(rows), first=first, question=question)


START = """# Start here

You need Python 3.11 or newer, and half a gigabyte of disk. Open a terminal in this folder, and type three
commands.

On Linux and macOS:

    python3 -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt
    .venv/bin/python -m jupyter lab exercises

On Windows:

    py -m venv .venv
    .venv\\Scripts\\python -m pip install -r requirements.txt
    .venv\\Scripts\\python -m jupyter lab exercises

The second one takes a minute or two.

## Working

Open a notebook, read, and replace each `raise NotImplementedError(...)` by your answer. Keep the names of
functions, classes and arguments. Save. Then, in a second terminal in this folder (on Windows write
`.venv\\Scripts\\python`):

    .venv/bin/python -m grader check exercises/{first}/{first}.ipynb
    .venv/bin/python -m grader hint {first} {question}

`check` says what passes and what a wrong answer looks like; without a file it checks every exercise. `hint`
gives one hint at a time; `.venv/bin/python -m grader watch` checks each time you save. The tests here are
examples: the grade comes from others that ask for the same behaviour.

Or without leaving the notebook: run `from grader import check, hint` in a cell, then `check("{question}")`
runs the visible tests on what you have just defined, and `hint("{question}")` gives the next hint; `check()`
lists every question.

Hand in the `.ipynb` files, as your lecturer says.

## The exercises

| folder | what it is about | PyTorch |
| --- | --- | --- |
{rows}

## PyTorch

The commands above do not install PyTorch. Where the table says *needed*, install it before you begin; where it
says *for pictures*, some pictures that compare your answers with PyTorch's are missing without it, and
everything can be checked.

- On macOS and Windows, `.venv/bin/python -m pip install torch` is right: it gives a build for the CPU, which
  takes about 1 GB of disk.
- On Linux the same command can install 5 GB of CUDA, which no exercise uses. Choose Linux, Pip and CPU on the
  start page of PyTorch's site, and run the command that it shows with `.venv/bin/python -m pip` in place of
  `pip3`: about 1 GB.
"""
