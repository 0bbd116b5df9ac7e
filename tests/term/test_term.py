"""A term with it: a download in, decisions, policies, a corrected test, and a file for the platform out."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.cells import RIGHT, WRONG
from support.nonempty import nonempty
from support.paths import COURSE

from grader.cli.main import main
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.grades import Override
from grader.core.report import GradeStatus, Report
from grader.core.students import Person
from grader.exchange.matching import identify
from grader.exchange.roster import read_roster
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import AttemptKey, Received, attempts, record, verdicts
from grader.term.gradebook.overrides import all_decisions, override
from grader.term.gradebook.people import enrol, meet, people
from grader.term.standings import class_grades

SLUG = "01_double"


def notebook(*cells: str) -> str:
    made = [{"cell_type": "code", "metadata": {}, "source": cell, "outputs": [], "execution_count": None} for cell in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


CLASS = {
    "adalovelace_101_9001_01_double.ipynb": RIGHT,
    "hopper_grace_LATE_102_9002_01_double-1.ipynb": [WRONG[0], *RIGHT[1:]],
    "turingalan_103_9003_Kopie von meiner Abgabe.ipynb": [RIGHT[0], WRONG[1], RIGHT[2]],
}
ROSTER = (
    "id,name,email,canvas\nada,Ada Lovelace,ada@uni.example,101\ngrace,Grace Hopper,grace@uni.example,102\n"
    "alan,Alan Turing,alan@uni.example,103\nemmy,Emmy Noether,emmy@uni.example,104\n"
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Canvas download of three, graded with a roster of four; nobody changes it."""
    place = tmp_path_factory.mktemp("term")
    shutil.copytree(COURSE, place / "course")
    with zipfile.ZipFile(place / "download.zip", "w") as archive:
        for name, cells in CLASS.items():
            archive.writestr(name, notebook(*cells))
    (place / "roster.csv").write_text(ROSTER, encoding="utf-8")
    result = run(place, "grade", place / "download.zip", "-o", place / "out", "--roster", place / "roster.csv", "-j", 2)
    assert result.exit_code == 0, result.output
    (place / "said.txt").write_text(result.output, encoding="utf-8")
    return place


@pytest.fixture
def term(graded: Path, tmp_path: Path) -> Path:
    """A copy to do something with."""
    return Path(shutil.copytree(graded, tmp_path / "term"))


def run(place: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--course", str(place / "course")], catch_exceptions=False)


def scores(place: Path) -> dict[str, str]:
    with (place / "out" / "scores.csv").open(encoding="utf-8") as stream:
        return {row["student"]: row[SLUG] for row in csv.DictReader(stream)}


def test_a_download_is_taken_as_it_is_and_everybody_is_known(graded: Path) -> None:
    """By the platform's number; a renamed file by its functions; who handed in nothing has a row."""
    said = (graded / "said.txt").read_text(encoding="utf-8")
    assert "taken as canvas: 3 of 3 files are named as Canvas names them" in said
    assert re.search(r"alan\w*: .*Kopie von meiner Abgabe.ipynb is taken for 01_double: defines ", said.replace("turing", ""))
    assert "handed in nothing at all: Emmy Noether" in said
    assert scores(graded) == {"ada": "5", "grace": "2", "alan": "4", "emmy": ""}
    assert (graded / "out" / "feedback" / "grace" / f"{SLUG}.html").is_file()


def test_a_decision_survives_every_regrade_and_is_shown_as_one(term: Path) -> None:
    """Of a question and of a whole exercise; with who, on the pages, in the feedback, and taken back again."""
    out = term / "out"
    result = run(term, "override", "Grace Hopper", "01", "double", "--score", 1.5, "--comment", "only a sign <b>", "--by", "me", "-o", out)
    assert result.exit_code == 0 and "grace 01_double double: 1.5: only a sign <b> (me)" in result.output
    assert scores(term)["grace"] == "3.5"
    page = (out / "feedback" / "grace" / f"{SLUG}.html").read_text(encoding="utf-8")
    assert "Set by me: 1.5 points" in page and "only a sign &lt;b&gt;" in page and "the tests gave 0" in page
    assert run(term, "override", "ada", SLUG, "--score", 4, "-o", out).exit_code == 0
    assert run(term, "grade", term / "download.zip", "-o", out, "--again").exit_code == 0
    assert scores(term) == {"ada": "4", "grace": "3.5", "alan": "4", "emmy": ""}
    assert run(term, "override", "ada", SLUG, "--clear", "-o", out).exit_code == 0
    assert scores(term)["ada"] == "5"
    with open_gradebook(out / "gradebook.sqlite") as book:
        assert [one.score for one in all_decisions(book)] == [1.5, 4.0, None]
        assert all(one.at and one.by for one in nonempty(all_decisions(book)))
    listed = run(term, "override", "--list", "-o", out).output
    assert listed.count("\n") == 1 and "grace" in listed
    printed = run(term, "override", "ada", SLUG, "--score", 1187.125, "-o", out).output
    assert f"ada {SLUG}: 1187.13 (" in printed and scores(term)["ada"] == "1187.13"


def test_many_decisions_in_a_file_count_all_or_none(term: Path) -> None:
    """A wrong line is named, and nothing of the file is written down."""
    out, table = term / "out", term / "decisions.csv"
    table.write_text("student,exercise,question,score,comment\nada,01,,3,\nnobody at all,01,,2,\n", encoding="utf-8")
    result = run(term, "override", "--csv", table, "-o", out)
    assert result.exit_code == 2 and "line 3: no student 'nobody at all'" in result.stderr
    assert scores(term)["ada"] == "5"
    table.write_text("student;exercise;question;score;comment\nada;01;;3,5;gut\nEmmy Noether;01;;5;by mail\n", encoding="utf-8-sig")
    assert "2 written down" in run(term, "override", "--csv", table, "-o", out).output
    assert scores(term) == {"ada": "3.5", "grace": "2", "alan": "4", "emmy": "5"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ada", SLUG], "nothing to do; give --score or --comment"),
        (["ada", SLUG, "--clear", "--score", "3"], "or --clear alone"),
        (["ada"], "whose score? name STUDENT and SLUG"),
        (["adaa", SLUG, "--score", "3"], "no student 'adaa': did you mean 'ada'?"),
        (["ada", "02", "--score", "3"], "no exercise of this class '02'"),
        (["ada", SLUG, "dubble", "--score", "3"], "no question of 01_double 'dubble': did you mean 'double'?"),
        (["emmy", SLUG, "double", "--score", "3"], "no question has been graded"),
        (["ada", SLUG, "--score", "-1"], "-1 is not a valid score"),
        (["ada", SLUG, "--score", "nan"], "nan is not a valid score"),
        (["ada", SLUG, "--comment", "x" * 2001], "the limit is 2000"),
        (["--csv", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["ada", "--csv", "nowhere.csv"], "--csv stands alone"),
    ],
)
def test_a_decision_that_cannot_be_meant_is_one_line(graded: Path, arguments: list[str], words: str) -> None:
    """The thing and the remedy, and nothing is written down."""
    result = run(graded, "override", *arguments, "-o", graded / "out")
    assert result.exit_code == 2 and words in result.stderr and result.stderr.count("\n") == 1
    with open_gradebook(graded / "out" / "gradebook.sqlite") as book:
        assert all_decisions(book) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("a,b\n1,2\n", "its first line should be"), ("student,exercise,score\nada,01,much\n", "line 2: 'much' is not a number")],
)
def test_a_file_of_decisions_that_is_none_is_one_line(graded: Path, tmp_path: Path, text: str, words: str) -> None:
    """With the line, if there is one."""
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    result = run(graded, "override", "--csv", tmp_path / "x.csv", "-o", graded / "out")
    assert result.exit_code == 2 and words in result.stderr and result.stderr.count("\n") == 1


def harder(course: Path) -> None:
    """The hidden suite with a test that counts more, and a test that is stricter."""
    suite = course / "solutions" / SLUG / "test_hidden.py"
    text = suite.read_text(encoding="utf-8").replace('@question("Counter", points=1)', '@question("Counter", points=3)')
    suite.write_text(text, encoding="utf-8")


def test_a_changed_test_is_announced_before_anything_is_published(term: Path) -> None:
    """Exactly the reports of its exercise are made again; diff says whose score changes, by how much, because of what."""
    out = term / "out"
    assert "nothing to compare" in run(term, "diff", "-o", out).output
    assert run(term, "export", "-f", "csv", "-o", out, "--to", term / "first.csv").exit_code == 0
    unchanged = run(term, "diff", "-o", out)
    assert (unchanged.exit_code, unchanged.output) == (0, "against what was exported last: 0 of 3 scores change, 0 up, 0 down\n")
    harder(term / "course")
    again = run(term, "grade", "-o", out)  # what the gradebook names
    assert again.exit_code == 0 and "were graded before" not in again.output
    assert "taken as gradebook: 3 notebooks that it names" in again.output
    assert "3 of 3 were graded before" in run(term, "grade", term / "download.zip", "-o", out).output
    assert scores(term) == {"ada": "7", "grace": "4", "alan": "4", "emmy": ""}
    for against, what in (("published", "what was exported last"), ("previous", "the reports before these")):
        said = run(term, "diff", "-o", out, "--against", against)
        assert said.exit_code == 1
        assert "Ada Lovelace 01_double: 5 → 7 (+2)\n    Counter: test_counter_remembers: 1 → 3 points\n" in said.output
        assert "Alan" not in said.output
        assert said.output.endswith(f"against {what}: 2 of 3 scores change, 2 up, 0 down\n")
    assert run(term, "export", "-f", "csv", "-o", out, "--to", term / "second.csv", "--draft").exit_code == 0
    assert run(term, "diff", "-o", out).exit_code == 1
    assert run(term, "export", "-f", "csv", "-o", out, "--to", term / "second.csv").exit_code == 0
    assert run(term, "diff", "-o", out).exit_code == 0
    assert run(term, "override", "ada", SLUG, "--score", 1, "--comment", "agreed", "-o", out).exit_code == 0
    assert "Ada Lovelace 01_double: 7 → 1 (-6)\n    set by" in run(term, "diff", "-o", out).output


def test_another_hint_or_title_judges_nothing_anew(term: Path) -> None:
    """Only what a verdict depends on counts."""
    settings = term / "course" / "solutions" / SLUG / "exercise.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub('title = "[^"]*"', 'title = "something else"', text), encoding="utf-8")
    assert settings.read_text(encoding="utf-8") != text
    assert "3 of 3 were graded before" in run(term, "grade", term / "download.zip", "-o", term / "out").output


def test_without_submissions_there_must_be_a_gradebook_with_files_that_are_there(term: Path) -> None:
    """Otherwise it is one line; what is gone is named, and its last result stays."""
    out = term / "out"
    nothing = run(term, "grade", "-o", term / "elsewhere")
    assert nothing.exit_code == 2 and "say what to grade" in nothing.stderr and not (term / "elsewhere").exists()
    assert run(term, "grade", term / "download.zip", "-o", out).exit_code == 0
    (gone,) = (out / "received").glob("adalovelace_101/*.ipynb")
    gone.unlink()
    said = run(term, "grade", "-o", out)
    assert said.exit_code == 0 and "not taken: ada 01_double: " in said.output and "its last result stays" in said.output
    assert scores(term)["ada"] == "5"
    shutil.rmtree(out / "received")
    nothing = run(term, "grade", "-o", out)
    assert nothing.exit_code == 2 and "names no notebook that is still there" in nothing.stderr


def test_policies_count_in_every_output(term: Path) -> None:
    """The platform says late, and the course takes a share for it; a report is enough to apply it."""
    settings = term / "course" / "solutions" / "course.toml"
    settings.write_text(f"[deadlines]\n{SLUG} = 2026-10-01\n[late]\nper_day = 0.2\n", encoding="utf-8")
    assert run(term, "report", term / "out").exit_code == 0
    assert scores(term) == {"ada": "5", "grace": "1", "alan": "4", "emmy": ""}
    assert "Handed in late" in (term / "out" / "feedback" / "grace" / f"{SLUG}.html").read_text(encoding="utf-8")
    assert "late" in (term / "out" / "students").joinpath(next(p for p in (term / "out" / "students").iterdir() if "grace" in p.name)).read_text()
    settings.write_text(f"[deadline]\n{SLUG} = 2026-10-01\n", encoding="utf-8")
    wrong = run(term, "report", term / "out")
    assert wrong.exit_code == 2 and "deadlines" in wrong.stderr


def test_the_teachers_own_file_comes_back_filled_in(graded: Path, tmp_path: Path) -> None:
    """By Canvas' numbers, from the zip to the import; the rest of the file is as it was."""
    template = tmp_path / "export.csv"
    lines = [
        "Student,ID,SIS Login ID,Section,Double (77),Current Score", "    Points Possible,,,,5.00,(read only)",
        '"Lovelace, Ada",101,ada,S1,,', '"Hopper, Grace",102,grace,S1,,', '"Noether, Emmy",104,emmy,S1,3.00,', '"Stranger, A",999,x,S1,1.00,',
    ]  # fmt: skip
    template.write_bytes("\r\n".join(lines).encode() + b"\r\n")
    result = run(graded, "export", "--format", "canvas", "--template", template, "--column", "01_double=Double (77)",
                 "--to", tmp_path / "in.csv", "-o", graded / "out", "--draft")  # fmt: skip
    assert result.exit_code == 0, result.output
    rows = list(csv.reader(io.StringIO((tmp_path / "in.csv").read_bytes().decode(), newline="")))
    assert [row[4] for row in rows[2:]] == ["5", "2", "3.00", "1.00"] or [float(row[4]) for row in rows[2:]] == [5, 2, 3, 1]
    assert "Alan Turing" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "excel"], "no format 'excel'"),
        (["--format", "canvas", "--template", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["--format", "canvas", "--column", "01"], "write SLUG=HEADER"),
        (["--format", "moodle"], "template"),
    ],
)
def test_an_export_that_cannot_be_meant_is_one_line(graded: Path, arguments: list[str], words: str) -> None:
    """And nothing counts as published."""
    result = run(graded, "export", *arguments, "-o", graded / "out")
    assert result.exit_code == 2 and words in result.stderr and result.stderr.count("\n") == 1


def test_the_folder_with_the_gradebook_is_found(graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here or one below; two of them are a question."""
    monkeypatch.chdir(graded)
    assert run(graded, "export", "--format", "csv", "--to", "-", "--draft").stdout.startswith("student,")
    monkeypatch.chdir(tmp_path)
    assert "no gradebook there; grade first" in run(graded, "diff").stderr
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "gradebook.sqlite").touch()
    assert "several gradebooks here; choose one with -o: a, b" in run(graded, "diff").stderr


def report(student: str, score: float) -> Report:
    return Report(student, SLUG, score, 5.0, GradeStatus.GRADED, submission_sha256="x")


def test_a_roster_that_comes_later_gives_the_work_to_whom_it_belongs(tmp_path: Path) -> None:
    """Attempts and decisions go with their student; whoever is on no roster is still there, and not enrolled."""
    with open_gradebook(tmp_path / "book.sqlite") as book:
        for student in ("lovelaceada_101", "stranger"):
            record(book, Received(AttemptKey(student, SLUG, "ab"), "/in/x.ipynb", kind="canvas"), "suite", report(student, 3.0))
        meet(book, [Person("lovelaceada_101", canvas="101"), Person("stranger")])
        override(book, [Override("lovelaceada_101", SLUG, "", 4.0, "", "me", "")])
        roster = [Person("ada", "Ada Lovelace", canvas="101"), Person("emmy", "Emmy Noether")]
        known = people(book)
        enrol(book, roster, {old.id: new.id for old in known.values() if (new := identify(roster, old))})
        grades = class_grades(book, Course(COURSE))
        assert {s.person.id: (s.person.enrolled, s.grades[SLUG].score) for s in grades.standings} == {
            "ada": (True, 4.0), "emmy": (True, None), "stranger": (False, 3.0),
        }  # fmt: skip
        assert grades.roster and {attempt.received.key.student for attempt in attempts(book)} == {"ada", "stranger"}
        enrol(book, [Person("emmy", email="emmy@uni.example")], {})
        assert people(book)["emmy"] == Person("emmy", "Emmy Noether", email="emmy@uni.example")
        assert not people(book)["ada"].enrolled


def test_a_verdict_by_an_older_suite_counts_until_there_is_one_by_todays(tmp_path: Path) -> None:
    """And an attempt that could not be judged has no score, whatever it had before."""
    one = Received(AttemptKey("ada", SLUG, "ab"), "/in/x.ipynb")
    with open_gradebook(tmp_path / "book.sqlite") as book:
        record(book, one, "old", report("ada", 3.0))
        assert class_grades(book, Course(COURSE)).grades()[0].score == 3.0
        record(book, one, "new", replace(report("ada", 0.0), score=None, status=GradeStatus.UNGRADED, problem="our failure: x"))
        (grade,) = class_grades(book, Course(COURSE)).grades()
        assert (grade.status, grade.score) == ("ungraded", None) and grade.report and grade.report.problem == "our failure: x"
        record(book, one, "new", report("ada", 4.0))
        assert class_grades(book, Course(COURSE)).grades()[0].status == "graded"
        assert len(verdicts(book)) == 2


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,X (1)\n    Points Possible,,,,,5\n"
    '"Lovelace, Ada",101,S1,ada,Monday,\n"Student, Test",,,,Monday,\n'
)
MOODLE = (
    "\ufeffID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung\r\n"
    "Teilnehmer/in 657737,Ada Lovelace,ada@uni.example,Zur Bewertung abgegeben,\r\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ROSTER, Person("ada", "Ada Lovelace", email="ada@uni.example", canvas="101")),
        (CANVAS, Person("ada", "Ada Lovelace", "Lovelace, Ada", section="Monday", canvas="101", sis="S1", login="ada")),
        (MOODLE, Person("ada@uni.example", "Ada Lovelace", email="ada@uni.example")),
        ("Vorname;Nachname;ID-Nummer;E-Mail-Adresse\nAda;Lovelace;77;a@b.c\n", Person("77", "Ada Lovelace", "Lovelace, Ada", "a@b.c", moodle="77")),
        ("email,name\n../x@y,Eve\n", Person("_.._x@y", "Eve", email="../x@y")),
        ("id,name,email,section\ns1,Ada,ada@x,A\ns2,Bob,bob@x,B\n", Person("s1", "Ada", email="ada@x", section="A")),  # not a worksheet
    ],
)
def test_a_roster_is_read_in_the_forms_that_there_are(tmp_path: Path, text: str, expected: Person) -> None:
    """Ours, Canvas' gradebook, Moodle's worksheet and its list of participants."""
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    assert read_roster(tmp_path / "roster.csv")[0] == expected


def test_the_test_student_of_canvas_is_not_on_the_roster(tmp_path: Path) -> None:
    """Canvas exports one with a number if somebody used the student view."""
    (tmp_path / "roster.csv").write_text(CANVAS.replace('"Student, Test",', '"Student, Test",999'), encoding="utf-8")
    assert [person.id for person in read_roster(tmp_path / "roster.csv")] == ["ada"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "should be: id,name,email"), (b"id,name\n", "nobody is on this roster"), (b"colour,shape\nred,round\n", "should be: id,name,email"),
        (b"id,name\na,x\na,y\n", "lines 2 and 3 have the same id 'a'"), (b"id,name\n,x\n", "line 2 has no id"), (b"PK\x03\x04\0\0", "not a CSV file"),
    ],
)  # fmt: skip
def test_what_is_no_roster_is_one_line(tmp_path: Path, data: bytes, words: str) -> None:
    """The thing and the remedy."""
    (tmp_path / "roster.csv").write_bytes(data)
    with pytest.raises(GraderError, match=words) as raised:
        read_roster(tmp_path / "roster.csv")
    assert "\n" not in str(raised.value)


def test_a_student_is_told_by_the_surest_sign_and_never_by_a_name_that_two_have() -> None:
    """Numbers before addresses before names."""
    two = [Person("1", "Ada King", email="a@x"), Person("2", "Ada King", email="b@x"), Person("3", "Zoë Ünal", "Ünal, Zoë", canvas="9")]
    assert identify(two, Person("Ada King", "Ada King")) is None
    assert identify(two, Person("Ada King", "Ada King", email="B@X")) == two[1]
    assert identify(two, Person("ünalzoë_9", "ünalzoë", canvas="9")) == two[2]
    assert identify(two, Person("whoever", "ünalzoë")) == two[2]
    assert identify(two, Person("zoë ünal")) == two[2]
    assert identify(two, Person("nobody")) is None
    assert identify(two, Person("ünalzoë_8", "ünalzoë", canvas="8")) is None  # a number outranks a name


def test_copies_are_listed_and_old_pages_go(term: Path) -> None:
    """Identical files at once; nobody else; the page is where the command says, and gone with its reason."""
    out = term / "out"
    body = "\n".join(f"    if x == {n}:\n        y = y * {n} + len(str(x)) - sum(range({n}))" for n in range(30))
    copied = notebook(f"def double(x):\n    y = x\n{body}\n    return 2 * x", *RIGHT[1:])
    for student in ("mona", "nils"):
        (term / "more" / student).mkdir(parents=True)
        (term / "more" / student / f"{SLUG}.ipynb").write_text(copied, encoding="utf-8")
    released = term / "course" / "exercises" / SLUG
    released.mkdir(parents=True)
    (released / f"{SLUG}.ipynb").write_text(notebook("def double(x):\n    ..."), encoding="utf-8")
    shutil.copy(term / "course" / "solutions" / SLUG / "exercise.toml", released)
    assert run(term, "grade", term / "more", "-o", out).exit_code == 0
    said = run(term, "similar", "-o", out)
    assert said.exit_code == 0 and "01_double: mona, nils: identical\n1 group to look at: " in said.output
    assert len(list((out / "similar").glob("*.html"))) == 2
    (term / "more" / "nils" / f"{SLUG}.ipynb").write_text(notebook(*RIGHT), encoding="utf-8")
    assert run(term, "grade", term / "more", "-o", out).exit_code == 0
    assert "0 groups to look at" in run(term, "similar", "-o", out).output
    assert [path.name for path in (out / "similar").glob("*.html")] == ["index.html"]
