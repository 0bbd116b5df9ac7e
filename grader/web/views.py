"""The pages: the class, a student, one submission, its feedback, and the class report as of now."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from grader.core.grades import Grade, Override, Standing
from grader.core.safe_text import shown_name
from grader.pages.addresses import page_name
from grader.pages.class_report import best_total, index_page
from grader.pages.feedback.write_feedback import feedback_file
from grader.pages.html import render
from grader.pages.projector import projector_page
from grader.pages.score_cell import said, score_cell
from grader.pages.scores_table import short_name
from grader.pages.student_page import question_boxes, shown_names, student_page
from grader.pages.unchanged_pages import fingerprint
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
UNKNOWN = "There is no such student or exercise in this gradebook."
MORE_SHOWN = 20  # lines on what came of the last job
# What was just done, by the word for it in the address.
DONE = {
    "saved": "Saved.",
    "above": "Saved. It is more than the maximum, and counts as you entered it.",
    "same": "Nothing was changed: this was decided already.",
    "back": "Taken back: the tests’ score counts again.",
}


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
class Rejected:
    """What somebody entered in a form that was not accepted, and why."""

    question: str
    fields: Mapping[str, str]
    problem: str


@dataclass(frozen=True)
class DecisionForm:
    """A form to decide on a question, or on the whole if that is "": what is in force, or what was rejected.

    Attributes:
        most: the points that there are; `seen`: how many decisions there were when the form was made.
    """

    question: str
    anchor: str
    most: float
    force: Override | None
    seen: int
    score: str
    comment: str
    problem: str


def overview(site: Site, request: Request) -> Response:
    """The class; everything that can be filtered and sorted is in the address."""
    snapshot = site.live.snapshot()
    selection, grades = table.selection_from(request.query, snapshot), snapshot.grades
    rows, count = table.rows(snapshot, selection)
    return _page(
        site, snapshot, "overview.html",
        selection=selection, rows=rows, count=count, in_all=len(grades.standings),
        statuses={status: words for status, (words, _) in table.STATUSES.items()},
        columns=[(column, short_name(column.slug)) for column in table.columns(snapshot, selection)],
        every=grades.columns, weighted=grades.weighted, best=best_total(grades),
        sections=sorted({s.person.section for s in grades.standings if s.person.section}),
        counts={kind: sum(table.has(grade, kind) for grade in grades.grades()) for kind in table.STATUSES},
        ungraded=len(table.every_ungraded(snapshot)),
    )  # fmt: skip


def state(site: Site, request: Request) -> Response:
    """What our script keeps asking for: is there anything new, and how far has grading got?"""
    snapshot = site.live.snapshot()
    progress, ended = site.watch.progress(snapshot.course), site.work.ended
    more = [shown_name(line) for line in ended.more[:MORE_SHOWN]]
    last = {"number": ended.number, "text": ended.text, "more": more}
    now = {**vars(progress), "left": time_left(progress)}
    return data({"number": snapshot.number, "progress": now, "ended": last})


def student(site: Site, request: Request, standing: Standing) -> Response:
    """One student, with a line for every exercise."""
    snapshot, person = site.live.snapshot(), standing.person
    name, known_as = shown_names(person)
    grades = [(column, standing.grades[column.slug]) for column in snapshot.grades.columns]
    return _page(
        site, snapshot, "one_student.html",
        standing=standing, name=name, known_as=known_as,
        weighted=snapshot.grades.weighted, roster=snapshot.grades.roster,
        exercises=[
            (column, grade, score_cell(grade), table.address(snapshot, person.id, column.slug))
            for column, grade in grades
        ],
    )  # fmt: skip


def submission(
    site: Site, request: Request, standing: Standing, slug: str, rejected: Rejected | None = None
) -> Response:
    """One submission: its results, the notebook, what was decided, and the forms to decide."""
    snapshot = site.live.snapshot()
    standing = snapshot.standings.get(snapshot.keys.get(standing.person.id, ""), standing)
    grade, person = standing.grades[slug], standing.person
    column = next(column for column in snapshot.grades.columns if column.slug == slug)
    decided = decisions_on(site.book, person.id, slug)
    selection = table.selection_from(request.query, snapshot)
    before, after = table.neighbours(snapshot, selection, person.id, slug)
    name, known_as = shown_names(person)
    boxes = zip(grade.questions, question_boxes(grade), strict=True)
    here, given = table.address(snapshot, person.id, slug), grade.report.score if grade.report else None
    version = fingerprint(replace(grade, path=None))[:12]  # so that the frame is loaded again when it changes
    return _page(
        site, snapshot, "submission.html", status=422 if rejected else 200,
        standing=standing, grade=grade, report=grade.report, column=column, cell=score_cell(grade),
        name=name, known_as=known_as, here=here, query=selection.query(),
        up=table.address(snapshot, person.id), back="/" + selection.query(), before=before, after=after,
        feedback=f"/feedback{here.removeprefix('/students')}?of={version}" if grade.report else "",
        cards=[
            (question, box, _form(question.name, number, question.max_score, grade, decided, rejected))
            for number, (question, box) in enumerate(boxes, 1)
        ],
        whole=_form("", 0, grade.max_score, grade, decided, rejected),
        words=[said(over, given) for over in grade.overrides if not over.question],
        attempts=attempts_at(site.book, snapshot.course, grade), decided=decided,
        by=rejected.fields.get("by", site.by) if rejected else site.by,
        saved=DONE.get(request.query.get("done", ""), ""), most=COMMENT_MOST,
        known_exercise=slug in snapshot.course.exercises,
    )  # fmt: skip


def feedback(site: Site, request: Request, standing: Standing, slug: str) -> Response:
    """What the student would get now; it may run and load nothing, and only our pages may frame it."""
    grade = standing.grades[slug]
    if grade.report is None:
        return sentence(404, "There is no feedback yet: nothing was graded.")
    html, _ = feedback_file(grade, grade.report, site.live.snapshot().course)
    return _sealed(html, frame="sandbox; frame-ancestors 'self'")


def report(site: Site, request: Request, name: str) -> Response:
    """The files that `grader report` would write now: index.html, projector.html, students/….html."""
    snapshot = site.live.snapshot()
    if name in ("index.html", "projector.html"):
        return _sealed(_class_page(snapshot, name))
    students = {page_name(standing.person.id): standing for standing in snapshot.grades.standings}
    if name not in students:
        return sentence(404, UNKNOWN)
    return _sealed(student_page(snapshot.grades, students[name]))


@lru_cache(maxsize=2)
def _class_page(snapshot: Snapshot, name: str) -> str:
    return index_page(snapshot.grades) if name == "index.html" else projector_page(snapshot.grades)


def time_left(progress: JudgingProgress) -> str:
    """How long it will take, as people say it."""
    if progress.left_s is None:
        return ""
    if progress.left_s < 90:
        return f"about {max(1, round(progress.left_s))} s left"
    return f"about {round(progress.left_s / 60)} min left"


def _page(site: Site, snapshot: Snapshot, template: str, status: int = 200, **values: object) -> Response:
    progress, ended = site.watch.progress(snapshot.course), site.work.ended
    html = render(
        template, STYLES, "web.js", ALLOWED, TEMPLATES, form_field=FORM_FIELD, form_secret=site.guard.form,
        progress=progress, left=time_left(progress), ended=ended, number=snapshot.number,
        short_name=short_name, **values,
    )  # fmt: skip
    return _sealed(html, status)


def _sealed(html: str, status: int = 200, frame: str = "frame-ancestors 'none'") -> Response:
    """A page of ours, under the policy that it states itself before everything that others wrote."""
    stated = META.search(html, 0, 4_000)
    return page(status, html, f"{stated[1] if stated else SEALED}; {frame}")


def _form(
    question: str,
    number: int,
    most: float,
    grade: Grade,
    decided: Sequence[Override],
    rejected: Rejected | None,
) -> DecisionForm:
    force = next((over for over in grade.overrides if over.question == question), None)
    score, comment, problem = "", "", ""
    if rejected and rejected.question == question:
        score, comment = (rejected.fields.get(name, "") for name in ("score", "comment"))
        problem = rejected.problem
    elif force:
        score, comment = "" if force.score is None else _exact(force.score), force.comment
    seen = sum(one.question == question for one in decided)
    return DecisionForm(question, f"set-{number}", most, force, seen, score, comment, problem)


def _exact(score: float) -> str:
    """All digits without an exponent, so that a decision saved again unchanged is the same number."""
    return f"{Decimal(repr(score)):f}".removesuffix(".0")
