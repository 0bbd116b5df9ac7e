"""Which address is what; every address is looked up in the gradebook, none leads to a file."""

from collections.abc import Callable

from grader.core.errors import GraderError
from grader.core.grades import Standing
from grader.web import actions, views
from grader.web.guard import turned_away
from grader.web.http import Request, Response, sentence
from grader.web.views import UNKNOWN, Site

ForSubmission = Callable[[Site, Request, Standing, str], Response]


def answer(site: Site, request: Request) -> Response:
    """The answer to one request. What is asked for with GET changes nothing."""
    if request.parts == ("favicon.ico",):
        return Response(204)
    refused = turned_away(site.guard, request)
    if refused is not None:
        return refused
    try:
        return _look(site, request) if request.method == "GET" else _act(site, request)
    except GraderError as error:
        return sentence(503, f"{error}.")


def _look(site: Site, request: Request) -> Response:
    match request.parts:
        case ("",):
            return views.overview(site, request)
        case ("state",):
            return views.state(site, request)
        case ("students", key) if standing := site.live.snapshot().standings.get(key):
            return views.student(site, request, standing)
        case ("students", key, slug):
            return _of_submission(views.submission, site, request, key, slug)
        case ("feedback", key, slug):
            return _of_submission(views.feedback, site, request, key, slug)
        case ("report", "feedback", student, file):
            key = site.live.snapshot().keys.get(student, "")
            return _of_submission(views.feedback, site, request, key, file.removesuffix(".html"))
        case ("report", *name):
            return views.report(site, request, "/".join(name))
        case ("regrade" | "stop", *_) | (_, _, _, "decide" | "regrade"):
            return sentence(405, "This address is for form submissions only.", ("Allow", "POST"))
    return sentence(404, UNKNOWN)


def _act(site: Site, request: Request) -> Response:
    match request.parts:
        case ("regrade",):
            return actions.regrade_ungraded(site, request)
        case ("stop",):
            return actions.stop(site, request)
        case ("students", key, slug, "decide"):
            return _of_submission(actions.decide, site, request, key, slug)
        case ("students", key, slug, "regrade"):
            return _of_submission(actions.regrade, site, request, key, slug)
    return sentence(404, UNKNOWN)


def _of_submission(action: ForSubmission, site: Site, request: Request, key: str, slug: str) -> Response:
    standing = site.live.snapshot().standings.get(key)
    if standing is None or slug not in standing.grades:
        return sentence(404, UNKNOWN)
    return action(site, request, standing, slug)
