"""`grader new` makes exercises that prove themselves, and the walk in docs/authoring.md does what it says."""

from __future__ import annotations

import ast
import json
import re
import shlex
import textwrap
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from support.paths import ROOT

from grader.authoring.mutants import mutants_of
from grader.authoring.new import TEMPLATE, draft_files, notebook_from_script
from grader.authoring.release import differences
from grader.cli.main import main
from grader.core.course import Course
from grader.core.notebook import read_notebook

PAGE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
SOFTPLUS, MOMENTUM = "11_softplus", "12_momentum"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def blocks(kind: str) -> list[tuple[str, str]]:
    """(rest of the info string, text) of the page's fenced blocks whose info string holds `kind`."""
    return re.findall(rf"(?ms)^```\w+ {kind}(\S*)\n(.*?)^```$", PAGE)


def write_draft(folder: Path) -> None:
    """The files that the page shows; blocks of one file stand one below the other."""
    files: dict[str, list[str]] = {}
    for name, text in blocks("file="):
        files.setdefault(name, []).append(text)
    for name, texts in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("\n\n".join(texts), encoding="utf-8")


def commands(kind: str = "run") -> list[str]:
    """The command lines that the page tells the reader to type."""
    return [line for _, text in blocks(kind) for line in text.splitlines()]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Result]]]:
    """The walk, taken once: the folder it was taken in, and what each command said."""
    folder = tmp_path_factory.mktemp("walk")
    write_draft(folder / "momentum")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder, {command: run(*shlex.split(command)[1:]) for command in commands()}


def test_every_command_of_the_walk_succeeds(walk: tuple[Path, dict[str, Result]]) -> None:
    """Nobody who follows the page meets an error."""
    assert len(walk[1]) == 7
    assert {command: result.output for command, result in walk[1].items() if result.exit_code} == {}


@pytest.mark.parametrize("slug", [SOFTPLUS, MOMENTUM])
def test_the_scaffold_and_the_worked_example_pass_the_audit(walk: tuple[Path, dict[str, Result]], slug: str) -> None:
    """As they stand, with as many cases as the page says."""
    output = walk[1][f"grader audit {slug} --course mycourse"].output
    cases = re.search(r"`(\d+ cases as they should be, 0 not)`", PAGE)
    assert cases and cases[1] in output, output


def test_a_new_course_has_a_salt_of_its_own(walk: tuple[Path, dict[str, Result]], tmp_path: Path) -> None:
    """Two courses never share their random inputs; a second exercise leaves the salt as it is."""
    first = Course(walk[0] / "mycourse").salt
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert run("new", SOFTPLUS, "--course", tmp_path / "other").exit_code == 0
    other = Course(tmp_path / "other")
    salt = other.salt
    assert salt != first
    assert run("new", MOMENTUM, "--course", other.root).exit_code == 0
    assert Course(other.root).salt == salt


def test_what_was_written_and_what_comes_next_is_said(walk: tuple[Path, dict[str, Result]]) -> None:
    """Every file by its name, and the commands to copy."""
    output = walk[1]["grader new 11_softplus --course mycourse"].output
    files = [line.strip() for line in output.splitlines() if line.startswith(("  solutions/", "  exercises/"))]
    written = {str(p.relative_to(walk[0] / "mycourse")) for p in (walk[0] / "mycourse").rglob("*") if SOFTPLUS in p.parts}
    assert set(files) == {name for name in written if (walk[0] / "mycourse" / name).is_file() and "__pycache__" not in name}
    assert "a new course" in output
    assert "grader audit 11_softplus --course mycourse" in output
    assert "grader audit --mutants 11_softplus --course mycourse" in output


def test_only_the_first_exercise_makes_the_course(walk: tuple[Path, dict[str, Result]]) -> None:
    """The second one is added to it."""
    assert "a new course" not in walk[1]["grader new 12_momentum --course mycourse --from momentum"].output


@pytest.mark.slow
@pytest.mark.parametrize("slug", [SOFTPLUS, MOMENTUM])
def test_no_mutant_of_the_scaffold_or_the_worked_example_survives(walk: tuple[Path, dict[str, Result]], slug: str) -> None:
    """The hidden suites that authors begin from have no gap that the mutation audit knows."""
    command = commands("run slow")[0].replace(MOMENTUM, slug)
    result = run(*shlex.split(command)[1:])
    assert result.exit_code == 0, result.output


def test_the_page_gives_the_number_of_mutants(walk: tuple[Path, dict[str, Result]]) -> None:
    """The figure in the walk is that of the worked example."""
    reference = Course(walk[0] / "mycourse").exercises[MOMENTUM].notebook
    assert f"Each of the {len(mutants_of(read_notebook(reference).cells))} must lose a point" in PAGE


def test_without_a_course_option_the_course_around_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with every other command."""
    (tmp_path / "solutions" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "solutions" / "deep")
    assert run("new", MOMENTUM).exit_code == 0
    course = Course(tmp_path)
    assert list(course.exercises) == list(course.released) == [MOMENTUM]
    assert differences(course) == []
    assert course.salt == "", "an existing course keeps its settings"


def test_the_template_says_what_to_replace() -> None:
    """In its notebook, its settings, both suites, and one variant of each kind; never where students would read it."""
    draft = {name: content.decode() for name, content in draft_files(TEMPLATE).items()}
    told = {name.partition("/")[0] for name, text in draft.items() if "Replace" in text}
    assert told == {
        "notebook.py",
        "exercise.toml",
        "test_visible.py",
        "test_hidden.py",
        "equivalent.toml",
        "correct",
        "wrong",
    }


def test_a_script_becomes_a_notebook_with_text_and_code_cells() -> None:
    """Markdown lines lose their comment signs, code stays as it is, empty cells go."""
    script = (
        "import math\n\n# %% [markdown]\n# # Title\n#\n# text # with a sign\n# %%\n\n# %% a name\nx = 1  # one\n\n\ny = 2\n"
    )
    notebook = nbformat.reads(notebook_from_script(script), as_version=4)
    nbformat.validate(notebook)
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [
        ("code", "import math"),
        ("markdown", "# Title\n\ntext # with a sign"),
        ("code", "x = 1  # one\n\n\ny = 2"),
    ]
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook_from_script(script) == notebook_from_script(script)


def refused(*arguments: object) -> str:
    """The one line that a refused command says."""
    result = run("new", *arguments)
    assert result.exit_code == 2, result.output
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


@pytest.mark.parametrize(
    "slug", ["momentum", "1_momentum", "12-momentum", "12_Momentum", "12_", "../12_x", "12_x/y", "12_x\n", "١٢_x"]
)
def test_a_name_of_another_form_is_refused(tmp_path: Path, slug: str) -> None:
    """The line shows a name that is right, and nothing is written."""
    assert "as in 12_momentum" in refused(slug, "--course", tmp_path / "c")
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("place", ["solutions", "exercises"])
def test_an_existing_folder_is_left_alone(tmp_path: Path, place: str) -> None:
    """Neither the author's nor the students' files are ever overwritten."""
    (tmp_path / place / MOMENTUM).mkdir(parents=True)
    (tmp_path / place / MOMENTUM / "mine.txt").write_text("mine")
    assert "exists already; choose another name" in refused(MOMENTUM, "--course", tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["mine.txt"]


def test_a_file_in_the_place_of_the_course_is_named(tmp_path: Path) -> None:
    """A course is a folder."""
    (tmp_path / "file").write_text("")
    assert "file is a file; name a folder" in refused(MOMENTUM, "--course", tmp_path / "file")


@pytest.mark.parametrize("blocked", ["below a file", "exercises is a file"])
def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, blocked: str) -> None:
    """The operating system's reason, and what to do."""
    name = "exercises" if blocked == "exercises is a file" else "file"
    (tmp_path / name).write_text("")
    course = tmp_path if name == "exercises" else tmp_path / "file" / "course"
    assert "cannot be written" in refused(MOMENTUM, "--course", course)
    assert not (course / "solutions" / MOMENTUM).exists(), "nothing half made is left"


def test_no_course_around_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --course nothing is made in a folder that happens to be open."""
    monkeypatch.chdir(tmp_path)
    assert "use --course FOLDER" in refused(MOMENTUM)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["notebook.py", "exercise.toml", "test_visible.py", "test_hidden.py"])
def test_a_source_without_a_needed_file_is_refused(tmp_path: Path, missing: str) -> None:
    """The missing file is named, and nothing is written."""
    write_draft(tmp_path / "momentum")
    (tmp_path / "momentum" / missing).unlink()
    assert f"no {missing} in it" in refused(MOMENTUM, "--from", tmp_path / "momentum", "--course", tmp_path / "c")
    assert not (tmp_path / "c").exists()


def test_a_source_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    """A single script is not an exercise."""
    assert "no notebook.py in it" in refused(MOMENTUM, "--from", tmp_path / "nowhere.py", "--course", tmp_path)


def test_a_source_that_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder and the operating system's reason."""

    def deny(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    write_draft(tmp_path / "momentum")
    monkeypatch.setattr(Path, "read_bytes", deny)
    problem = refused(MOMENTUM, "--from", tmp_path / "momentum", "--course", tmp_path / "c")
    assert "momentum: cannot be read (Permission denied)" in problem


def test_a_notebook_with_an_open_marker_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """What could not be released is not written at all."""
    write_draft(tmp_path / "momentum")
    script = tmp_path / "momentum" / "notebook.py"
    script.write_text(script.read_text().replace("### END SOLUTION", "", 1))
    assert "12_momentum.ipynb, cell" in refused(MOMENTUM, "--from", script.parent, "--course", tmp_path / "c")
    assert not (tmp_path / "c").exists()


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    """Suites and settings are UTF-8."""
    write_draft(tmp_path / "momentum")
    (tmp_path / "momentum" / "exercise.toml").write_bytes('title = "Schrödinger"'.encode("latin-1"))
    assert "exercise.toml: not text in UTF-8" in refused(
        MOMENTUM, "--from", tmp_path / "momentum", "--course", tmp_path / "c"
    )


def test_other_files_of_a_source_come_along_and_hidden_ones_do_not(tmp_path: Path) -> None:
    """Data for the notebook belongs to the exercise; what editors leave behind does not."""
    write_draft(tmp_path / "momentum")
    for name in ("data/line.csv", ".ipynb_checkpoints/x.ipynb", "__pycache__/x.pyc"):
        (tmp_path / "momentum" / name).parent.mkdir(parents=True)
        (tmp_path / "momentum" / name).write_bytes(b"\xff")
    assert run("new", MOMENTUM, "--from", tmp_path / "momentum", "--course", tmp_path / "c").exit_code == 0
    folder = tmp_path / "c" / "solutions" / MOMENTUM
    assert (folder / "data" / "line.csv").read_bytes() == b"\xff"
    assert {path.name for path in folder.iterdir()} == {
        "data", "correct", "wrong", f"{MOMENTUM}.ipynb", "exercise.toml", "test_visible.py", "test_hidden.py",
    }  # fmt: skip


def test_the_students_notebook_holds_no_word_to_the_author(walk: tuple[Path, dict[str, Result]]) -> None:
    """The comments that say what to replace stand between the markers, and go with the answers."""
    released = Course(walk[0] / "mycourse").released[SOFTPLUS]
    sources = ["".join(cell["source"]) for cell in json.loads(released.notebook.read_text(encoding="utf-8"))["cells"]]
    assert not [source for source in sources if "Replace" in source or "SOLUTION" in source]


def test_every_block_of_the_page_can_be_read() -> None:
    """Settings are TOML, and the pieces of code in the reference are Python."""
    for text in re.findall(r"(?ms)^```toml[^\n]*\n(.*?)^```$", PAGE):
        assert tomllib.loads(text)
    for text in re.findall(r"(?ms)^```python\n(.*?)^```$", PAGE):
        ast.parse(textwrap.dedent(text))


def test_the_contract_in_the_page_has_the_points_of_the_suite() -> None:
    """The table of step 2 and the hidden suite of step 5 say the same."""
    table = {name: int(points) for name, points in re.findall(r"(?m)^\| `(\w+)` \|.*\| (\d+) \|$", PAGE)}
    earned: Counter[str] = Counter()
    for name, text in blocks("file="):
        if name == "test_hidden.py":
            for question, points in re.findall(r'@question\("(\w+)", points=(\d+)\)', text):
                earned[question] += int(points)
    assert table == earned
