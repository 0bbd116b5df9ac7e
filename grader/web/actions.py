"""What the forms do: decide, take back, judge again, stop."""

from __future__ import annotations

import contextlib
import math
import threading
from urllib.parse import quote

from grader.core.errors import GraderError
from grader.core.grades import Override, Standing
from grader.core.text import shown_name
from grader.term.decisions import decision
from grader.term.gradebook.history import attempts_at, to_judge_again
from grader.term.gradebook.overrides import decisions_on, override
from grader.web import class_table as table
from grader.web.http import Request, Response, see, sentence
from grader.web.regrade_progress import held_by
from grader.web.snapshot import Snapshot
from grader.web.views import Entered, Site, submission

BY_MOST = 100
_deciding = threading.Lock()


def decide(site: Site, request: Request, standing: Standing, slug: str) -> Response:
    """Write a decision down: on a question or the whole exercise, a score, a comment, both; or take one back."""
    form = request.form
    question, back = form.get("question", ""), form.get("do") == "back"
    snapshot = site.live.snapshot()
    try:
        score = None if back else _score(form.get("score", ""))
        by = " ".join(form.get("by", "").split())[:BY_MOST]
        if not by:
            raise GraderError("who decides? A name belongs beside every decision")
        comment = "" if back else form.get("comment", "").replace("\r\n", "\n").replace("\0", "")
        if question and not _asked(standing, slug, question):
            raise GraderError(
                f"there is no question {shown_name(question)} here any more; open the page again"
            )
        made = decision(snapshot.grades, standing.person.id, slug, question, score, comment, by)
        with _deciding:
            before = [
                one for one in decisions_on(site.book, standing.person.id, slug) if one.question == question
            ]
            if form.get("seen", "") != str(len(before)):
                raise GraderError(_meanwhile(before))
            now = before[0] if before else None
            same = (
                (now.score, now.comment) == (made.score, made.comment)
                if now
                else made.score is None and not made.comment
            )
            if not same:
                override(site.book, [made])
    except GraderError as error:
        return submission(site, request, standing, slug, Entered(question, form, str(error)))
    site.by = by
    if not same:
        site.work.stale()
    kind = "same" if same else "back" if made.score is None and not made.comment else "saved"
    if kind == "saved" and made.score is not None and made.score > _most(snapshot, standing, slug, question):
        kind = "above"
    with contextlib.suppress(
        GraderError
    ):  # it is written down; the next page says what is wrong with the course
        site.live.refresh()
    return _return(snapshot, request, standing, slug, kind)


def judge(site: Site, request: Request, standing: Standing, slug: str) -> Response:
    """Judge one submission again, from the file that it was handed in as."""
    snapshot = site.live.refresh()
    grade = standing.grades[slug]
    numbers = to_judge_again(attempts_at(site.book, snapshot.course, grade))
    if not numbers:
        return sentence(409, "Nothing was handed in here, so nothing can be judged.")
    refused = _begin(site, numbers, f"{shown_name(standing.person.called)}, {slug}")
    return refused or _return(snapshot, request, standing, slug, "")


def judge_ungraded(site: Site, request: Request) -> Response:
    """Judge everything that was handed in and has no score."""
    snapshot = site.live.refresh()
    numbers = [
        one.id
        for grade in table.every_ungraded(snapshot)
        for one in attempts_at(site.book, snapshot.course, grade)
        if one.open or any(verdict.score is None for verdict in one.verdicts)
    ]
    if not numbers:
        return see("/")
    return _begin(site, numbers, "All that were ungraded") or see("/")


def stop(site: Site, request: Request) -> Response:
    """Stop judging: what is being judged is finished and kept."""
    site.work.stop()
    return see("/")


def _begin(site: Site, numbers: list[int], title: str) -> Response | None:
    """Begin to judge; or why not."""
    holder = held_by(site.watch.out)
    if holder is not None and site.work.doing.what != "writing":
        return sentence(
            409, f"Process {holder} is writing to the output folder; wait until it is done. Nothing was lost."
        )
    if not site.work.judge(numbers, title):
        return sentence(
            409, "Something is being judged already; wait until it is done, or stop it. Nothing was lost."
        )
    return None


def _score(text: str) -> float | None:
    """Points as people write them, with a point or a comma; None if the field is empty."""
    text = text.strip()
    if not text:
        return None
    try:
        score = float(text.replace(",", "."))
    except ValueError:
        raise GraderError(
            f"“{shown_name(text[:40])}” is no number; write points such as 7.5, or nothing"
        ) from None
    if not math.isfinite(score) or score < 0:
        raise GraderError(f"“{shown_name(text[:40])}” is no score; give points from 0")
    return score


def _asked(standing: Standing, slug: str, question: str) -> bool:
    report = standing.grades[slug].report
    return report is not None and any(one.name == question for one in report.questions)


def _most(snapshot: Snapshot, standing: Standing, slug: str, question: str) -> float:
    grade = standing.grades[slug]
    known = {one.name: one.max_score for one in grade.report.questions} if grade.report else {}
    return known.get(question, grade.max_score)


def _meanwhile(before: list[Override]) -> str:
    who = shown_name(before[0].by) if before else "somebody"
    return f"{who} has decided on this meanwhile, see the history below; save again if yours is to count"


def _return(snapshot: Snapshot, request: Request, standing: Standing, slug: str, done: str) -> Response:
    """Back to where the form was, with what it was opened from."""
    asked = table.asked_from(request.query, snapshot)
    query = asked.query(done=quote(done))
    return see(table.address(snapshot, standing.person.id, slug) + query)
