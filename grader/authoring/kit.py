"""The student kit: a zip with the exercises, the visible suites, this package's wheel, and a start page."""

import re
from pathlib import Path

from grader.authoring.release import release_files, require_fit
from grader.authoring.wheel import package_wheel
from grader.authoring.zip_file import write_zip
from grader.core.course import Course
from grader.core.errors import GraderError

FOLDER = "deep-learning-exercises"
HANDED_OUT = Path(__file__).with_name("handed_out")  # pages and scripts that go into kits and bundles
TORCH = re.compile(r"\b(import|from) torch\b")


def student_kit(course: Course, out: Path, wheel: Path | None = None) -> list[str]:
    """Write the kit to `out`; the names in it. The same course gives the same bytes.

    Args:
        wheel: see `package_wheel`.

    Raises:
        GraderError: there is no exercise, no wheel, a mistake in a file, tests that do not fit their
            reference, or `out` cannot be written.
    """
    if not course.exercises:
        raise GraderError(f"{course.root}: no exercise to pack (no solutions/*/exercise.toml)")
    name, content = package_wheel(wheel)
    released = release_files(course)
    require_fit(course, course.exercises)
    packages = "".join(f"{package}\n" for package in course.packages(course.exercises))
    files: dict[str, str | bytes] = {f"exercises/{path}": text for path, text in released.items()}
    files |= {
        name: content,
        "requirements.txt": f"./{name}\njupyterlab>=4\n{packages}",
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
    return (
        (HANDED_OUT / "START.md")
        .read_text(encoding="utf-8")
        .format(rows="\n".join(rows), first=first, question=question)
    )
