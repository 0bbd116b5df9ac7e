"""Our grader in Gradescope's container and in a GitHub Classroom workflow, run for real from what we hand out."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support.answers import answer_lines
from support.cells import RIGHT, WRONG
from support.exports import check_gradescope, reporter
from support.nonempty import nonempty
from support.paths import COURSE, ROOT

import grader.engine.judges  # noqa: F401 - has the real ForkServer before a test replaces it
from grader.authoring.autograder_zip import github_workflow, gradescope_zip
from grader.authoring.release import exercise_files, write_files
from grader.autograder import in_container as autograder
from grader.autograder.in_container import judge, main
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.sandbox.forkserver import ForkServer

TINY, REAL = Course(COURSE), Course(ROOT)


def notebook(path: Path, cells: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(book, path)
    return path


def container(base: Path, course: Course = TINY, slug: str = "01_double", **options: Any) -> Path:
    """Gradescope's folder as it is before a run: our zip unpacked, nothing handed in yet."""
    gradescope_zip(course, slug, base / "autograder.zip", **options)
    root = base / "autograder"
    with zipfile.ZipFile(base / "autograder.zip") as archive:
        archive.extractall(root / "source")
    for folder in ("submission", "results"):
        (root / folder).mkdir()
    return root


def run(root: Path) -> tuple[int, dict[str, Any], str]:
    """Run what Gradescope runs, with this interpreter instead of the one that setup.sh makes."""
    env = {**os.environ, "GRADESCOPE_ROOT": str(root), "GRADESCOPE_PYTHON": sys.executable}
    done = subprocess.run(
        ["bash", str(root / "source" / "run_autograder")], env=env, cwd=root, capture_output=True, text=True, timeout=120
    )
    return done.returncode, check_gradescope((root / "results" / "results.json").read_bytes()), done.stdout + done.stderr


def test_the_produced_autograder_judges_a_right_and_a_half_right_notebook(tmp_path: Path) -> None:
    """The zip, unpacked as Gradescope does it, gives the score and a test each, in a sandbox."""
    root = container(tmp_path, visibility="after_published")
    notebook(root / "submission" / "whatever name.ipynb", RIGHT)
    code, results, said = run(root)
    if "no sandbox on this machine" in said:
        pytest.skip(said)
    assert (code, results["score"], results["visibility"]) == (0, 5.0, "after_published"), said
    assert [(test["number"], test["score"], test["max_score"], test["status"]) for test in results["tests"]] == [
        ("1.1", 2.0, 2.0, "passed"), ("1.2", 1.0, 1.0, "passed"), ("2.1", 1.0, 1.0, "passed"), ("3.1", 1.0, 1.0, "passed"),
    ]  # fmt: skip
    assert re.search("sandbox: (bwrap|landlock)", said)
    notebook(root / "submission" / "sub" / "01_double.ipynb", [WRONG[0], *RIGHT[1:]])  # the exercise's name decides
    code, results, said = run(root)
    assert (code, results["score"]) == (0, 2.0), said
    assert [test["status"] for test in results["tests"]] == ["failed", "failed", "passed", "passed"]
    assert "expected" in results["tests"][0]["output"] and str(root) not in json.dumps(results)


def test_an_exercise_of_the_course_is_judged_by_its_salt_and_suite(tmp_path: Path) -> None:
    """The seed in the container is that of the lecturer's own run, so the verdict is too."""
    root = container(tmp_path, REAL, "01_gates")
    inside = Course(root / "source" / "course")
    assert inside.salt == REAL.salt
    assert inside.find("01_gates").suite_sha256() == REAL.find("01_gates").suite_sha256()
    assert list(inside.exercises) == ["01_gates"]


def test_what_is_no_notebook_or_too_many_is_a_zero_that_says_what_to_hand_in(tmp_path: Path) -> None:
    """The student reads it at once and can hand in again; checkpoints and hidden files do not count."""
    root = container(tmp_path)
    hidden = root / "submission" / ".ipynb_checkpoints"
    notebook(hidden / "01_double-checkpoint.ipynb", RIGHT)
    assert judge(root) == 0
    results = check_gradescope((root / "results" / "results.json").read_bytes())
    assert results["score"] == 0 and results["output"] == "no notebook was handed in; hand in one file, named 01_double.ipynb"
    for name in ("a.ipynb", "b.ipynb"):
        notebook(root / "submission" / name, RIGHT)
    assert judge(root) == 0
    results = check_gradescope((root / "results" / "results.json").read_bytes())
    assert results["output"] == "2 notebooks were handed in; hand in one file, named 01_double.ipynb"


def test_without_a_sandbox_it_refuses_and_nobody_gets_a_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The instructor reads why; the student that it is open; there is no score."""
    asked: list[str] = []

    def none_here(rung: str = "auto") -> Any:
        asked.append(rung)
        if rung != "none":
            raise GraderError("no sandbox on this machine (bwrap: no; landlock: no)")
        return ForkServer("none")

    monkeypatch.setattr("grader.sandbox.forkserver.ForkServer", none_here)
    root = container(tmp_path / "strict")
    notebook(root / "submission" / "01_double.ipynb", RIGHT)
    assert judge(root) == 1
    results = check_gradescope((root / "results" / "results.json").read_bytes())
    assert "score" not in results and results["tests"] == []
    assert "has no score yet" in results["output"] and "no sandbox on this machine" in capsys.readouterr().out
    assert asked == ["auto"]
    root = container(tmp_path / "loose", unprotected=True)
    notebook(root / "submission" / "01_double.ipynb", RIGHT)
    assert judge(root) == 0 and asked == ["auto", "auto", "none"]
    results = check_gradescope((root / "results" / "results.json").read_bytes())
    assert results["score"] == 5.0 and "sandbox: none" in capsys.readouterr().out


def test_our_own_failure_is_results_without_a_score(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever breaks, the file is there, and the instructor has the traceback."""
    root = container(tmp_path)

    def breaks(*_: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(autograder, "_judged", breaks)
    assert main(["gradescope", str(root)]) == 1
    results = check_gradescope((root / "results" / "results.json").read_bytes())
    assert "score" not in results and "a bug of ours" not in json.dumps(results)
    assert "RuntimeError: a bug of ours" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_a_zero_that_says_why(
    tmp_path: Path, forkserver: ForkServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As everywhere."""
    monkeypatch.setattr("grader.sandbox.forkserver.ForkServer", lambda rung: nullcontext(forkserver))
    root = container(tmp_path)
    (root / "submission" / "01_double.ipynb").write_text("not a notebook")
    assert judge(root) == 0
    results = check_gradescope((root / "results" / "results.json").read_bytes())
    assert results["score"] == 0 and len(results["tests"]) == 4
    assert "could not be read" in results["output"] and "could not be read" in capsys.readouterr().out


def test_the_zip_holds_what_judging_needs_and_no_answers(tmp_path: Path) -> None:
    """Scripts at its root and executable, the one exercise's suite, our wheel; no reference, variant or other exercise."""
    names = gradescope_zip(REAL, "01_gates", tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert sorted(archive.namelist()) == names
        assert sorted(re.sub(r"-[\d.]+-", "-V-", name) for name in names) == [
            "autograder.json", "constraints.txt", "course/solutions/01_gates/exercise.toml",
            "course/solutions/01_gates/test_hidden.py", "course/solutions/course.toml", "gradbook-V-py3-none-any.whl",
            "run_autograder", "setup.sh",
        ]  # fmt: skip
        modes = {info.filename: stat.S_IMODE(info.external_attr >> 16) for info in archive.infolist()}
        assert {name for name, mode in modes.items() if mode & 0o111} == {"setup.sh", "run_autograder"}
        lines = {line.strip() for name in names if not name.endswith(".whl") for line in archive.read(name).decode().splitlines()}
        assert not {line for line in answer_lines(REAL.find("01_gates")) if len(line) > 40} & lines
        assert archive.read("constraints.txt").decode() == (ROOT / "constraints.txt").read_text(encoding="utf-8")
        for script in ("setup.sh", "run_autograder"):
            text = archive.read(script).decode()
            assert text.startswith("#!/usr/bin/env bash\n") and "\r" not in text
            checked = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True)
            assert checked.returncode == 0, checked.stderr
        wheel = next(name for name in names if name.endswith(".whl"))
        assert f'"./{wheel}[grade]"' in archive.read("setup.sh").decode()
        with archive.open(wheel) as stream, zipfile.ZipFile(stream) as package:
            assert {"grader/autograder/in_container.py", "grader/exchange/gradescope/upload.py"} <= set(package.namelist())


def test_the_salt_travels_whatever_its_letters_are(tmp_path: Path) -> None:
    """The inputs are those that the lecturer's own run draws."""
    course = Path(shutil.copytree(TINY.root, tmp_path / "course"))
    (course / "solutions" / "course.toml").write_text('salt = "été 😀 \\"quoted\\""', encoding="utf-8")
    gradescope_zip(Course(course), "01_double", tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path / "there")
    assert Course(tmp_path / "there" / "course").salt == Course(course).salt == 'été 😀 "quoted"'


def test_the_same_course_gives_the_same_zip(tmp_path: Path) -> None:
    """An autograder that has not changed need not be uploaded again."""
    for name in ("a.zip", "b.zip"):
        gradescope_zip(REAL, "01", tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_course_without_constraints_pins_what_a_verdict_depends_on(tmp_path: Path) -> None:
    """The versions of the machine that made the zip."""
    root = container(tmp_path)
    pins = (root / "source" / "constraints.txt").read_text().splitlines()
    assert [pin.partition("==")[0] for pin in pins] == ["numpy", "torch", "pytest", "ipython"]
    assert not any("+" in pin for pin in nonempty(pins))


def test_setup_says_which_python_it_needs(tmp_path: Path) -> None:
    """With apt that does nothing and no Python of 3.11, it ends with a sentence; with one, it installs our wheel."""
    root = container(tmp_path)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("apt-get", *(f"python3{minor}" for minor in (".13", ".12", ".11", ""))):
        (tools / name).write_text("#!/bin/sh\n[ \"$1\" = -c ] && exit 1\nexit 0\n")
        (tools / name).chmod(0o755)
    env = {"PATH": f"{tools}:/usr/bin:/bin", "GRADESCOPE_ROOT": str(root)}

    def setup() -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", str(root / "source" / "setup.sh")], env=env, capture_output=True, text=True, timeout=60)

    done = setup()
    assert done.returncode == 1 and "no Python 3.11 or newer. Choose a newer base image" in done.stderr
    log = tmp_path / "log"
    (tools / "python3.12").write_text(
        f'#!/bin/sh\necho "$@" >> {log}\nif [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n'
    )
    done = setup()
    assert done.returncode == 0, done.stderr
    said = log.read_text().splitlines()
    assert f"-m venv {root}/venv" in said and "-m grader doctor" in said
    assert any(re.fullmatch(r"-m pip install --quiet -c constraints.txt ./gradbook-.*\.whl\[grade\]", line) for line in said)


@pytest.mark.parametrize(
    ("out", "slug", "options", "said"),
    [
        ("a.tar", "01_double", {}, "a zip file is written; give a name that ends in .zip"),
        ("a.zip", "99", {}, "no exercise '99'"),
        ("a.zip", "01_double", {"visibility": "never"}, "never: no such visibility; choose from visible"),
        ("file/a.zip", "01_double", {}, "cannot be written"),
    ],
)
def test_a_slip_is_one_line_with_the_remedy(tmp_path: Path, out: str, slug: str, options: dict[str, Any], said: str) -> None:
    """Nothing is written then."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(GraderError, match=said):
        gradescope_zip(TINY, slug, tmp_path / out, **options)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_entry_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    """For whoever looks into the container."""
    assert main([]) == 2
    assert "gradescope ROOT | classroom NOTEBOOK" in capsys.readouterr().err


def test_the_workflow_has_the_names_that_classroom_asks_for() -> None:
    """Name of the workflow, its one job, the reporter's runners and their variables."""
    yaml = pytest.importorskip("yaml")
    text = github_workflow(REAL, "01_gates")
    workflow = yaml.safe_load(text)
    assert workflow["name"] == "Autograding Tests" and list(workflow["jobs"]) == ["run-autograding-tests"]
    assert workflow[True] == ["push", "workflow_dispatch"]  # YAML 1.1 reads `on` as yes
    steps = workflow["jobs"]["run-autograding-tests"]["steps"]
    last = steps[-1]
    assert last["uses"] == "classroom-resources/autograding-grading-reporter@v1"
    for runner in last["with"]["runners"].split(","):
        step = next(step for step in steps if step.get("id") == runner)
        assert last["env"][f"{runner.upper()}_RESULTS"] == f"${{{{ steps.{step['id']}.outputs.result }}}}"
    assert "hidden" not in " ".join(str(step) for step in steps) and "Visible tests only" in text
    with pytest.raises(GraderError, match="no exercise '99'"):
        github_workflow(REAL, "99")


def grading_command(course: Course, slug: str) -> list[str]:
    """The command of the workflow's grading step, with this interpreter."""
    yaml = pytest.importorskip("yaml")
    steps = yaml.safe_load(github_workflow(course, slug))["jobs"]["run-autograding-tests"]["steps"]
    command = next(step["run"] for step in steps if step.get("id") == "visible").split()
    return [sys.executable, *command[1:]]


def classroom(folder: Path, course: Course, slug: str) -> tuple[str, dict[str, Any], bytes]:
    """Run the step in a repository: (what it said, its result, the same encoded)."""
    place = folder / "github_output"
    place.write_text("")
    env = {**os.environ, "GITHUB_OUTPUT": str(place)}
    done = subprocess.run(grading_command(course, slug), cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    name, _, value = place.read_text().strip().partition("=")
    assert name == "result"
    return done.stdout, json.loads(base64.b64decode(value)), value.encode()


def test_the_workflows_command_reports_the_visible_tests(tmp_path: Path) -> None:
    """In a repository made from the kit's files; the reporter's points are those of the visible tests."""
    write_files(tmp_path / "exercises", exercise_files(TINY.find("01_double")))
    place = tmp_path / "exercises" / "01_double" / "01_double.ipynb"
    notebook(place, [WRONG[0], *RIGHT[1:]])
    said, result, value = classroom(tmp_path, TINY, "01_double")
    assert "double: failed" in said and "visible tests: 2 of 3" in said
    assert result["status"] == "fail" and reporter({"result": value}) == (2.0, 3.0)
    assert [test["status"] for test in result["tests"]] == ["fail", "pass", "pass"]
    place.write_text("no notebook")
    said, result, value = classroom(tmp_path, TINY, "01_double")
    assert result["status"] == "error" and "open it in Jupyter" in result["message"] and reporter({"result": value}) is None


def test_outside_a_workflow_the_result_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """To be looked at by hand."""
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    assert main(["classroom", str(tmp_path / "none.ipynb")]) == 0
    out = capsys.readouterr().out
    assert "result=" in out and json.loads(base64.b64decode(out.partition("result=")[2]))["status"] == "error"
