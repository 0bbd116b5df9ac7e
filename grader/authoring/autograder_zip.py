"""Our grader inside other people's: a Gradescope autograder of one exercise, and a GitHub Classroom workflow.

`python -m grader.autograder` is what runs there; nobody types it.
"""

from __future__ import annotations

import json
from pathlib import Path

import grader
from grader.authoring.kit import TORCH
from grader.authoring.wheel import package_wheel
from grader.autograder.in_container import SETTINGS
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.files import write_zip
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

    It holds the hidden suite and the salt: upload it to Gradescope, and give it to no one else.

    Args:
        visibility: when students see the tests.
        unprotected: judge without a sandbox where the container allows none; by default it then refuses.
        wheel: see `package_wheel`.

    Raises:
        GraderError: no such exercise, a wrong visibility, no wheel, or `out` cannot be written.
    """
    if visibility not in VISIBILITIES:
        raise GraderError(f"{visibility}: no such visibility; choose from {', '.join(VISIBILITIES)}")
    exercise = course.find(slug)
    name, content = package_wheel(wheel)
    settings = {"exercise": exercise.slug, "visibility": visibility, "unprotected": unprotected}
    files: dict[str, bytes] = {
        "setup.sh": SETUP.replace("WHEEL", name).encode(),
        "run_autograder": RUN.encode(),
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
    from grader.engine.submission import environment

    here = environment()
    pins = [f"{name}=={here[name].partition('+')[0]}" for name in PINNED if here[name] != "not installed"]
    return "\n".join(pins) + "\n"


def github_workflow(course: Course, slug: str) -> str:
    """The text of `.github/workflows/classroom.yml` for a repository made from the student kit.

    It runs the visible tests only: whatever is in a student's repository, the student can read and change.

    Raises:
        GraderError: no such exercise.
    """
    exercise = course.find(slug)
    torch = " torch" if TORCH.search(exercise.visible_suite.read_text(encoding="utf-8")) else ""
    return WORKFLOW.replace("SLUG", exercise.slug).replace("*.whl", f"*.whl{torch}")


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
# The package index gives PyTorch for x86-64 with CUDA (4.7 GB), which grading does not use. To do without, install the
# CPU build here first: the command is on PyTorch's start page; write "$root/venv/bin/python" -m pip in place of pip3.
"$root/venv/bin/python" -m pip install --quiet -c constraints.txt "./WHEEL[grade]"
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
