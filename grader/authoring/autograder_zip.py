"""Our grader for other platforms: a Gradescope autograder of one exercise, a GitHub Classroom workflow."""

import json
from pathlib import Path

import grader
from grader.authoring.kit import HANDED_OUT, TORCH
from grader.authoring.release import require_fit
from grader.authoring.wheel import package_wheel
from grader.authoring.zip_file import write_zip
from grader.autograder.in_container import SETTINGS
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.exchange import VISIBILITIES

EXECUTABLE = {"setup.sh", "run_autograder"}
PINNED = ("numpy", "torch", "pytest", "ipython")  # what a verdict may depend on


def gradescope_zip(
    course: Course,
    slug: str,
    out: Path,
    visibility: str = "visible",
    unprotected: bool = False,
    wheel: Path | None = None,
) -> list[str]:
    """Write an autograder for Gradescope to `out`; the names in it. The same course gives the same bytes.

    It holds the hidden suite and the salt: upload it to Gradescope, and do not pass it on.

    Args:
        visibility: when students see the tests.
        unprotected: judge without a sandbox where the container allows none; by default it then refuses.
        wheel: see `package_wheel`.

    Raises:
        GraderError: no such exercise, a wrong visibility, no wheel, tests that do not fit their reference, or
            `out` cannot be written.
    """
    if visibility not in VISIBILITIES:
        raise GraderError(f"{visibility}: no such visibility; choose from {', '.join(VISIBILITIES)}")
    exercise = course.find(slug)
    name, content = package_wheel(wheel)
    require_fit(course, [exercise.slug])
    settings = {"exercise": exercise.slug, "visibility": visibility, "unprotected": unprotected}
    files: dict[str, bytes] = {
        "setup.sh": _script("setup.sh")
        .replace("VERSION", grader.__version__)
        .replace("WHEEL", name)
        .replace(" PACKAGES", "".join(f" {package}" for package in course.packages([exercise.slug])))
        .encode(),
        "run_autograder": _script("run_autograder").encode(),
        name: content,
        "constraints.txt": _constraints(course).encode(),
        SETTINGS: (json.dumps(settings, indent=1) + "\n").encode(),
        "course/solutions/course.toml": f"salt = {json.dumps(course.salt, ensure_ascii=False)}\n".encode(),
    }
    for path, source in exercise.judging_files().items():
        files[f"course/solutions/{exercise.slug}/{path}"] = source.read_bytes()
    write_zip(out, files, EXECUTABLE)
    return sorted(files)


def _constraints(course: Course) -> str:
    """The course's pinned versions; without any, those of this machine that a verdict may depend on."""
    path = course.root / "constraints.txt"
    if path.exists():
        return path.read_text(encoding="utf-8")
    from grader.engine.verdict_key import environment

    here = environment()
    pins = [f"{name}=={here[name].partition('+')[0]}" for name in PINNED if here[name] != "not installed"]
    return "\n".join(pins) + "\n"


def github_workflow(course: Course, slug: str) -> str:
    """The text of `.github/workflows/classroom.yml` for a repository made from the student kit.

    It runs the visible tests only: a student can read and change everything in their repository.

    Raises:
        GraderError: no such exercise.
    """
    exercise = course.find(slug)
    torch = " torch" if TORCH.search(exercise.visible_suite.read_text(encoding="utf-8")) else ""
    return _script("classroom.yml").replace("SLUG", exercise.slug).replace("*.whl", f"*.whl{torch}")


def _script(name: str) -> str:
    return (HANDED_OUT / name).read_text(encoding="utf-8")
