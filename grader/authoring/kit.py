"""The student kit: one zip with the exercises, the visible suites, this package as a wheel, and a page to
start from.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import grader
from grader.authoring.release import release_files
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.files import write_atomically

FOLDER = "deep-learning-exercises"
LONG_AGO = (2020, 1, 1, 0, 0, 0)  # the same course gives the same bytes


def student_kit(course: Course, out: Path) -> list[str]:
    """Write the kit to `out`; the names in it.

    Raises:
        GraderError: `out` is not named .zip or cannot be written, there is no exercise, or this package is
        not installed.
    """
    if out.suffix != ".zip":
        raise GraderError(f"{out}: the kit is a zip file; give a name that ends in .zip")
    if not course.exercises:
        raise GraderError(f"{course.root}: no exercise to pack (no solutions/*/exercise.toml)")
    name, wheel = package_wheel()
    files: dict[str, str | bytes] = {
        f"exercises/{path}": text for path, text in release_files(course).items()
    }
    files |= {name: wheel, "requirements.txt": f"./{name}\njupyterlab>=4\n", "START.md": start_page(course)}
    content = zipped({f"{FOLDER}/{path}": text for path, text in files.items()})
    try:
        write_atomically(out, content)
    except OSError as error:
        raise GraderError(f"{out}: cannot be written ({error.strerror}); choose another place") from None
    return sorted(files)


def package_wheel() -> tuple[str, bytes]:
    """This package, as it is installed here, as a wheel: (file name, content).

    The format is that of the packaging guide's "binary distribution format"; a wheel of pure Python is a zip
    with a list of its files, so no build tool needs to be there.

    Raises:
        GraderError: it runs from a folder and was never installed.
    """
    try:
        installed = distribution("gradbook")
    except PackageNotFoundError:
        raise GraderError(
            "gradbook is not installed here; run pip install -e . in its folder first"
        ) from None
    metadata = installed.read_text("METADATA") or installed.read_text("PKG-INFO") or ""
    headers = metadata.split("\n\n")[0] + "\n"  # without the lecturer's README
    version = grader.__version__
    about = f"gradbook-{version}.dist-info"
    root = Path(grader.__file__).parent
    files: dict[str, str | bytes] = {
        f"grader/{path.relative_to(root).as_posix()}": path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
        and path.suffix != ".pyc"
    }
    files[f"{about}/METADATA"] = headers
    files[f"{about}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: gradbook\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[f"{about}/entry_points.txt"] = "[console_scripts]\ngrader = grader.cli.main:main\n"
    files[f"{about}/RECORD"] = _record(files, f"{about}/RECORD")
    return f"gradbook-{version}-py3-none-any.whl", zipped(files)


def _record(files: dict[str, str | bytes], own_name: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        writer.writerow([name, f"sha256={digest}", len(data)])
    writer.writerow([own_name, "", ""])
    return text.getvalue()


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A zip of these files; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def start_page(course: Course) -> str:
    """The one page that a student reads first."""
    rows = "\n".join(f"| `{slug}` | {exercise.title} |" for slug, exercise in course.exercises.items())
    first = next(iter(course.exercises))
    return START.format(rows=rows, first=first, question=course.exercises[first].question_names[0])


START = """# Start here

You need Python 3.11 or newer, and about 3 GB of disk. Open a terminal in this folder, and type three commands.

On Linux and macOS:

    python3 -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt
    .venv/bin/python -m jupyter lab exercises

On Windows:

    py -m venv .venv
    .venv\\Scripts\\python -m pip install -r requirements.txt
    .venv\\Scripts\\python -m jupyter lab exercises

The second one takes some minutes. On Linux without a graphics card, install PyTorch's CPU build into `.venv` before it
(its own start page gives the command): that is smaller.

## Working

Open a notebook, read, and replace each `raise NotImplementedError(...)` by your answer. Keep the names of functions,
classes and arguments. Save. Then, in a second terminal in this folder (on Windows write `.venv\\Scripts\\python`):

    .venv/bin/python -m grader check exercises/{first}/{first}.ipynb
    .venv/bin/python -m grader hint {first} {question}

`check` says what passes and what a wrong answer looks like; without a file it checks every exercise. `hint` gives one
hint at a time; `.venv/bin/python -m grader watch` checks each time you save. The tests here are examples: the grade comes
from others that ask for the same behaviour.

Or without leaving the notebook: run `from grader import check, hint` in a cell, then `check("{question}")` runs the
visible tests on what you have just defined, and `hint("{question}")` gives the next hint; `check()` lists every question.

Hand in the `.ipynb` files, as your lecturer says.

## The exercises

| folder | what it is about |
| --- | --- |
{rows}
"""
