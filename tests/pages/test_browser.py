"""A real browser opens pages full of hostile text: nothing a student wrote runs, loads or takes effect."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from support.browser import watched, written
from support.classes import class_of, harmless_pages, harmless_texts, hostile_pages, pages_of
from support.hostile import AWAY, CORPUS, EXERCISES, MARKUP, judged, report

from grader.core.course import Exercise
from grader.pages.addresses import page_name
from grader.sandbox.forkserver import ForkServer
from grader.suite.session import SuiteSession

TREE = """() => [...document.querySelectorAll("*")].map(element => [element.tagName,
    ...[...element.attributes].map(a => a.name + "=" + (["href", "title"].includes(a.name) ? "own" : a.value))].join(" "))"""


def test_nothing_a_student_wrote_runs_in_a_browser(
    chromium: Any, forkserver: ForkServer, exercise: Exercise, suite: SuiteSession, tmp_path: Path
) -> None:
    """Every hostile page opens without dialog, console message, request or script, with the tree of a harmless page."""
    hostile, harmless = written(hostile_pages(), tmp_path / "hostile"), written(harmless_pages(), tmp_path / "harmless")
    graded = written(pages_of(class_of([judged(forkserver, exercise, suite, tmp_path)], EXERCISES)), tmp_path / "judged")
    like = {name: name for name in ("index.html", "projector.html")}
    students = [page_name(text) for text in harmless_texts()]
    for text in CORPUS:  # whose name can be no folder's has no link to a feedback page
        has = "/feedback/" in hostile_pages()[page_name(text)]
        like[page_name(text)] = next(name for name in students if ("/feedback/" in harmless_pages()[name]) == has)
    with watched(chromium) as (page, happened):
        trees = {}
        for name in set(like.values()):
            page.goto((harmless / name).as_uri())
            trees[name] = page.evaluate(TREE)
        for path in [*(hostile / name for name in like), *sorted(graded.rglob("*.html"))]:
            page.goto(path.as_uri())
            assert page.evaluate("window.pwned") is None
            assert page.url == path.as_uri()
            if path.is_relative_to(hostile):
                assert page.evaluate(TREE) == trees[like[str(path.relative_to(hostile))]]
        page.wait_for_timeout(200)
        assert happened == []


def test_the_overview_can_be_sorted_and_is_styled(
    chromium: Any, tmp_path: Path
) -> None:
    """The policy allows our own script and style by their hashes, and a click shows it."""
    with watched(chromium) as (page, happened):
        page.goto((written(hostile_pages(), tmp_path) / "index.html").as_uri())
        names = "() => [...document.querySelectorAll('table.t tbody th')].map(th => th.textContent)"
        before = page.evaluate(names)
        page.get_by_role("button", name="Student").click()
        assert page.evaluate(names) == before[::-1]
        assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "1280px"
        assert page.evaluate("document.querySelector('.track rect').getBoundingClientRect().height") == 8
        assert happened == []


@pytest.mark.parametrize("width", [1280, 480])
def test_no_word_is_too_long_for_the_page(chromium: Any, tmp_path: Path, width: int) -> None:
    """10,000 characters without a space wrap; the page never grows beyond the window."""
    folder = written(hostile_pages(), tmp_path)
    with watched(chromium) as (page, _):
        page.set_viewport_size({"width": width, "height": 800})
        for name in ("index.html", "projector.html", page_name("W" * 10_000), page_name("<" * 10_000), page_name(MARKUP[0])):
            page.goto((folder / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def unescaped(page: str, text: str, policy: bool) -> str:
    """The page as if its template forgot to escape `text`, with or without its policy."""
    bare = page if policy else re.sub(r"<meta http-equiv=.*?>", "", page, count=1)
    return bare.replace("<main>", f"<main>{text}".encode("utf-8", "replace").decode())


def test_the_policy_stops_what_escaping_would_have_let_through(chromium: Any, tmp_path: Path) -> None:
    """The corpus put into a page without escaping does harm without the policy, and none with it."""
    pages = pages_of(class_of([report("ada", "fine")], EXERCISES))
    overview = pages["index.html"]
    for policy in (False, True):
        harmed = []
        with watched(chromium) as (page, happened):
            for place, text in enumerate(text for text in MARKUP if "refresh" not in text):  # no policy forbids to leave
                name = f"{policy}-{place}.html"
                path = written({name: unescaped(overview, text, policy)}, tmp_path) / name
                page.goto(path.as_uri())
                harm = [what for what in happened if what.startswith(("dialog", "console: pwned", "sent", "popup"))]
                if harm or page.evaluate("window.pwned"):
                    harmed.append(text)
                happened.clear()
        assert harmed == [] if policy else len(harmed) >= 20


def test_a_script_added_later_is_stopped_too(chromium: Any, tmp_path: Path) -> None:
    """The policy also governs what is added later: inline scripts, handlers, styles, pictures, forms and frames."""
    folder = written(pages_of(class_of([report("ada", "fine")], EXERCISES)), tmp_path)
    blocked = f"""async () => {{
        const seen = [];
        document.addEventListener("securitypolicyviolation", event => seen.push(event.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "window.pwned = 1";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", `<img src="data:," onerror="window.pwned=2"><p style="color:red">
            <iframe src="data:text/html,x"></iframe><style>p {{ color: red }}</style><p onclick="window.pwned=3" id=press>`);
        document.getElementById("press").click();
        await fetch("{AWAY}").catch(() => 0);
        await new Promise(done => setTimeout(done, 100));
        return [...new Set(seen)].sort();
    }}"""
    expected = ["connect-src", "frame-src", "img-src", "script-src-attr", "script-src-elem", "style-src-attr", "style-src-elem"]
    for name in ("index.html", page_name("ada")):
        with watched(chromium) as (page, _):
            page.goto((folder / name).as_uri())
            assert page.evaluate(blocked) == expected
            assert page.evaluate("window.pwned") is None
