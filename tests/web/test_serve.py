"""The gradebook in a browser: who is let in, what forms do, what is shown, and grading again, all over real sockets."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import nbformat
import pytest
from click.testing import CliRunner
from support.cells import RIGHT, WRONG, eventually
from support.hostile import AWAY, MARKUP, UNICODE
from support.paths import COURSE

from grader.cli.main import main
from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.grades import Override
from grader.core.report import GradeStatus, Report, Status, TestResult
from grader.core.scoring import question_result, total
from grader.core.students import Person
from grader.engine.judges import open_local
from grader.engine.verdict_key import verdict_key
from grader.pages.addresses import safe_name
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import (
    AttemptKey,
    Received,
    attempts,
    receive,
    record,
    verdicts,
)
from grader.term.gradebook.history import batch_progress
from grader.term.gradebook.overrides import all_decisions, override
from grader.term.gradebook.people import enrol, meet
from grader.term.run import grade_again
from grader.web import background as working
from grader.web.background import Job
from grader.web.class_table import Selection, neighbours, selected
from grader.web.regrade import work
from grader.web.regrade_progress import JudgingProgress, held_by
from grader.web.server import GradebookServer, running, serve
from grader.web.snapshot import Live
from grader.web.views import Site, time_left

SLUG = "01_double"
NAMES = ("double", "Counter", "apply")
EVIL = MARKUP[0]


@dataclass
class Visitor:
    """An HTTP client; `cookie` is what the server gave it, "" for none."""

    site: Site
    cookie: str = ""

    def ask(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers in lower case, and text of one answer; a header's `_` is a hyphen."""
        connection = http.client.HTTPConnection("127.0.0.1", self.site.guard.port, timeout=20)
        sent = {"Cookie": self.cookie} if self.cookie else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        return self.ask("GET", path, **headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, dict[str, str], str]:
        """As a form of ours sends it, unless `headers` say otherwise."""
        usual = {"Origin": f"http://127.0.0.1:{self.site.guard.port}", "Sec-Fetch-Site": "same-origin"}
        usual |= {"Content-Type": "application/x-www-form-urlencoded"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, urlencode(fields), **{k.replace("-", "_"): v for k, v in {**usual, **given}.items() if v})

    def decide(self, student: str = "ada", seen: int = 0, **fields: str) -> tuple[int, dict[str, str], str]:
        form = {"form": self.site.guard.form, "question": "", "seen": str(seen), "by": "m.curie", "score": "", "comment": ""}
        return self.post(f"/students/{safe_name(student)}/{SLUG}/decide", {**form, **fields})


def report(student: str, lost: int = 0, message: str = "got 3", score: float | None = 0.0) -> Report:
    """The first `lost` questions of the tiny course have failed; without a score, the grader has."""
    questions = []
    for number, name in enumerate(NAMES):
        status = "ungraded" if score is None else "failed" if number < lost else "passed"
        test = TestResult(f"test_{name}", Status(status), 0.0 if status != "passed" else 2.0, 2.0, f"{name} works.", message if status != "passed" else "")
        questions.append(question_result(name, (test,)))
    made = tuple(questions)
    digest = f"{len(student):064x}"
    status = "graded" if score is not None else "ungraded"
    return Report(student, SLUG, total(made), 6.0, GradeStatus(status), made, sandbox={"rung": "bwrap"}, submission_sha256=digest)


def received(one: Report, path: str = "/nowhere/x.ipynb", **more: Any) -> Received:
    return Received(AttemptKey(one.student, one.exercise, one.submission_sha256), path, **more)


@contextmanager
def served(out: Path, course: Path, port: int = 0, writes: bool = True) -> Iterator[Visitor]:
    """A server that runs during the block, and a client with its cookie; it writes files again only if it `writes`."""
    with running(out, out / "gradebook.sqlite", Course(course), port) as (server, site):
        if not writes:
            site.work.stale = lambda: None  # type: ignore[method-assign]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield Visitor(site, f"{site.guard.cookie}={site.guard.session}")
        server.shutdown()
        thread.join()


@pytest.fixture
def classroom(tmp_path: Path) -> Path:
    """A course with one exercise and a graded class of four: right, wrong, ungraded, and nothing handed in."""
    shutil.copytree(COURSE, tmp_path / "course")
    (tmp_path / "out").mkdir()
    key = verdict_key(Course(tmp_path / "course"), SLUG)
    with open_gradebook(tmp_path / "out" / "gradebook.sqlite") as book:
        roster = [Person("ada", "Ada Lovelace", section="A"), Person("bob", "Bob Ross", section="B"), Person("cleo", "Cléo"), Person("dan", "Dan")]
        enrol(book, roster, {})
        for one in (report("ada"), report("bob", 2, EVIL), report("cleo", score=None)):
            receive(book, [received(one)])
            record(book, received(one), key, one)
    return tmp_path


@pytest.fixture
def visitor(classroom: Path) -> Iterator[Visitor]:
    """A client with the cookie of a server of this class."""
    with served(classroom / "out", classroom / "course", writes=False) as known:
        yield known


def decisions(visitor: Visitor) -> list[tuple[str, str, float | None, str, str]]:
    return [(o.student, o.question, o.score, o.comment, o.by) for o in all_decisions(visitor.site.book)]


def test_the_secret_of_the_address_becomes_a_cookie_and_leaves_the_address(visitor: Visitor) -> None:
    """The answer redirects to the address without it; scripts and other sites cannot use the cookie, which is named after the port."""
    guard = visitor.site.guard
    status, headers, _ = Visitor(visitor.site).get(f"/students/x?status=late&token={guard.token}")
    assert (status, headers["location"]) == (303, "/students/x?status=late")
    assert headers["set-cookie"] == f"grader-{guard.port}={guard.session}; Path=/; HttpOnly; SameSite=Strict"
    assert guard.token not in headers["location"] and guard.token not in repr(guard)
    assert guard.address == f"http://127.0.0.1:{guard.port}/?token={guard.token}"


@pytest.mark.parametrize("path", ["/", "/state", "/students/x", "/report/index.html", "/?token=", "/?token=wrong", "/?token=%C3%A9"])
def test_without_the_secret_nothing_is_shown(visitor: Visitor, path: str) -> None:
    """403 and one sentence, also with the cookie of another session; a wrong token is refused even with the right cookie."""
    for cookie in ("", f"{visitor.site.guard.cookie}=x", f"grader-1={visitor.site.guard.session}"):
        status, headers, text = Visitor(visitor.site, cookie).get(path)
        assert status == 403 and "printed in the terminal" in text and "Ada" not in text
        assert "default-src 'none'" in headers["content-security-policy"] and "set-cookie" not in headers
    if "token" in path:
        assert visitor.get(path)[0] == 403


def test_it_answers_to_its_own_name_only(visitor: Visitor) -> None:
    """A foreign name that resolves to this machine is refused, even with cookie and token."""
    port, token = visitor.site.guard.port, visitor.site.guard.token
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}", f"127.0.0.1:{port}.evil.example", f"[::1]:{port}", ""):
        assert visitor.get("/", Host=host)[0] == 403
        assert visitor.get(f"/?token={token}", Host=host)[0] == 403
    assert visitor.get("/", Host=f"localhost:{port}")[0] == 200
    with socket_to(port) as stream:
        stream.write(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\nCookie: {visitor.cookie}\r\nConnection: close\r\n\r\n".encode())
        stream.flush()
        assert stream.readline().split()[1] == b"403"


@contextmanager
def socket_to(port: int) -> Iterator[Any]:
    import socket

    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection, connection.makefile("rwb") as stream:
        yield stream


def test_it_listens_on_the_loopback_interface_alone(classroom: Path) -> None:
    """Other machines cannot connect."""
    with running(classroom / "out", classroom / "out" / "gradebook.sqlite", Course(classroom / "course")) as (server, _):
        assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_requests_caused_by_other_pages_are_refused(visitor: Visitor, site: str) -> None:
    """Nor a page of this machine on another port, whose requests carry the cookie."""
    for path in ("/", "/state", f"/feedback/{safe_name('ada')}/{SLUG}"):
        status, _, text = visitor.get(path, Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors")
        assert status == 403 and "Ada" not in text
    assert visitor.get("/", Sec_Fetch_Site="none")[0] == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": ""},
        {"Origin": "", "Sec-Fetch-Site": ""},
        {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"},
        {"form": ""},
        {"form": "0" * 64},
        {"Cookie": ""},
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(visitor: Visitor, wrong: dict[str, str]) -> None:
    """Not with the cookie from another origin or none, nor without the form's secret."""
    fields = {"form": visitor.site.guard.form, "question": "", "seen": "0", "by": "eve", "score": "6"}
    fields |= {name: value for name, value in wrong.items() if name == "form"}
    headers = {name.replace("-", "_"): value for name, value in wrong.items() if name not in ("form",)}
    stranger = Visitor(visitor.site) if wrong.get("Cookie") == "" else visitor
    headers.pop("Cookie", None)
    for path in (f"/students/{safe_name('ada')}/{SLUG}/decide", f"/students/{safe_name('ada')}/{SLUG}/regrade", "/regrade", "/stop"):
        status, _, text = stranger.post(path, fields, **headers)
        assert status == 403 and text.count("<p>") == 1
    assert decisions(visitor) == [] and visitor.site.work.doing.what == ""


def test_looking_changes_nothing(visitor: Visitor) -> None:
    """GET on the address of an action is refused, even with all fields of the form."""
    fields = urlencode({"form": visitor.site.guard.form, "seen": "0", "by": "eve", "score": "6", "question": ""})
    for path in (f"/students/{safe_name('ada')}/{SLUG}/decide", f"/students/{safe_name('ada')}/{SLUG}/regrade", "/regrade", "/stop"):
        status, headers, text = visitor.get(f"{path}?{fields}")
        assert (status, headers["allow"]) == (405, "POST") and "form submissions only" in text
    assert decisions(visitor) == [] and visitor.site.work.doing.what == ""


def test_every_answer_is_sealed(visitor: Visitor) -> None:
    """No answer is kept, sniffed or framed by others; no referrer, no script but ours."""
    key = safe_name("bob")
    for path in ("/", f"/students/{key}", f"/students/{key}/{SLUG}", f"/feedback/{key}/{SLUG}", "/report/index.html", "/report/projector.html",
                 f"/report/students/{key}.html", "/state", "/favicon.ico", "/none", "/regrade", "/?token=x"):  # fmt: skip
        _, headers, text = visitor.get(path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors " in policy and "unsafe" not in policy
        assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer" and headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin" and headers["server"] == "grader"
        assert EVIL not in text
    for method in ("PUT", "DELETE", "TRACE", "OPTIONS", "BREW"):
        status, headers, _ = visitor.ask(method, "/")
        assert status == 501 and "default-src 'none'" in headers["content-security-policy"]


def test_feedback_may_run_and_load_nothing_and_only_we_may_frame_it(visitor: Visitor) -> None:
    """It has its own origin, and no script at all."""
    _, headers, text = visitor.get(f"/feedback/{safe_name('bob')}/{SLUG}")
    policy = headers["content-security-policy"].split("; ")
    assert "sandbox" in policy and "frame-ancestors 'self'" in policy and "default-src 'none'" in policy
    assert not [part for part in policy if part.startswith(("script-src", "connect-src", "frame-src"))]
    assert "bob" in text and "<script" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/feedback/../../etc/passwd", "/feedback/ada/01_double", "/report/../gradebook.sqlite",
        "/report/gradebook.sqlite", "/gradebook.sqlite", "/students/ada", f"/students/{safe_name('ada')}/..", "/students/%00/x", "/.lock",
        f"/feedback/{safe_name('dan')}/{SLUG}", f"/report/feedback/ada/..%2f{SLUG}.html", f"/students/{safe_name('nobody')}/{SLUG}",
    ],
)  # fmt: skip
def test_no_address_leads_to_a_file(visitor: Visitor, path: str) -> None:
    """Only what the gradebook knows has an address."""
    status, _, text = visitor.get(path)
    assert status == 404 and "root:" not in text and "SQLite" not in text


def test_malformed_requests_are_refused(visitor: Visitor) -> None:
    """Bodies that are too long, of unknown length or another kind, and malformed addresses; the server goes on."""
    path, form = f"/students/{safe_name('ada')}/{SLUG}/decide", visitor.site.guard.form
    assert visitor.post(path, {"form": form, "comment": "x" * 70_000})[0] == 413
    assert visitor.post(path, {"form": form}, Content_Type="text/plain")[0] == 415
    assert visitor.ask("POST", path, b"0\r\n\r\n", Transfer_Encoding="chunked", Content_Type="application/x-www-form-urlencoded")[0] == 411
    assert visitor.post(path, {f"f{i}": "" for i in range(100)})[0] == 400
    assert visitor.get("http://127.0.0.1/")[0] == 400
    assert visitor.get("//evil.example/")[0] == 404
    assert visitor.get("/students/%ff")[0] == 400
    assert visitor.ask("GET", "/", b"body")[0] == 400
    assert visitor.ask("POST", "/none", b"", Content_Type="application/x-www-form-urlencoded", Content_Length="0")[0] == 403
    assert visitor.post("/none", {"form": form})[0] == 404
    assert visitor.post(f"/students/{safe_name('nobody')}/{SLUG}/decide", {"form": form})[0] == 404
    assert visitor.get("/")[0] == 200


def test_our_own_failure_is_a_sentence_and_a_traceback_in_the_terminal(visitor: Visitor, capfd: Any, monkeypatch: Any) -> None:
    """The server goes on; the page tells nothing about the program."""
    monkeypatch.setattr(visitor.site.live, "snapshot", lambda: 1 / 0)
    status, _, text = visitor.get("/")
    assert status == 500 and "Our failure" in text and "ZeroDivision" not in text
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_the_overview_finds_filters_and_sorts_without_a_script(visitor: Visitor) -> None:
    """Everything is in the address; unknown values are ignored."""

    def names(query: str) -> list[str]:
        text = visitor.get(f"/?{query}")[2]
        return re.findall(r'<th scope="row"><a href="[^"]*"><bdi>([^<]*)', text)

    assert names("") == ["Ada Lovelace", "Bob Ross", "Cléo", "Dan"]
    assert names("find=LOVE+a") == ["Ada Lovelace"] and names("find=cleo") == ["Cléo"] and names("find=zzz") == []
    assert names("status=ungraded") == ["Cléo"] and names("status=missing") == ["Dan"] and names("status=late") == []
    assert names("section=B") == ["Bob Ross"]
    assert names(f"sort={SLUG}&down=1") == ["Ada Lovelace", "Bob Ross", "Cléo", "Dan"]
    assert names("sort=total") == ["Cléo", "Dan", "Bob Ross", "Ada Lovelace"]
    assert names("sort=name&down=1")[0] == "Dan" and names("sort=section&down=1")[0] == "Bob Ross" and names("sort=missing&down=1")[0] == "Dan"
    assert names("sort=evil&status=evil&exercise=evil&section=evil") == names("")
    visitor.decide(score="3", comment="orally")
    assert names("status=overridden") == names("status=comment") == ["Ada Lovelace"]


def test_one_filtered_submission_leads_to_the_next(visitor: Visitor) -> None:
    """Previous and next stay within the selection, even if the submission shown is no longer in it."""
    snapshot = visitor.site.live.snapshot()
    at = {person: f"/students/{safe_name(person)}/{SLUG}" for person in ("ada", "bob", "cleo", "dan")}
    assert neighbours(snapshot, Selection(), "bob", SLUG) == (at["ada"], at["cleo"])
    assert neighbours(snapshot, Selection(), "dan", SLUG) == (at["cleo"], "")
    assert neighbours(snapshot, Selection(status="missing"), "ada", SLUG) == ("", at["dan"] + "?status=missing")
    assert neighbours(snapshot, Selection(find="ada"), "ada", SLUG) == ("", "")
    assert [standing.person.id for standing in selected(snapshot, Selection(status="ungraded"))] == ["cleo"]


def test_a_student_and_a_submission_say_what_there_is(visitor: Visitor) -> None:
    """Scores, questions, attempts and decisions; also for a notebook that was never handed in."""
    assert "Ada Lovelace" in visitor.get(f"/students/{safe_name('ada')}")[2]
    bob = visitor.get(f"/students/{safe_name('bob')}/{SLUG}")[2]
    assert "double works." in bob and "2 of 6" in bob and "counts" in bob and "/nowhere/x.ipynb" in bob and "<iframe" in bob
    dan = visitor.get(f"/students/{safe_name('dan')}/{SLUG}")[2]
    assert "Nothing was handed in." in dan and "<iframe" not in dan and "Grade this again" not in dan
    cleo = visitor.get(f"/students/{safe_name('cleo')}/{SLUG}")[2]
    assert "could not be graded" in cleo
    assert "Grade the one ungraded notebook again" in visitor.get("/")[2]


def test_a_decision_is_recorded_with_who_and_when(visitor: Visitor) -> None:
    """On a question, then on the whole, then taken back; the pages show it at once, and the name is offered again."""
    status, headers, _ = visitor.decide("bob", question="double", score="1,5", comment="right idea\r\n<b>", by="  Marie   Curie ")
    assert status == 303 and headers["location"].endswith(f"/students/{safe_name('bob')}/{SLUG}?done=saved")
    assert decisions(visitor) == [("bob", "double", 1.5, "right idea\n<b>", "Marie Curie")]
    text = visitor.get(headers["location"])[2]
    assert "3.5 <small>of 6" in text and "set by Marie Curie on" in text and "right idea\n&lt;b&gt;" in text and "Saved." in text
    assert 'name="by" value="Marie Curie"' in text
    assert "<b>3.5</b>" not in visitor.get("/")[2] and ">3.5</a>" in visitor.get("/")[2]
    assert visitor.decide("bob", score="7")[1]["location"].endswith("done=above")
    assert visitor.site.live.snapshot().standings[safe_name("bob")].total == 7.0
    assert visitor.decide("bob", 1, do="back", score="7")[1]["location"].endswith("done=back")
    assert visitor.site.live.snapshot().standings[safe_name("bob")].total == 3.5
    assert "taken back" in visitor.get(f"/students/{safe_name('bob')}/{SLUG}")[2]
    assert visitor.decide("bob", 2)[1]["location"].endswith("done=same") and len(decisions(visitor)) == 3
    assert visitor.decide("dan", score="2", comment="orally")[0] == 303
    assert visitor.site.live.snapshot().standings[safe_name("dan")].total == 2.0


def test_points_in_the_browser_read_as_everywhere_else(visitor: Visitor) -> None:
    """In the table and on the submission's page: two decimals, halves rounded up."""
    assert visitor.decide("bob", score="1187.125")[0] == 303
    page = visitor.get(f"/students/{safe_name('bob')}/{SLUG}")[2]
    assert "1187.13 <small>of 6 points" in page
    assert ">1187.13</a>" in visitor.get("/")[2]
    assert not re.search(r"1187\.12\b", page + visitor.get("/")[2])


@pytest.mark.parametrize(
    ("score", "shown"),
    [(3.3333, "3.3333"), (2.0, "2"), (1e-7, "0.0000001"), (1e6, "1000000")],
)
def test_a_decision_that_is_saved_again_unchanged_stays_the_same_number(visitor: Visitor, classroom: Path, score: float, shown: str) -> None:
    """The form has all digits of the score, which everything to read shows with two decimals."""
    with open_gradebook(classroom / "out" / "gradebook.sqlite") as book:
        override(book, [Override("bob", SLUG, "", score, "", "cli", "")])
    visitor.site.live.refresh()
    page = visitor.get(f"/students/{safe_name('bob')}/{SLUG}")[2]
    fields = re.findall(r'name="score" [^>]*? value="([^"]*)"', page)
    assert [field for field in fields if field] == [shown]
    assert visitor.decide("bob", 1, score=shown)[1]["location"].endswith("done=same")
    assert [given for _, _, given, _, _ in decisions(visitor)] == [score]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"score": "abc"}, "is not a number"),
        ({"score": "-1"}, "is not a valid score"),
        ({"score": "nan"}, "is not a valid score"),
        ({"score": "1e999"}, "is not a valid score"),
        ({"score": "1", "by": "  "}, "who decides"),
        ({"score": "1", "question": "none"}, "no question none here"),
        ({"comment": "x" * 2001}, "the limit is 2000"),
        ({"score": "1", "seen": "1"}, "has decided on this in the meantime"),
    ],
)
def test_a_rejected_entry_is_explained_next_to_the_field_and_kept(visitor: Visitor, fields: dict[str, str], words: str) -> None:
    """422, the reason, and what was entered; nothing is written."""
    status, _, text = visitor.decide(**{"comment": "mine & yours", **fields})  # type: ignore[arg-type]
    assert status == 422 and decisions(visitor) == []
    if fields.get("question") != "none":
        assert words in text and 'role="alert"' in text
        assert "mine &amp; yours" in text or "xxx" in text


def test_two_people_do_not_overwrite_each_other_unseen(visitor: Visitor) -> None:
    """Saving a form that was opened before another decision is refused once, with a sentence."""
    assert visitor.decide(score="1", by="first")[0] == 303
    status, _, text = visitor.decide(score="2", by="second")
    assert status == 422 and "first has decided on this in the meantime" in text and 'name="seen" value="1"' in text
    assert visitor.decide("ada", 1, score="2", by="second")[0] == 303
    assert [score for _, _, score, _, _ in decisions(visitor)] == [1.0, 2.0]


def test_what_others_write_to_the_gradebook_is_shown(visitor: Visitor, classroom: Path) -> None:
    """A decision on the command line, a new verdict, a name: without a restart."""
    number = json.loads(visitor.get("/state")[2])["number"]
    with open_gradebook(classroom / "out" / "gradebook.sqlite") as book:
        override(book, [Override("ada", SLUG, "", 1.25, "", "cli", "")])
    assert eventually(lambda: ">1.25</a>" in visitor.get("/")[2])
    assert json.loads(visitor.get("/state")[2])["number"] > number
    with open_gradebook(classroom / "out" / "gradebook.sqlite") as book:
        key = verdict_key(Course(classroom / "course"), SLUG)
        record(book, received(report("cleo")), key, report("cleo", 1))
        meet(book, [Person("dan", "", email="dan@example.org")])
    assert eventually(lambda: "4 of 6" in visitor.get(f"/students/{safe_name('cleo')}/{SLUG}")[2])
    assert eventually(lambda: "dan@example.org" in visitor.get(f"/students/{safe_name('dan')}")[2])


def test_a_course_that_breaks_meanwhile_is_a_sentence_until_it_is_fixed(visitor: Visitor, classroom: Path) -> None:
    """The file is named; the server need not be restarted."""
    policy = classroom / "course" / "solutions" / "course.toml"
    policy.write_text("[late\n")
    assert eventually(lambda: visitor.get("/")[0] == 503)
    assert "course.toml" in visitor.get("/")[2]
    policy.unlink()
    assert eventually(lambda: visitor.get("/")[0] == 200)


def test_documents_are_read_once(classroom: Path, monkeypatch: Any) -> None:
    """A single change does not read all reports again."""
    from grader.web import snapshot as module

    with open_gradebook(classroom / "out" / "gradebook.sqlite") as book:
        with book.transaction() as connection:
            connection.exec_driver_sql("update reports set graded_at = '2026-01-01T00:00:00+00:00'")
        read: list[int] = []
        real = module.reports
        monkeypatch.setattr(module, "reports", lambda b, ids: read.extend(ids) or real(b, ids))
        live = Live(book, classroom / "course")
        before = live.snapshot()
        assert sorted(read) == [1, 2]
        read.clear()
        override(book, [Override("ada", SLUG, "", 1.0, "", "x", "")])
        after = live.refresh()
        assert read == [] and after.number == before.number + 1 and after.standings[safe_name("ada")].total == 1.0
        # once the second is over in which it was written to
        assert eventually(lambda: live.snapshot() is live.refresh())


@contextmanager
def another_process_writes_to(out: Path) -> Iterator[int]:
    """A process that holds the output folder, as `grader grade` does."""
    code = "import sys; from pathlib import Path; from grader.core.files import locked\nwith locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout and process.stdout.readline() == b"held\n"
    try:
        yield process.pid
    finally:
        process.communicate(b"")


def test_a_batch_in_another_process_is_shown_and_not_disturbed(visitor: Visitor, classroom: Path) -> None:
    """The gradebook tells how far it is; grading here at the same time is refused in a sentence."""
    out = classroom / "out"
    assert held_by(out) is None
    waiting = [received(replace(report(name), submission_sha256=name * 16)) for name in ("ada", "bob", "eve")]
    with another_process_writes_to(out) as pid:
        assert held_by(out) == pid
        receive(visitor.site.book, waiting)
        with visitor.site.book.transaction() as connection:
            connection.exec_driver_sql("update attempts set received_at = '2099-01-01T00:00:00+00:00' where id > 3")
        key = verdict_key(Course(classroom / "course"), SLUG)
        assert batch_progress(visitor.site.book, Course(classroom / "course"))[1:] == (0, 3)
        for done, one in enumerate(waiting, 1):
            assert eventually(lambda: json.loads(visitor.get("/state")[2])["progress"]["total"] == 3)
            record(visitor.site.book, one, key, replace(report(one.key.student), submission_sha256=one.key.submission_sha256))
            assert eventually(lambda d=done: json.loads(visitor.get("/state")[2])["progress"]["done"] == d)  # type: ignore[misc]
        state = json.loads(visitor.get("/state")[2])["progress"]
        assert state["what"] == "elsewhere" and str(pid) in state["text"] and not state["ours"]
        status, _, text = visitor.post(f"/students/{safe_name('ada')}/{SLUG}/regrade", {"form": visitor.site.guard.form})
        assert status == 409 and f"Process {pid} is writing" in text and "Nothing was lost" in text
        assert visitor.decide(score="2")[0] == 303  # to decide is possible all the while
    assert eventually(lambda: json.loads(visitor.get("/state")[2])["progress"]["what"] == "")


def test_a_lock_of_a_dead_process_does_not_count(tmp_path: Path) -> None:
    """Nor does our own, nor one without a number."""
    assert held_by(tmp_path) is None
    for text in ("999999999", str(os.getpid()), "", "what"):
        (tmp_path / ".lock").write_text(text)
        assert held_by(tmp_path) is None
    (tmp_path / ".lock").write_text("1")  # lives, but does not hold it
    assert held_by(tmp_path) is None


def test_time_left_is_written_as_people_say_it() -> None:
    """Seconds, minutes, or nothing."""
    assert [time_left(JudgingProgress(left_s=s)) for s in (None, 0.2, 42.4, 200.0)] == ["", "about 1 s left", "about 42 s left", "about 3 min left"]


def test_a_file_that_is_gone_keeps_its_verdict(classroom: Path) -> None:
    """So does one of a removed exercise; and no sandbox is started for either."""
    with open_gradebook(classroom / "out" / "gradebook.sqlite") as book:
        before = verdicts(book)
        told: list[tuple[int, int]] = []
        batch = grade_again([1, 2], Course(classroom / "course"), open_local, book, lambda *figures: told.append(figures))
        assert batch.total == 0 and len(batch.refused) == 2
        assert "gone or cannot be opened; nothing was changed" in batch.refused[0]
        assert verdicts(book) == before and told == [(0, 0)]
        (classroom / "course" / "solutions" / SLUG / "exercise.toml").unlink()
        batch = grade_again([1], Course(classroom / "course"), open_local, book, lambda *figures: None)
        assert "no such exercise" in batch.refused[0]


def test_files_are_written_again_when_the_folder_is_free(classroom: Path, monkeypatch: Any) -> None:
    """After a decision, in the background: at once, or as soon as the folder is free."""
    out = classroom / "out"
    monkeypatch.setattr(working, "AGAIN_S", 0.3)
    with served(out, classroom / "course") as visitor:
        with another_process_writes_to(out) as pid:
            visitor.decide(score="1.5", comment="orally")
            assert eventually(lambda: visitor.site.work.doing.what == "waiting")
            assert str(pid) in json.loads(visitor.get("/state")[2])["progress"]["text"] and not (out / "scores.csv").exists()
        assert eventually(lambda: (out / "index.html").exists() and not visitor.site.work.doing.what)
        assert "ada,Ada Lovelace,1.5," in (out / "scores.csv").read_text()
        assert visitor.site.work.ended.number == 0


def test_a_problem_with_the_folder_is_shown(classroom: Path) -> None:
    """A problem with writing files is a sentence on every page, and the decision stands."""
    with pytest.raises(GraderError, match="no gradebook|its folder|opened"):
        work(Job(str(classroom / "out"), str(classroom / "none" / "book.sqlite"), str(classroom / "course")), lambda *what: None)
    (classroom / "out" / "scores.csv").mkdir()
    with served(classroom / "out", classroom / "course") as visitor:
        visitor.decide(score="1")
        assert eventually(lambda: visitor.site.work.ended.number == 1)
        assert "could not be written" in visitor.get("/")[2] and "scores.csv" in visitor.get("/")[2]
        assert len(decisions(visitor)) == 1


def test_grading_can_be_stopped_and_nothing_is_lost(classroom: Path) -> None:
    """By a button or with the server: at the very beginning, and once the process listens."""
    out = classroom / "out"
    shutil.copy(COURSE / "solutions" / SLUG / f"{SLUG}.ipynb", classroom / "x.ipynb")
    with open_gradebook(out / "gradebook.sqlite") as book, book.transaction() as connection:
        connection.exec_driver_sql("update attempts set path = ?", (str(classroom / "x.ipynb"),))
    with served(out, classroom / "course") as visitor:
        before, secret = verdicts(visitor.site.book), {"form": visitor.site.guard.form}
        assert visitor.post("/regrade", secret)[1]["location"] == "/"
        assert json.loads(visitor.get("/state")[2])["progress"]["what"] == "judging"
        assert visitor.post("/stop", secret)[0] == 303
        assert eventually(lambda: not visitor.site.work.doing.what)
        assert visitor.post(f"/students/{safe_name('bob')}/{SLUG}/regrade", secret)[0] == 303
        assert eventually(lambda: visitor.site.work._heard)
        assert "Stop</button>" in visitor.get("/")[2]
        visitor.site.work.stop()
        assert eventually(lambda: not visitor.site.work.doing.what)
        said = visitor.get("/")[2]
        assert "stopped" in said or "1 notebook graded again" in said  # one may be done before it is told to stop
        assert visitor.post(f"/students/{safe_name('bob')}/{SLUG}/regrade", secret)[0] == 303
    with open_gradebook(out / "gradebook.sqlite") as book:
        assert [v for v in verdicts(book) if v.attempt < 3] == before
    assert held_by(out) is None


def test_without_ungraded_notebooks_nothing_is_graded(visitor: Visitor) -> None:
    """Nor if nothing was handed in."""
    visitor.decide("cleo", score="1")
    secret = {"form": visitor.site.guard.form}
    assert visitor.post("/regrade", secret)[1]["location"] == "/" and visitor.site.work.doing.what == ""
    status, _, text = visitor.post(f"/students/{safe_name('dan')}/{SLUG}/regrade", secret)
    assert status == 409 and "Nothing was handed in here" in text


def test_a_server_that_cannot_start_says_why_in_one_line(classroom: Path) -> None:
    """A missing gradebook, a port that is taken, a broken course."""
    out, course = classroom / "out", Course(classroom / "course")
    with pytest.raises(GraderError, match="no gradebook there; grade first"):
        serve(classroom, classroom / "gradebook.sqlite", course, 0, False)
    with served(out, classroom / "course") as visitor:
        with pytest.raises(GraderError, match=r"port \d+: Address already in use; choose another"):
            serve(out, out / "gradebook.sqlite", course, visitor.site.guard.port, False)
        with pytest.raises(GraderError, match="port 99999"):
            serve(out, out / "gradebook.sqlite", course, 99999, False)
    (classroom / "course" / "solutions" / "course.toml").write_text("[late")
    with pytest.raises(GraderError, match="course.toml"):
        serve(out, out / "gradebook.sqlite", Course(classroom / "course"), 0, False)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_in_good_order(classroom: Path, how: signal.Signals) -> None:
    """Exit code 0 and no traceback; the address is printed before."""
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\nfrom pathlib import Path; from grader.core.course import Course; from grader.web.server import serve\n"
    code += "out = Path(sys.argv[1]); serve(out, out / 'gradebook.sqlite', Course(Path(sys.argv[2])), 0, False)"
    arguments = [sys.executable, "-u", "-c", code, str(classroom / "out"), str(classroom / "course")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert re.fullmatch(r"The gradebook: http://127\.0\.0\.1:\d+/\?token=[\w-]{43}\n", process.stdout.readline())
        assert "Ctrl-C ends it" in process.stdout.readline()
        process.send_signal(how)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


# In a browser


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that was really graded: ada is right, bob is not, and the third has a hostile name and notebook."""
    classroom = tmp_path_factory.mktemp("class")
    shutil.copytree(COURSE, classroom / "course")
    evil = EVIL.replace("/", "\u2215") + UNICODE[0]
    for student, cells in (("ada", RIGHT), ("bob", WRONG), (evil, [*WRONG, "\n".join(f"# {text}" for text in MARKUP)])):
        written_to(classroom / "in" / student / f"{SLUG}.ipynb", cells, MARKUP if student == evil else [])
    arguments = ["grade", classroom / "in", "-o", classroom / "out", "--course", classroom / "course", "--jobs", "1"]
    result = CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return classroom


def written_to(path: Path, cells: list[str], texts: list[str]) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.cells += [nbformat.v4.new_markdown_cell(text) for text in texts if "\0" not in text]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


@contextmanager
def window(browser: Any, script: bool = True) -> Iterator[tuple[Any, list[str]]]:
    """A fresh page, and what should not happen on it: dialogs, console messages, errors, requests to elsewhere."""
    context = browser.new_context(java_script_enabled=script)
    context.set_default_timeout(20_000)
    page, happened = context.new_page(), list[str]()
    page.on("dialog", lambda dialog: (happened.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: happened.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: happened.append(f"error: {error}"))
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1|localhost)"), lambda route: (happened.append(f"sent: {route.request.url}"), route.abort()))
    yield page, happened
    context.close()


def test_from_the_address_to_a_decision_by_keyboard_alone(chromium: Any, judged: Path) -> None:
    """Open, find as you type, open the notebook, set a score with a comment, see it shown as such and in the gradebook."""
    with served(judged / "out", judged / "course") as visitor, window(chromium) as (page, happened):
        page.goto(visitor.site.guard.address)
        assert page.url == f"http://127.0.0.1:{visitor.site.guard.port}/"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("/")
        page.keyboard.type("BO")
        page.get_by_text("1 of 3 students").wait_for()
        assert page.url.endswith("/?find=BO") and page.locator("#scores tbody tr").count() == 1
        assert page.evaluate("document.activeElement.id") == "find"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/students/{safe_name('bob')}/{SLUG}?find=BO")
        assert "2 * x + 1" in page.frame_locator("#feedback").locator("main").inner_text()
        page.keyboard.press("e")
        page.keyboard.type("9")
        assert "more than the maximum of 5" in page.locator("#set-0-hint").inner_text()
        page.keyboard.press("Backspace")
        page.keyboard.type("3.5")
        page.keyboard.press("Tab")
        page.keyboard.type("Shown in person.")
        page.keyboard.press("Tab")
        page.keyboard.press("Control+A")
        page.keyboard.type("m.curie")
        page.keyboard.press("Enter")
        page.get_by_text("Saved.").wait_for()
        assert "3.5 of 5 points" in page.locator("#score").inner_text()
        assert "set by m.curie" in page.locator("#score").inner_text() and "Shown in person." in page.locator("#history").inner_text()
        page.frame_locator("#feedback").get_by_text("Set by m.curie").wait_for()
        page.keyboard.press("u")
        page.wait_for_url(f"**/students/{safe_name('bob')}")
        assert "set by a person" in page.locator("#exercises").inner_text()
        page.keyboard.press("u")
        page.wait_for_url(re.compile(r"/$"))
        assert "3.5" in page.locator("#scores tbody tr td.e").inner_text()
        assert [(o.student, o.question, o.score, o.comment, o.by) for o in all_decisions(visitor.site.book)] == [("bob", "", 3.5, "Shown in person.", "m.curie")]
        assert eventually(lambda: "bob,3.5," in (judged / "out" / "scores.csv").read_text() and not visitor.site.work.doing.what)
        assert "Shown in person." in (judged / "out" / "feedback" / "bob" / f"{SLUG}.html").read_text()
        assert happened == []


def test_a_notebook_that_changed_is_graded_again_in_view(chromium: Any, judged: Path) -> None:
    """The page that was open shows the new score without a reload; the old attempt and its verdict stay."""
    with served(judged / "out", judged / "course") as visitor, window(chromium) as (page, happened):
        page.goto(visitor.site.guard.address)
        page.goto(f"http://127.0.0.1:{visitor.site.guard.port}/students/{safe_name('ada')}/{SLUG}")
        assert "5 of 5" in page.locator("#score").inner_text()
        written_to(judged / "in" / "ada" / f"{SLUG}.ipynb", [WRONG[0], *RIGHT[1:]], [])
        page.get_by_role("button", name="Grade this again").click()
        page.locator("#doing").wait_for()
        page.evaluate("""() => { window.mine = 1; window.said = [document.getElementById("said").textContent]; new MutationObserver(() => window.said.push(document.getElementById("said").textContent))
            .observe(document.getElementById("said"), {childList: true}); }""")
        status, _, text = visitor.post(f"/students/{safe_name('bob')}/{SLUG}/regrade", {"form": visitor.site.guard.form})
        assert status == 409 and "Something is being graded already" in text
        page.locator("#score").get_by_text("2 of 5").wait_for(timeout=120_000)  # a process with its sandbox starts
        page.locator("#progress").get_by_text("1 notebook graded again").wait_for(timeout=60_000)
        assert page.evaluate("window.mine") == 1, "the page was loaded anew"
        assert any("1 notebook graded again" in words for words in page.evaluate("window.said"))
        assert page.locator("#history .past").first.locator("> li").count() == 2
        assert "2 * x + 1" in page.frame_locator("#feedback").locator("main").inner_text()
        mine = [attempt for attempt in attempts(visitor.site.book) if attempt.received.key.student == "ada"]
        assert len(mine) == 2 and sorted(v.score for v in verdicts(visitor.site.book) if v.attempt in {a.id for a in mine}) == [2.0, 5.0]
        assert eventually(lambda: not visitor.site.work.doing.what)
        assert json.loads((judged / "out" / "reports" / "ada" / f"{SLUG}.json").read_text())["score"] == 2.0
        assert happened == []


def test_no_other_page_can_make_the_browser_act(chromium: Any, judged: Path, tmp_path: Path) -> None:
    """A form and a fetch from another origin, in the browser with the cookie, even with the form's secret."""
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with served(judged / "out", judged / "course") as visitor, ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as other:
        base = f"http://127.0.0.1:{visitor.site.guard.port}"
        aim = f"{base}/students/{safe_name('ada')}/{SLUG}/decide"
        fields = {"form": visitor.site.guard.form, "seen": "0", "score": "0", "by": "eve", "question": ""}
        inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
        (tmp_path / "evil.html").write_text(f"<form method=post action='{aim}'>{inputs}<button>win</button></form><iframe src='{base}/'></iframe>")
        threading.Thread(target=other.serve_forever, args=(0.02,), daemon=True).start()
        before = all_decisions(visitor.site.book)
        with window(chromium) as (page, _):
            page.goto(visitor.site.guard.address)
            for host in ("127.0.0.1", "localhost"):  # the same site on another port, and another site
                page.goto(f"http://{host}:{other.server_address[1]}/evil.html")
                assert page.frames[1].evaluate("document.body.innerText.includes('Student')") is False
                sent = page.evaluate(
                    """async ([aim, fields, base]) => { const tried = [];
                    for (const [where, more] of [[aim, {method: "POST", body: new URLSearchParams(fields)}], [base + "/state", {}], [base + "/", {}]])
                      for (const mode of ["cors", "no-cors"])
                        tried.push(await fetch(where, {...more, mode, credentials: "include"}).then((r) => r.type + r.status, () => "failed"));
                    return tried; }""",
                    [aim, fields, base],
                )
                assert set(sent) <= {"failed", "opaque0"}
                page.get_by_role("button", name="win").click()
                page.wait_for_url(aim)
                assert len(page.locator("p").all()) == 1 and "Another page asked" in page.locator("p").inner_text()
        other.shutdown()
        assert all_decisions(visitor.site.book) == before


def test_hostile_names_and_notebooks_do_nothing(chromium: Any, judged: Path) -> None:
    """No script, dialog, request or reordering on any of their pages; and the feedback's frame has no rights."""
    evil = next(path.name for path in (judged / "in").iterdir() if path.name not in ("ada", "bob"))
    with served(judged / "out", judged / "course") as visitor, window(chromium) as (page, happened):
        override(visitor.site.book, [Override(evil, SLUG, "", 1.0, "\n".join(MARKUP), MARKUP[3], "")])
        page.goto(visitor.site.guard.address)
        base = f"http://127.0.0.1:{visitor.site.guard.port}"
        for path in ("/", f"/?find={quote(EVIL[:8])}", f"/students/{safe_name(evil)}", f"/students/{safe_name(evil)}/{SLUG}", f"/feedback/{safe_name(evil)}/{SLUG}",
                     "/report/index.html", f"/report/students/{safe_name(evil)}.html", f"/report/feedback/{quote(evil)}/{SLUG}.html"):  # fmt: skip
            answer = page.goto(base + path)
            assert answer.status == 200
            page.wait_for_timeout(100)
            assert page.evaluate("window.pwned") is None and page.url == base + path and "\u202e" not in page.content()
        page.goto(f"{base}/students/{safe_name(evil)}/{SLUG}")
        frame = page.frames[1]
        assert frame.evaluate("window.origin") == "null" and frame.evaluate("document.scripts.length") == 0
        assert AWAY not in " ".join(happened) and [h for h in happened if not h.startswith("console: Blocked script execution")] == []


def test_reading_filtering_and_deciding_work_without_a_script(chromium: Any, judged: Path) -> None:
    """On the same pages; a wrong entry comes back with its reason, and has the focus."""
    with served(judged / "out", judged / "course", writes=False) as visitor, window(chromium, script=False) as (page, _):
        page.goto(visitor.site.guard.address)
        page.get_by_label("Find", exact=True).fill("bob")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="bob").click()
        page.locator("#exercises tbody a").click()
        page.locator("#set-1-box summary").click()
        page.locator("#set-1-score").fill("lots")
        page.locator("#set-1-box").get_by_role("button", name="Save").click()
        assert "is not a number" in page.get_by_role("alert").inner_text()
        assert page.locator("#set-1-score").evaluate("field => field === document.activeElement")
        page.locator("#set-1-score").fill("1")
        page.locator("#set-1-box").get_by_role("button", name="Save").click()
        page.get_by_text("Saved.").wait_for()
        page.locator("#set-1-box summary").click()
        page.locator("#set-1-box").get_by_role("button", name="Take back").click()
        page.get_by_text("Taken back: the tests").wait_for()
        assert [(o.question, o.score) for o in all_decisions(visitor.site.book) if o.question] == [("double", 1.0), ("double", None)]


@pytest.mark.parametrize("width", [480, 1600])
def test_no_page_is_wider_than_the_window(chromium: Any, judged: Path, width: int) -> None:
    """Tables scroll by themselves; light and dark."""
    with served(judged / "out", judged / "course") as visitor, window(chromium) as (page, happened):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(visitor.site.guard.address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for path in ("/", f"/students/{safe_name('bob')}", f"/students/{safe_name('bob')}/{SLUG}"):
                page.goto(f"http://127.0.0.1:{visitor.site.guard.port}{path}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert happened == []


def test_a_comment_being_written_is_kept(chromium: Any, judged: Path) -> None:
    """A change is announced, and the text stays until the new page is asked for; so is the end of the server."""
    with window(chromium) as (page, _), served(judged / "out", judged / "course") as visitor:
        page.goto(visitor.site.guard.address)
        page.goto(f"http://127.0.0.1:{visitor.site.guard.port}/students/{safe_name('ada')}/{SLUG}")
        page.keyboard.press("e")
        page.locator("#set-0-comment").fill("half a sentence")
        page.locator("#set-0-by").focus()
        override(visitor.site.book, [Override("ada", SLUG, "", 4.0, "", "another", "")])
        page.locator("#newer").wait_for()
        assert page.locator("#set-0-comment").input_value() == "half a sentence"
        assert "set by another" in page.locator("#score").inner_text()
        page.context.set_offline(True)
        page.locator("#gone").wait_for()


def test_looking_at_the_lock_does_not_take_it(classroom: Path) -> None:
    """A process that starts to write while a server watches is not refused."""
    out = classroom / "out"
    (out / ".lock").write_text("")
    with (out / ".lock").open() as stream:
        assert held_by(out) is None
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_server_needs_no_name_server(monkeypatch: Any, classroom: Path) -> None:
    """Nothing waits for a network."""
    import socket

    monkeypatch.setattr(socket, "getfqdn", lambda *_: 1 / 0)
    with running(classroom / "out", classroom / "out" / "gradebook.sqlite", Course(classroom / "course")) as (server, _):
        assert isinstance(server, GradebookServer)
