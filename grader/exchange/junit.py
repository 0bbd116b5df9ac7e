"""JUnit XML, as build servers read it: a test suite for every notebook, a test case for every test."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from grader.core.grades import ClassGrades, Column, Grade
from grader.core.points import points
from grader.core.report import Status
from grader.core.safe_text import clean, one_line, short
from grader.core.students import Person
from grader.exchange.common_parts import handed_in, status_words, utc_time
from grader.exchange.export import Exported, Options

LONG_AGO = "1970-01-01T00:00:00"  # the format demands a time, and it is not always known


def junit(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """The class in one file; ungraded is an error, everything else that did not pass is a failure."""
    root = Element("testsuites")
    for person, column, grade in handed_in(grades, columns):
        root.append(_suite(column, person, grade, len(root)))
    indent(root, " ")
    return Exported(tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _suite(column: Column, person: Person, grade: Grade, number: int) -> Element:
    cases = [
        _case(question.name, clean(test.summary) or test.name, test.status, test.explanation, column.slug)
        for question in grade.questions
        for test in question.tests
    ]
    if not cases:
        problem = (grade.report.problem if grade.report else "") or "not judged yet"
        cases = [_case("notebook", "The notebook is judged", Status.UNGRADED, problem, column.slug)]
    seconds = grade.report.timings.get("total_s", 0.0) if grade.report else 0.0
    time = utc_time(grade.submitted_at)
    suite = Element(
        "testsuite",
        {
            "name": one_line(f"{person.id}: {column.slug}"), "package": column.slug, "id": str(number),
            "timestamp": f"{time:%Y-%m-%dT%H:%M:%S}" if time else LONG_AGO, "hostname": "localhost",
            "tests": str(len(cases)),
            "failures": str(sum(case.find("failure") is not None for case in cases)),
            "errors": str(sum(case.find("error") is not None for case in cases)), "time": f"{seconds:.3f}",
        },
    )  # fmt: skip
    properties = SubElement(suite, "properties")
    facts = {
        "student": one_line(person.id), "name": one_line(person.called), "status": status_words(grade),
        "score": points(grade.score, ""), "max_score": points(grade.max_score),
    }  # fmt: skip
    for name, value in facts.items():
        SubElement(properties, "property", {"name": name, "value": value})
    suite.extend(cases)
    notes = [comment.comment for comment in grade.comments] + ([grade.note] if grade.note else [])
    SubElement(suite, "system-out").text = clean("\n".join(notes))
    SubElement(suite, "system-err")
    return suite


def _case(question: str, name: str, status: Status, explanation: str, slug: str) -> Element:
    case = Element(
        "testcase", {"classname": f"{slug}.{one_line(question)}", "name": one_line(name), "time": "0.000"}
    )
    if status != Status.PASSED:
        kind = "error" if status == Status.UNGRADED else "failure"
        message = short(explanation, 300) or status
        SubElement(case, kind, {"message": message, "type": status}).text = clean(explanation)
    return case
