"""The commands as a person runs them: exit codes, one-line errors, files written."""

from __future__ import annotations

import csv
import inspect
import json
import re
import shlex
import shutil
from pathlib import Path

import click
import jsonschema
import pytest
from click.testing import CliRunner, Result
from support.nonempty import nonempty
from support.paths import COURSE, ROOT

from grader.authoring.cases import Finding
from grader.authoring.mutants_audit import MutantOutcome, mutation_report
from grader.cli.main import PLACES, main
from grader.sandbox.forkserver import RUNGS

SOLUTION = ROOT / "solutions" / "04_bias_threshold" / "04_bias_threshold.ipynb"
STUB = ROOT / "exercises" / "04_bias_threshold" / "04_bias_threshold.ipynb"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def command_of(name: str) -> click.Command:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return command


@pytest.mark.parametrize("name", PLACES)
def test_every_command_has_help_with_an_example(name: str) -> None:
    """Every option says what it does, and an example is a line that the command accepts."""
    result = run(name, "--help")
    assert result.exit_code == 0
    command = command_of(name)
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []
    examples = re.findall(rf"^(?:Example: )?grader {name}\b(.*)$", inspect.cleandoc(command.help or ""), re.MULTILINE)
    for example in nonempty(examples):
        assert re.search(r"\s+".join(map(re.escape, example.split())), result.output)
        command.make_context(name, shlex.split(example))  # a usage error if an option is unknown


@pytest.mark.parametrize("name", PLACES)
def test_every_command_is_in_the_readme_and_in_the_list_of_commands(name: str) -> None:
    """With a sentence that fits a line of 80 columns."""
    assert f"grader {name}" in (ROOT / "README.md").read_text(encoding="utf-8")
    (line,) = (line for line in run("--help").output.splitlines() if line.split()[:1] == [name])
    assert line.endswith(PLACES[name][1]) and line.endswith(".") and len(line) <= 80


MISTAKES = {
    "check": "nowhere.ipynb",
    "watch": "99_none",
    "list": "99_none",
    "hint": "01_gates NoGate",
    "reset": "99_none",
    "grade": "nowhere -o OUT",
    "report": "OUT",
    "feedback": "OUT",
    "override": "ada 01_gates --score 1 -o OUT",
    "question": "01_gates MulGate --void --reason x -o OUT",
    "verify": "OUT",
    "diff": "-o OUT",
    "export": "-f csv -o OUT",
    "similar": "-o OUT",
    "serve": "OUT",
    "audit": "99_none",
    "release": "--gradescope OUT.zip",
    "new": "no/slug",
}  # doctor can be given nothing


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_exit_code_2(name: str, tmp_path: Path) -> None:
    """For every command: the line is on stderr, and says nothing of Python."""
    arguments = [str(tmp_path / word) if word.startswith("OUT") else word for word in MISTAKES[name].split()]
    result = run(name, *arguments, "--course", ROOT)
    assert result.exit_code == 2
    assert re.fullmatch(r"grader: .+\n", result.stderr) and "Traceback" not in result.stderr
    assert not list(tmp_path.iterdir())
    assert set(MISTAKES) == set(PLACES) - {"doctor"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("export -f xls -o OUT", "known: csv, canvas"),
        ("export -f csv -o OUT --column 01_gates", "write SLUG=HEADER"),
        ("export -f canvas -o OUT --template nowhere.csv", "give the file as you downloaded it"),
        ("grade -o OUT", "say what to grade: grader grade SUBMISSIONS"),
        ("grade nowhere -o OUT --cluster slurm", "--jobs N"),
        ("grade nowhere -o OUT --cluster tcp://localhost:1 --jobs 2", "leave --jobs out"),
        ("audit --mutants --diagnoses", "run one after the other"),
        ("audit --mutants --seeds 2", "run one after the other"),
        ("audit --seeds 2 --report figures.md", "add --mutants or --diagnoses"),
        ("audit --report figures.md", "add --mutants or --diagnoses"),
        ("release --github-workflow", "--exercise SLUG"),
    ],
)
def test_options_that_do_not_go_together_are_named_with_the_remedy(arguments: str, words: str, tmp_path: Path) -> None:
    result = run(*(str(tmp_path / "out") if word == "OUT" else word for word in arguments.split()), "--course", ROOT)
    assert result.exit_code == 2 and words in result.stderr and len(result.stderr.splitlines()) == 1


def test_the_sandboxes_to_choose_from_are_those_there_are() -> None:
    """The command does not import the sandbox for its help."""
    (sandbox,) = (option for option in command_of("grade").params if option.name == "sandbox")
    assert isinstance(sandbox.type, click.Choice) and list(sandbox.type.choices) == ["auto", *RUNGS]


def submissions(folder: Path) -> Path:
    for student, source in (("ada", SOLUTION), ("bob", STUB)):
        (folder / student).mkdir(parents=True)
        shutil.copy(source, folder / student / "04_bias_threshold.ipynb")
    (folder / "eve").mkdir()
    (folder / "eve" / "04_bias_threshold.ipynb").write_text("{ not json")
    (folder / "mallory").mkdir()
    (folder / "mallory" / "04_bias_threshold").symlink_to(SOLUTION.parent)
    (folder / "=cmd()").mkdir()
    shutil.copy(STUB, folder / "=cmd()" / "04_bias_threshold.ipynb")
    return folder


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One small class, graded once through the command line."""
    base = tmp_path_factory.mktemp("class")
    out = base / "out"
    return run("grade", submissions(base / "in"), "-o", out, "--jobs", 2, "--course", ROOT), out


def test_grading_a_class_writes_scores_reports_and_pages(graded: tuple[Result, Path]) -> None:
    """Full marks, a stub, an unreadable file, and exit code 0 since every notebook was judged."""
    result, out = graded
    assert result.exit_code == 0, result.output
    rows = {row["student"]: row for row in csv.DictReader((out / "scores.csv").open(encoding="utf-8"))}
    assert rows["ada"]["04_bias_threshold"] == rows["ada"]["max_total"] == "20"
    assert rows["bob"]["04_bias_threshold"] == "0"
    assert rows["eve"]["04_bias_threshold"] == "0"
    assert "'=cmd()" in rows
    assert (out / "index.html").exists()
    assert len(list((out / "students").glob("*.html"))) == 5  # with the one who handed in a link: it was not taken


def test_a_linked_folder_is_not_a_submission(graded: tuple[Result, Path]) -> None:
    """A link to the solutions earns nothing: it is never followed."""
    assert not (graded[1] / "reports" / "mallory").exists()


def test_every_report_follows_the_documented_schema(graded: tuple[Result, Path]) -> None:
    """`docs/report.schema.json` is the contract of schema version 1."""
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    reports = sorted((graded[1] / "reports").rglob("*.json"))
    assert len(reports) == 4
    for path in reports:
        jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), schema)


def test_a_missing_folder_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    """The thing and the remedy."""
    result = run("grade", tmp_path / "nowhere", "-o", tmp_path / "out", "--course", ROOT)
    assert result.exit_code == 2
    assert "nowhere: no such folder" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_an_empty_folder_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    """Nothing to grade is the instructor's mistake."""
    result = run("grade", tmp_path, "-o", tmp_path / "out", "--course", ROOT)
    assert result.exit_code == 2
    assert "no <student>/<exercise>.ipynb found" in result.stderr


def test_an_unknown_exercise_gets_the_nearest_known_name(tmp_path: Path) -> None:
    """A typing error costs a line, not a search."""
    (tmp_path / "ada").mkdir()
    result = run("grade", tmp_path, "-o", tmp_path / "out", "--exercise", "02_sigmoids", "--course", ROOT)
    assert result.exit_code == 2
    assert "did you mean '02_sigmoid'?" in result.stderr


def test_of_two_notebooks_of_one_student_for_one_exercise_one_counts_and_both_are_named(tmp_path: Path) -> None:
    """The batch goes on, and the instructor reads which one it is."""
    nested = tmp_path / "ada" / "04_bias_threshold"
    nested.mkdir(parents=True)
    shutil.copy(STUB, nested / "04_bias_threshold.ipynb")
    shutil.copy(STUB, tmp_path / "ada" / "04_bias_threshold.ipynb")
    with (nested / "04_bias_threshold.ipynb").open("a") as stream:
        stream.write("\n")
    result = run("grade", tmp_path, "-o", tmp_path / "out", "--course", ROOT)
    assert result.exit_code == 0
    assert "ada: 2 attempts at 04_bias_threshold; 04_bias_threshold.ipynb counts: it is " in result.output


def test_check_passes_a_right_notebook_and_only_that(tmp_path: Path) -> None:
    """Exit code 0 only when every visible test passes."""
    right, stub = run("check", SOLUTION), run("check", STUB)
    assert (right.exit_code, stub.exit_code) == (0, 1)
    assert "9 of 9 questions pass" in right.output
    assert "not attempted" in stub.output


def test_check_names_the_nearest_notebook() -> None:
    """A file that is not there is named with the one that is."""
    result = run("check", STUB.with_name("04_bias_treshold.ipynb"))
    assert result.exit_code == 2
    assert "did you mean '04_bias_threshold.ipynb'?" in result.stderr


def test_a_mutant_that_nobody_notices_is_named_and_the_figures_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is 1 then, otherwise 0."""
    killed = MutantOutcome("01_gates", "MulGate.forward: * → +", "killed", True, ("MulGate",))
    survived = MutantOutcome("01_gates", "MulGate.backward: 2 → 3", "survived", False)
    for outcomes, code in (([killed], 0), ([killed, survived], 1)):
        monkeypatch.setattr("grader.authoring.mutants_audit.mutation_audit", lambda *_, outcomes=outcomes: outcomes)
        result = run("audit", "--mutants", "--course", ROOT, "--report", tmp_path / "mutation.md")
        assert result.exit_code == code
        assert ("survived: 01_gates: MulGate.backward: 2 → 3" in result.output) == bool(code)
        assert "MulGate.forward: * → +" not in result.output
        assert (tmp_path / "mutation.md").read_text(encoding="utf-8") == mutation_report(outcomes)


def test_the_audit_over_seeds_names_what_the_draw_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """`audit --seeds` prints the complaints and the tests that no wrong variant fails, and exits with 1."""
    from grader.authoring.seeds_audit import Constancy
    from grader.core.report import Status

    result = Constancy("01_gates", "wrong/a", 2)
    result.tests["test_x"].update({Status.PASSED: 1, Status.FAILED: 1})
    monkeypatch.setattr("grader.authoring.seeds_audit.seeds_audit", lambda *_: [result])
    told = run("audit", "--seeds", "2", "--course", ROOT)
    assert told.exit_code == 1
    assert "✗ 01_gates: wrong/a: test_x passes 1 of 2" in told.output and "✗ 01_gates: test_x: no wrong variant fails it" in told.output


def test_an_audited_case_that_is_not_as_it_should_be_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = [Finding("01_gates: stub", ""), Finding("01_gates: wrong/sum.py", "loses nothing")]
    monkeypatch.setattr("grader.authoring.audit.audit", lambda *_: findings)
    result = run("audit", "--course", ROOT)
    assert result.exit_code == 1
    assert "✗ 01_gates: wrong/sum.py: loses nothing\n1 cases as they should be, 1 not" in result.output


def test_what_is_released_is_written_and_what_is_out_of_date_is_listed(tmp_path: Path) -> None:
    """`release --check` changes nothing."""
    shutil.copytree(COURSE, tmp_path, dirs_exist_ok=True)
    assert "files written to" in run("release", "--course", tmp_path).output
    assert run("release", "--check", "--course", tmp_path).exit_code == 0
    (visible,) = tmp_path.glob("exercises/*/test_visible.py")
    visible.write_text("changed", encoding="utf-8")
    checked = run("release", "--check", "--course", tmp_path)
    assert checked.exit_code == 1 and "test_visible.py" in checked.output and visible.read_text() == "changed"
