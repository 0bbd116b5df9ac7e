"""What a course promises to notebooks is looked for in the sandbox before anything is graded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.paths import COURSE

from grader.cli.main import main
from grader.core.errors import GraderError
from grader.engine.doctor import examine
from grader.engine.packages import ASK, missing_packages, require_packages
from grader.engine.sandboxed import Sandbox
from grader.sandbox.forkserver import ForkServer

ABSENT = ["no-such-package-1", "no-such-package-2"]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The tiny course, with packages declared in both places."""
    root = tmp_path / "course"
    shutil.copytree(COURSE, root)
    declare(root / "solutions" / "course.toml", '["numpy", "no-such-package-1"]')
    declare(root / "solutions" / "01_double" / "exercise.toml", '["no-such-package-2", "numpy"]')
    return root


def declare(path: Path, packages: str) -> None:
    """Put a line into a settings file, above its tables."""
    path.write_text(f"packages = {packages}\n" + (path.read_text(encoding="utf-8") if path.exists() else ""), encoding="utf-8")


def test_what_a_notebook_would_not_find_is_named(server: ForkServer) -> None:
    """In one line with the remedy; what is there is not."""
    sandbox = Sandbox.of(server)
    assert missing_packages(sandbox, ["numpy", *ABSENT, "IPython"]) == ABSENT
    with pytest.raises(GraderError, match=r"do not find no-such-package-1, no-such-package-2, .*: pip install no-such-package-1 no-"):
        require_packages(sandbox, ABSENT)


def test_an_editable_package_is_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its code is elsewhere; one whose files the installer did not list is taken to be there."""
    for name, record in (("linked", "__editable__.linked.pth,,\n__editable___finder.py,,\n"), ("whole", "whole.py,,\n"), ("unlisted", None)):
        info = tmp_path / f"{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        if record is not None:
            (info / "RECORD").write_text(record)
    (tmp_path / "whole.py").touch()
    (tmp_path / "__editable___finder.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    names: dict[str, Callable[[list[str]], list[str]]] = {}
    exec(ASK, names)
    assert names["absent"](["linked", "whole", "unlisted", "gone"]) == ["linked", "gone"]


def test_grade_refuses_to_begin(course: Path, tmp_path: Path) -> None:
    """Exit code 2 and one line; nothing is graded."""
    out = tmp_path / "out"
    notebook = COURSE / "solutions" / "01_double" / "01_double.ipynb"
    result = CliRunner().invoke(main, ["grade", str(notebook), "-o", str(out), "--course", str(course), "--jobs", "1"])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("grader: notebooks do not find no-such-package-1, no-such-package-2, which packages in")
    assert not (out / "scores.csv").exists()


def test_doctor_says_it(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the course around the working folder; without one it says nothing of packages."""
    assert dict(examine(["numpy"]))["packages"] == "there: numpy"
    assert "packages" not in dict(examine())
    monkeypatch.chdir(course)
    result = CliRunner().invoke(main, ["doctor"])
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("packages ")]
    assert "do not find no-such-package-1, no-such-package-2, which" in line
