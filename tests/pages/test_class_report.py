"""The class report: it is right, usable and readable, and unchanged pages are not made again."""

from __future__ import annotations

import itertools
import json
import math
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from support.browser import Skeleton, watched, written
from support.classes import class_of, columns, made_up_class, pages_of, row_of
from support.nonempty import nonempty
from support.paths import ROOT

from grader.core.errors import GraderError
from grader.core.files import sources_sha256, write_file
from grader.core.grades import ClassGrades, Grade, Override, Standing, grade_of
from grader.core.report import GradeStatus, QuestionResult, Report, Status, TestResult
from grader.core.students import Person
from grader.pages import write_results as pages
from grader.pages.addresses import feedback_address, page_name
from grader.pages.analysis import (
    ItemStatistics,
    attempted,
    discrimination,
    exercise_shares,
    items,
    mistakes,
    run_times,
    spread,
    total_shares,
)
from grader.pages.attention import attention
from grader.pages.class_report import index_page
from grader.pages.projector import projector_page
from grader.pages.student_page import student_page
from grader.pages.unchanged_pages import WrittenFiles, fingerprint
from grader.pages.write_results import PAGES_RECORD, write_pages

HEADS = columns(("01_gates", "02_sigmoid", "03_jacobians", "04_bias_threshold", "05_activations"))
SLUGS = [head.slug for head in HEADS]


def question(name: str, score: float | None, best: float = 2.0, status: str = "", diagnosis: str = "") -> QuestionResult:
    status = status or ("passed" if score == best else "failed")
    return QuestionResult(name, score, best, Status(status), (TestResult(f"test_{name}", Status(status), score or 0.0, best, f"{name} is right", "" if status == "passed" else "no", diagnosis),))


def report(student: str, slug: str, *questions: QuestionResult, **more: Any) -> Report:
    scores = [q.score for q in questions]
    score = None if None in scores else sum(s or 0.0 for s in scores)
    return Report(student, slug, score, sum(q.max_score for q in questions), GradeStatus.UNGRADED if score is None else GradeStatus.GRADED, questions, **more)


def share(student: str, slug: str, part: float) -> Report:
    """A notebook that earns this share of the exercise's points."""
    best = next(head.points for head in HEADS if head.slug == slug)
    return report(student, slug, question("a", part * best, best))


def answers(rows: list[tuple[float, ...]]) -> ClassGrades:
    """A class with one exercise; a row is a student's points in questions of 2 points each."""
    made = [report(f"s{place:03d}", "01_gates", *(question(f"q{n}", score) for n, score in enumerate(row))) for place, row in enumerate(rows)]
    return class_of(made, [("01_gates", 2.0 * len(rows[0]))])


def words(page: str) -> str:
    return " ".join(" ".join(Skeleton(page).words).split())


def concerns(standings: list[Standing], roster: bool = False) -> dict[str, list[tuple[str, tuple[str, ...], str]]]:
    found = attention(ClassGrades(HEADS, tuple(standings), roster))
    return {kind.what: [(one.student, one.exercises, one.reason) for one in kind.notices] for kind in found}


# The figures


def test_difficulty_is_the_mean_share_of_the_points() -> None:
    """p counts partial credit, `passed` only full marks, and both only notebooks with an attempt."""
    grades = answers([(2.0, 0.0), (1.0, 2.0), (0.0, 2.0), (2.0, 2.0)])
    first, second = items(grades)["01_gates"]
    assert (first.n, first.passed, first.p) == (4, 2, 0.625)
    assert (second.n, second.passed, second.p) == (4, 3, 0.75)
    assert first.rest == (("failed", 2),)
    untouched = [report("z", "01_gates", question("q0", 0.0, status="not_attempted"), question("q1", 0.0, status="not_attempted"))]
    assert not attempted(grade_of(untouched[0]))
    more = class_of([s.grades["01_gates"].report for s in grades.standings if s.grades["01_gates"].report] + untouched, [("01_gates", 4.0)])
    assert items(more) == items(grades)


def test_the_item_total_correlation_is_the_point_biserial_formula() -> None:
    """(M₁ − M₀)/s·√(pq), with the item left out of the total; computed here in another way."""
    rng = random.Random(3)
    rows = [(2.0 * (rng.random() < 0.6), *(2.0 * (rng.random() < 0.5) for _ in range(4))) for _ in range(57)]
    rest = [sum(row[1:]) for row in rows]
    right, wrong = ([r for r, row in zip(rest, rows, strict=True) if (row[0] > 0) == has] for has in (True, False))
    mean, p = sum(rest) / len(rest), len(right) / len(rest)
    deviation = math.sqrt(sum((r - mean) ** 2 for r in rest) / len(rest))
    expected = (sum(right) / len(right) - sum(wrong) / len(wrong)) / deviation * math.sqrt(p * (1 - p))
    found = items(answers(rows))["01_gates"][0].r
    assert found == pytest.approx(expected, abs=1e-12)


def test_discrimination_compares_the_upper_and_the_lower_27_percent() -> None:
    """Of 100 students 27 are in a group; ties at its border belong to it in part, in any order."""
    ranks = [float(place) for place in range(100)]
    assert discrimination([1.0 if rank >= 73 else 0.0 for rank in ranks], ranks) == pytest.approx(1.0)
    assert discrimination([1.0 if rank < 27 else 0.0 for rank in ranks], ranks) == pytest.approx(-1.0)
    assert discrimination([1.0 if 27 <= rank < 73 else 0.0 for rank in ranks], ranks) == pytest.approx(0.0)
    assert discrimination([1.0, 0.0, 1.0, 0.0], [5.0] * 4) == pytest.approx(0.0)
    pairs = [(float(place % 3 == 0), float(place // 10)) for place in range(50)]
    shuffled = random.Random(1).sample(pairs, len(pairs))
    apart = [discrimination([s for s, _ in some], [r for _, r in some]) for some in (pairs, shuffled)]
    assert apart[0] == pytest.approx(apart[1], abs=1e-12)


def test_a_question_that_never_varies_has_no_correlation() -> None:
    """Nor has a notebook with one question, nor a class of one student."""
    assert {item.r for item in items(answers([(2.0, 0.0), (2.0, 2.0)]))["01_gates"]} == {None}
    assert items(answers([(2.0,), (0.0,)]))["01_gates"][0].r is None
    assert items(answers([(2.0, 0.0)]))["01_gates"][0].d is None


@pytest.mark.parametrize(
    ("p", "r", "words"),
    [
        (0.1, 0.4, "Hardly anyone earns its points: too hard, or not clear."),
        (0.97, 0.4, "Nearly everyone earns its points."),
        (0.5, 0.05, "It says little about who does well otherwise."),
        (0.5, -0.2, "Those who do well otherwise fail it: look at the question."),
        (0.5, 0.4, ""),
        (0.5, None, ""),
    ],
)
def test_what_is_unusual_about_a_question_is_put_into_words(p: float, r: float | None, words: str) -> None:
    """From 20 notebooks up; with fewer, chance decides."""
    item = ItemStatistics("01_gates", "q", 20, 3, p, r, 0.1, ())
    assert " ".join(item.remarks) == words
    assert replace(item, n=19).remarks == ()


def test_an_override_of_a_question_changes_its_figures() -> None:
    """An override corrects the verdict of the tests, so it counts."""
    grades = answers([(0.0, 2.0), (2.0, 2.0)])
    first = grades.standings[0]
    over = Override(first.person.id, "01_gates", "q0", 2.0, "", "m.curie", "2026-01-01T00:00:00Z")
    changed = replace(first, grades={"01_gates": replace(first.grades["01_gates"], overrides=(over,))})
    item = items(replace(grades, standings=(changed, grades.standings[1])))["01_gates"][0]
    assert (item.passed, item.p) == (2, 1.0)


def test_a_mistake_is_counted_in_students_and_names_them() -> None:
    """Several tests with one diagnosis count once; the denominator is everybody who attempted the notebook."""
    twice = QuestionResult("q", 0.0, 2.0, Status.FAILED, tuple(TestResult(f"t{n}", Status.FAILED, 0.0, 1.0, "s", "m", "no upstream") for n in (1, 2)))
    made = [report("ada", "01_gates", twice), report("bob", "01_gates", question("q", 0.0, diagnosis="no upstream")), report("cid", "01_gates", question("q", 0.0, diagnosis="halved")), report("dan", "01_gates", question("q", 2.0))]
    found = mistakes(class_of(made, [("01_gates", 2.0)]))
    assert [(one.text, one.students, one.n) for one in found] == [("no upstream", ("ada", "bob"), 4), ("halved", ("cid",), 4)]


def test_run_times_are_those_of_the_reports() -> None:
    """Medians, and the slowest first; reports without timings are left out."""
    made = [report(name, "01_gates", question("q", 2.0), timings={"worker_cpu_s": cpu, "cells_s": cpu / 2}) for name, cpu in (("ada", 1.0), ("bob", 9.0), ("cid", 3.0), ("dan", 2.0))]
    (found,) = run_times(class_of([*made, report("eve", "01_gates", question("q", 2.0))], [("01_gates", 2.0)]))
    assert (found.n, found.cpu_s, found.cells_s) == (4, 2.5, 1.25)
    assert found.slowest == (("bob", 9.0), ("cid", 3.0), ("dan", 2.0))


def test_the_spread_puts_every_share_into_its_bin() -> None:
    """0, 10 and 90 % each begin a bin; 100 % and a bonus are in the last."""
    found = spread([0.0, 0.1, 0.3, 0.9, 1.0, 1.2, -0.1])
    assert found is not None and found.bins == (2, 1, 0, 1, 0, 0, 0, 0, 0, 3)
    assert spread([]) is None
    absent = row_of(Person("zoe"), HEADS, {})
    there = row_of(Person("ada"), HEADS, {slug: share("ada", slug, 0.5) for slug in SLUGS})
    grades = ClassGrades(HEADS, (there, absent))
    assert total_shares(grades) == [0.5] and exercise_shares(grades, "01_gates") == [0.5]


# What needs a person


def test_the_most_urgent_comes_first() -> None:
    """Ungraded, then unreadable, then forbidden; late is last."""
    kinds = [kind.what for kind in attention(made_up_class(120))]
    order = "ungraded|unreadable|forbidden|not on the roster|stopped|fell|silent|not begun|not handed in|late".split("|")
    assert kinds == [kind for kind in order if kind in kinds] and kinds[:3] == order[:3] and kinds[-1] == "late"
    assert attention(ClassGrades(HEADS, ())) == []


def test_an_ungraded_notebook_says_why() -> None:
    """The report's problem, the test that broke, or that it is not graded yet."""
    failed = replace(share("ada", SLUGS[0], 1.0), score=None, status=GradeStatus.UNGRADED, problem="our failure: no disk")
    broke = report("ada", SLUGS[1], QuestionResult("q", None, 2.0, Status.UNGRADED, (TestResult("t", Status.UNGRADED, 0.0, 2.0, "s", "OSError"),)))
    row = row_of(Person("ada"), HEADS, {SLUGS[0]: failed, SLUGS[1]: broke})
    waits = replace(row.grades[SLUGS[2]], status=GradeStatus.UNGRADED)
    found = concerns([replace(row, grades={**row.grades, SLUGS[2]: waits})])["ungraded"]
    assert found == [("ada", tuple(SLUGS[:3]), "01: our failure: no disk; 02: OSError; 03: handed in, not graded yet")]


def test_many_points_lost_to_limits_are_noticed_and_few_are_not() -> None:
    """More than half of the lost points, and a fifth of all points."""
    stopped = report("ada", SLUGS[0], question("q", 0.0, status="timed_out"), question("r", 0.0, status="out_of_memory"), question("s", 2.0))
    little = report("bob", SLUGS[0], question("q", 0.0, status="timed_out"), *(question(f"r{n}", 2.0) for n in range(9)))
    wrong = report("cid", SLUGS[0], question("q", 0.0, status="timed_out"), question("r", 0.0), question("s", 0.0))
    rows = [row_of(Person(one.student), HEADS, {SLUGS[0]: one}) for one in (stopped, little, wrong)]
    assert concerns(rows)["stopped"] == [("ada", (SLUGS[0],), "2 points to the time limit in q and 2 points to the memory limit in r")]


def test_a_fall_is_measured_against_the_class() -> None:
    """A student who falls while the others do not is listed; if an exercise is hard for all, nobody is."""
    good = [row_of(Person(f"s{n}"), HEADS, {slug: share(f"s{n}", slug, 0.9) for slug in SLUGS}) for n in range(9)]
    falls = row_of(Person("ada"), HEADS, {slug: share("ada", slug, 0.9 if place < 3 else 0.1) for place, slug in enumerate(SLUGS)})
    assert concerns([*good, falls])["fell"] == [("ada", tuple(SLUGS[3:]), "90 % before, 10 % in these (class: 82 %)")]
    hard = [row_of(Person(f"s{n}"), HEADS, {slug: share(f"s{n}", slug, 0.9 if place < 3 else 0.1) for place, slug in enumerate(SLUGS)}) for n in range(9)]
    assert "fell" not in concerns(hard)


def test_students_who_stop_handing_in_are_listed_once() -> None:
    """Two exercises or more at the end are silence, a gap is something missing, and nothing at all is named."""
    rows = [
        row_of(Person("all"), HEADS, {slug: share("all", slug, 0.9) for slug in SLUGS}),
        row_of(Person("gap"), HEADS, {slug: share("gap", slug, 0.9) for slug in SLUGS if slug != SLUGS[1]}),
        row_of(Person("quiet"), HEADS, {slug: share("quiet", slug, 0.9) for slug in SLUGS[:2]}),
        row_of(Person("never"), HEADS, {}),
    ]
    found = concerns(rows, roster=True)
    assert found["silent"] == [("quiet", tuple(SLUGS[2:]), ""), ("never", tuple(SLUGS), "nothing handed in at all")]
    assert found["not handed in"] == [("gap", (SLUGS[1],), "")]
    assert concerns(rows[3:], roster=True) == {}  # before anybody has handed in anything


def test_a_stranger_to_the_roster_is_listed_and_an_enrolled_student_is_not() -> None:
    """Only if there is a roster, and with the exercises they handed in."""
    row = row_of(Person("mallory", enrolled=False), HEADS, {SLUGS[0]: share("mallory", SLUGS[0], 1.0)})
    known = row_of(Person("ada"), HEADS, {SLUGS[0]: share("ada", SLUGS[0], 1.0)})
    assert concerns([row, known], roster=True) == {"not on the roster": [("mallory", (SLUGS[0],), "")]}
    assert concerns([row, known]) == {}


def test_lateness_is_listed_with_its_note() -> None:
    """The policy's sentence, or the days; several exercises each with their own."""
    row = row_of(Person("ada"), HEADS, {slug: share("ada", slug, 0.9) for slug in SLUGS})
    changed = {SLUGS[0]: replace(row.grades[SLUGS[0]], days_late=1), SLUGS[1]: replace(row.grades[SLUGS[1]], days_late=2, note="2 days late: −4 points")}
    found = concerns([replace(row, grades={**row.grades, **changed})])
    assert found == {"late": [("ada", tuple(SLUGS[:2]), "01: 1 day late; 02: 2 days late: −4 points")]}


# What the pages say


def ruled() -> Standing:
    """A student with a late, an overridden, a dropped, a missing and a plain exercise."""
    made = {slug: report("josé ü", slug, question("a", 1.0, 4.0), question("b", 16.0, 16.0)) for slug in SLUGS[:4]}
    row = row_of(Person("josé ü", "José Übel", section="B"), HEADS, made)
    by = {"student": "josé ü", "by": "m.curie", "at": "2026-03-04T10:15:00Z"}
    grades = dict(row.grades)
    grades[SLUGS[0]] = replace(grades[SLUGS[0]], days_late=2, note="2 days late", penalty=4.0, score=13.0)
    one = Override(exercise=SLUGS[1], question="a", score=3.0, comment="right in another layout", **by)
    grades[SLUGS[1]] = replace(grades[SLUGS[1]], overrides=(one,), raw=19.0, score=19.0)
    whole = Override(exercise=SLUGS[2], question="", score=12.0, comment="shown in person", **by)
    remark = Override(exercise=SLUGS[2], question="", score=None, comment="see me on Monday", **by)
    grades[SLUGS[2]] = replace(grades[SLUGS[2]], overrides=(whole, remark), raw=12.0, score=12.0)
    grades[SLUGS[3]] = replace(grades[SLUGS[3]], dropped=True)
    return Standing(row.person, grades, 44.0, 80.0)


def test_a_students_page_shows_lateness_and_who_set_what() -> None:
    """Points before and after, the person, the day, the reason, what the tests gave, and what does not count."""
    page = student_page(ClassGrades(HEADS, (ruled(),), roster=True), ruled())
    text = words(page)
    assert "17 points, less 4 for being late: 2 days late" in text
    assert "set by m.curie on 2026-03-04: right in another layout; the tests gave 1" in text
    assert "set by m.curie on 2026-03-04: shown in person; the tests gave 17" in text
    assert "m.curie on 2026-03-04: see me on Monday" in text
    assert "This exercise does not count in the total." in text
    assert "No notebook was handed in for this exercise." in text
    assert "44 of 80 points" in text and "josé ü · section B" in text


def test_a_students_page_leads_to_the_feedback() -> None:
    """The address is the path of the feedback, percent-encoded."""
    links = [link for link in Skeleton(student_page(ClassGrades(HEADS, (ruled(),)), ruled())).links if "feedback" in link]
    assert [unquote(link) for link in links] == [f"../feedback/josé ü/{slug}.html" for slug in SLUGS[:4]]
    assert all(link.isascii() and " " not in link for link in nonempty(links))
    assert feedback_address("\udcff", "x") == "../feedback/%FF/x.html"
    assert {feedback_address(name, "x") for name in ("", ".", "..", "a/b", "a\0b", "\ud83d")} == {""}


def test_the_table_marks_what_a_number_alone_does_not_say() -> None:
    """Late, set by a person, dropped, missing: each has a sign, with the reason as the cell's title."""
    page = index_page(ClassGrades(HEADS, (ruled(),), roster=True))
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    cells = re.findall(r'<td class="([^"]*)"(?: title="([^"]*)")?>([^<\n]*)', row)
    assert [(look, text) for look, _, text in cells[1:]] == [("m s", "13"), ("m e", "19"), ("m e", "12"), ("m d", "17"), ("n", "–")]
    assert "2 days late" in cells[1][1] and "a set by m.curie" in cells[2][1] and "does not count" in cells[4][1]
    assert "<td>44<td>1<td>1" in row


def test_weighted_totals_are_percentages() -> None:
    """On the overview, in the table and on the student's page."""
    grades = made_up_class(25, weighted=True)
    index, student = index_page(grades), student_page(grades, grades.standings[0])
    assert re.search(r"Mean total \d+ % median \d+ %", words(index)) and "Total in % Late" in words(index).replace("↕", "")
    assert f"{round(grades.standings[0].total or 0, 2):g} % of the total, weighted by exercise" in words(student)


def test_an_empty_class_and_an_ungraded_one_have_pages_too() -> None:
    """Without students, totals or questions, every part says so instead of failing."""
    empty = pages_of(ClassGrades(HEADS, ()))
    assert "No total is known yet." in words(empty["index.html"]) and "nothing graded yet" in words(empty["projector.html"])
    row = row_of(Person("ada"), HEADS, {})
    waits = replace(row, grades={slug: replace(grade, status=GradeStatus.UNGRADED) for slug, grade in row.grades.items()}, total=None)
    made = pages_of(ClassGrades(HEADS, (waits,)))
    assert "Handed in, not graded yet." in words(made[page_name("ada")]) and "need a person" in words(made["index.html"])


def test_without_a_script_everything_can_be_read() -> None:
    """Every name and score is in the page itself; only sorting, searching and long lists of names need the script."""
    grades = made_up_class(60)
    page = index_page(grades)
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    assert body.count("<tr>") == 60 and body.count("<td") == 60 * (len(grades.columns) + 4)
    assert '<p class="tools no-print" hidden>' in page


@pytest.mark.parametrize(("size", "most"), [(200, 450_000), pytest.param(1000, 1_500_000, marks=pytest.mark.slow)])
def test_a_class_of_1000_fits_into_a_page(size: int, most: int) -> None:
    """The table, the questions, and who made which mistake, in one file of 1.5 MB at the most."""
    page = index_page(made_up_class(size)).encode()
    assert len(page) < most
    assert page.count(b"<tr>") == size + 2 + 11  # the rows of the table and those of the run times, and their heads


@cache
def forty() -> ClassGrades:
    return made_up_class(40)


def test_the_page_for_the_lecture_has_no_names() -> None:
    """No name, ID, address or section, and no mistake that fewer than three students made."""
    page = projector_page(forty())
    for standing in forty().standings:
        for told in (standing.person.name, standing.person.id, standing.person.email, page_name(standing.person.id)):
            assert not told or told not in page
    assert set(Skeleton(page).links) == {"#all", *(f"#exercise-{place}" for place in range(1, 12))}
    alone = [report(name, "01_gates", question("q", 0.0, diagnosis=f"only {n > 1}")) for n, name in enumerate(("ada", "bob", "cid", "dan", "eve"))]
    text = words(projector_page(class_of(alone, [("01_gates", 2.0)])))
    assert "Only True." in text and "nly False" not in text


def test_the_page_for_the_lecture_says_what_is_hardest_and_what_went_wrong() -> None:
    """The figures are those of the analysis: hardest first, the three most common mistakes, for all and for each exercise."""
    page = projector_page(forty())
    slides = page.split('<section class="slide"')[1:]
    assert len(slides) == 12 and all(slide.count('class="count"') - slide.count('text class="count"') <= 3 for slide in nonempty(slides))
    every = sorted((item for several in items(forty()).values() for item in several), key=lambda item: item.p or 0.0)
    assert re.findall(r"<li><p><code>(.*?)</code>", slides[0]) == [item.question for item in every[:5]]
    assert f"<b>{len(mistakes(forty())[0].students)}</b> of {mistakes(forty())[0].n}" in slides[0]


def test_pages_are_accessible() -> None:
    """Tables have captions and scopes, drawings a label, headings no gaps, pages a language and a title."""
    pages = dict(list(pages_of(forty()).items())[:6])
    drawings = re.findall("<svg[^>]*>", "".join(pages.values()))
    assert all("aria-label=" in svg or 'aria-hidden="true"' in svg for svg in nonempty(drawings))
    assert all("scope=" in th for th in nonempty(re.findall(r"<th\b[^>]*>", "".join(pages.values()))))
    for name, page in pages.items():
        assert '<html lang="en">' in page and re.search("<title>.+</title>", page)
        levels = [int(level) for level in re.findall(r"<h(\d)", page)]
        assert levels[0] == 1 and all(after <= before + 1 for before, after in nonempty(itertools.pairwise(levels))), name
        assert page.count("<table") == page.count("<caption")
        ids = re.findall(r' id="([^"]*)"', page)
        assert len(ids) == len(set(ids)) and set(re.findall(r'aria-labelledby="([^"]*)"', page)) <= set(ids)
        assert {link[1:] for link in Skeleton(page).links if link.startswith("#")} <= set(ids)


# What is not made again


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pages that are rendered, in order."""
    names: list[str] = []

    def spied(made: Callable[..., str], name: str) -> Callable[..., str]:
        return lambda grades, *rest: (names.append(rest[0].person.id if rest else name), made(grades, *rest))[1]

    for name in ("index_page", "projector_page", "student_page"):
        monkeypatch.setattr(pages, name, spied(getattr(pages, name), name))
    return names


@cache
def dozen() -> ClassGrades:
    return made_up_class(12)


def changed(grades: ClassGrades, place: int, **more: Any) -> ClassGrades:
    """The class with the first grade of one student changed."""
    standing = grades.standings[place]
    slug = grades.columns[0].slug
    other = replace(standing, grades={**standing.grades, slug: replace(standing.grades[slug], **more)})
    return replace(grades, standings=(*grades.standings[:place], other, *grades.standings[place + 1 :]))


def test_unchanged_pages_are_not_rendered_again(rendered: list[str], tmp_path: Path) -> None:
    """The second run renders nothing; one grade changes one student's page and those of the class."""
    index = write_pages(dozen(), tmp_path)
    assert index == tmp_path / "index.html" and len(rendered) == 14
    assert len(list((tmp_path / "students").iterdir())) == 12 and (tmp_path / "projector.html").is_file()
    rendered.clear()
    write_pages(made_up_class(12), tmp_path)
    assert rendered == []
    write_pages(changed(dozen(), 4, note="late", days_late=1), tmp_path)
    assert sorted(rendered) == sorted([dozen().standings[4].person.id, "index_page", "projector_page"])


def test_what_a_page_does_not_show_does_not_make_it_again(rendered: list[str], tmp_path: Path) -> None:
    """No page shows where a notebook is, and only the class page shows run times."""
    write_pages(dozen(), tmp_path)
    rendered.clear()
    write_pages(changed(dozen(), 4, path=Path("/elsewhere"), verdict=7), tmp_path)
    assert rendered == []
    place = next(n for n, s in enumerate(dozen().standings) if s.grades[SLUGS[0]].report)
    judged = dozen().standings[place].grades[SLUGS[0]].report
    assert judged is not None
    write_pages(changed(dozen(), place, report=replace(judged, timings={"worker_cpu_s": 99.0})), tmp_path)
    assert sorted(rendered) == ["index_page", "projector_page"]


@pytest.mark.parametrize("harm", ["gone", "edited", "broken record", "record of something else", "no record"])
def test_a_page_that_somebody_changed_is_made_again(rendered: list[str], tmp_path: Path, harm: str) -> None:
    """If it is removed or edited, or the record of it is lost, it is made again with the same content."""
    write_pages(dozen(), tmp_path)
    page, record = tmp_path / page_name(dozen().standings[0].person.id), tmp_path / PAGES_RECORD
    before = page.read_bytes()
    rendered.clear()
    if harm == "gone":
        page.unlink()
    elif harm == "edited":
        page.write_bytes(before[:-1] + b" ")
        os.utime(page, ns=(1, 1))
    elif harm == "no record":
        record.unlink()
    else:
        record.write_text({"broken record": "{\"students/", "record of something else": "[1, {\"a\": 2}]"}[harm], encoding="utf-8")
    write_pages(dozen(), tmp_path)
    assert page.read_bytes() == before
    assert len(rendered) == (1 if harm in ("gone", "edited") else 14)


def test_another_version_of_the_program_makes_everything_again(rendered: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A changed template or module is part of what a page is made from."""
    write_pages(dozen(), tmp_path)
    rendered.clear()
    monkeypatch.setattr(pages, "program", lambda: "another")
    write_pages(dozen(), tmp_path)
    assert len(rendered) == 14
    (tmp_path / "t").mkdir()
    before = sources_sha256(tmp_path / "t")
    (tmp_path / "t" / "page.html").write_text("x")
    assert sources_sha256(tmp_path / "t") != before


def test_the_page_of_a_student_who_has_left_is_removed(tmp_path: Path) -> None:
    """Only unchanged files of ours are removed."""
    write_pages(dozen(), tmp_path)
    foreign = tmp_path / "students" / "notes.html"
    foreign.write_text("mine", encoding="utf-8")
    gone, edited = (tmp_path / page_name(dozen().standings[place].person.id) for place in (0, 1))
    edited.write_text("a person's remarks", encoding="utf-8")
    write_pages(replace(dozen(), standings=dozen().standings[2:]), tmp_path)
    assert not gone.exists() and edited.exists() and foreign.exists()
    assert len(list((tmp_path / "students").iterdir())) == 12


def test_a_run_that_dies_is_not_mistaken_for_a_finished_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Pages written before it died are kept; pages overwritten without a record are made again."""
    real, count = pages.student_page, 0

    def dies(grades: ClassGrades, standing: Standing) -> str:
        nonlocal count
        count += 1
        if count == 5:
            raise KeyboardInterrupt
        return real(grades, standing)

    monkeypatch.setattr(pages, "student_page", dies)
    with pytest.raises(KeyboardInterrupt):
        write_pages(dozen(), tmp_path)
    assert len(json.loads((tmp_path / PAGES_RECORD).read_text(encoding="utf-8"))) == 4
    write_pages(dozen(), tmp_path)
    assert count == 5 + 8
    with WrittenFiles(tmp_path, PAGES_RECORD) as written_by_us:
        assert written_by_us.unchanged("index.html", json.loads((tmp_path / PAGES_RECORD).read_text())["index.html"][0])
    write_file(tmp_path / "index.html", "<p>by a process that was killed before it saved its record")
    monkeypatch.setattr(pages, "index_page", lambda grades: "<p>new")
    write_pages(dozen(), tmp_path)
    assert (tmp_path / "index.html").read_text() == "<p>new"


def test_a_record_from_elsewhere_removes_nothing_outside(tmp_path: Path) -> None:
    """Names that lead out of the folder are dropped, not followed."""
    outside = tmp_path / "outside"
    outside.write_text("x")
    state = outside.stat()
    entry = ["f", state.st_size, state.st_mtime_ns]
    folder = tmp_path / "out"
    (folder / PAGES_RECORD).parent.mkdir(parents=True)
    (folder / PAGES_RECORD).write_text(json.dumps({"students/../../outside": entry, str(outside): entry, "students/\0": entry}))
    with WrittenFiles(folder, PAGES_RECORD) as written_by_us:
        written_by_us.sweep([], "students/")
        written_by_us.sweep([])
    assert outside.exists() and json.loads((folder / PAGES_RECORD).read_text()) == {}


def test_a_record_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """The folder and the remedy are named."""
    (tmp_path / PAGES_RECORD).mkdir(parents=True)
    with pytest.raises(GraderError, match=rf"{PAGES_RECORD}: .*; mend that"), WrittenFiles(tmp_path, PAGES_RECORD) as written_by_us:
        written_by_us.write("a", "x", "f")


def test_an_old_page_that_cannot_be_removed_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The page and the remedy are named."""
    write_pages(dozen(), tmp_path)

    def refuses(path: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "unlink", refuses)
    with pytest.raises(GraderError, match=r"students/.*\.html: Operation not permitted; remove it yourself"):
        write_pages(replace(dozen(), standings=dozen().standings[1:]), tmp_path)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    """It depends on values alone, not on the hash seed or the identity of strings."""
    code = "from support.classes import made_up_class; from grader.pages.unchanged_pages import fingerprint; print(fingerprint([[g.report for g in s.grades.values()] for s in made_up_class(3).standings]))"
    seen = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
        seen.add(subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout)
    assert seen == {fingerprint([[g.report for g in s.grades.values()] for s in made_up_class(3).standings]) + "\n"}
    one, other = "".join(["a", "b"]), "".join(["a", "b"])
    assert fingerprint([one, one]) == fingerprint([one, other]) != fingerprint([one, "c"])
    with pytest.raises(TypeError):
        fingerprint(object())


def test_the_made_up_class_is_the_same_every_time() -> None:
    """The same arguments give the same class, another seed another one; every kind of grade occurs."""
    assert made_up_class(30) == made_up_class(30) != made_up_class(30, seed=2)
    grades = made_up_class(300).grades()
    assert {grade.status for grade in grades} == {"graded", "ungraded", "missing"}
    seen = {test.status for grade in grades if grade.report for q in grade.report.questions for test in q.tests}
    assert {"passed", "failed", "crashed", "timed_out", "forbidden", "not_attempted", "ungraded"} <= seen
    assert any(grade.overrides for grade in grades) and any(grade.penalty for grade in grades)
    assert all(isinstance(grade, Grade) and grade.max_score > 0 for grade in nonempty(grades))


# In a browser


def shown(page: Any) -> list[str]:
    return [text.strip() for text in page.evaluate("[...document.querySelectorAll('table.t tbody tr')].filter(r => r.checkVisibility()).map(r => r.querySelector('a').textContent)")]


def test_students_are_found_while_typing(chromium: Any, tmp_path: Path) -> None:
    """By any words of name or ID, accents aside, with their number; Escape shows all, an arrow goes to the first."""
    grades = made_up_class(80)
    with watched(chromium) as (page, happened):
        page.goto((written({"index.html": index_page(grades)}, tmp_path) / "index.html").as_uri())
        field, found = page.get_by_label("Find students"), page.locator("#found")
        assert found.text_content() == "80 students"
        field.focus()
        page.keyboard.type("jose")
        names = shown(page)
        assert all("José" in name for name in nonempty(names))
        assert found.text_content() == f"{len(names)} of 80 students"
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.textContent.trim()") == names[0]
        field.focus()
        page.keyboard.press("Escape")
        assert len(shown(page)) == 80 and found.text_content() == "80 students"
        student = grades.standings[7].person
        page.keyboard.type(student.id.upper())
        assert shown(page) == [student.called] or student.called in shown(page)
        field.fill("nobody of that name")
        assert shown(page) == [] and found.text_content() == "0 of 80 students"
        assert happened == []


def test_every_column_sorts_both_ways(chromium: Any, tmp_path: Path) -> None:
    """Names, sections, scores, totals and late counts sort by value, with missing below ungraded below 0."""
    grades = made_up_class(80)
    order: dict[str, Callable[[Standing], Any]] = {
        "Section": lambda s: s.person.section,
        "01 Gates of a computational graph": lambda s: {"missing": -2.0, "ungraded": -1.0}.get(s.grades[SLUGS[0]].status, round(s.grades[SLUGS[0]].score or 0.0, 2)),
        "Total": lambda s: -1.0 if s.total is None else round(s.total, 2),
        "Late": lambda s: sum(grade.days_late > 0 for grade in s.grades.values()),
        "Missing": lambda s: sum(grade.status == "missing" for grade in s.grades.values()),
    }
    with watched(chromium) as (page, happened):
        page.goto((written({"index.html": index_page(grades)}, tmp_path) / "index.html").as_uri())
        links = "[...document.querySelectorAll('table.t tbody a')].map(a => a.getAttribute('href'))"
        by_page = {page_name(standing.person.id): standing for standing in grades.standings}
        for name, key in order.items():
            for sign, said in ((1, "ascending"), (-1, "descending")):
                page.get_by_role("columnheader", name=name).get_by_role("button").press("Enter")
                values = [key(by_page[link]) for link in page.evaluate(links)]
                assert values == sorted(values, reverse=sign < 0), (name, said)
                assert page.evaluate("[...document.querySelectorAll('[aria-sort]')].map(th => th.ariaSort)") == [said]
        page.get_by_role("columnheader", name="Student").get_by_role("button").click()
        assert page.evaluate(links) == list(by_page)
        assert happened == []


def test_the_names_below_a_mistake_unfold(chromium: Any, tmp_path: Path) -> None:
    """The page names six; unfolded, the others are links to the right pages too, in any order of the table."""
    made = [report(f"s{n:02d}", "01_gates", question("q", 0.0, diagnosis="no upstream")) for n in range(20)]
    grades = class_of([*made, report("a right one", "01_gates", question("q", 2.0))], [("01_gates", 2.0)])
    with watched(chromium) as (page, happened):
        page.goto((written({"index.html": index_page(grades)}, tmp_path) / "index.html").as_uri())
        assert "and 14 more" in page.locator(".who").text_content()
        page.get_by_role("columnheader", name="Student").get_by_role("button").click()
        page.locator(".made summary").click()
        page.wait_for_function("document.querySelectorAll('.who a').length > 6")
        links = page.evaluate("[...document.querySelectorAll('.who a')].map(a => a.getAttribute('href'))")
        assert links == [page_name(one.student) for one in made]
        assert happened == []


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)])
def test_a_screen_of_the_lecture_fits_and_can_be_read_from_afar(chromium: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    """Nothing is cut off, no type is smaller than a fiftieth of the height, and contrast is high."""
    long = replace(forty(), columns=forty().columns)
    with watched(chromium) as (page, happened):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto((written({"projector.html": projector_page(long)}, tmp_path) / "projector.html").as_uri())
            slides = page.evaluate("[...document.querySelectorAll('.slide')].map(s => [s.getBoundingClientRect().height, s.scrollHeight, s.scrollWidth])")
            assert all(height == size[1] and down <= size[1] and right <= size[0] for height, down, right in nonempty(slides))
            smallest = page.evaluate("Math.min(...[...document.querySelectorAll('p, code, b, a, h2')].map(e => parseFloat(getComputedStyle(e).fontSize)))")
            assert smallest >= size[1] / 50
            colours = page.evaluate("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
            assert set(colours) == {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}
        assert happened == []


def test_pages_can_be_printed(chromium: Any, tmp_path: Path) -> None:
    """Each screen of the lecture is a page; the overview prints what is folded, without its controls."""
    folder = written({"projector.html": projector_page(forty()), "index.html": index_page(forty())}, tmp_path)
    with watched(chromium) as (page, _):
        page.goto((folder / "projector.html").as_uri())
        paper = page.pdf(prefer_css_page_size=True, print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 12
        page.goto((folder / "index.html").as_uri())
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.querySelector('.tools')).display") == "none"
        assert page.evaluate("getComputedStyle(document.querySelector('.tall')).maxHeight") == "none"
        page.set_viewport_size({"width": 720, "height": 1000})  # about what A4 has between its margins
        assert page.evaluate("document.querySelector('table.t').getBoundingClientRect().right") <= 720


@pytest.mark.parametrize("width", [480, 1024, 1600])
def test_no_page_is_wider_than_the_window(chromium: Any, tmp_path: Path, width: int) -> None:
    """With names of any length and script; a table that does not fit scrolls by itself, and at 1024 it fits."""
    everything = pages_of(forty())
    folder = written(everything, tmp_path)
    with watched(chromium) as (page, happened):
        page.set_viewport_size({"width": width, "height": 900})
        for name in list(everything)[:6]:
            page.goto((folder / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.goto((folder / "index.html").as_uri())
        assert width < 1000 or page.evaluate("(t => t.scrollWidth <= t.clientWidth)(document.querySelector('.tall'))")
        assert happened == []
