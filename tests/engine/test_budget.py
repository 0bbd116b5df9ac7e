"""What a submission may use: whatever spends it, the answers that could be given are judged."""

from __future__ import annotations

import pytest
from msgspec import structs
from support.cells import DOUBLE, QUICK, RIGHT, GradeCells, opened

from grader.core.cells import statement_at
from grader.core.course_settings import Limits
from grader.engine.budget import Budget
from grader.sandbox.forkserver import ForkServer
from grader.suite.exceptions import Died

ENDLESS = "while True: pass"
SLEEP = "import time\ntime.sleep(1000)"
EXIT = "import os\nos._exit(1)"
DEAF = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
TIGHT = structs.replace(QUICK, cell_cpu_s=0.3, submission_cpu_s=8.0, wall_extra_s=0.3)


def test_the_defaults_hold_a_submission_to_two_minutes() -> None:
    """All that a submission may take, restarts included."""
    assert Limits().submission_wall_s <= 120


SPENDERS = {"endless": ENDLESS, "sleep": SLEEP, "exit": EXIT, "deaf": DEAF}
ON_LANDLOCK = [pytest.param("landlock_server", name, marks=[pytest.mark.slow] * (name != "deaf")) for name in SPENDERS]


@pytest.mark.parametrize(("server", "spender"), [*(("forkserver", name) for name in SPENDERS), *ON_LANDLOCK], indirect=["server"])
def test_cells_that_spend_the_budget_cost_no_answer(server: ForkServer, spender: str) -> None:
    """Five first, three between the answers, and two last, where four were too many."""
    spent = SPENDERS[spender]
    cells = [*[spent] * 5, DOUBLE, *[spent] * 3, "def triple(x):\n    return 3 * x", *[spent] * 2]
    with opened(server, cells, TIGHT) as (student, notebook):
        assert (student.double(2), student.triple(2)) == (4, 6)
        assert [cell.index for cell in notebook.results] == [*range(1, len(cells) + 1)]
        assert {cell.index for cell in notebook.results if cell.status == "passed"} == {6, 10}


def test_what_stands_above_the_line_that_hangs_counts(server: ForkServer) -> None:
    """An answer in the same cell is kept, also in a later worker; what half a loop left behind is not."""
    cell = f"import os\n{DOUBLE}\nturns = 0\nwhile True:\n    turns += 1\nlate = 1"
    with opened(server, [cell, "def leave(): os._exit(0)"]) as (student, notebook):
        for _ in range(2):
            assert (student.double(2), student.turns.value(), student.has("late")) == (4, 0, False)
            with pytest.raises(Died):
                student.leave()
        assert notebook.results[0].status == "timed_out"
        told = str(notebook.results[0].error)
        assert told == (
            "the cell was stopped in line 5: it used more than 1 s of CPU time; the lines above and the other cells count"
        )


def test_what_an_interrupted_cell_left_running_is_gone(forkserver: ForkServer) -> None:
    """A child process that computes on does not use the time of the cells that follow."""
    burner = "import os, time\nif os.fork() == 0:\n    while True: pass\ntime.sleep(1000)"
    slow = "import time\nend = time.process_time() + 0.4\nwhile time.process_time() < end: pass"
    with opened(forkserver, [burner, slow, DOUBLE]) as (student, notebook):
        assert student.double(1) == 2
        assert [cell.status for cell in notebook.results] == ["timed_out", "passed", "passed"]


def test_slow_questions_leave_something_for_those_after_them(forkserver: ForkServer) -> None:
    """Each of very many endless calls gets a share of what is left, so the last answer is still heard."""
    limits = structs.replace(QUICK, call_cpu_s=1.0, submission_cpu_s=8.0, wall_factor=3.0)
    with opened(forkserver, [DOUBLE, "def hang():\n    while True: pass"], limits) as (student, _):
        for _ in range(6):
            with pytest.raises(Died) as caught:
                student.hang()
        assert student.double(3) == 6
    assert "more than a fair share of the CPU time that was left, most of it by `hang`" in str(caught.value)


def test_cells_count_once_however_often_they_run(forkserver: ForkServer) -> None:
    """Four restarts run a long cell again; its time is booked once, and the fifth answer is heard."""
    long = "import time\nend = time.process_time() + 0.8\nwhile time.process_time() < end: pass"
    limits = structs.replace(QUICK, cell_cpu_s=2.0, submission_cpu_s=3.0, wall_factor=5.0)
    with opened(forkserver, [long, DOUBLE, "import os\ndef leave(): os._exit(0)"], limits) as (student, notebook):
        for _ in range(4):
            with pytest.raises(Died):
                student.leave()
        assert student.double(3) == 6
        assert notebook.cpu_s > 3.0 > notebook.budget.cpu_s - notebook.budget.again_cpu_s


def test_who_used_the_budget_is_named(forkserver: ForkServer) -> None:
    """When everything is used, the message says by which cells; a cell that was not run says so too."""
    limits = structs.replace(QUICK, cell_cpu_s=3.0, submission_cpu_s=3.0)
    with opened(forkserver, [ENDLESS, *["import os; os._exit(1)"] * 40, DOUBLE], limits) as (_, notebook):
        last = notebook.results[-1]
    assert (last.index, last.status) == (42, "timed_out")
    assert str(last.error).startswith("the cell was not run: the time for cells is used, most of it by cell 1")


def test_a_notebook_that_spends_its_budget_first_keeps_its_points(grade_cells: GradeCells) -> None:
    """Five endless cells, then the right answers."""
    report = grade_cells([*[ENDLESS] * 5, *RIGHT])
    assert report.score == report.max_score


def test_the_share_of_a_cell_never_comes_to_nothing() -> None:
    """Twenty cells that use all they may leave the cells after them something, and the questions a third."""
    budget = Budget(Limits())
    for number in range(20):
        allowed = budget.for_cell()
        assert 0 < allowed.cpu_s <= budget.limits.cell_cpu_s
        budget.add(f"cell {number}", allowed.cpu_s, allowed.wall_s / 2, again=False)
    assert budget.left_cpu_s > budget.limits.submission_cpu_s / 4 and not budget.no_more_cells()
    assert budget.for_call().cpu_s > 3
    assert budget.spent() == "all 60 s of the notebook's CPU time are used, most of it by cell 0, cell 1, cell 2 and 2 more"


@pytest.mark.parametrize(("line", "first"), [(1, 1), (2, 2), (4, 3), (5, 3), (9, 0)])
def test_a_cell_is_cut_at_the_statement_that_hung(line: int, first: int) -> None:
    """At its first line or decorator, whatever line in it was reached; not at all if the cell cannot be parsed."""
    assert statement_at("a = 1\n%time b = 2\n@slow\ndef f():\n    return 1\n", line) == first
    assert statement_at("def broken(:", 1) == 0
