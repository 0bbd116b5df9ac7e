"""JUnit XML, as build servers read it: a test suite for every notebook, a test case for every test."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

from grader.core.grades import ClassGrades, Column, Grade, Person
from grader.core.report import GradeStatus, Status
from grader.core.text import clean, one_line, points, short
from grader.exchange.export import Exported, Options, chosen, missing, status_words, ungraded

LONG_AGO = "1970-01-01T00:00:00"  # the format demands a time, and not everything that was handed in has one


def junit(grades: ClassGrades, exercise: str | None, template: bytes | None, options: Options) -> Exported:
    """The class in one file; ungraded is an error, everything else that did not pass is a failure."""
    columns = chosen(grades, exercise)
    root = ElementTree.Element("testsuites")
    for column in columns:
        for standing in grades.standings:
            grade = standing.grades[column.slug]
            if grade.status != GradeStatus.MISSING:
                root.append(_suite(column, standing.person, grade, len(root)))
    ElementTree.indent(root, " ")
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    left_out = [
        *ungraded(grades, columns, "its tests are errors"),
        *missing(grades, columns, "no test suite"),
    ]
    return Exported(content, tuple(left_out))


def _suite(column: Column, person: Person, grade: Grade, number: int) -> ElementTree.Element:
    questions = grade.report.questions if grade.report else ()
    cases = [
        _case(question.name, clean(test.summary) or test.name, test.status, test.explanation, column.slug)
        for question in questions
        for test in question.tests
    ]
    if not cases:
        problem = (grade.report.problem if grade.report else "") or "not judged yet"
        cases = [_case("notebook", "The notebook is judged", Status.UNGRADED, problem, column.slug)]
    seconds = grade.report.timings.get("total_s", 0.0) if grade.report else 0.0
    suite = ElementTree.Element(
        "testsuite",
        {
            "name": one_line(f"{person.id}: {column.slug}"), "package": column.slug, "id": str(number),
            "timestamp": _timestamp(grade.submitted_at), "hostname": "localhost", "tests": str(len(cases)),
            "failures": str(sum(case.find("failure") is not None for case in cases)),
            "errors": str(sum(case.find("error") is not None for case in cases)), "time": f"{seconds:.3f}",
        },
    )  # fmt: skip
    properties = ElementTree.SubElement(suite, "properties")
    facts = {
        "student": one_line(person.id), "name": one_line(person.called), "status": status_words(grade),
        "score": points(grade.score, ""), "max_score": points(grade.max_score),
    }  # fmt: skip
    for name, value in facts.items():
        ElementTree.SubElement(properties, "property", {"name": name, "value": value})
    suite.extend(cases)
    notes = [comment.comment for comment in grade.comments] + ([grade.note] if grade.note else [])
    ElementTree.SubElement(suite, "system-out").text = clean("\n".join(notes))
    ElementTree.SubElement(suite, "system-err")
    return suite


def _case(question: str, name: str, status: Status, explanation: str, slug: str) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", {"classname": f"{slug}.{one_line(question)}", "name": one_line(name), "time": "0.000"}
    )
    if status == Status.PASSED:
        return case
    kind = "error" if status == Status.UNGRADED else "failure"
    message = short(explanation, 300) or status
    ElementTree.SubElement(case, kind, {"message": message, "type": status}).text = clean(explanation)
    return case


def _timestamp(at: str) -> str:
    """A time without its zone, in UTC, to the second."""
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        return LONG_AGO
    return (time.astimezone(UTC) if time.tzinfo else time).strftime("%Y-%m-%dT%H:%M:%S")
