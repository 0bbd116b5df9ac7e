"""Grades for other systems: every format says what the gradebook says, and ungraded is never a zero."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from support.exports import a_class, a_grade, a_report, check_gradescope, reporter
from support.nonempty import nonempty
from support.paths import ROOT

from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Column, Grade, Standing
from grader.core.points import points
from grader.core.report import GradeStatus, QuestionResult, Report, report_from
from grader.core.students import Person
from grader.exchange import FORMATS, Options, export
from grader.exchange.common_parts import file_names

DOCS = ROOT / "docs"
WORDS = ("passed", "failed", "crashed", "timed_out", "out_of_memory", "not_attempted", "ungraded")


def one_file(format: str, exercise: str | None = None, **options: Any) -> bytes:
    content = export(a_class(), format, Options(exercise, **options)).content
    assert isinstance(content, bytes)
    return content


def many_files(format: str, exercise: str | None = None, **options: Any) -> dict[str, bytes]:
    content = export(a_class(), format, Options(exercise, **options)).content
    assert isinstance(content, dict)
    return content


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_reports_of_these_tests_are_of_the_real_shape() -> None:
    """What is exported here is what `report_from` reads."""
    for grade in a_class().grades():
        if grade.report:
            assert report_from(json.loads(json.dumps(grade.report.as_dict()))) == grade.report


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_the_same_class_gives_the_same_bytes(format: str) -> None:
    """Nothing in an export depends on when or where it was made."""
    if format == "moodle":
        pytest.skip("filled in, see test_export_lms.py")
    if format == "parquet":
        pytest.importorskip("pyarrow")
    assert export(a_class(), format) == export(a_class(), format)


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"moodle", "canvas"}))
def test_every_format_says_who_is_ungraded_and_who_handed_in_nothing(format: str) -> None:
    """The command prints these sentences; no student is dropped silently."""
    if format == "parquet":
        pytest.importorskip("pyarrow")
    left_out = export(a_class(), format, Options("01")).left_out
    said = "\n".join(left_out)
    assert "01_gates is ungraded" in said and all(line.isprintable() for line in nonempty(left_out))
    if format != "nbgrader":  # which has a row of zeros for them
        assert "Eve Ek" in said


def test_an_unknown_format_or_exercise_is_one_line_with_the_nearest() -> None:
    """A typo gets the nearest name."""
    with pytest.raises(GraderError, match="no format 'canvass': did you mean 'canvas'"):
        export(a_class(), "canvass")
    with pytest.raises(GraderError, match="no graded exercise '03_x'"):
        export(a_class(), "csv", Options("03_x"))
    with pytest.raises(GraderError, match="does not fill in a file; --template is for canvas, moodle"):
        export(a_class(), "junit", Options(template=b"x"))
    with pytest.raises(GraderError, match="no exercise has been graded"):
        export(ClassGrades((), ()), "csv")


def test_score_cells_are_numbers_or_empty_and_status_has_its_own_columns() -> None:
    """pandas reads an empty cell as missing; the status columns say why."""
    rows = rows_of(one_file("csv"))
    by_name = {row["student"]: row for row in rows}
    assert list(rows[0]) == [
        "student", "name", "email", "section", "01_gates", "02_sigmoid", "total", "max_total", "01_gates_status", "02_sigmoid_status"
    ]  # fmt: skip
    assert by_name["amy"]["01_gates"] == "4" and by_name["amy"]["total"] == "6"
    assert by_name["cem"]["01_gates"] == "2" and by_name["cem"]["01_gates_status"] == "graded late overridden"
    assert (by_name["dee"]["01_gates"], by_name["dee"]["total"], by_name["dee"]["01_gates_status"]) == ("", "", "ungraded")
    assert (by_name["eve"]["01_gates"], by_name["eve"]["01_gates_status"]) == ("", "missing")
    assert by_name["dee"]["name"] == 'Dee, the "Third" Dunn'
    for row in rows:
        for slug in ("01_gates", "02_sigmoid", "total"):
            assert row[slug] == "" or float(row[slug]) >= 0


def test_one_exercise_has_no_total() -> None:
    """A total over one column would only mislead."""
    assert "total" not in rows_of(one_file("csv", "01_gates"))[0]


def test_the_table_of_questions_has_a_row_for_each_with_score_and_override() -> None:
    """Per-problem scores, with what a person changed."""
    rows = rows_of(one_file("csv", questions=True))
    cem = {row["question"]: row for row in rows if row["student"] == "cem" and row["exercise"] == "01_gates"}
    assert cem["MulGate"]["score"] == "1.5" and cem["MulGate"]["override"] == "1.5"
    assert cem["MulGate"]["comment"] == "the idea is right" and cem["MulGate"]["question_status"] == "crashed"
    assert cem["AddGate"]["score"] == "1" and cem["AddGate"]["diagnosis"] == "the inputs are swapped"
    assert cem["AddGate"]["exercise_score"] == "2" and cem["AddGate"]["penalty"] == "0.5" and cem["AddGate"]["days_late"] == "2"
    dee = {row["question"]: row["score"] for row in rows if row["student"] == "dee" and row["exercise"] == "01_gates"}
    assert dee == {"AddGate": "", "MulGate": "2"}
    eve = [row for row in rows if row["student"] == "eve"]
    assert [(row["question"], row["score"], row["status"]) for row in eve] == [("", "", "missing")] * 2


@pytest.mark.parametrize("format", ["csv", "canvas", "nbgrader"])
@pytest.mark.parametrize("questions", [False, True])
def test_no_cell_of_ours_is_a_formula_or_breaks_its_line(format: str, questions: bool) -> None:
    """A name that a spreadsheet would evaluate is text, in one line."""
    text = one_file(format, questions=questions).decode()
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            assert not re.match(r"\s*[=+@]|\s*-[^\d]", cell), cell
            assert "\n" not in cell and "\x1b" not in cell and "\u202e" not in cell
    assert len(text.splitlines()) == len(list(csv.reader(io.StringIO(text))))


def test_a_file_name_leads_nowhere_and_belongs_to_one_student() -> None:
    """Names with slashes, dots or only strange letters do not meet in one file."""
    ids = ["../../etc/passwd", ".._.._etc_passwd", "..", "/", "a/b", "a_b", "A_B", "ok", "", "con\x00"]
    names = file_names([Person(one) for one in ids])
    assert len({name.casefold() for name in names.values()}) == len(ids)
    for name in names.values():
        assert name == Path(name).name and not name.startswith(".")


def test_gradescope_gets_the_score_that_counts_and_a_test_each() -> None:
    """The score at the top is after overrides and penalty; the tests are those of the report."""
    files = many_files("gradescope", "01_gates", visibility="after_published")
    cem = check_gradescope(files["cem/01_gates.json"])
    assert cem["score"] == 2.0 and cem["visibility"] == "after_published" and cem["execution_time"] == 0.5
    assert [test["number"] for test in cem["tests"]] == ["1.1", "1.2", "2.1", "2.2"]
    assert [test["score"] for test in cem["tests"]] == [1.0, 0.0, 0.0, 0.0]
    assert [test["status"] for test in cem["tests"]] == ["passed", "failed", "failed", "failed"]
    assert cem["tests"][1]["output"] == "got 3.0, expected 4.0\nThis looks like: the inputs are swapped"
    assert "MulGate: 1.5 of 2, set by hand (the tests: 0)" in cem["output"] and "2 days late" in cem["output"]
    assert "The score was set by hand: 4.5" in check_gradescope(files["stray/01_gates.json"])["output"]
    assert not any("eve" in name for name in nonempty(files))
    for name, data in files.items():
        assert ".." not in name and "\x1b" not in data.decode() and check_gradescope(data)


def test_gradescope_gets_no_score_for_what_is_ungraded() -> None:
    """Neither at the top nor in a test, so that no sum is made of it."""
    dee = check_gradescope(many_files("gradescope")["dee/01_gates.json"])
    assert "score" not in dee and not [test for test in dee["tests"] if "score" in test]
    assert dee["output"].startswith("This submission has no score yet")
    assert dee["extra_data"]["status"] == "ungraded" and len(dee["tests"]) == 4
    assert [test.get("status") for test in dee["tests"]][:2] == ["passed", None]


def test_gradescope_results_say_why_a_file_could_not_be_read() -> None:
    """An unreadable file is a zero that says why."""
    grades = a_class()
    standing = grades.standings[0]
    report = replace(a_report("amy", "01_gates", {"AddGate": ["not_attempted"]}), problem="could not be read: the file is empty")
    changed = replace(standing, grades={**standing.grades, "01_gates": a_grade(report)})
    files = export(replace(grades, standings=(changed,)), "gradescope", Options("01_gates")).content
    assert isinstance(files, dict)
    assert "the file is empty" in check_gradescope(files["amy/01_gates.json"])["output"]


def test_a_visibility_that_gradescope_does_not_have_is_refused() -> None:
    """The four words are listed."""
    with pytest.raises(GraderError, match="no visibility 'secret'; choose from visible, after_due_date"):
        many_files("gradescope", visibility="secret")


def test_nbgrader_gets_its_columns_and_rows_without_quotes() -> None:
    """A reader that splits at commas, as nbgrader's writer joins with them, gets every field."""
    lines = one_file("nbgrader").decode().splitlines()
    header = lines[0].split(",")
    assert lines[0] == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score"
    )
    rows = [dict(zip(header, line.split(","), strict=True)) for line in lines[1:]]
    assert len(rows) == 2 * len(a_class().standings)
    assert [row["assignment"] for row in rows] == ["01_gates"] * 7 + ["02_sigmoid"] * 7
    by_id = {row["student_id"]: row for row in rows[:7]}
    assert (by_id["cem"]["raw_score"], by_id["cem"]["late_submission_penalty"], by_id["cem"]["score"]) == ("2.5", "0.5", "2")
    assert by_id["cem"]["timestamp"] == "2026-03-01 10:00:00" and by_id["cem"]["duedate"] == ""
    assert (by_id["cem"]["last_name"], by_id["cem"]["first_name"]) == ("Çelik", "Cem")
    assert (by_id["eve"]["raw_score"], by_id["eve"]["score"], by_id["eve"]["timestamp"]) == ("0", "0", "")
    assert (by_id["dee"]["raw_score"], by_id["dee"]["score"], by_id["dee"]["max_score"]) == ("", "", "4")
    assert by_id["stray"]["last_name"] == "stray"


@pytest.mark.parametrize(
    ("at", "shown"),
    [("2026-03-01T10:00:00+02:00", "2026-03-01 08:00:00"), ("2026-03-01T10:00:00", "2026-03-01 10:00:00"), ("lately", "lately")],
)
def test_nbgrader_gets_times_in_utc(at: str, shown: str) -> None:
    """Without a zone, as in nbgrader; text that is not a time is left unchanged."""
    grades = a_class()
    standing = grades.standings[0]
    moved = replace(standing, grades={**standing.grades, "01_gates": replace(standing.grades["01_gates"], submitted_at=at)})
    content = export(replace(grades, standings=(moved,)), "nbgrader", Options("01_gates")).content
    assert isinstance(content, bytes) and f"01_gates,,{shown},amy" in content.decode()


def test_github_classroom_posts_the_score_that_counts() -> None:
    """The reporter adds up tests: overrides and lateness are a test of their own."""
    files = many_files("github", "01_gates")
    totals = {row["student"]: row for row in rows_of(files["totals.csv"])}
    for student, expected in (("amy", 4.0), ("bob", 1.0), ("cem", 2.0), ("stray", 4.5)):
        result = json.loads(files[f"01_gates/{student}.json"])
        assert json.loads(base64.b64decode(files[f"01_gates/{student}.result"])) == result
        assert reporter({"result": files[f"01_gates/{student}.result"]}) == (expected, 4.0)
        assert (totals[student]["totalPoints"], totals[student]["maxPoints"]) == (points(expected), "4")
        assert result["version"] == 3 and result["status"] == ("pass" if expected >= 4 else "fail")
        for test in result["tests"]:
            assert {"name", "status", "message", "test_code", "task_id", "filename", "line_no", "duration", "score"} <= test.keys()
            assert test["status"] in ("pass", "fail", "error") and len(test["output"]) <= 500
    correction = json.loads(files["01_gates/cem.json"])["tests"][-1]
    assert correction["name"] == "Correction" and correction["score"] == 1.0
    assert "2 days late" in correction["message"] and "the idea is right" in correction["message"]
    assert totals["amy"]["github_username"] == "amy-gh"


def test_github_classroom_posts_no_points_for_ungraded_work() -> None:
    """Points are posted only for a result with a maximum: an open one is an error without one."""
    files = many_files("github", "01_gates")
    assert reporter({"result": files["01_gates/dee.result"]}) is None
    assert json.loads(files["01_gates/dee.json"])["status"] == "error"
    totals = {row["student"]: row for row in rows_of(files["totals.csv"])}
    assert (totals["dee"]["totalPoints"], totals["dee"]["maxPoints"]) == ("", "")


def check_junit(root: ElementTree.Element) -> None:
    """The usual schema (windyroad JUnit.xsd): elements, their order, required attributes and their forms."""
    assert root.tag == "testsuites" and not root.attrib
    for number, suite in enumerate(root):
        needed = {"package", "id", "name", "timestamp", "hostname", "tests", "failures", "errors", "time"}
        assert suite.tag == "testsuite" and set(suite.attrib) == needed and suite.get("id") == str(number)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
        tags = [child.tag for child in suite]
        assert tags[0] == "properties" and tags[-2:] == ["system-out", "system-err"] and set(tags[1:-2]) == {"testcase"}
        for one in suite.iter("property"):
            assert set(one.attrib) == {"name", "value"}
        cases = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == len(list(suite.iter("failure")))
        assert int(suite.attrib["errors"]) == len(list(suite.iter("error")))
        for case in cases:
            assert set(case.attrib) == {"name", "classname", "time"} and len(case) <= 1
            for child in case:
                assert child.tag in ("failure", "error") and {"type", "message"} == set(child.attrib)


def test_junit_xml_is_valid_even_for_hostile_submissions() -> None:
    """Letters that XML does not have are spelled out; ungraded is an error and not a failure."""
    root = ElementTree.fromstring(one_file("junit"))
    check_junit(root)
    by_name = {suite.attrib["name"]: suite for suite in root}
    dee = by_name["dee: 01_gates"]
    assert (dee.attrib["errors"], dee.attrib["failures"]) == ("1", "0")
    bob = by_name["bob: 01_gates"]
    assert [child.get("type") for child in bob.iter("failure")] == ["failed", "crashed", "not_attempted"]
    cem = {one.attrib["name"]: one.attrib["value"] for one in by_name["cem: 01_gates"].iter("property")}
    assert (cem["score"], cem["status"]) == ("2", "graded late overridden")
    assert "2 days late" in (by_name["cem: 01_gates"].findtext("system-out") or "")
    assert not any(name.startswith("eve") for name in nonempty(by_name))


def test_junit_has_a_suite_for_what_was_not_judged_at_all() -> None:
    """One case, an error that says so; an unknown time is an old one."""
    person = Person("zoe")
    lost = Report("zoe", "01_gates", None, 0.0, GradeStatus.UNGRADED, problem="our failure: the judge process died")
    for report, said in ((lost, "our failure: the judge process died"), (None, "not judged yet")):
        grade = Grade("zoe", "01_gates", GradeStatus.UNGRADED, 4.0, report=report)
        grades = ClassGrades((Column("01_gates", "Gates", 4.0),), (Standing(person, {"01_gates": grade}, None, 4.0),))
        content = export(grades, "junit").content
        assert isinstance(content, bytes)
        root = ElementTree.fromstring(content)
        check_junit(root)
        assert [error.text for error in root.iter("error")] == [said]
        assert root[0].attrib["timestamp"] == "1970-01-01T00:00:00"


def test_the_json_document_is_what_its_schema_says() -> None:
    """`docs/grades.schema.json` is checked itself, and allows no field that is not described."""
    schema = json.loads((DOCS / "grades.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(one_file("json"))
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    cem = next(student for student in document["students"] if student["id"] == "cem")
    grade = cem["grades"][0]
    assert grade["score"] == 2.0 and grade["overrides"][0]["comment"] == "the idea is right"
    assert [(q["name"], q["score"], q["score_by_tests"]) for q in grade["questions"]] == [("AddGate", 1.0, 1.0), ("MulGate", 1.5, 0.0)]
    assert "path" not in grade and "max_total" in cem
    for part, name in ((document, "students"), (cem, "email"), (grade, "status")):
        broken = json.loads(json.dumps(document))
        target = broken if part is document else broken["students"][2] if part is cem else broken["students"][2]["grades"][0]
        del target[name]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema, cls=jsonschema.Draft202012Validator)


def test_a_parquet_file_read_again_is_the_long_table() -> None:
    """Types and values survive; what is not there is null and not 0."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = parquet.read_table(pyarrow.BufferReader(one_file("parquet")))
    rows = table.to_pylist()
    assert str(table.schema.field("score").type) == "double" and str(table.schema.field("days_late").type) == "int64"
    cem = [row for row in rows if row["student"] == "cem" and row["question"] == "MulGate"]
    assert (cem[0]["score"], cem[0]["override"], cem[0]["exercise_score"]) == (1.5, 1.5, 2.0)
    dee = [row for row in rows if row["student"] == "dee" and row["question"] == "AddGate"]
    assert dee[0]["score"] is None and dee[0]["exercise_score"] is None
    assert [row["question"] for row in rows if row["student"] == "eve"] == [None, None]
    assert len(rows) == len(rows_of(one_file("csv", questions=True)))



def test_every_status_of_a_test_is_something_in_every_format() -> None:
    """Nothing but `passed` passes, and nothing but `ungraded` is open."""
    for status in WORDS:
        report = a_report("amy", "01_gates", {"AddGate": [status]})
        grades = ClassGrades(
            (Column("01_gates", "Gates", 1.0),), (Standing(Person("amy"), {"01_gates": a_grade(report)}, report.score, 1.0),)
        )
        results = export(grades, "gradescope").content
        classroom = export(grades, "github").content
        assert isinstance(results, dict) and isinstance(classroom, dict)
        scope = check_gradescope(results["amy/01_gates.json"])
        assert scope["tests"][0].get("status") == {"passed": "passed", "ungraded": None}.get(status, "failed")
        tests = json.loads(classroom["01_gates/amy.json"])["tests"]
        assert [test["status"] for test in tests] == ([] if status == "ungraded" else ["pass" if status == "passed" else "fail"])


def test_a_question_result_is_never_changed_by_an_export() -> None:
    """Records are frozen; an export is a reading."""
    before = a_class()
    for format in set(FORMATS) - {"moodle", "parquet"}:
        export(before, format)
    assert before == a_class() and isinstance(before.grades()[0].report.questions[0], QuestionResult)  # type: ignore[union-attr]
