"""What counts: how policies are read, what lateness costs, and what must hold whatever was handed in when."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import fields
from support.nonempty import nonempty
from support.paths import ROOT
from support.toml import toml_value

from grader.core.course_settings import CourseSettings, Late
from grader.core.errors import GraderError
from grader.core.strict_toml import TomlFile
from grader.term.policies import Policy, ScoredAttempt, StudentTotal, policy_from, student_total
from grader.term.policies.totals import Share, best_plan

SLUGS = ["01_gates", "02_sigmoid", "03_jacobians", "04_bias"]
POINTS = {"01_gates": 15.0, "02_sigmoid": 10.0, "03_jacobians": 20.0, "04_bias": 5.0}
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DUE = Policy(deadlines={"01_gates": NOON}, per_day=0.1)
calm = settings(
    max_examples=120, database=None, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much]
)


def read(text: str, slugs: Sequence[str] = tuple(SLUGS)) -> Policy:
    return policy_from(TomlFile(Path("course.toml"), text), slugs)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def after(deadline: datetime = NOON, score: float | None = 15.0, slug: str = "01_gates", **late: float) -> ScoredAttempt:
    """An attempt so many `days`, `hours` … after a deadline."""
    return ScoredAttempt(slug, score, POINTS[slug], deadline + timedelta(**late))


def gates(policy: Policy, *attempts: ScoredAttempt, fixed: dict[str, float] | None = None) -> StudentTotal:
    """A class with one exercise."""
    return student_total(policy, "ada", attempts, {"01_gates": 15.0}, fixed or {})


def score(policy: Policy, *attempts: ScoredAttempt) -> float | None:
    return gates(policy, *attempts).outcomes["01_gates"].score


def note(policy: Policy, *attempts: ScoredAttempt) -> str:
    return gates(policy, *attempts).outcomes["01_gates"].note


# --- the settings ---


def test_everything_that_a_course_can_say_is_read() -> None:
    """Every setting of docs/policies.md, with dates in the course's own zone."""
    policy = read("""
        salt = "private"
        timezone = "Europe/Berlin"
        attempts = "best"
        grace_days = 3
        dropped = ["04_bias"]
        drop_lowest = 1

        [deadlines]
        01_gates = 2026-10-19
        02_sigmoid = 2026-10-26T18:00:00
        03_jacobians = 2026-11-02T18:00:00-05:00

        [extensions.ada]
        01_gates = 7
        02_sigmoid = 2026-10-28

        [extensions."bob@uni.example"]
        03_jacobians = 2026-11-03T12:00:00Z

        [late]
        per_day = 0.1
        of = "score"
        floor = 0.5
        cut_off_days = 7
        tolerance_minutes = 2.5

        [weights]
        01_gates = 1
        02_sigmoid = 2.5
    """)
    assert policy == Policy(
        zone=BERLIN,
        deadlines={"01_gates": utc(2026, 10, 19, 22), "02_sigmoid": utc(2026, 10, 26, 17), "03_jacobians": utc(2026, 11, 2, 23)},
        extensions={
            "ada": {"01_gates": utc(2026, 10, 26, 23), "02_sigmoid": utc(2026, 10, 28, 23)},
            "bob@uni.example": {"03_jacobians": utc(2026, 11, 3, 12)},
        },
        per_day=0.1, of="score", floor=0.5, cut_off_days=7, tolerance_minutes=2.5, grace_days=3, attempts="best",
        dropped=("04_bias",), drop_lowest=1, weights={"01_gates": 1, "02_sigmoid": 2.5},
    )  # fmt: skip
    assert policy.extension("ada", "01_gates") == utc(2026, 10, 26, 23)
    assert policy.extension("eve", "01_gates") is None and policy.deadlines["01_gates"] == utc(2026, 10, 19, 22)
    assert policy.extension("ada", "04_bias") is None and "04_bias" not in policy.deadlines


def test_nothing_said_is_the_plain_policy() -> None:
    """No settings, or a salt alone: no deadline, the last attempt, plain points."""
    assert read("") == read('salt = "x"') == Policy()
    assert read("", []) == Policy()
    assert read("timezone = 'UTC'\n[deadlines]\n01_gates = 2026-10-19").deadlines == {"01_gates": utc(2026, 10, 20)}


ERRORS = [
    ("deadline = 3", 1, "unknown key 'deadline'; did you mean 'deadlines'?"),
    ("xyzzy = 3", 1, "unknown key 'xyzzy'; known: id, salt, packages, audit, timezone, attempts, grace_days, dropped, drop_lowest, deadlines, extensions, late, weights"),
    ("per_day = 0.1", 1, "per_day belongs in a table; write it below a line [late]"),
    ("[late]\nperday = 0.1", 2, "unknown key 'perday' in [late]; did you mean 'per_day'?"),
    ("[late]\ngrace_days = 3", 2, "grace_days does not belong in [late]; move it above the first line in brackets"),
    ("[deadlines]\nattempts = 'best'", 2, "attempts does not belong in [deadlines]; move it above the first line in brackets"),
    ("[deadlines]\n01_gate = 2026-10-19", 2, "unknown exercise '01_gate' in [deadlines]; did you mean '01_gates'?"),
    ("[weights]\n99 = 1", 2, "unknown exercise '99' in [weights]; known: 01_gates, 02_sigmoid, 03_jacobians, 04_bias"),
    ("dropped = ['04_bia']", 1, "dropped: no exercise '04_bia'; did you mean '04_bias'?"),
    ("dropped = '04_bias'", 1, "dropped must be a list of exercises in quotes, like [\"01_gates\"], not '04_bias'"),
    ("dropped = [4]", 1, "item 1 of dropped must be a text in quotes, not 4"),
    ("late = 0.1", 1, "late must be a table, not 0.1; write a line [late] above its values"),
    ("deadlines = 2026-10-19", 1, "deadlines must be a table, not 2026-10-19; write a line [deadlines] above its values"),
    ("[extensions]\nada = 3", 2, "extensions.ada must be a table, not 3; write a line [extensions.ada] above its values"),
    ("[deadlines]\n01_gates = '2026-10-19'", 2, "deadlines.01_gates must be a date or a date and time, without quotes, like 2026-10-19, not '2026-10-19'"),
    ("[deadlines]\n01_gates = 18:00:00", 2, "deadlines.01_gates must be a date or a date and time, without quotes, like 2026-10-19, not 18:00:00"),
    ("[deadlines]\n01_gates = 9999-12-31", 2, "9999-12-31 is in no year of a course; leave the exercise out if it has no deadline"),
    ("[extensions.ada]\n01_gates = 3", 2, "extensions.ada.01_gates: 01_gates has no deadline to extend; give it one in [deadlines]"),
    ("[deadlines]\n01_gates = 2026-10-19\n[extensions.ada]\n01_gate = 3", 4, "unknown exercise '01_gate' in [extensions.ada]; did you mean '01_gates'?"),
    ("[deadlines]\n01_gates = 2026-10-19\n[extensions.ada]\n01_gates = -3", 4, "extensions.ada.01_gates must be a number of days, a date or a date and time, without quotes, not -3"),
    ("[deadlines]\n01_gates = 2026-10-19\n[extensions.ada]\n01_gates = 0.5", 4, "extensions.ada.01_gates must be a number of days, a date or a date and time, without quotes, not 0.5"),
    ("[deadlines]\n01_gates = 2026-10-19\n[extensions.ada]\n01_gates = true", 4, "extensions.ada.01_gates must be a number of days, a date or a date and time, without quotes, not true"),
    ("[deadlines]\n01_gates = 2026-10-19\n[extensions.ada]\n01_gates = 2026-10-18", 4, "extensions.ada.01_gates: 2026-10-18 is before the deadline for everyone; an extension can only be later"),
    ("[late]\nper_day = 10", 2, "late.per_day must be a share from 0 to 1, like 0.1 for 10 %, not 10"),
    ("[late]\nper_day = -0.1", 2, "late.per_day must be a share from 0 to 1, like 0.1 for 10 %, not -0.1"),
    ("[late]\nper_day = nan", 2, "late.per_day must be a share from 0 to 1, like 0.1 for 10 %, not nan"),
    ("[late]\nper_day = 0.1\nfloor = 50", 3, "late.floor must be a share from 0 to 1, like 0.1 for 10 %, not 50"),
    ("[late]\nper_day = 0.1\nof = 'max'", 3, "late.of must be one of \"maximum\", \"score\", not 'max'"),
    ("[late]\nfloor = 0.5", 2, "late.floor has no effect without late.per_day; add that or remove this"),
    ("[late]\nof = 'score'", 2, "late.of has no effect without late.per_day; add that or remove this"),
    ("[late]\ncut_off_days = -1", 2, "late.cut_off_days must be a whole number from 0 to 3650, not -1"),
    ("[late]\ncut_off_days = false", 2, "late.cut_off_days must be a whole number from 0 to 3650, not false"),
    ("[late]\ntolerance_minutes = -5", 2, "late.tolerance_minutes must be a number from 0 to 1440, not -5"),
    ("grace_days = -1", 1, "grace_days must be a whole number from 0 to 3650, not -1"),
    ("grace_days = 1.5", 1, "grace_days must be a whole number from 0 to 3650, not 1.5"),
    ("grace_days = 2026-10-19", 1, "grace_days must be a whole number from 0 to 3650, not 2026-10-19"),
    ("drop_lowest = -1", 1, "drop_lowest must be a whole number from 0 to 3650, not -1"),
    ("drop_lowest = 4", 1, "drop_lowest: 4 of 4 exercises that count leave nothing; drop fewer"),
    ("dropped = ['01_gates']\ndrop_lowest = 1\n[weights]\n01_gates = 1\n02_sigmoid = 1", 2, "drop_lowest: 1 of 1 exercises that count leave nothing; drop fewer"),
    ("dropped = ['01_gates']\n[weights]\n01_gates = 1", 1, "dropped: nothing is left that counts; keep an exercise that has a weight"),
    ("[weights]\n01_gates = -1", 2, "weights.01_gates must be a number from 0 to 1000000, not -1"),
    ("[weights]\n01_gates = inf", 2, "weights.01_gates must be a number from 0 to 1000000, not inf"),
    ("[weights]\n01_gates = '1'", 2, "weights.01_gates must be a number from 0 to 1000000, not '1'"),
    ("[weights]\n01_gates = 0", 1, "weights: none is above 0; give an exercise one, or remove [weights] for totals in points"),
    ("[weights]", 1, "weights: none is above 0; give an exercise one, or remove [weights] for totals in points"),
    ("attempts = 'latest'", 1, "attempts must be one of \"last\", \"best\", \"first\", not 'latest'"),
    ("attempts = ['best']", 1, "attempts must be one of \"last\", \"best\", \"first\", not a list"),
    ("timezone = 'Europe/Berln'", 1, "timezone: no time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?"),
    ("timezone = 'Europe'", 1, "timezone: no time zone 'Europe'; "),
    ("timezone = '../etc/passwd'", 1, "timezone: no time zone '../etc/passwd'; "),
    ("timezone = '1234567890'", 1, "timezone: no time zone '1234567890'; name one like 'Europe/Berlin'; if that is unknown too, pip install tzdata"),
    ("timezone = 1", 1, "timezone must be a text in quotes, not 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "problem"), ERRORS, ids=[text.replace("\n", " ") for text, _, _ in ERRORS])
def test_an_invalid_setting_is_named_with_its_line_and_the_remedy(text: str, line: int, problem: str) -> None:
    """One line: where, what, and what to write instead."""
    with pytest.raises(GraderError) as caught:
        read(text)
    assert str(caught.value).startswith(f"course.toml, line {line}: {problem}")
    assert "\n" not in str(caught.value)


def test_an_exercise_cannot_be_guessed_where_there_is_none() -> None:
    """A course without exercises."""
    with pytest.raises(GraderError, match=r"line 2: unknown exercise 'a' in \[weights\]; known: none"):
        read("[weights]\na = 1", [])


SETTINGS = [field.encode_name for field in fields(CourseSettings)]
LATE = [field.encode_name for field in fields(Late)]


@calm
@given(
    st.recursive(
        st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.datetimes() | st.times(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*SLUGS, "ada", *LATE]), inner, max_size=2),
        max_leaves=5,
    ),
    st.sampled_from(SETTINGS),
)
def test_any_value_anywhere_is_a_policy_or_one_line(value: object, name: str) -> None:
    """Never a traceback; the line is the one where the setting is."""
    other = "" if name == "deadlines" else "deadlines = {01_gates = 2026-11-02T12:00:00Z}\n"
    try:
        policy = read(f"{other}{name} = {toml_value(value)}\n")
    except GraderError as error:
        assert re.match(rf"course.toml, line {2 if other else 1}: .*[a-z]", str(error)) and "\n" not in str(error)
    else:
        assert student_total(policy, "ada", [after(days=3)], POINTS).total is not None


# --- days, clocks and zones ---


@pytest.mark.parametrize(
    ("late", "days"),
    [({"days": -1}, 0), ({"seconds": 0}, 0), ({"seconds": 1}, 1), ({"hours": 24}, 1), ({"hours": 24, "seconds": 1}, 2), ({"days": 30}, 30)],
)
def test_a_day_counts_as_soon_as_it_has_begun(late: dict[str, float], days: int) -> None:
    """The deadline's own instant is in time."""
    outcome = gates(DUE, after(**late)).outcomes["01_gates"]
    assert outcome.days_late == days
    assert outcome.score == pytest.approx(15 - 1.5 * min(days, 10))


def test_a_bare_date_is_the_whole_day_in_the_courses_zone() -> None:
    """Midnight in Berlin, also when it is another day in UTC."""
    policy = read("timezone = 'Europe/Berlin'\n[deadlines]\n01_gates = 2026-07-01\n[late]\ncut_off_days = 0")
    at = datetime(2026, 7, 1, 23, 59, 59, tzinfo=BERLIN)
    assert score(policy, ScoredAttempt("01_gates", 15.0, 15.0, at)) == 15.0
    assert score(policy, ScoredAttempt("01_gates", 15.0, 15.0, at + timedelta(seconds=2))) == 0.0
    assert score(policy, ScoredAttempt("01_gates", 15.0, 15.0, at.astimezone(timezone(timedelta(hours=-8))))) == 15.0


@pytest.mark.parametrize(
    ("deadline", "at", "days"),
    [
        ("2026-10-24T20:00:00", (2026, 10, 25, 19, 0), 1),  # 25 hours later: the clocks went back
        ("2026-10-24T20:00:00", (2026, 10, 25, 19, 1), 2),
        ("2026-03-28T20:00:00", (2026, 3, 29, 18, 0), 1),  # 23 hours later: the clocks went forward
        ("2026-03-28T20:00:00", (2026, 3, 29, 18, 1), 2),
        ("2026-10-24", (2026, 10, 25, 23, 0), 1),  # the whole of Sunday is one day
        ("2026-10-25T02:30:00", (2026, 10, 25, 1, 30), 0),  # comes twice: the second counts
        ("2026-10-25T02:30:00", (2026, 10, 25, 1, 31), 1),
        ("2026-03-29T02:30:00", (2026, 3, 29, 1, 30), 0),  # does not exist: 03:30 in summer time
        ("2026-03-29T02:30:00", (2026, 3, 29, 1, 31), 1),
    ],
)
def test_days_end_at_the_deadlines_time_of_day_when_the_clocks_change(deadline: str, at: tuple[int, ...], days: int) -> None:
    """Eight in the evening is eight in the evening, and in doubt the student has the hour."""
    policy = read(f"timezone = 'Europe/Berlin'\n[deadlines]\n01_gates = {deadline}")
    assert gates(policy, ScoredAttempt("01_gates", 15.0, 15.0, utc(*at))).outcomes["01_gates"].days_late == days


def test_an_extension_in_days_keeps_the_time_of_day() -> None:
    """Two days over the change of the clocks; the other student keeps the deadline."""
    policy = read("timezone = 'Europe/Berlin'\n[deadlines]\n01_gates = 2026-10-24T20:00:00\n[extensions.ada]\n01_gates = 2")
    assert policy.extension("ada", "01_gates") == datetime(2026, 10, 26, 20, tzinfo=BERLIN)
    attempt = ScoredAttempt("01_gates", 15.0, 15.0, datetime(2026, 10, 26, 20, tzinfo=BERLIN))
    assert student_total(policy, "ada", [attempt], {"01_gates": 15.0}).outcomes["01_gates"].days_late == 0
    assert student_total(policy, "bob", [attempt], {"01_gates": 15.0}).outcomes["01_gates"].days_late == 2


def test_the_tolerance_belongs_to_every_day() -> None:
    """Ten minutes after the deadline are in time; ten minutes after the first day are still the first."""
    policy = replace(DUE, tolerance_minutes=10)
    days = [gates(policy, after(**late)).outcomes["01_gates"].days_late for late in (
        {"minutes": 10}, {"minutes": 10, "seconds": 1}, {"days": 1, "minutes": 10}, {"days": 1, "minutes": 11})]  # fmt: skip
    assert days == [0, 1, 1, 2]


def test_a_time_from_another_age_is_only_very_late_or_very_early() -> None:
    """What a broken clock writes does not break the grader."""
    policy = replace(DUE, tolerance_minutes=10)
    assert gates(policy, ScoredAttempt("01_gates", 15.0, 15.0, datetime.max.replace(tzinfo=UTC))).outcomes["01_gates"].days_late == 3650
    assert gates(policy, ScoredAttempt("01_gates", 15.0, 15.0, datetime.min.replace(tzinfo=UTC))).outcomes["01_gates"].days_late == 0


# --- what lateness takes ---


@pytest.mark.parametrize(
    ("policy", "raw", "days", "left", "says"),
    [
        (replace(DUE, per_day=0.0), 12, 2, 12, "2 days late: nothing taken"),
        (DUE, 12, 2, 9, "2 days late: 20 % of 15 points taken"),
        (replace(DUE, of="score"), 12, 1, 10.8, "1 day late: 10 % of the score taken"),
        (DUE, 2, 2, 0, "2 days late: 2 points taken"),
        (DUE, 1, 2, 0, "2 days late: 1 point taken"),
        (DUE, 0, 2, 0, "2 days late: nothing taken"),
        (replace(DUE, floor=0.5), 12, 9, 7.5, "9 days late: 4.5 points taken"),
        (replace(DUE, floor=0.5), 6, 9, 6, "9 days late: nothing taken"),
        (replace(DUE, floor=0.5, of="score"), 12, 9, 6, "9 days late: 6 points taken"),
        (replace(DUE, cut_off_days=3), 12, 3, 7.5, "3 days late: 30 % of 15 points taken"),
        (replace(DUE, cut_off_days=3, floor=0.5), 12, 4, 0, "4 days late: after the cut-off, worth 0"),
        (replace(DUE, cut_off_days=0), 12, 1, 0, "1 day late: after the cut-off, worth 0"),
        (replace(DUE, grace_days=1), 12, 2, 10.5, "2 days late: 10 % of 15 points taken; 1 grace day used"),
        (replace(DUE, grace_days=5), 12, 2, 12, "2 days late: nothing taken; 2 grace days used"),
        (replace(DUE, grace_days=5, cut_off_days=0), 12, 5, 12, "5 days late: nothing taken; 5 grace days used"),
        (replace(DUE, grace_days=5, cut_off_days=0), 12, 6, 0, "6 days late: after the cut-off, worth 0"),
        (DUE, 12, 0, 12, ""),
    ],
)  # fmt: skip
def test_a_late_score_and_the_sentence_that_explains_it(policy: Policy, raw: float, days: int, left: float, says: str) -> None:
    """Worked by hand."""
    outcome = gates(policy, after(score=raw, days=days)).outcomes["01_gates"]
    assert (outcome.score, outcome.raw, outcome.penalty) == (left, raw, pytest.approx(raw - left))
    assert outcome.note == says


def test_a_single_point_is_singular_in_the_sentence() -> None:
    """An exercise of one point."""
    result = student_total(DUE, "ada", [ScoredAttempt("01_gates", 1.0, 1.0, NOON + timedelta(hours=1))], {"01_gates": 1.0})
    assert result.outcomes["01_gates"].note == "1 day late: 10 % of 1 point taken"


def test_a_late_flag_without_a_time_counts_as_one_day() -> None:
    """What a learning management system writes into the name of a file; a time that is known has the last word."""
    flagged = ScoredAttempt("01_gates", 15.0, 15.0, None, late=True)
    assert gates(DUE, flagged).outcomes["01_gates"].days_late == 1
    assert (score(DUE, flagged), note(DUE, flagged)) == (
        13.5, "handed in late at an unknown time, which counts as 1 day: 10 % of 15 points taken",
    )  # fmt: skip
    assert score(DUE, replace(flagged, late=False)) == 15.0
    assert score(DUE, replace(flagged, at=NOON)) == 15.0
    assert score(replace(DUE, grace_days=1), flagged) == 15.0


def test_a_late_flag_takes_nothing_where_this_course_cannot_tell() -> None:
    """Without a deadline here, or with an extension that the system does not know of; the note says which."""
    flagged = ScoredAttempt("01_gates", 15.0, 15.0, None, late=True)
    extended = replace(DUE, extensions={"ada": {"01_gates": NOON + timedelta(days=1)}})
    for policy, reason in ((replace(DUE, deadlines={}), "there is no deadline"), (extended, "the student has an extension")):
        outcome = gates(policy, flagged).outcomes["01_gates"]
        assert (outcome.score, outcome.days_late) == (15.0, 0)
        assert outcome.note == f"handed in late at an unknown time: nothing taken, {reason}"


# --- several attempts ---


def counted(policy: Policy, *attempts: ScoredAttempt) -> int | None:
    return gates(policy, *attempts).outcomes["01_gates"].attempt


def test_last_best_and_first_choose_as_they_say() -> None:
    """8 in time, 14 a day late (12.5 after the penalty), 9 two days late."""
    attempts = after(score=8, hours=-1), after(score=14, hours=1), after(score=9, hours=25)
    assert [counted(replace(DUE, attempts=which), *attempts) for which in ("first", "best", "last")] == [0, 1, 2]


def test_the_best_is_the_best_after_the_penalty_and_the_earlier_of_equals() -> None:
    """12 in time beats 13 with 1.5 taken, and equals 13.5 with 1.5 taken."""
    policy = replace(DUE, attempts="best")
    assert counted(policy, after(score=13, hours=1), after(score=12, hours=-1)) == 1
    assert counted(policy, after(score=13.5, hours=1), after(score=12, hours=-1)) == 1


def test_a_resubmission_after_the_cut_off_does_not_wipe_out_a_timely_one() -> None:
    """It is ignored and the note says so; if all came after the cut-off the last is shown, worth 0."""
    policy = replace(DUE, cut_off_days=2)
    timely, late, later = after(score=8, hours=-1), after(score=15, days=9), after(score=14, days=10)
    outcome = gates(policy, late, timely).outcomes["01_gates"]
    assert (outcome.attempt, outcome.score, outcome.days_late) == (1, 8, 0)
    assert outcome.note == "a later attempt came after the cut-off and is ignored"
    outcome = gates(policy, later, late).outcomes["01_gates"]
    assert (outcome.attempt, outcome.score, outcome.raw) == (0, 0, 14)
    assert outcome.note == "10 days late: after the cut-off, worth 0"


def test_the_last_is_the_last_though_lateness_makes_it_worse() -> None:
    """Who wants otherwise says `best`."""
    assert score(DUE, after(score=15, hours=-1), after(score=15, days=5)) == 7.5


def test_the_order_in_which_they_came_decides_where_a_time_is_unknown() -> None:
    """The list's order, for equal times as well; if all times are known and differ they decide."""
    unknown = [ScoredAttempt("01_gates", float(n), 15.0) for n in (3, 9, 5)]
    assert counted(DUE, *unknown) == 2
    assert counted(replace(DUE, attempts="first"), *unknown) == 0
    assert counted(DUE, after(score=1, hours=-2), unknown[0]) == 1
    assert counted(DUE, unknown[0], after(score=1, hours=-2)) == 1
    assert counted(DUE, after(score=1, hours=-1), after(score=2, hours=-2)) == 0
    assert counted(DUE, after(score=1, hours=-1), after(score=2, hours=-1)) == 1


def test_an_ungraded_attempt_that_counts_leaves_the_score_and_the_total_open() -> None:
    """Our failure is nobody's zero; also when it came late."""
    for policy, attempt, says in (
        (DUE, after(score=None, hours=-1), ""),
        (DUE, after(score=None, days=2), "2 days late: not judged yet"),
        (replace(DUE, grace_days=3), after(score=None, days=2), "2 days late: not judged yet; 2 grace days kept for it"),
        (replace(DUE, cut_off_days=0), after(score=None, days=2), "2 days late: not judged yet"),
    ):
        result = gates(policy, attempt)
        outcome = result.outcomes["01_gates"]
        assert (outcome.score, outcome.raw, outcome.attempt, result.total) == (None, None, 0, None)
        assert outcome.note == says
    assert gates(replace(DUE, dropped=("01_gates",)), after(score=None, hours=-1)).total == 0


def test_an_ungraded_attempt_matters_to_the_best_only_if_it_could_be_better() -> None:
    """Beside full marks it cannot be; late it can be worth no more than full marks after the penalty."""
    best = replace(DUE, attempts="best")
    ungraded = after(score=None, hours=-1)
    assert score(best, after(score=15, hours=-2), ungraded) == 15
    assert score(best, ungraded, after(score=15, hours=-1)) == 15
    assert score(best, after(score=14.5, hours=-2), ungraded) is None
    assert score(best, after(score=14.5, hours=-2), after(score=None, hours=1)) == 14.5
    assert score(best, after(score=13, hours=-2), after(score=None, hours=1)) is None
    judge_died = ScoredAttempt("01_gates", None, 0.0, NOON)
    assert score(best, after(score=10, hours=-2), judge_died) is None
    assert counted(best, after(score=10, hours=-2), judge_died) == 1


def test_an_ungraded_attempt_that_does_not_count_is_no_obstacle() -> None:
    """An earlier one for `last`, a later one for `first`, one after the cut-off."""
    assert score(DUE, after(score=None, hours=-2), after(score=9, hours=-1)) == 9
    assert score(replace(DUE, attempts="first"), after(score=None, hours=-1), after(score=9, hours=-2)) == 9
    assert score(replace(DUE, cut_off_days=0), after(score=None, hours=1), after(score=9, hours=-2)) == 9


# --- scores set by hand ---


def test_a_score_set_by_hand_is_final() -> None:
    """No penalty, above the maximum if wanted, for a missing or an ungraded one too."""
    late = replace(DUE, grace_days=5, cut_off_days=0)
    outcome = gates(late, after(score=8, days=2), fixed={"01_gates": 17.0}).outcomes["01_gates"]
    assert (outcome.score, outcome.raw, outcome.penalty, outcome.grace_days, outcome.attempt) == (17, 8, 0, 0, 0)
    assert outcome.note == "2 days late: nothing taken, the score was set by hand"
    assert gates(DUE, after(score=8, hours=-1), fixed={"01_gates": 7.0}).outcomes["01_gates"].note == ""
    missing = gates(DUE, fixed={"01_gates": 7.0})
    assert (missing.outcomes["01_gates"].score, missing.outcomes["01_gates"].attempt, missing.total) == (7, None, 7)
    assert gates(DUE, after(score=None, days=2), fixed={"01_gates": 0.0}).total == 0


def test_what_is_set_by_hand_spends_no_grace_days() -> None:
    """They are left for the other exercise."""
    policy = Policy(deadlines={"01_gates": NOON, "02_sigmoid": NOON}, cut_off_days=0, grace_days=2)
    attempts = [after(days=2), after(score=10, slug="02_sigmoid", days=2)]
    outcomes = student_total(policy, "ada", attempts, POINTS, {"01_gates": 3.0}).outcomes
    assert (outcomes["02_sigmoid"].score, outcomes["02_sigmoid"].grace_days) == (10, 2)


# --- totals ---


def test_totals_are_points_and_a_missing_exercise_is_a_zero_in_them() -> None:
    """Its own score stays None: nothing was handed in."""
    result = student_total(Policy(), "ada", [after(score=12.5)], POINTS)
    assert (result.total, result.max_total) == (12.5, 50)
    assert list(result.outcomes) == SLUGS
    assert (result.outcomes["04_bias"].score, result.outcomes["04_bias"].attempt) == (None, None)


def test_weights_make_percentages_and_unnamed_exercises_count_nothing() -> None:
    """12 of 15 with weight 1, 5 of 10 with weight 3; what has no weight may even be ungraded."""
    policy = read("[weights]\n01_gates = 1\n02_sigmoid = 3")
    attempts = [after(score=12), after(score=5, slug="02_sigmoid"), after(score=None, slug="03_jacobians")]
    result = student_total(policy, "ada", attempts, POINTS)
    assert (result.total, result.max_total) == (57.5, 100)
    assert result.outcomes["03_jacobians"].score is None


def test_weights_of_exercises_that_the_class_does_not_have_yet_do_not_count() -> None:
    """The percentage is of what there is; of nothing it is 0 of 0."""
    policy = read("[weights]\n01_gates = 1\n02_sigmoid = 3")
    assert gates(policy, after(score=12)).total == 80
    nothing = student_total(policy, "ada", [], {"03_jacobians": 20.0})
    assert (nothing.total, nothing.max_total) == (0, 0)
    assert student_total(Policy(), "ada", [], {}) == StudentTotal({}, 0, 0)


def test_a_weighted_exercise_that_nobody_was_judged_for_leaves_a_score_by_hand_open() -> None:
    """Nobody knows what part of how many points it is."""
    policy = read("[weights]\n01_gates = 1\n02_sigmoid = 3")
    points = {"01_gates": 0.0, "02_sigmoid": 10.0}
    assert student_total(policy, "ada", [], points, {"01_gates": 5.0}).total is None
    assert student_total(policy, "ada", [], points).total == 0


def test_an_exercise_dropped_for_everyone_is_shown_and_does_not_count() -> None:
    """With its score and the reason; it spends no grace days."""
    policy = replace(DUE, dropped=("01_gates",), grace_days=3)
    result = student_total(policy, "ada", [after(score=12, days=1), after(score=4, slug="04_bias")], POINTS)
    outcome = result.outcomes["01_gates"]
    assert (outcome.dropped, outcome.score, outcome.grace_days) == (True, 10.5, 0)
    assert outcome.note == "1 day late: 10 % of 15 points taken; left out of the total for everyone"
    assert (result.total, result.max_total) == (4, 35)


def test_the_lowest_is_what_raises_the_share_most_not_the_smallest_number() -> None:
    """2 of 5 is a smaller loss than 8 of 20; a missing one goes first; of equals the later ones."""
    attempts = [after(score=15), after(score=10, slug="02_sigmoid"), after(score=8, slug="03_jacobians"), after(score=2, slug="04_bias")]
    result = student_total(Policy(drop_lowest=1), "ada", attempts, POINTS)
    assert [slug for slug, outcome in result.outcomes.items() if outcome.dropped] == ["03_jacobians"]
    assert (result.total, result.max_total) == (27, 30)
    assert result.outcomes["03_jacobians"].note == "left out of the total as one of the lowest"
    result = student_total(Policy(drop_lowest=1), "ada", attempts[:1] + attempts[2:], {**POINTS, "02_sigmoid": 20.0})
    assert result.outcomes["02_sigmoid"].dropped
    full = student_total(Policy(drop_lowest=2), "ada", [after(score=p, slug=s) for s, p in POINTS.items()], dict.fromkeys(SLUGS, 5.0))
    assert [outcome.dropped for outcome in full.outcomes.values()] != [False] * 4
    same = student_total(Policy(drop_lowest=2), "ada", [], dict.fromkeys(SLUGS, 5.0))
    assert [outcome.dropped for outcome in same.outcomes.values()] == [False, False, True, True]


def test_something_always_stays_though_the_class_has_fewer_exercises_than_are_to_be_dropped() -> None:
    """At the start of the term; exercises without weight are no candidates."""
    assert gates(Policy(drop_lowest=2), after(score=3)).total == 3
    policy = Policy(drop_lowest=1, weights={"01_gates": 1.0, "02_sigmoid": 1.0})
    result = student_total(policy, "ada", [after(score=15)], POINTS)
    assert (result.total, result.outcomes["02_sigmoid"].dropped, result.outcomes["03_jacobians"].dropped) == (100, True, False)


def test_an_ungraded_exercise_is_never_dropped_as_one_of_the_lowest() -> None:
    """The total stays open, and nothing is dropped until it is known."""
    result = student_total(Policy(drop_lowest=3), "ada", [after(score=None), after(score=10, slug="02_sigmoid")], POINTS)
    assert (result.total, result.max_total) == (None, 50)
    assert not any(outcome.dropped for outcome in nonempty(result.outcomes.values()))


# --- grace days ---

TERM = {slug: NOON + timedelta(days=7 * week) for week, slug in enumerate(SLUGS)}


def late_in(*days: int) -> list[ScoredAttempt]:
    """Full marks for every exercise, so many days late."""
    return [after(TERM[slug], POINTS[slug], slug, days=late) for slug, late in zip(SLUGS, days, strict=True)]


def spent(policy: Policy, *days: int, points: dict[str, float] = POINTS) -> list[int]:
    attempts = [replace(attempt, score=points[attempt.exercise], max_score=points[attempt.exercise]) for attempt in late_in(*days)]
    return [outcome.grace_days for outcome in student_total(policy, "ada", attempts, points).outcomes.values()]


def test_grace_days_go_in_the_order_of_the_deadlines_where_they_are_worth_the_same() -> None:
    """Of the deadlines, not of the course; partly where that helps."""
    policy = Policy(deadlines=TERM, per_day=0.1, grace_days=3)
    equal = dict.fromkeys(SLUGS, 10.0)
    assert spent(policy, 2, 2, 2, 2, points=equal) == [2, 1, 0, 0]
    backwards = dict(zip(SLUGS, reversed(TERM.values()), strict=True))
    attempts = [replace(after(backwards[slug], 10.0, slug, days=2), max_score=10.0) for slug in SLUGS]
    outcomes = student_total(replace(policy, deadlines=backwards), "ada", attempts, equal).outcomes
    assert [outcome.grace_days for outcome in outcomes.values()] == [0, 0, 1, 2]


def test_grace_days_go_where_they_are_worth_most() -> None:
    """Spent by the calendar alone, a third day would save 10 points instead of 20, and lower the total."""
    policy = Policy(deadlines=TERM, cut_off_days=0)
    assert spent(replace(policy, grace_days=2), 0, 3, 2, 0) == [0, 0, 2, 0]
    assert spent(replace(policy, grace_days=3), 0, 3, 2, 0) == [0, 0, 2, 0]
    assert spent(replace(policy, grace_days=5), 0, 3, 2, 0) == [0, 3, 2, 0]


def test_fewer_grace_days_are_spent_where_more_would_save_the_same() -> None:
    """One day for the later exercise instead of two for the earlier."""
    policy = Policy(deadlines=TERM, cut_off_days=0, grace_days=2)
    assert spent(policy, 2, 1, 0, 0, points=dict.fromkeys(SLUGS, 10.0)) == [0, 1, 0, 0]


def test_no_grace_day_is_spent_in_vain() -> None:
    """Not on what stays worthless, counts for nobody, costs nothing or is dropped."""
    policy = Policy(deadlines=TERM, cut_off_days=0, grace_days=3)
    assert spent(policy, 4, 0, 0, 0) == [0, 0, 0, 0]
    assert spent(replace(policy, cut_off_days=None), 2, 0, 0, 0) == [0, 0, 0, 0]
    assert spent(replace(policy, dropped=("01_gates",)), 2, 0, 0, 0) == [0, 0, 0, 0]
    assert spent(replace(policy, weights={"02_sigmoid": 1.0}), 2, 2, 0, 0) == [0, 2, 0, 0]
    assert spent(replace(policy, drop_lowest=1), 3, 0, 0, 3) == [3, 0, 0, 0]


def test_a_worse_attempt_is_not_brought_back_by_a_grace_day_or_an_extension() -> None:
    """`last` would have to take it, once it is no longer cut off: the timely one is kept."""
    policy = replace(DUE, cut_off_days=0)
    attempts = after(score=10, hours=-1), after(score=3, days=1)
    assert score(policy, *attempts) == 10
    assert score(replace(policy, grace_days=5), *attempts) == 10
    assert score(replace(policy, extensions={"ada": {"01_gates": NOON + timedelta(days=7)}}), *attempts) == 10
    better = after(score=10, hours=-1), after(score=13, days=1)
    assert score(replace(policy, grace_days=5), *better) == 13
    assert score(replace(policy, extensions={"ada": {"01_gates": NOON + timedelta(days=7)}}), *better) == 13


def test_an_extension_does_not_open_what_was_full_marks_without_it() -> None:
    """With the extension an ungraded resubmission is the last in time; it cannot be better."""
    policy = replace(DUE, cut_off_days=0, extensions={"ada": {"01_gates": NOON + timedelta(days=7)}})
    assert score(policy, after(score=15, hours=-1), after(score=None, days=1)) == 15
    assert score(policy, after(score=14, hours=-1), after(score=None, days=1)) is None


# --- what holds for every class ---

# The second deadline lies in the hour that comes twice when the clocks go back in Berlin.
WHEN = dict(zip(SLUGS, [utc(2026, 10, 23, 16), utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 15), utc(2026, 10, 30, 23)], strict=True))
minutes = st.integers(-60, 6 * 24 * 60)
scores = st.integers(0, 8).map(lambda eighths: eighths / 8)


@st.composite
def policies(draw: st.DrawFn, **fixed: Any) -> Policy:
    """Any policy of the four exercises."""
    values: dict[str, Any] = {
        "zone": draw(st.sampled_from([UTC, BERLIN])),
        "deadlines": {slug: WHEN[slug] for slug in SLUGS if draw(st.integers(0, 9))},
        "per_day": draw(st.sampled_from([0.0, 0.1, 0.25, 1.0])),
        "of": draw(st.sampled_from(["maximum", "score"])),
        "floor": draw(st.sampled_from([0.0, 0.0, 0.5])),
        "cut_off_days": draw(st.sampled_from([None, None, 0, 1, 3])),
        "tolerance_minutes": draw(st.sampled_from([0.0, 15.0])),
        "grace_days": draw(st.integers(0, 4)),
        "attempts": draw(st.sampled_from(["last", "best", "first"])),
        "dropped": draw(st.sampled_from([(), (), ("01_gates",)])),
        "drop_lowest": draw(st.sampled_from([0, 0, 1, 2])),
        "weights": draw(st.sampled_from([{}, {}, {"01_gates": 1, "02_sigmoid": 2, "03_jacobians": 3, "04_bias": 0.5}])),
    }
    return Policy(**{**values, **fixed})


@st.composite
def handed_in(draw: st.DrawFn, ungraded: bool = False, unknown: bool = False) -> list[ScoredAttempt]:
    """Attempts around the deadlines."""
    attempts = []
    for slug in SLUGS:
        for _ in range(draw(st.integers(0, 3))):
            at = None if unknown and not draw(st.integers(0, 3)) else WHEN[slug] + timedelta(minutes=draw(minutes))
            share = None if ungraded and not draw(st.integers(0, 3)) else draw(scores)
            raw = None if share is None else share * POINTS[slug]
            attempts.append(ScoredAttempt(slug, raw, POINTS[slug], at, draw(st.booleans())))
    return draw(st.permutations(attempts))


def judged(policy: Policy, attempts: Sequence[ScoredAttempt]) -> StudentTotal:
    return student_total(policy, "ada", attempts, POINTS)


def one_each(attempts: Sequence[ScoredAttempt]) -> list[ScoredAttempt]:
    return list({attempt.exercise: attempt for attempt in attempts}.values())


def share_of(result: StudentTotal) -> float:
    assert result.total is not None
    return result.total / result.max_total


@calm
@given(policies(), handed_in(ungraded=True, unknown=True))
def test_a_score_is_between_nothing_and_what_was_reached(policy: Policy, attempts: list[ScoredAttempt]) -> None:
    """And what is taken, forgiven and shown fits together."""
    result = judged(policy, attempts)
    for slug, outcome in result.outcomes.items():
        if outcome.score is None:
            assert outcome.raw is None and outcome.penalty == 0
        else:
            assert outcome.raw is not None and 0 <= outcome.score <= outcome.raw
            assert outcome.penalty == pytest.approx(outcome.raw - outcome.score)
            assert outcome.attempt is not None and attempts[outcome.attempt].exercise == slug
            assert outcome.raw == attempts[outcome.attempt].score
        assert 0 <= outcome.grace_days <= outcome.days_late
        assert bool(outcome.note) or not outcome.days_late
    assert sum(outcome.grace_days for outcome in result.outcomes.values()) <= policy.grace_days
    assert result.total is None or 0 <= result.total <= result.max_total + 1e-6


@calm
@given(policies(), handed_in(ungraded=True, unknown=True))
def test_an_open_outcome_is_never_a_zero(policy: Policy, attempts: list[ScoredAttempt]) -> None:
    """Where nothing was judged there is no score, and no total unless that exercise counts for nothing."""
    result = judged(policy, attempts)
    for slug, outcome in result.outcomes.items():
        mine = [attempt.score for attempt in attempts if attempt.exercise == slug]
        assert (outcome.attempt is None) == (not mine)
        if all(raw is None for raw in mine):
            assert outcome.score is None
        if outcome.attempt is not None and outcome.score is None and policy.counts(slug):
            assert result.total is None
            others = [each for other, each in result.outcomes.items() if other not in policy.dropped]
            assert not any(each.dropped for each in nonempty(others))


@calm
@given(policies(), handed_in(ungraded=True), st.data())
def test_what_is_known_stays_true_when_the_rest_is_judged(policy: Policy, attempts: list[ScoredAttempt], data: st.DataObject) -> None:
    """A total that is given in spite of ungraded attempts does not change, whatever they turn out to be worth."""
    result = judged(policy, attempts)
    assume(result.total is not None and any(attempt.score is None for attempt in attempts))
    later = [replace(a, score=data.draw(scores) * a.max_score) if a.score is None else a for a in attempts]
    assert judged(policy, later).total == result.total


@calm
@given(policies(grace_days=0), handed_in(), st.integers(0, 3 * 24 * 60))
def test_later_never_scores_more(policy: Policy, attempts: list[ScoredAttempt], delay: int) -> None:
    """One attempt each, or the best of several, all handed in later."""
    attempts = attempts if policy.attempts == "best" else one_each(attempts)
    late = [replace(a, at=a.at + timedelta(minutes=delay)) for a in attempts if a.at]
    sooner, later = judged(policy, attempts), judged(policy, late)
    for slug in SLUGS:
        assert (later.outcomes[slug].score or 0) <= (sooner.outcomes[slug].score or 0)
    assert share_of(later) <= share_of(sooner) + 1e-9


@calm
@given(policies(), handed_in(), st.sampled_from(SLUGS), st.integers(0, 3 * 24 * 60))
def test_later_never_has_a_greater_total_with_grace_days(policy: Policy, attempts: list[ScoredAttempt], slug: str, delay: int) -> None:
    """Of one exercise; the days may then be worth more elsewhere, but together it is no gain."""
    attempts = attempts if policy.attempts == "best" else one_each(attempts)
    late = [replace(a, at=a.at + timedelta(minutes=delay)) if a.at and a.exercise == slug else a for a in attempts]
    assert share_of(judged(policy, late)) <= share_of(judged(policy, attempts)) + 1e-9


@calm
@given(policies(), handed_in(unknown=True), st.dictionaries(st.sampled_from(SLUGS), st.integers(0, 4 * 24 * 60), min_size=1))
def test_an_extension_never_lowers_a_total(policy: Policy, attempts: list[ScoredAttempt], more: dict[str, int]) -> None:
    """Nor any score, unless grace days are shared between exercises."""
    own = {slug: policy.deadlines[slug] + timedelta(minutes=by) for slug, by in more.items() if slug in policy.deadlines}
    extended = replace(policy, extensions={"ada": own})
    before, then = judged(policy, attempts), judged(extended, attempts)
    assert share_of(then) >= share_of(before) - 1e-9
    if not policy.grace_days:
        for slug in SLUGS:
            assert (then.outcomes[slug].score or 0) >= (before.outcomes[slug].score or 0)


@calm
@given(policies(), handed_in(unknown=True), st.integers(1, 4))
def test_more_grace_days_never_lower_a_total(policy: Policy, attempts: list[ScoredAttempt], more: int) -> None:
    """In any order of deadlines, with dropping and several attempts."""
    richer = replace(policy, grace_days=policy.grace_days + more)
    assert share_of(judged(richer, attempts)) >= share_of(judged(policy, attempts)) - 1e-9


@calm
@given(policies(drop_lowest=0), handed_in(unknown=True))
def test_dropping_more_never_lowers_the_percentage(policy: Policy, attempts: list[ScoredAttempt]) -> None:
    """From none to more than there are; each drops what it says, as long as something stays."""
    results = [judged(replace(policy, drop_lowest=n), attempts) for n in range(6)]
    shares = [share_of(result) for result in results]
    assert all(more >= fewer - 1e-9 for fewer, more in nonempty(itertools.pairwise(shares)))
    there = sum(map(policy.counts, SLUGS))
    for n, result in enumerate(results):
        dropped = [slug for slug, outcome in result.outcomes.items() if outcome.dropped and slug not in policy.dropped]
        assert len(dropped) == min(n, there - 1)


@calm
@given(policies(), handed_in(ungraded=True), st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter_where_times_are_known(policy: Policy, attempts: list[ScoredAttempt], random: Any) -> None:
    """Up to the index, and as long as no two came at the same instant."""
    assume(len({(a.exercise, a.at) for a in attempts}) == len(attempts))
    order = list(range(len(attempts)))
    random.shuffle(order)
    one, other = judged(policy, attempts), judged(policy, [attempts[index] for index in order])
    assert (one.total, one.max_total) == (other.total, other.max_total)
    for slug in SLUGS:
        left, right = one.outcomes[slug], other.outcomes[slug]
        assert left == replace(right, attempt=None if right.attempt is None else order[right.attempt])


@calm
@given(policies(weights=dict(zip(SLUGS, [1.0, 2.0, 3.0, 0.5], strict=True))), handed_in(unknown=True), st.sampled_from([0.25, 3, 10, 100]))
def test_only_the_ratio_of_weights_matters(policy: Policy, attempts: list[ScoredAttempt], factor: float) -> None:
    """Weights of 1 and 2 are as good as 10 and 20."""
    scaled = replace(policy, weights={slug: factor * weight for slug, weight in policy.weights.items()})
    assert judged(scaled, attempts) == judged(policy, attempts)


@calm
@given(policies(deadlines={}), handed_in(unknown=True))
def test_without_a_deadline_there_is_no_penalty(policy: Policy, attempts: list[ScoredAttempt]) -> None:
    """Whatever the policy on late work is."""
    for outcome in judged(policy, attempts).outcomes.values():
        assert outcome.score == outcome.raw
        assert (outcome.penalty, outcome.days_late, outcome.grace_days) == (0, 0, 0)


@calm
@given(policies(), handed_in(ungraded=True, unknown=True), st.sampled_from(SLUGS), st.integers(0, 30))
def test_what_is_set_by_hand_stays(policy: Policy, attempts: list[ScoredAttempt], slug: str, score: int) -> None:
    """Final, whatever was handed in."""
    outcome = student_total(policy, "ada", attempts, POINTS, {slug: float(score)}).outcomes[slug]
    assert (outcome.score, outcome.penalty, outcome.grace_days) == (score, 0, 0)


@calm
@given(policies(), handed_in(unknown=True))
def test_the_best_is_never_worse_than_the_last_or_the_first(policy: Policy, attempts: list[ScoredAttempt]) -> None:
    """In the total's share; in every score as well, unless grace days are shared between exercises."""
    best, *others = [judged(replace(policy, attempts=which), attempts) for which in ("best", "last", "first")]
    for other in others:
        assert share_of(best) >= share_of(other) - 1e-9
        if not policy.grace_days:
            for slug in SLUGS:
                assert (best.outcomes[slug].score or 0) >= (other.outcomes[slug].score or 0)


def test_an_extension_may_move_grace_days_away_from_an_exercise_and_lower_its_score() -> None:
    """Why only the total is promised: with two days less to forgive here, three days elsewhere are worth more."""
    policy = Policy(deadlines=TERM, cut_off_days=1, per_day=0.5, grace_days=3)
    points = {"01_gates": 10.0, "02_sigmoid": 12.0}
    attempts = [
        ScoredAttempt("01_gates", 10.0, 10.0, TERM["01_gates"] + timedelta(days=3)),
        ScoredAttempt("02_sigmoid", 12.0, 12.0, TERM["02_sigmoid"] + timedelta(days=4)),
    ]
    own = {"ada": {"01_gates": TERM["01_gates"] + timedelta(days=2)}}
    without, extended = (student_total(one, "ada", attempts, points) for one in (policy, replace(policy, extensions=own)))
    assert [(outcome.score, outcome.grace_days) for outcome in without.outcomes.values()] == [(10, 3), (0, 0)]
    assert [(outcome.score, outcome.grace_days) for outcome in extended.outcomes.values()] == [(5, 0), (6, 3)]
    assert (without.total, extended.total) == (10, 11)


options = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12)), max_size=2)


@calm
@given(st.lists(st.tuples(options, st.integers(0, 12), st.integers(0, 10)), max_size=4), st.integers(0, 4), st.integers(0, 3))
def test_the_plan_is_as_good_as_the_best_of_all_plans(
    exercises: list[tuple[list[tuple[int, int]], int, int]], days: int, drops: int
) -> None:
    """Tried one by one: every choice of options and of exercises to drop."""
    shares = [
        Share(str(n), (Fraction(base), *(Fraction(worth) for _, worth in more)), Fraction(most), (0, *(grace for grace, _ in more)))
        for n, (more, base, most) in enumerate(exercises)
    ]
    dropping = max(0, min(drops, sum(share.most > 0 for share in shares) - 1))

    def quality(plan: tuple[int | None, ...]) -> Fraction | None:
        kept = [(share, index) for share, index in zip(shares, plan, strict=True) if index is not None]
        allowed = all(share.most for share, index in zip(shares, plan, strict=True) if index is None)
        most = sum(share.most for share, _ in kept)
        if not allowed or len(shares) - len(kept) != dropping or sum(share.graces[i] for share, i in kept) > days:
            return None
        return sum(share.worth[i] for share, i in kept) / Fraction(most or 1)

    found = quality(best_plan(shares, days, drops))
    every: Callable[[Share], list[int | None]] = lambda share: [None, *range(len(share.worth))]  # noqa: E731
    assert found == max(q for plan in itertools.product(*map(every, shares)) if (q := quality(plan)) is not None)


# --- the documentation ---

PAGE = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")


def test_the_example_in_the_documentation_is_a_policy_that_uses_every_setting() -> None:
    """So that nobody copies an error."""
    (example,) = re.findall(r"(?s)```toml\n(.*?)```", PAGE)
    data = tomllib.loads(example)
    assert set(data) == set(SETTINGS)
    assert set(data["late"]) == set(LATE)
    policy = read(example, ["01_gates", "02_sigmoid", "03_jacobians", "07_linear_regions"])
    assert policy.extension("ada", "01_gates") == utc(2026, 10, 26, 23)


def test_the_worked_table_in_the_documentation_is_what_comes_out() -> None:
    """Each row: reached, days, grace days, floor, score, note."""
    rows = re.findall(r"(?m)^\| ([\d.]+) \| (\d+) days(?:, (\d) grace day)? \| ([\d.]*) ?\| ([\d.]+) \| (.*) \|$", PAGE)
    assert len(rows) == 4
    for reached, days, grace, floor, left, says in rows:
        policy = replace(DUE, grace_days=int(grace or 0), floor=float(floor or 0))
        attempt = after(score=float(reached), days=int(days))
        assert (score(policy, attempt), note(policy, attempt)) == (float(left), says)
