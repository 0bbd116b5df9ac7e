"""Our grader inside other people's: a Gradescope autograder of one exercise, and a GitHub Classroom workflow.

`python -m grader.autograder` is what runs there; nobody types it.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import grader
from grader.authoring.kit import LONG_AGO, package_wheel
from grader.autograder.in_container import SETTINGS
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.files import write_atomically
from grader.exchange import VISIBILITIES

EXECUTABLE = {"setup.sh", "run_autograder"}
PINNED = ("numpy", "torch", "pytest", "ipython")  # what a verdict may depend on


def gradescope_zip(
    course: Course, slug: str, out: Path, visibility: str = "visible", unprotected: bool = False
) -> list[str]:
    """Write an autograder for Gradescope to `out`; the names in it. The same course gives the same bytes.

    In it are the hidden suite, the salt and this package: it is for the instructor's upload and for nobody
    else.

    Args:
        visibility: when students see the tests.
        unprotected: judge without a sandbox where the container allows none; by default it then refuses.

    Raises:
        GraderError: no such exercise, a wrong visibility, `out` is not named .zip or cannot be written.
    """
    if out.suffix != ".zip":
        raise GraderError(f"{out}: a Gradescope autograder is a zip file; give a name that ends in .zip")
    if visibility not in VISIBILITIES:
        raise GraderError(f"{visibility}: no such visibility; choose from {', '.join(VISIBILITIES)}")
    exercise = course.find(slug)
    name, wheel = package_wheel()
    settings = {"exercise": exercise.slug, "visibility": visibility, "unprotected": unprotected}
    files: dict[str, bytes] = {
        "setup.sh": SETUP.replace("WHEEL", name).encode(),
        "run_autograder": RUN.encode(),
        name: wheel,
        "constraints.txt": _constraints(course).encode(),
        SETTINGS: (json.dumps(settings, indent=1) + "\n").encode(),
        "course/solutions/course.toml": f"salt = {json.dumps(course.salt, ensure_ascii=False)}\n".encode(),
    }
    for path, source in exercise.judging_files().items():
        files[f"course/solutions/{exercise.slug}/{path}"] = source.read_bytes()
    try:
        write_atomically(out, _zipped(files))
    except OSError as error:
        raise GraderError(f"{out}: cannot be written ({error.strerror}); choose another place") from None
    return sorted(files)


def _constraints(course: Course) -> str:
    """The course's pinned versions; without any, those of this machine that a verdict may depend on."""
    path = course.root / "constraints.txt"
    if path.exists():
        return path.read_text(encoding="utf-8")
    from grader.engine.submission import environment

    here = environment()
    pins = [f"{name}=={here[name].partition('+')[0]}" for name in PINNED if here[name] != "not installed"]
    return "\n".join(pins) + "\n"


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name in EXECUTABLE else 0o644) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def github_workflow(course: Course, slug: str) -> str:
    """The text of `.github/workflows/classroom.yml` for a repository made from the student kit.

    It runs the visible tests only: whatever is in a student's repository, the student can read and change.

    Raises:
        GraderError: no such exercise.
    """
    return WORKFLOW.replace("SLUG", course.find(slug).slug)


SETUP = f"""#!/usr/bin/env bash
# Made by gradbook {grader.__version__}. Gradescope runs this once, when it builds the image.
set -euo pipefail
root="${{GRADESCOPE_ROOT:-/autograder}}"
cd "$root/source"
export DEBIAN_FRONTEND=noninteractive

usable() {{ command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; }}
choose() {{
    for name in python3.13 python3.12 python3.11 python3; do
        if usable "$name"; then echo "$name"; return; fi
    done
}}

apt-get update
apt-get install -y --no-install-recommends libseccomp2 python3-venv
python="$(choose)"
if [ -z "$python" ]; then
    apt-get install -y --no-install-recommends python3.11 python3.11-venv || true
    python="$(choose)"
fi
if [ -z "$python" ]; then
    echo "This image has no Python 3.11 or newer. Choose a newer base image (Ubuntu 22.04 or later) in Gradescope." >&2
    exit 1
fi
"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --quiet -c constraints.txt "./WHEEL"
"$root/venv/bin/python" -m grader doctor
"""

RUN = """#!/usr/bin/env bash
root="${GRADESCOPE_ROOT:-/autograder}"
cd "$root"
exec "${GRADESCOPE_PYTHON:-$root/venv/bin/python}" -m grader.autograder gradescope "$root"
"""

WORKFLOW = """# Made by gradbook. Visible tests only: whatever is in this repository, its owner can read and change.
# The grade comes from the hidden tests, which the lecturer runs elsewhere (grader grade).
# GitHub Classroom asks for these two names; do not change them.
name: Autograding Tests
on:
  - push
  - workflow_dispatch
permissions:
  checks: write
  actions: read
  contents: read
jobs:
  run-autograding-tests:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    steps:
      - name: Checkout code
        uses: actions/checkout@v4
      - name: Python
        uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: Install the grader
        run: python -m pip install --quiet ./gradbook-*.whl
      - name: Visible tests
        id: visible
        timeout-minutes: 10
        run: python -m grader.autograder classroom exercises/SLUG/SLUG.ipynb
      - name: Autograding Reporter
        uses: classroom-resources/autograding-grading-reporter@v1
        env:
          VISIBLE_RESULTS: "${{ steps.visible.outputs.result }}"
        with:
          runners: visible
"""
