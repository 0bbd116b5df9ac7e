"""Scaffold an exercise that already passes the audit, from the template or an author's folder of files."""

import re
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from grader.authoring.release import exercise_files, write_files
from grader.core.course import Course, Exercise, course_here
from grader.core.errors import GraderError
from grader.core.stub import METADATA

SLUG = re.compile(r"[0-9]{2}_[a-z][a-z0-9_]*")
SCRIPT = "notebook.py"
NEEDED = (SCRIPT, "exercise.toml", "test_visible.py", "test_hidden.py")
TEMPLATE = Path(__file__).with_name("template")
SALT = """# Private to the instructors. Random inputs depend on the salt: change it each term.
salt = "{}"
"""


@dataclass(frozen=True)
class Scaffold:
    """What was written: the course, whether it is a new one, and the files below its root."""

    course: Course
    new_course: bool
    files: tuple[str, ...]


def scaffold(slug: str, root: Path | None = None, source: Path | None = None) -> Scaffold:
    """Write `solutions/SLUG/` and `exercises/SLUG/`; a `root` without a course becomes one.

    Args:
        source: a folder with `notebook.py`, `exercise.toml`, both suites and the variants; by default the
            template.

    Raises:
        GraderError: an invalid or taken name, an incomplete source, a folder that cannot be written.
    """
    if not SLUG.fullmatch(slug):
        raise GraderError(
            f"{slug!r} is not a valid exercise name; use two digits, '_', lower-case words, as in 12_momentum"
        )
    course, new = _course(root)
    solution, handout = course.root / "solutions" / slug, course.root / "exercises" / slug
    for folder in (solution, handout):
        if folder.exists():
            raise GraderError(f"{folder} exists already; choose another name or remove it first")
    draft = draft_files(source or TEMPLATE)
    with tempfile.TemporaryDirectory() as staging:  # what cannot be released is not written at all
        exercise = Exercise(slug, Path(staging) / slug)
        _stage(exercise, draft)
        released = exercise_files(exercise)
        kept = sorted(str(path.relative_to(staging)) for path in exercise.folder.rglob("*") if path.is_file())
        try:
            solution.parent.mkdir(parents=True, exist_ok=True)
            if new:
                salt = SALT.format(secrets.token_hex(16))
                (solution.parent / "course.toml").write_text(salt, encoding="utf-8")
            shutil.copytree(exercise.folder, solution)
            write_files(course.root / "exercises", released)
        except OSError as error:
            for folder in (solution, handout):  # neither existed before
                shutil.rmtree(folder, ignore_errors=True)
            why = error.strerror or "copying failed"
            raise GraderError(
                f"{course.root}: cannot be written ({why}); name another --course FOLDER"
            ) from None
    files = [f"solutions/{name}" for name in kept] + [f"exercises/{name}" for name in sorted(released)]
    return Scaffold(course, new, tuple(files))


def draft_files(folder: Path) -> dict[str, bytes]:
    """Relative path → content of the files that an exercise is made from.

    Raises:
        GraderError: a file is missing or cannot be read, or a needed one is not text.
    """
    try:
        # The template's scripts end in .txt: they are data of this package, not modules of it.
        files = {
            re.sub(r"\.py\.txt$", ".py", path.relative_to(folder).as_posix()): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not any(p.startswith((".", "__")) for p in path.relative_to(folder).parts)
        }
    except OSError as error:
        raise GraderError(f"{folder}: cannot be read ({error.strerror}); correct its permissions") from None
    for name in NEEDED:
        if name not in files:
            raise GraderError(
                f"{folder}: no {name} in it; an exercise is made from {', '.join(NEEDED)} and variants"
            )
        try:
            files[name].decode("utf-8")
        except UnicodeDecodeError:
            raise GraderError(f"{name}: not text in UTF-8; save it as UTF-8") from None
    return files


def notebook_from_script(text: str) -> str:
    """The text of a notebook: `# %%` begins a code cell, `# %% [markdown]` a text cell made of comments."""
    pieces = re.split(r"(?m)^# ?%%(.*)$", text)
    cells: list[nbformat.NotebookNode] = []
    for title, body in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        source = body.strip("\n")
        if not source.strip():
            continue
        number = f"cell-{len(cells) + 1}"
        if "[markdown]" in title:
            source = re.sub(r"(?m)^# ?", "", source)
            cells.append(nbformat.v4.new_markdown_cell(source, id=number))
        else:
            cells.append(nbformat.v4.new_code_cell(source, id=number))
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    return str(nbformat.writes(notebook)) + "\n"


def _course(root: Path | None) -> tuple[Course, bool]:
    if root is None:
        return course_here(), False
    if root.exists() and not root.is_dir():
        raise GraderError(f"{root} is a file; name a folder with --course FOLDER")
    return Course(root.resolve()), not ((root / "solutions").is_dir() or (root / "exercises").is_dir())


def _stage(exercise: Exercise, draft: dict[str, bytes]) -> None:
    for name, content in draft.items():
        path = exercise.notebook if name == SCRIPT else exercise.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook_from_script(content.decode()).encode() if name == SCRIPT else content)
