"""The gradebook in a real PostgreSQL: a server of its own for the test, graded into, decided in, asked from two sides."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.books import REPORT, grade
from support.paths import COURSE

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.grades import Override
from grader.core.students import Person
from grader.term.gradebook import open_gradebook
from grader.term.gradebook.attempts import AttemptKey, Received, attempts, finished, record, reports, verdicts
from grader.term.gradebook.overrides import override, overrides
from grader.term.gradebook.people import enrol, people
from grader.term.standings import class_grades

pytestmark = pytest.mark.slow
BINARIES = [Path(found).parent for name in ("initdb",) if (found := shutil.which(name))]
BINARIES += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of an empty database on 127.0.0.1; the server refuses to be root, so it is nobody then."""
    pytest.importorskip("psycopg")
    if not BINARIES:
        pytest.skip("no PostgreSQL on this machine")
    folder = Path(tempfile.mkdtemp(prefix="gradebook-postgres-"))
    who: list[str] = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
        who = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(name: str, *arguments: str) -> None:
        subprocess.run([*who, str(BINARIES[0] / name), *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=120)

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "grader", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}", "start")
    try:
        yield f"postgresql://grader@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def test_a_class_is_graded_into_postgresql_and_not_twice(server: str, place: Path) -> None:
    """The same command with a URL; the second run takes everything from there, and the scores are those of SQLite."""
    first = grade(place, "--gradebook", server)
    assert first.exit_code == 0, first.output
    assert "2 of 2 were graded before" in grade(place, "--gradebook", server).output
    scores = (place / "out" / "scores.csv").read_text()
    grade(place)
    assert (place / "out" / "scores.csv").read_text() == scores


def test_decisions_people_and_failures_are_kept(server: str) -> None:
    """Everything that SQLite keeps, with names that are not ASCII and text with a NUL in it."""
    one = Received(AttemptKey("Zoë 张伟", "01_double", "cd"), "/in/x.ipynb", submitted_at="2026-10-01T08:00:00+00:00", late=True)
    report = replace(REPORT, student="Zoë 张伟", problem="a \0 in the middle and a lone \ud800")
    with open_gradebook(server) as book:
        record(book, one, "suite", replace(report, score=None))
        assert [bool(attempt.failed_at) for attempt in attempts(book) if attempt.received.key == one.key] == [True]
        record(book, one, "suite", report)
        assert set(finished(book, ["suite"])) == {one.key}
        assert report in reports(book, [verdict.id for verdict in verdicts(book)]).values()
        override(book, [Override("Zoë 张伟", "01_double", "", 4.0, "seen", "me", "")])
        assert [(each.score, each.by) for each in overrides(book)] == [(4.0, "me")]
        enrol(book, [Person("zoe", "Zoë 张伟")], {"Zoë 张伟": "zoe"})
        assert people(book)["zoe"].enrolled
        (mine,) = [s for s in class_grades(book, Course(COURSE)).standings if s.person.id == "zoe"]
        assert mine.grades["01_double"].score == 4.0


def test_two_graders_record_at_once_and_nothing_is_lost(server: str) -> None:
    """From eight threads, the same attempts from two of them each."""
    broken: list[Exception] = []

    def write(part: int) -> None:
        try:
            with open_gradebook(server) as book:
                for number in range(25):
                    key = AttemptKey(f"s{part % 4}-{number}", "01_double", "ef")
                    record(book, Received(key, "/in/x.ipynb"), "together", replace(REPORT, student=key.student))
        except Exception as error:
            broken.append(error)

    threads = [threading.Thread(target=write, args=(part,)) for part in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert broken == []
    with open_gradebook(server) as book:
        assert len(finished(book, ["together"])) == 100
        assert sum(verdict.suite_key == "together" for verdict in verdicts(book)) == 100


def test_a_server_that_is_not_there_is_one_line(server: str) -> None:
    """Without the password in it."""
    with pytest.raises(GraderError) as raised:
        open_gradebook("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(raised.value) and "\n" not in str(raised.value)
