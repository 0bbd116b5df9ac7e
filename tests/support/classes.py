"""Classes that nobody taught: N students with real exercises, questions, tests and mistakes, and results by a seed.

    from support.classes import made_up_class
    grades = made_up_class(50)            # the same class in every process

Questions, points and sentences are those of the suites in `solutions/`, mistakes those that `docs/diagnosis.md` lists.
Some notebooks are missing, late, unreadable, forbidden, stopped by a limit, not begun, ungraded or overridden by a person;
some students are strangers to the roster, fall silent or get worse, and some names are hostile.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from typing import Any

from support.hostile import CORPUS, open_report, report
from support.paths import ROOT

from grader.core.course import Course
from grader.core.grades import ClassGrades, Column, Grade, Override, Standing
from grader.core.report import CellResult, GradeStatus, QuestionResult, Report, Status, TestResult
from grader.core.scoring import question_result, total
from grader.core.students import Person
from grader.pages.addresses import feedback_address, page_name
from grader.pages.class_report import index_page
from grader.pages.projector import projector_page
from grader.pages.student_page import student_page
from grader.suite.session import SuiteSession

GIVEN = "Ada Amélie Ayşe Björn Chloé Dmitri Elena Fatima Grace Hans-Peter Ingrid Jonas José Kwame Liam Li María Nguyễn Niamh Olga Priya Søren Samuel Tarō Tom Wei Yusuf Zoë".split()
FAMILY = "Adeyemi Åkesson Baker Dubois El-Amrani García Haddad Ivanov Kjær Kowalski Lovelace Martin Mensah Müller Murphy Núñez O’Connor Okafor Papadopoulou Raman Rossi Sato Schmidt Solberg Thị-Mai Weber Yamada Yılmaz Zhang".split()
OTHERS = ["山田 太郎", "محمد الأحمد", "דָּוִד כהן", "क्षितिज शर्मा", "Wolfeschlegelsteinhausenbergerdorff-von-und-zu-Hohenlohe-Schillingsfürst, Maximiliane-Theodora"]
HOSTILE = ["<script>alert(1)</script>", "=HYPERLINK(\"https://evil.example\")", "Robert'); DROP TABLE students;--", "ada\u202egnp.exe"]
TEACHER = "m.curie"


@dataclass(frozen=True)
class Asked:
    """A hidden test as its suite has it."""

    question: str
    name: str
    points: float
    summary: str


@cache
def suites() -> dict[str, tuple[Asked, ...]]:
    """Slug → the hidden tests of the exercise, as pytest collects them."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    found = {}
    for slug, exercise in Course(ROOT).exercises.items():
        session = SuiteSession(exercise.hidden_suite)
        found[slug] = tuple(Asked(question, name, points, summary) for name, question, points, summary in session.tests)
        session.close()
    return found


@cache
def known_mistakes() -> dict[tuple[str, str], tuple[str, ...]]:
    """(slug, question) → sentences that wrong answers to it are told."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    slug = ""
    for line in (ROOT / "docs" / "diagnosis.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            slug = line[3:]
        elif slug and line.startswith("| "):
            cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
            if len(cells) >= 3 and cells[2] not in ("", "diagnosis", "---"):
                for question in re.findall("`(.+?)`", cells[1]):
                    found.setdefault((slug, question), {})[cells[2]] = None
    return {key: tuple(texts) for key, texts in found.items()}


def columns(slugs: Sequence[str] = (), weighted: bool = False) -> tuple[Column, ...]:
    """The course's exercises, or some of them."""
    course = Course(ROOT).exercises
    chosen = list(slugs) or list(course)
    share = round(100 / len(chosen), 2) if weighted else None
    return tuple(Column(slug, course[slug].title, sum(t.points for t in suites()[slug]), share) for slug in chosen)


def made_up_class(count: int, seed: int = 1, weighted: bool = False, roster: bool = True, hostile: bool = True, slugs: Sequence[str] = ()) -> ClassGrades:
    """A class of `count` students, sorted by name; the same arguments make the same class."""
    rng = random.Random(f"{seed} {count}")
    heads = columns(slugs, weighted)
    people = _people(rng, count, roster, hostile)
    standings = [_standing(rng, person, heads, weighted, place) for place, person in enumerate(people)]
    standings.sort(key=lambda standing: (standing.person.called.casefold(), standing.person.id))
    return ClassGrades(heads, tuple(standings), roster, weighted)


def class_of(reports: Sequence[Report], exercises: Sequence[tuple[str, float]], titles: dict[str, str] | None = None) -> ClassGrades:
    """The class that has just these reports, without a roster, names or deadlines."""
    heads = tuple(Column(slug, (titles or {}).get(slug, slug), points) for slug, points in exercises)
    rows: dict[str, dict[str, Report]] = {}
    for one in sorted(reports, key=lambda r: (r.student.casefold(), r.student)):
        rows.setdefault(one.student, {})[one.exercise] = one
    return ClassGrades(heads, tuple(row_of(Person(student), heads, row) for student, row in rows.items()))


def row_of(person: Person, heads: tuple[Column, ...], row: dict[str, Report], weighted: bool = False, **more: Any) -> Standing:
    """A student's row from reports; `more` is set in every grade."""
    grades = {head.slug: replace(_grade(person.id, head, row.get(head.slug)), **more) for head in heads}
    return _totalled(person, heads, grades, weighted)


def pages_of(grades: ClassGrades) -> dict[str, str]:
    """All pages of a class, by their relative paths."""
    students = {page_name(standing.person.id): student_page(grades, standing) for standing in grades.standings}
    return {"index.html": index_page(grades), "projector.html": projector_page(grades), **students}


def hostile_class(texts: Sequence[str], times: int = 3) -> ClassGrades:
    """`times` students for each text: it is in their names, and in all that they, a person or the grader wrote."""
    heads = tuple(Column(slug, {"01_double": "Double", "02_open": "Open"}[slug], points) for slug, points in (("01_double", 4.0), ("02_open", 1.0)))
    standings = []
    for text in texts:
        for place in range(times):
            student = text if place == 0 else f"{place} {text}"
            person = Person(student, f"N {student}", section=f"S {text}", email=text, enrolled=place == 0)
            judged = replace(report(student, text, question=f"q {text}"), timings={"worker_cpu_s": 1.0 + place, "cells_s": 0.5})
            words = f"late {text}"
            overs = tuple(Override(student, "01_double", question, 1.0, words, f"by {text}", f"at {text}") for question in ("", f"q {text}", "gone"))
            said = (*overs, Override(student, "01_double", "", None, words, f"by {text}", f"at {text}"))
            first = replace(_grade(student, heads[0], judged), note=words, days_late=2, raw=1.5, penalty=0.5, dropped=True, overrides=said)
            second = replace(_grade(student, heads[1], open_report(student, text)), note=words, days_late=1)
            standings.append(Standing(person, {"01_double": first, "02_open": second}, None, 5.0))
    return ClassGrades(heads, tuple(standings), roster=True)


@cache
def hostile_pages() -> dict[str, str]:
    """The pages of a class that puts the corpus into everything."""
    return pages_of(hostile_class(CORPUS))


def harmless_texts() -> list[str]:
    """A harmless text for each of the corpus; a student whose name can be no folder's has no feedback page to link to."""
    return [f"student {place:03d}{'' if feedback_address(text, 'x') else '/'}" for place, text in enumerate(CORPUS)]


@cache
def harmless_pages() -> dict[str, str]:
    """The pages of the same class without the corpus: all the elements that the templates have."""
    return pages_of(hostile_class(harmless_texts()))


def _grade(student: str, head: Column, made: Report | None) -> Grade:
    if made is None:
        return Grade(student, head.slug, GradeStatus.MISSING, head.points)
    status = "ungraded" if made.score is None else "graded"
    return Grade(student, head.slug, GradeStatus(status), head.points, made, score=made.score, raw=made.score, attempts=1)


def _totalled(person: Person, heads: tuple[Column, ...], grades: dict[str, Grade], weighted: bool) -> Standing:
    counted = [(head, grades[head.slug]) for head in heads if not grades[head.slug].dropped]
    best = 100.0 if weighted else sum(head.points for head, _ in counted)
    if any(grade.status == "ungraded" for _, grade in counted):
        return Standing(person, grades, None, best)
    if not weighted:
        return Standing(person, grades, round(sum(grade.score or 0.0 for _, grade in counted), 6), best)
    weights = sum(head.weight or 0.0 for head, _ in counted)
    share = sum((head.weight or 0.0) * (grade.score or 0.0) / head.points for head, grade in counted)
    return Standing(person, grades, round(100 * share / weights, 6), best)


def _people(rng: random.Random, count: int, roster: bool, hostile: bool) -> list[Person]:
    names = [f"{given} {family}" for given in GIVEN for family in FAMILY]
    names = rng.sample(names * (1 + count // len(names)), count)
    special = (OTHERS + HOSTILE if hostile else OTHERS) if count >= 20 else []
    names[: len(special)] = special
    people = []
    for place, name in enumerate(names):
        called = f"s{1000 + place}-{re.sub('[^a-z]', '', name.lower())[:12]}" if place >= len(special) or place % 2 else name
        section = "AB"[place % 2] if roster else ""
        stranger = roster and place in (len(special), len(special) + 1) and count >= 20
        known = roster and not stranger
        people.append(Person(called, name if known else "", email=f"{place}@uni.example" if known else "", section=section, enrolled=not stranger))
    return people


def _standing(rng: random.Random, person: Person, heads: tuple[Column, ...], weighted: bool, place: int) -> Standing:
    ability = rng.gauss(1.1, 1.0)
    falls = rng.random() < 0.03
    silent_from = rng.randrange(1, len(heads) + 1) if rng.random() < 0.05 else len(heads)
    lucky = {rng.randrange(len(heads))} if weighted else set()
    grades = {}
    for number, head in enumerate(heads):
        skill = ability - (3.0 if falls and number >= len(heads) - 2 else 0.0)
        absent = number >= silent_from or rng.random() < 0.03 or (person.name == GIVEN[0] and number == 2)
        handed = None if absent else _report(rng, person.id, head, skill - 0.1 * number)
        grade = _late(rng, _overridden(rng, _grade(person.id, head, handed)))
        grades[head.slug] = replace(grade, dropped=number in lucky)
    return _totalled(person, heads, grades, weighted)


def _report(rng: random.Random, student: str, head: Column, skill: float) -> Report:
    slug, tests = head.slug, suites()[head.slug]
    names = list(dict.fromkeys(test.question for test in tests))
    kind = rng.random()
    digest = sha256(f"{student} {slug}".encode("utf-8", "surrogatepass")).hexdigest()
    cells = tuple(CellResult(index, Status.PASSED) for index in range(1, 13))
    common = {
        "sandbox": {"rung": "bwrap", "limits": {"call_cpu_s": 5.0}}, "seed": digest, "submission_sha256": digest, "suite_sha256": sha256(slug.encode()).hexdigest(),
        "environment": {"python": "3.11.7", "gradbook": "0.1.0"}, "timings": {"total_s": 1.5, "cells_s": round(rng.lognormvariate(0, 1), 4), "worker_cpu_s": round(rng.lognormvariate(0.3, 1), 4)},
    }  # fmt: skip
    if kind < 0.004:
        blank = tuple(_question(name, tests, "not_attempted", "") for name in names)
        return Report(student, slug, 0.0, head.points, GradeStatus.GRADED, blank, (), "could not be read: the file stops in the middle", **{**common, "timings": {}})  # type: ignore[arg-type]
    if kind < 0.012:
        return Report(student, slug, 0.0, head.points, GradeStatus.GRADED, tuple(_question(name, tests, "not_attempted", "not attempted yet") for name in names), cells, **common)  # type: ignore[arg-type]
    questions = tuple(_answered(rng, slug, place, name, tests, skill, student) for place, name in enumerate(names))
    if 0.012 < kind < 0.014:
        questions = (_question(names[0], tests, "ungraded", "our failure, not yours: OSError: no space left on device"), *questions[1:])
    elif kind < 0.018 or kind > 0.995:
        status, message = ("forbidden", "`np.linalg` is forbidden here") if kind < 0.018 else ("timed_out", "stopped after 5 s of CPU time")
        questions = tuple(_question(name, tests, status, message) for name in names)
    if kind > 0.97:
        cells = (*cells[:4], CellResult(5, Status.FAILED, "KeyError: 'first run'"), *cells[5:])
    score = total(questions)
    return Report(student, slug, score, head.points, GradeStatus.UNGRADED if score is None else GradeStatus.GRADED, questions, cells, **common)  # type: ignore[arg-type]


def _answered(rng: random.Random, slug: str, place: int, name: str, tests: tuple[Asked, ...], skill: float, student: str) -> QuestionResult:
    hardness = (sum(map(ord, slug + name)) % 17) / 4 - 2.2
    if place == 2 and slug.startswith("05"):
        skill = -skill  # one question that the better ones fail
    luck = rng.random()
    if luck < 1 / (1 + 2.7 ** (hardness - skill)):
        return _question(name, tests, "passed", "")
    if luck > 0.97:
        return _question(name, tests, "not_attempted", "not attempted yet")
    known = known_mistakes().get((slug, name), ())
    diagnosis = known[min(int(rng.expovariate(0.9)), len(known) - 1)] if known and rng.random() < 0.8 else ""
    status = "failed" if rng.random() < 0.85 else "crashed"
    message = f"You called `{name}(array of shape (3, {rng.randrange(2, 9)}))`: entry (1, {rng.randrange(5)}) is {rng.uniform(-3, 3):.4f}, expected {rng.uniform(-3, 3):.4f}."
    message += "\n  got       [[0.31, 0.12], [0.44, 0.90]]\n  expected  [[0.31, 0.24], [0.44, 0.90]]" if rng.random() < 0.5 else ""
    return _question(name, tests, status, message, diagnosis, rng)


def _question(name: str, tests: tuple[Asked, ...], status: str, message: str, diagnosis: str = "", rng: random.Random | None = None) -> QuestionResult:
    """All tests of a question with one status; with `rng` some of them pass all the same."""
    mine = [test for test in tests if test.question == name]
    lost = set(range(len(mine))) if rng is None else set(rng.sample(range(len(mine)), rng.randint(1, len(mine))))
    results = []
    for place, test in enumerate(mine):
        if status == "passed" or place not in lost:
            results.append(TestResult(test.name, Status.PASSED, test.points, test.points, test.summary))
        else:
            results.append(TestResult(test.name, Status(status), 0.0, test.points, test.summary, message, diagnosis if place == min(lost) else ""))
    return question_result(name, tuple(results))


def _overridden(rng: random.Random, grade: Grade) -> Grade:
    if grade.report is None or rng.random() > 0.01:
        return grade
    question = grade.report.questions[0]
    if rng.random() < 0.6:
        over = Override(grade.student, grade.exercise, question.name, question.max_score, "right, but for the axis order that the text left open", TEACHER, "2026-03-04T10:15:00Z")
        changed = replace(grade, overrides=(over,))
        scores = [score for _, score in changed.question_scores()]
        raw = None if None in scores else round(sum(score or 0.0 for score in scores), 6)
        return replace(changed, raw=raw, score=raw, status=GradeStatus.UNGRADED if raw is None else GradeStatus.GRADED)
    score = round(grade.max_score * rng.choice([0.5, 0.75, 1.0]), 2)
    whole = Override(grade.student, grade.exercise, "", score, "shown in person; see the mail of 3 March", TEACHER, "2026-03-05T16:40:12Z")
    return replace(grade, overrides=(whole,), raw=score, score=score, status=GradeStatus.GRADED)


def _late(rng: random.Random, grade: Grade) -> Grade:
    if grade.report is None or rng.random() > 0.06:
        return grade
    days, grace = rng.randint(1, 4), rng.choice([0, 1])
    taken = round(0.1 * (days - grace) * grade.max_score, 2) if days > grace and grade.raw is not None else 0.0
    score = None if grade.raw is None else max(0.0, round(grade.raw - taken, 6))
    plural = "" if days == 1 else "s"
    note = f"{days} day{plural} late" + (f", {grace} of grace" if grace else "") + (f": −{taken:g} points" if taken else "")
    return replace(grade, score=score, penalty=taken, days_late=days, grace_days=min(grace, days), note=note, submitted_at="2026-03-02T23:59:59Z")
