"""Which address is what; every address is looked up in what the gradebook knows, none leads to a file."""

from __future__ import annotations

from grader.core.errors import GraderError
from grader.web import actions, views
from grader.web.guard import turned_away
from grader.web.http import Request, Response, sentence
from grader.web.views import NOBODY, Site


def answer(site: Site, request: Request) -> Response:
    """The answer to one request. What is asked for with GET changes nothing."""
    if request.parts == ("favicon.ico",):
        return Response(204)
    refused = turned_away(site.guard, request)
    if refused is not None:
        return refused
    try:
        if request.method == "GET":
            return _look(site, request)
        return _act(site, request)
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
        case ("students", key, slug) if (
            standing := site.live.snapshot().standings.get(key)
        ) and slug in standing.grades:
            return views.submission(site, request, standing, slug)
        case ("feedback", key, slug) if (
            standing := site.live.snapshot().standings.get(key)
        ) and slug in standing.grades:
            return views.feedback(site, request, standing, slug)
        case ("report", "feedback", student, file):
            key, slug = site.live.snapshot().keys.get(student, ""), file.removesuffix(".html")
            standing = site.live.snapshot().standings.get(key)
            return (
                views.feedback(site, request, standing, slug)
                if standing and slug in standing.grades
                else _unknown()
            )
        case ("report", *name):
            return views.report(site, request, "/".join(name))
        case ("regrade" | "stop", *_) | (_, _, _, "decide" | "regrade"):
            return sentence(405, "This is what a button does, and no page.", ("Allow", "POST"))
    return _unknown()


def _act(site: Site, request: Request) -> Response:
    match request.parts:
        case ("regrade",):
            return actions.judge_ungraded(site, request)
        case ("stop",):
            return actions.stop(site, request)
        case ("students", key, slug, "decide" | "regrade" as action):
            standing = site.live.snapshot().standings.get(key)
            if standing is None or slug not in standing.grades:
                return _unknown()
            act = actions.decide if action == "decide" else actions.judge
            return act(site, request, standing, slug)
    return _unknown()


def _unknown() -> Response:
    return sentence(404, NOBODY)
