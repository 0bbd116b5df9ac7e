"""The class as HTML: an overview and one page a student, self-contained files that run nothing of a student's.

Jinja's autoescape is on, every value passes through `clean` on its way out (`finalize`), and a Content-Security-Policy
allows our style sheet and, on the overview, our one script, each by its hash, and nothing else: no other script, style,
picture, frame, form or connection.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.render.tables import NAME_MOST, Exercises, Grid, class_grid, max_total, number, total_score
from grader.render.text import clean, one_line
from grader.report import Report

TEMPLATES = Path(__file__).with_name("templates")
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '{style}'"
MISTAKES_SHOWN = 8
BINS = 10

# Status → word, sign (never colour alone), tone (a class of style.css).
STATUS_LOOKS = {
    "passed": ("passed", "✓", "good"),
    "failed": ("failed", "✗", "bad"),
    "crashed": ("crashed", "!", "bad"),
    "timed_out": ("timed out", "…", "low"),
    "out_of_memory": ("out of memory", "!", "low"),
    "not_attempted": ("not attempted", "–", "none"),
    "skipped": ("skipped", "–", "none"),
    "forbidden": ("forbidden", "✗", "low"),
    "ungraded": ("ungraded", "?", "open"),
}


@dataclass(frozen=True)
class Cell:
    """A score in the class table: `text` the number, `label` what it means in words, `order` for sorting."""

    text: str
    label: str
    tone: str
    order: float


@dataclass(frozen=True)
class Success:
    """How the class did on one question; `percent` of `graded` passed, `rest` says what happened to the others."""

    name: str
    passed: int
    graded: int
    percent: float
    rest: str


@dataclass(frozen=True)
class Notice:
    """An entry of the attention list."""

    student: str
    page: str
    exercise: str
    what: str
    tone: str
    reason: str


def class_pages(
    reports: list[Report], exercises: list[tuple[str, float]], titles: dict[str, str], sandbox: str
) -> dict[str, str]:
    """Relative path → HTML of the overview (`index.html`) and of every student (`students/….html`).

    Args:
        reports: one for each notebook; a student without one for an exercise has not submitted it.
        exercises: slug and points of every exercise, in the order of the course.
        titles: slug → title; a slug without one stands for itself.
        sandbox: how the notebooks were confined, for the footer.
    """
    grid = class_grid(reports)
    pages = {student: page_name(student) for student in grid}
    css = asset("style.css")
    policy = POLICY.format(style=source_hash(css))
    shared = {"css": Markup(css), "policy": Markup(policy), "sandbox": sandbox, "best": max_total(exercises)}
    shared["exercises"] = [
        {"slug": slug, "title": titles.get(slug, slug), "points": points, "anchor": f"exercise-{place}"}
        for place, (slug, points) in enumerate(exercises, 1)
    ]
    template = environment().get_template("student.html")
    out = {"index.html": _index(grid, exercises, pages, titles, shared)}
    for student, row in grid.items():
        total = total_score(row, exercises)
        cells = {slug: score_cell(row.get(slug), points) for slug, points in exercises}
        name = one_line(student, NAME_MOST)
        out[pages[student]] = template.render(**shared, student=name, row=row, cells=cells, total=total)
    return out


def page_name(student: str) -> str:
    """A safe relative path for a student's page: what is left of the name, and a hash that keeps names apart."""
    ascii_name = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")[:40].strip("-") or "student"
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"students/{slug}-{digest}.html"


def score_cell(report: Report | None, points: float) -> Cell:
    """How a notebook's score is shown and said."""
    if report is None:
        return Cell("–", "not submitted", "none", -2)
    if report.score is None:
        return Cell("?", "ungraded", "open", -1)
    score, text = report.score, _rounded(report.score)
    if report.problem:
        return Cell(text, "unreadable", "bad", score)
    if score >= points:
        return Cell(text, "full", "good", score)
    if score > 0:
        return Cell(text, *(("partial", "mid") if score * 2 >= points else ("low", "low")), score)
    return Cell(text, "not attempted" if report.status == "not_attempted" else "no points", "bad", score)


def _index(
    grid: Grid, exercises: Exercises, pages: dict[str, str], titles: dict[str, str], shared: dict[str, Any]
) -> str:
    slugs = {slug for slug, _ in exercises}
    reports = [report for row in grid.values() for report in row.values() if report.exercise in slugs]
    totals = {student: total_score(row, exercises) for student, row in grid.items()}
    known = [value for value in totals.values() if value is not None]
    script = asset("sort.js")
    rows = [
        {
            "student": one_line(student, NAME_MOST),
            "page": pages[student],
            "cells": [score_cell(grid[student].get(slug), points) for slug, points in exercises],
            "total": total,
        }
        for student, total in totals.items()
    ]
    return environment().get_template("index.html").render(
        **{**shared, "policy": Markup(f"{shared['policy']}; script-src '{source_hash(script)}'")},
        script=Markup(script),
        rows=rows,
        judged=sum(report.score is not None for report in reports),
        received=len(reports),
        ungraded=sum(report.score is None for report in reports),
        mean=sum(known) / len(known) if known else None,
        open_students=len(totals) - len(known),
        graded_students=len(known),
        bars=_distribution(known, shared["best"]),
        notices=_notices(reports, pages, titles),
        success={slug: _success(r for r in reports if r.exercise == slug) for slug, _ in exercises},
        means={slug: _mean([r.score for r in reports if r.exercise == slug]) for slug, _ in exercises},
        mistakes=_mistakes(reports, titles),
    )  # fmt: skip


def _mean(scores: list[float | None]) -> tuple[float, int] | None:
    known = [score for score in scores if score is not None]
    return (sum(known) / len(known), len(known)) if known else None


def _distribution(totals: list[float], best: float) -> list[dict[str, float]]:
    """The bars of the histogram, in the units of its drawing (see index.html); the last bin holds 100 % too."""
    shares = [min(max(value / best, 0.0), 1.0) if best else 1.0 for value in totals]
    counts = Counter(min(int(share * BINS + 1e-9), BINS - 1) for share in shares)
    highest = max(counts.values(), default=1)
    heights = [round(130 * counts[place] / highest, 1) for place in range(BINS)]
    return [
        {"x": 20 + 48 * place, "y": 160 - height, "height": height, "count": counts[place], "from": 10 * place}
        for place, height in enumerate(heights)
    ]


def _notices(reports: list[Report], pages: dict[str, str], titles: dict[str, str]) -> list[Notice]:
    """What a person should look at: ungraded first, then notebooks that could not be read, then forbidden ones."""
    found: list[tuple[int, Notice]] = []
    for report in reports:
        tests = [test for question in report.questions for test in question.tests]
        forbidden = [question.name for question in report.questions if question.status == "forbidden"]
        if report.score is None:
            first = next((t.message or t.summary for t in tests if t.status == "ungraded"), "")
            rank, what, tone, reason = 0, "ungraded", "open", report.problem or first
        elif report.problem:
            rank, what, tone, reason = 1, "unreadable", "bad", report.problem
        elif forbidden:
            rank, what, tone, reason = 2, "forbidden", "low", ", ".join(forbidden)
        else:
            continue
        name = titles.get(report.exercise, report.exercise)
        page = pages[report.student]
        found.append((rank, Notice(one_line(report.student, NAME_MOST), page, name, what, tone, _short(reason))))
    return [notice for _, notice in sorted(found, key=lambda pair: pair[0])]


def _success(reports: Iterable[Report]) -> list[Success]:
    """For every question of an exercise, in its order, how many notebooks passed it."""
    statuses: dict[str, Counter[str]] = {}
    for report in reports:
        for question in report.questions:
            statuses.setdefault(question.name, Counter())[question.status] += 1
    out = []
    for name, counts in statuses.items():
        graded, passed = counts.total() - counts["ungraded"], counts["passed"]
        rest = [f"{counts[status]} {look[0]}" for status, look in STATUS_LOOKS.items() if counts[status]]
        others = ", ".join(rest[1:] if passed else rest)
        out.append(Success(name, passed, graded, round(100 * passed / graded, 1) if graded else 0.0, others))
    return out


def _mistakes(reports: list[Report], titles: dict[str, str]) -> list[dict[str, Any]]:
    """The diagnoses made most often, counted in students."""
    who: dict[tuple[str, str, str], set[str]] = {}
    for report in reports:
        for question in report.questions:
            for test in question.tests:
                if test.diagnosis:
                    who.setdefault((report.exercise, question.name, test.diagnosis), set()).add(report.student)
    ranked = sorted(who.items(), key=lambda item: (-len(item[1]), item[0]))[:MISTAKES_SHOWN]
    return [
        {"count": len(students), "text": text, "exercise": titles.get(slug, slug), "question": question}
        for (slug, question, text), students in ranked
    ]


def _short(text: str, most: int = 160) -> str:
    line = " ".join(clean(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _look(status: str) -> tuple[str, str, str]:
    return STATUS_LOOKS.get(status, (status.replace("_", " "), "?", "none"))


def _rounded(value: float | None) -> str:
    return number(None if value is None else round(value, 2))


def asset(name: str) -> str:
    """The text of one of our own files below `templates/`."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def source_hash(text: str) -> str:
    """How a Content-Security-Policy names a style sheet or a script of ours."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _finalize(value: Any) -> Any:
    """The last stop before escaping: Markup is ours, of all other text nothing stays invisible."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else clean(value)


@cache
def environment() -> Environment:
    """Where templates come from: everything is escaped, and nothing invisible gets through."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters.update(look=_look, number=_rounded)
    return made
