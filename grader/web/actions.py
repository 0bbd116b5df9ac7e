"""What the forms do: decide, take back, grade again, stop."""

import contextlib
import threading
from urllib.parse import quote

from grader.core.errors import GraderError
from grader.core.grades import Override, Standing
from grader.core.safe_text import shown_name
from grader.term.decisions import decision, score_from
from grader.term.gradebook.history import attempts_at, to_judge_again
from grader.term.gradebook.overrides import decisions_on, override
from grader.web import class_table as table
from grader.web.http import Request, Response, see, sentence
from grader.web.regrade_progress import held_by
from grader.web.snapshot import Snapshot
from grader.web.views import Rejected, Site, submission

BY_MOST = 100
_deciding = threading.Lock()


def decide(site: Site, request: Request, standing: Standing, slug: str) -> Response:
    """Record a decision on a question or the whole exercise: a score, a comment or both; or take it back."""
    form, snapshot, grade = request.form, site.live.snapshot(), standing.grades[slug]
    question = form.get("question", "")
    by = " ".join(form.get("by", "").split())[:BY_MOST]
    score, comment = (form.get(name, "") if form.get("do") != "back" else "" for name in ("score", "comment"))
    comment = comment.replace("\r\n", "\n").replace("\0", "")
    most = {one.name: one.max_score for one in grade.questions}
    most[""] = grade.max_score
    try:
        points = score_from(score)
        if not by:
            raise GraderError("who decides? Every decision needs a name")
        if question not in most:
            raise GraderError(
                f"there is no question {shown_name(question)} here any more; open the page again"
            )
        made = decision(snapshot.grades, standing.person.id, slug, question, points, comment, by)
        changed = _recorded(site, made, form.get("seen", ""))
    except GraderError as error:
        return submission(site, request, standing, slug, Rejected(question, form, str(error)))
    site.by = by
    kind = "same"
    if changed:
        site.work.stale()
        kind = "saved" if points is not None or made.comment else "back"
        kind = "above" if points is not None and points > most[question] else kind
    with contextlib.suppress(GraderError):  # it is recorded; the next page says what is wrong with the course
        site.live.refresh()
    return _back(snapshot, request, standing, slug, kind)


def _recorded(site: Site, made: Override, seen: str) -> bool:
    """Write a decision into the gradebook; False if it is what is in force already.

    Args:
        seen: how many decisions on this there were when the form was shown.

    Raises:
        GraderError: somebody has decided in the meantime.
    """
    with _deciding:
        decided = decisions_on(site.book, made.student, made.exercise)
        before = [one for one in decided if one.question == made.question]
        if seen != str(len(before)):
            who = shown_name(before[0].by) if before else "somebody"
            remedy = "see the history below; save again if yours should count"
            raise GraderError(f"{who} has decided on this in the meantime, {remedy}")
        last = (before[0].score, before[0].comment) if before else (None, "")
        if last == (made.score, made.comment):
            return False
        override(site.book, [made])
        return True


def regrade(site: Site, request: Request, standing: Standing, slug: str) -> Response:
    """Grade one submission again, from the file that was handed in."""
    snapshot = site.live.refresh()
    numbers = to_judge_again(attempts_at(site.book, snapshot.course, standing.grades[slug]))
    if not numbers:
        return sentence(409, "Nothing was handed in here, so there is nothing to grade.")
    refused = _begin(site, numbers, f"{shown_name(standing.person.called)}, {slug}")
    return refused or _back(snapshot, request, standing, slug, "")


def regrade_ungraded(site: Site, request: Request) -> Response:
    """Grade everything that was handed in and has no score."""
    snapshot = site.live.refresh()
    numbers = [
        attempt.id
        for grade in table.every_ungraded(snapshot)
        for attempt in attempts_at(site.book, snapshot.course, grade)
        if attempt.open or any(verdict.score is None for verdict in attempt.verdicts)
    ]
    refused = _begin(site, numbers, "All ungraded notebooks") if numbers else None
    return refused or see("/")


def stop(site: Site, request: Request) -> Response:
    """Stop grading: the notebooks being graded are finished and kept."""
    site.work.stop()
    return see("/")


def _begin(site: Site, numbers: list[int], title: str) -> Response | None:
    """Begin to grade; or the reason why not."""
    holder = held_by(site.watch.out)
    if holder is not None and site.work.doing.what != "writing":
        why = f"Process {holder} is writing to the output folder; wait until it is done."
    elif not site.work.judge(numbers, title):
        why = "Something is being graded already; wait until it is done, or stop it."
    else:
        return None
    return sentence(409, f"{why} Nothing was lost.")


def _back(snapshot: Snapshot, request: Request, standing: Standing, slug: str, done: str) -> Response:
    """Back to the page that the form was on."""
    query = table.selection_from(request.query, snapshot).query(done=quote(done))
    return see(table.address(snapshot, standing.person.id, slug) + query)
