"""Reports: their JSON form, a question's status from its tests, and statuses that are written nowhere else."""

from __future__ import annotations

import ast
import json
import pickle
from pathlib import Path

import msgpack
import pytest
from msgspec import ValidationError
from support.nonempty import nonempty

import grader
from grader.core.report import GradeStatus, Report, Status, TestResult, report_from
from grader.core.scoring import WORST_FIRST, question_result

ROOT = Path(grader.__file__).parent
WRITTEN = sorted((Path(__file__).parents[1] / "fixtures" / "v0_1_0" / "out" / "reports").rglob("*.json"))
# (module, word) → why it may write a word that is also a status.
OTHER_MEANINGS = {
    ("core/points.py", "ungraded"): "the word for unknown points; every command loads this module, few the records",
    ("exchange/gradescope/upload.py", "failed"): "Gradescope's word",
    ("exchange/gradescope/upload.py", "passed"): "Gradescope's word",
    ("sandbox/forkserver.py", "failed"): "a field of the fork server's answer",
    ("sandbox/inside/rehearsal.py", "missing"): "a name that no notebook defines",
    ("sandbox/inside/zygote.py", "failed"): "a field of the fork server's answer",
    ("suite/__init__.py", "not_attempted"): "a function that suites import",
    ("suite/diagnosis.py", "missing"): "a word of a sentence",
    ("web/class_table.py", "missing"): "the name of a filter and of an order in an address",
    ("web/class_table.py", "ungraded"): "the name of a filter in an address",
}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_report_is_written_byte_for_byte_as_in_0_1_0(path: Path) -> None:
    """What version 0.1.0 wrote is read, and written again without a difference."""
    text = path.read_text(encoding="utf-8")
    report = report_from(json.loads(text))
    assert json.dumps(report.as_dict(), indent=1) + "\n" == text
    assert all(isinstance(question.status, Status) for question in nonempty(report.questions))
    assert isinstance(report.status, GradeStatus)


def test_a_status_is_its_word_in_every_format() -> None:
    """JSON, msgpack, pickle, text and comparison: a status is written as the string that it always was."""
    assert len(Status) == 10
    for status in (*Status, *GradeStatus):
        assert json.loads(json.dumps([status], indent=1)) == [status.value]
        assert msgpack.unpackb(msgpack.packb({status: status})) == {status.value: status.value}
        assert pickle.loads(pickle.dumps(status)) is status
        assert f"{status}" == str(status) == status.value == status
        assert {status.value: 1}[status] == 1


def test_a_json_form_holds_plain_strings_and_lists_of_its_own() -> None:
    """What becomes of the JSON form changes nothing in the report."""
    tests = (TestResult("t", Status.FAILED, 0.0, 1.0, "It adds."),)
    report = Report("ada", "x", 0.0, 1.0, GradeStatus.GRADED, (question_result("q", tests),), sandbox={"limits": {}})
    data = report.as_dict()
    assert type(data["status"]) is str
    data["sandbox"]["limits"]["cpu_s"] = 1  # type: ignore[index]
    assert report.sandbox == {"limits": {}}
    assert report_from(report.as_dict()) == report


def test_what_a_whole_class_shares_is_kept_once() -> None:
    """Names, summaries and diagnoses of the tests are the same objects in every student's report."""
    text = max(WRITTEN, key=lambda path: path.stat().st_size).read_text(encoding="utf-8")
    first, second = (report_from(json.loads(text)).questions[0].tests[0] for _ in range(2))
    assert first.summary and first.summary is second.summary and first.name is second.name


@pytest.mark.parametrize("data", [None, [], {}, {"questions": [], "cells": []}, {"questions": [3], "cells": []}])
def test_what_is_not_a_report_is_refused(data: object) -> None:
    """A broken document raises instead of becoming half a report."""
    with pytest.raises(ValidationError):
        report_from(data)


def test_an_unknown_status_is_refused() -> None:
    """A status that this version does not know is an error, not an entry without a look."""
    data = Report("ada", "x", 0.0, 1.0, GradeStatus.GRADED).as_dict() | {"cells": [{"index": 1, "status": "melted"}]}
    with pytest.raises(ValidationError, match="melted"):
        report_from(data)


def test_a_question_has_the_worst_status_of_its_tests() -> None:
    """Every pair of statuses: the one that comes first in WORST_FIRST wins."""
    assert sorted(WORST_FIRST) == sorted(Status)
    for place, worse in enumerate(WORST_FIRST):
        for better in WORST_FIRST[place:]:
            tests = [TestResult("t", Status(status), 0.0, 1.0, "") for status in (better, worse)]
            result = question_result("q", tuple(tests))
            assert result.status == worse
            assert (result.score is None) == (worse == Status.UNGRADED)


def test_only_what_went_wrong_has_to_be_explained() -> None:
    """A test that passed or was not attempted has nothing to say."""
    assert {status for status in Status if not status.unsuccessful} == {Status.PASSED, Status.NOT_ATTEMPTED}
    assert Status.OUT_OF_MEMORY.word == "out of memory"


def test_no_module_writes_a_status_as_a_string() -> None:
    """Statuses are written in `grader/core/report.py`; other meanings of the same words are listed here."""
    words = {status.value for status in (*Status, *GradeStatus)}
    found = {
        (module.relative_to(ROOT).as_posix(), node.value)
        for module in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in words
    }
    definitions = {entry for entry in found if entry[0] == "core/report.py"}
    assert len(definitions) == len(words)
    assert found - definitions <= set(OTHER_MEANINGS)
