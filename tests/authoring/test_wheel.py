"""The wheel that kits and bundles carry: complete, the same bytes each time, from wherever gradbook came from."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from support.paths import COURSE, ROOT

from grader import __version__
from grader.authoring import wheel
from grader.authoring.wheel import NAME, installed_from, package_wheel
from grader.cli.main import main
from grader.core.errors import GraderError


@pytest.fixture(autouse=True)
def from_checkout(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test makes its own wheel, by default from this checkout."""
    monkeypatch.setattr(wheel, "installed_from", lambda: str(ROOT))
    package_wheel.cache_clear()
    yield
    package_wheel.cache_clear()


def test_a_wheel_has_all_of_the_package_and_nothing_else() -> None:
    """Templates and settings too; no test, no exercise and no solution."""
    name, content = package_wheel()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        about = archive.read(f"gradbook-{__version__}.dist-info/METADATA").decode()
    here = {path.relative_to(ROOT).as_posix() for path in (ROOT / "grader").rglob("*") if path.is_file()}
    assert names == {path for path in here if "__pycache__" not in path and ".ipynb_checkpoints" not in path}
    assert {"grader/suite/suite.ini", "grader/authoring/template/exercise.toml"} < names
    assert name == NAME and "License-Expression: BSD-3-Clause" in about and str(ROOT) not in about


def test_two_wheels_are_the_same_bytes() -> None:
    """So a kit that has not changed need not be handed out again."""
    first = package_wheel()
    assert package_wheel() is first
    package_wheel.cache_clear()
    assert package_wheel() == first


def test_a_wheel_that_pip_installed_is_taken_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its hash: another file in its place is refused."""
    content = package_wheel()[1]
    (tmp_path / NAME).write_bytes(content)
    place = (tmp_path / NAME).as_uri()
    for digest, good in ((hashlib.sha256(content).hexdigest(), True), ("0" * 64, False)):
        package_wheel.cache_clear()
        monkeypatch.setattr(wheel, "installed_from", lambda found=f"{place}#sha256={digest}": found)
        if good:
            assert package_wheel() == (NAME, content)
        else:
            with pytest.raises(GraderError, match=r"pip makes no wheel .*; give its wheel with --wheel FILE$") as told:
                package_wheel()
            assert "\n" not in str(told.value)


@pytest.mark.parametrize("gone", [f"file:///nowhere/{NAME}", "/nowhere", "file:///nowhere/src"])
def test_what_is_gone_is_one_line_with_the_remedy(gone: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The folder or file that gradbook was installed from, deleted since."""
    monkeypatch.setattr(wheel, "installed_from", lambda: gone)
    arguments = ["release", "--student-kit", str(tmp_path / "kit.zip"), "--course", str(COURSE)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2 and len(result.stderr.strip().splitlines()) == 1
    assert gone in result.stderr and result.stderr.strip().endswith("; give its wheel with --wheel FILE")


def test_the_source_is_what_pip_wrote_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder, a file with its hash, or a version of the index."""
    written: dict[str, object] | None = {"url": "file:///src", "dir_info": {"editable": True}}

    def distribution(name: str) -> SimpleNamespace:
        return SimpleNamespace(read_text=lambda file: json.dumps(written) if written else None)

    monkeypatch.setattr(wheel, "distribution", distribution)
    assert installed_from() == "file:///src"
    written = {"url": "file:///x.whl", "archive_info": {"hashes": {"sha256": "abc"}}}
    assert installed_from() == "file:///x.whl#sha256=abc"
    written = None
    assert installed_from() == f"gradbook=={__version__}"

    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(wheel, "distribution", missing)
    with pytest.raises(GraderError, match="not installed here; install it with pip, or give its wheel with --wheel FILE"):
        installed_from()


def test_a_given_wheel_goes_into_kit_and_bundle(tmp_path: Path) -> None:
    """As it is, if it is of this version."""
    given = tmp_path / NAME
    for option, exercise in (("--student-kit", ()), ("--gradescope", ("--exercise", "01_double"))):
        out = tmp_path / "out.zip"
        arguments = ["release", option, str(out), *exercise, "--wheel", str(given), "--course", str(COURSE)]
        missing = CliRunner().invoke(main, arguments)
        assert missing.exit_code == 2 and "cannot be read (No such file or directory)" in missing.stderr
        given.write_bytes(b"a wheel")
        assert CliRunner().invoke(main, arguments).exit_code == 0
        with zipfile.ZipFile(out) as archive:
            packed = next(name for name in archive.namelist() if name.endswith(".whl"))
            assert archive.read(packed) == b"a wheel" and packed.endswith(NAME)
        given.unlink()
        package_wheel.cache_clear()
    arguments[arguments.index(str(given))] = str(tmp_path / "gradbook-0.0.1-py3-none-any.whl")
    other = CliRunner().invoke(main, arguments)
    assert other.exit_code == 2 and f"not the wheel of this version; it is called {NAME}" in other.stderr
