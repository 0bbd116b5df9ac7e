"""The pages: the class, a student, one submission, its feedback, and the class report as it would be written
now.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grader.core.grades import Grade, Override, Standing
from grader.core.students import page_name
from grader.core.text import points, shown_name
from grader.pages.class_report import index_page
from grader.pages.feedback.write_feedback import feedback_file
from grader.pages.fingerprints import fingerprint
from grader.pages.html import render
from grader.pages.projector import projector_page
from grader.pages.score_cell import said, score_cell
from grader.pages.scores_table import short_name
from grader.pages.student_page import question_boxes, student_page
from grader.term.decisions import COMMENT_MOST, user
from grader.term.gradebook import Gradebook
from grader.term.gradebook.history import attempts_at
from grader.term.gradebook.overrides import decisions_on
from grader.web import class_table as table
from grader.web.background import BackgroundWork
from grader.web.guard import FORM_FIELD, Guard
from grader.web.http import SEALED, TEMPLATES, Request, Response, data, page, sentence
from grader.web.regrade_progress import JudgingProgress, ProgressWatch
from grader.web.snapshot import Live, Snapshot

STYLES = ("style.css", "class.css", "student.css", "web.css")
ALLOWED = "form-action 'self'; connect-src 'self'; frame-src 'self'; img-src data:"
META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
NOBODY = "The gradebook knows nobody and nothing of this name."


@dataclass
class Site:
    """Everything that answers are made from; `by` is who decided last, to be offered again."""

    guard: Guard
    book: Gradebook
    live: Live
    work: BackgroundWork
    watch: ProgressWatch
    by: str = field(default_factory=user)


@dataclass(frozen=True)
class Entered:
    """What somebody entered in a form that could not be taken, and why."""

    question: str
    fields: Mapping[str, str]
    problem: str


def overview(site: Site, request: Request) -> Response:
    """The class; everything that can be filtered and sorted is in the address."""
    snapshot = site.live.snapshot()
    asked = table.asked_from(request.query, snapshot)
    rows, count = table.rows(snapshot, asked)
    grades = snapshot.grades
    return _page(
        site, snapshot, "overview.html",
        asked=asked, rows=rows, count=count, in_all=len(grades.standings), statuses=table.STATUSES,
        columns=[(column, short_name(column.slug)) for column in table.columns(snapshot, asked)],
        every=grades.columns, weighted=grades.weighted,
        sections=sorted({s.person.section for s in grades.standings if s.person.section}),
        best=max((standing.max_total for standing in grades.standings), default=0.0),
        counts={status: sum(table.has(grade, status) for grade in grades.grades()) for status in table.STATUSES},
        ungraded=len(list(table.every_ungraded(snapshot))),
    )  # fmt: skip


def state(site: Site, request: Request) -> Response:
    """What our script asks for again and again: is there anything new, and how far has judging got?"""
    snapshot = site.live.snapshot()
    progress, ended = site.watch.progress(snapshot.course), site.work.ended
    return data(
        {
            "number": snapshot.number,
            "progress": {**vars(progress), "left": time_left(progress)},
            "ended": {
                "number": ended.number,
                "text": ended.text,
                "more": [shown_name(line) for line in ended.more[:20]],
            },
        }
    )


def student(site: Site, request: Request, standing: Standing) -> Response:
    """One student: every exercise in a line."""
    snapshot = site.live.snapshot()
    person = standing.person
    return _page(
        site, snapshot, "one_student.html",
        standing=standing, name=shown_name(person.called), known_as=shown_name(person.id), weighted=snapshot.grades.weighted,
        roster=snapshot.grades.roster,
        exercises=[
            (column, standing.grades[column.slug], score_cell(standing.grades[column.slug]),
             table.address(snapshot, person.id, column.slug))
            for column in snapshot.grades.columns
        ],
    )  # fmt: skip


def submission(
    site: Site, request: Request, standing: Standing, slug: str, entered: Entered | None = None
) -> Response:
    """One submission: its results, the notebook, what was decided, and the forms to decide."""
    snapshot = site.live.snapshot()
    standing = snapshot.standings.get(snapshot.keys.get(standing.person.id, ""), standing)
    grade, person = standing.grades[slug], standing.person
    column = next(column for column in snapshot.grades.columns if column.slug == slug)
    decided = decisions_on(site.book, person.id, slug)
    asked = table.asked_from(request.query, snapshot)
    before, after = table.neighbours(snapshot, asked, person.id, slug)
    questions = grade.report.questions if grade.report else ()
    here = table.address(snapshot, person.id, slug)
    tried = attempts_at(site.book, snapshot.course, grade)
    version = fingerprint(replace(grade, path=None))[
        :12
    ]  # the frame is loaded anew when there is something new in it
    return _page(
        site, snapshot, "submission.html", status=422 if entered else 200,
        standing=standing, grade=grade, report=grade.report, column=column, cell=score_cell(grade),
        name=shown_name(person.called), known_as=shown_name(person.id), here=here, query=asked.query(),
        up=table.address(snapshot, person.id), back="/" + asked.query(), before=before, after=after,
        feedback=f"/feedback{here.removeprefix('/students')}?of={version}" if grade.report else "",
        cards=[
            (question, box, _form(question.name, question.max_score, grade, decided, entered))
            for question, box in zip(questions, question_boxes(grade), strict=True)
        ],
        whole=_form("", grade.max_score, grade, decided, entered),
        words=[said(one, grade.report.score if grade.report else None) for one in grade.overrides if not one.question],
        tried=tried, decided=decided, by=entered.fields.get("by", site.by) if entered else site.by,
        entered=entered, saved=_saved(request.query, grade), most=COMMENT_MOST,
        known_exercise=slug in snapshot.course.exercises,
    )  # fmt: skip


def feedback(site: Site, request: Request, standing: Standing, slug: str) -> Response:
    """What the student would get now: no scripts, an origin of its own, nothing loaded; only our pages may
    frame it.
    """
    snapshot = site.live.snapshot()
    grade = standing.grades[slug]
    if grade.report is None:
        return sentence(404, "There is no feedback on this: nothing was judged.")
    html, _ = feedback_file(grade, grade.report, snapshot.course)
    return _sealed(html, frame="sandbox; frame-ancestors 'self'")


def report(site: Site, request: Request, name: str) -> Response:
    """The files that `grader report` would write now: index.html, projector.html, students/….html."""
    snapshot = site.live.snapshot()
    kept: dict[str, str] = snapshot.kept.setdefault("report", {})
    if name not in kept:
        students = {page_name(standing.person.id): standing for standing in snapshot.grades.standings}
        if name == "index.html":
            kept[name] = index_page(snapshot.grades)
        elif name == "projector.html":
            kept[name] = projector_page(snapshot.grades)
        elif name in students:
            return _sealed(student_page(snapshot.grades, students[name]))
        else:
            return sentence(404, NOBODY)
    return _sealed(kept[name])


def time_left(progress: JudgingProgress) -> str:
    """How long it will take, as people say it."""
    if progress.left_s is None:
        return ""
    if progress.left_s < 90:
        return f"about {max(1, round(progress.left_s))} s left"
    return f"about {round(progress.left_s / 60)} min left"


def _page(site: Site, snapshot: Snapshot, template: str, status: int = 200, **values: Any) -> Response:
    progress, ended = site.watch.progress(snapshot.course), site.work.ended
    html = render(
        template, STYLES, "web.js", ALLOWED, TEMPLATES, form_field=FORM_FIELD, form_secret=site.guard.form,
        progress=progress, left=time_left(progress), ended=ended, number=snapshot.number,
        short_name=short_name, **values,
    )  # fmt: skip
    return _sealed(html, status)


def _sealed(html: str, status: int = 200, frame: str = "frame-ancestors 'none'") -> Response:
    """A page of ours under the policy that it states itself, before everything that others wrote."""
    stated = META.search(html, 0, 4_000)
    return page(status, html, f"{stated[1] if stated else SEALED}; {frame}")


def _form(
    question: str, most: float, grade: Grade, decided: list[Override], entered: Entered | None
) -> dict[str, Any]:
    """What a form to decide holds: what is in force, or what was entered and could not be taken."""
    force = next((one for one in grade.overrides if one.question == question), None)
    fields = {
        "score": "" if force is None or force.score is None else points(force.score),
        "comment": force.comment if force else "",
    }
    mine = entered if entered and entered.question == question else None
    names = [q.name for q in grade.report.questions] if grade.report else []
    number = 1 + names.index(question) if question in names else 0
    return {
        "question": question,
        "anchor": f"set-{number}",
        "most": most,
        "force": force,
        "seen": sum(one.question == question for one in decided),
        "score": mine.fields.get("score", "") if mine else fields["score"],
        "comment": mine.fields.get("comment", "") if mine else fields["comment"],
        "problem": mine.problem if mine else "",
    }


def _saved(query: Mapping[str, str], grade: Grade) -> str:
    """What to say of what was just done; the address says only of what kind it was."""
    kinds = {
        "saved": "Saved.",
        "above": "Saved: it is more than the maximum, and stands as you gave it.",
        "same": "Nothing was changed: this is what was decided already.",
        "back": "Taken back: what the tests gave counts again.",
    }
    return kinds.get(query.get("done", ""), "")
