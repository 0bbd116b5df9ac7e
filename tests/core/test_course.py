"""A course's files as records: read strictly, and what judging needs of them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import FieldInfo, fields
from support.paths import COURSE, ROOT, TESTS
from support.toml import toml_value

from grader.core.course import Course, Exercise
from grader.core.course_settings import CourseSettings, ExerciseSettings, Late, Limits, Question
from grader.core.errors import GraderError
from grader.core.strict_toml import TomlFile, line_of, read_toml

OLD = TESTS / "fixtures" / "v0_1_0" / "course"
TEMPLATE = ROOT / "grader" / "authoring" / "template" / "exercise.toml"
WHOLE = """title = "Gates"
summary = "What one can do afterwards."

[limits]
call_cpu_s = 40
memory_mb = 2048

[[question]]
name = "AddGate"
title = "The add gate"
hints = [
    "A small push.",
    "A larger one.",
]
forbidden = ["np.linalg", "torch"]

[[question]]
name = "Graph.backward"
"""
MISTAKES = [
    ('titel = "x"', 1, "unknown key 'titel'; did you mean 'title'?"),
    ("xyzzy = 1", 1, "unknown key 'xyzzy'; known: title, summary, limits, question, packages"),
    ('[[question]]\nname = "a"\nhint = ["typo"]', 3, "unknown key 'hint' in [[question]]; did you mean 'hints'?"),
    ('[[question]]\nname = "a"\nhints = "Use it."', 3, "hints must be a list of texts, not 'Use it.'"),
    ('[[question]]\nname = "a"\nhints = [\n    "one",\n    3,\n]', 3, "item 2 of hints must be a text in quotes, not 3"),
    ('packages = ["tqdm>=4"]', 1, "item 1 of packages must be a package like \"tqdm\", without a version, not 'tqdm>=4'"),
    ('title = "x"\n[[question]]\ntitle = "no name"', 2, "a [[question]] has no name"),
    ('[[question]]\nname = ""', 2, "name must be a text in quotes that is not empty, not ''"),
    ('[[question]]\nname = "a"\n[[question]]\nname = "b"\n[[question]]\nname = "a"', 6, "two questions have the name 'a'"),
    ('[question]\nname = "a"', 1, "question must be tables, each below a line [[question]], not a table"),
    ('question = ["a"]', 1, "item 1 of question must be a table, not 'a'; write a line [[question]] above its values"),
    ('[[question]]\nname = "a"\nforbidden = ["os", "np linalg"]', 3, "item 2 of forbidden must be a name like \"np.linalg\", not 'np linalg'"),
    ('[[question]]\nname = "a"\nforbidden = "np"', 3, 'forbidden must be a list of names like ["np.linalg"], not \'np\''),
    ('[[question]]\nname = "a"\n[question.hints]\nx = 1', 3, "hints must be a list of texts, not a table"),
    ('[[question]]\nname = "a"\nsummary = "x"', 3, "summary does not belong in [[question]]; move it above the first line in brackets"),
    ('hints = ["x"]', 1, "hints belongs in a table; write it below a line [[question]]"),
    ("call_cpu_s = 3", 1, "call_cpu_s belongs in a table; write it below a line [limits]"),
    ("limits = 3", 1, "limits must be a table, not 3; write a line [limits] above its values"),
    ("\n\n[limits]\n# a comment\ncell_cpu = 1", 5, "unknown key 'cell_cpu' in [limits]; did you mean 'cell_cpu_s'?"),
    ("[limits]\ncall_cpu_s = 0", 2, "limits.call_cpu_s must be a number of seconds above 0, at most 86400, not 0"),
    ("[limits]\ncall_cpu_s = nan", 2, "limits.call_cpu_s must be a number of seconds above 0, at most 86400, not nan"),
    ("[limits]\nmemory_mb = 0.5", 2, "limits.memory_mb must be a whole number of megabytes above 0, at most 1048576, not 0.5"),
    ("[limits]\nprocesses = true", 2, "limits.processes must be a whole number above 0, at most 100000, not true"),
    ("limits.wall_factor = -1", 1, "limits.wall_factor must be a number above 0, at most 1000, not -1"),
    ("title = 2026-10-19", 1, "title must be a text in quotes, not 2026-10-19"),
    ("title = Gates", 1, "the value of title is not valid TOML; put texts in quotes and close every bracket"),
    ('title = "a\nsummary = "b"', 1, "the value of title has no closing quote; add it"),
    ('title = "a"\n\ntitle = "b"', 3, "title is set twice; remove one of the two"),
    ('title = "a"\n[[question]]\nhints = [\n    "a",\n\n[limits]', 3, "the value of hints is not valid TOML; put texts in quotes and close every bracket"),
    ('[[question]]\nname = "a"\nhints = [\n"x",\n]\nhints = [\n"y",\n]', 6, "hints is set twice; remove one of the two"),
    ('hints = ["a"', 1, "not valid TOML: unclosed array"),
    ("[limits]\n[limits]", 2, "not valid TOML: cannot declare"),
]  # fmt: skip


def refused(text: str, kind: type[Struct] = ExerciseSettings) -> str:
    with pytest.raises(GraderError) as caught:
        TomlFile(Path("exercise.toml"), text).read_as(kind)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_everything_that_an_exercise_can_say_is_read() -> None:
    """With the numbers as they are meant, and lists as tuples, so that nobody changes them."""
    assert TomlFile(Path("exercise.toml"), WHOLE).read_as(ExerciseSettings) == ExerciseSettings(
        "Gates",
        "What one can do afterwards.",
        Limits(call_cpu_s=40.0, memory_mb=2048),
        (
            Question("AddGate", "The add gate", ("A small push.", "A larger one."), ("np.linalg", "torch")),
            Question("Graph.backward"),
        ),
    )


@pytest.mark.parametrize(("text", "line", "problem"), MISTAKES, ids=[text.replace("\n", " ") for text, _, _ in MISTAKES])
def test_a_mistake_in_an_exercise_is_one_line_with_file_line_and_key(text: str, line: int, problem: str) -> None:
    """And the nearest known key, or what the value must be."""
    assert refused(text).startswith(f"exercise.toml, line {line}: {problem}")


EVERY = [
    *((ExerciseSettings, "", field) for field in fields(ExerciseSettings)),
    *((ExerciseSettings, "[limits]\n", field) for field in fields(Limits)),
    *((ExerciseSettings, "[[question]]\n", field) for field in fields(Question)),
    *((CourseSettings, "", field) for field in fields(CourseSettings)),
    *((CourseSettings, "[late]\n", field) for field in fields(Late)),
]
VALUES = (True, -1, 1.5, float("nan"), "text", [1], [["x"]], {"a": 1}, {"a": {"b": "c"}})


@pytest.mark.parametrize(("kind", "table", "field"), EVERY, ids=[f"{table.strip()}{field.encode_name}" for _, table, field in EVERY])
def test_every_key_with_every_kind_of_value_is_read_or_named(kind: type[Struct], table: str, field: FieldInfo) -> None:
    """The line is the key's own, and the name in the message too."""
    name, wrong = field.encode_name, 0
    for value in VALUES:
        named = 'name = "a"\n' if table == "[[question]]\n" and name != "name" else ""
        text = f"# a comment\n\n{table}{named}{name} = {toml_value(value)}\n"
        try:
            TomlFile(Path("exercise.toml"), text).read_as(kind)
        except GraderError as error:
            wrong += 1
            problem = str(error).removeprefix(f"exercise.toml, line {text.count(chr(10))}: ")
            assert re.match(rf"(item 1 of )*(\w+\.)*{name}\b.* must be |unknown key '[ab]' in |a \[\[question\]\] has no name|late\.", problem)
    assert wrong >= 6


@settings(max_examples=150, database=None, deadline=None, derandomize=True)
@given(
    st.recursive(
        st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.times(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "hints", "call_cpu_s"]), inner, max_size=2),
        max_leaves=5,
    ),
    st.sampled_from(["title", "limits", "question", "salt"]),
)
def test_any_value_anywhere_in_an_exercise_is_a_record_or_one_line(value: object, name: str) -> None:
    """Never a traceback."""
    try:
        TomlFile(Path("exercise.toml"), f"\n{name} = {toml_value(value)}").read_as(ExerciseSettings)
    except GraderError as error:
        assert str(error).startswith("exercise.toml, line 2: ") and "\n" not in str(error)


def test_a_line_is_found_however_the_key_is_written() -> None:
    """Dotted and quoted keys, texts that look like headers, and what is missing."""
    text = """# title = 1

title = '''
[limits]
call_cpu_s = 1
'''
a.b."c d" = { e = [
    1,
] }

  [ limits ]   # [[question]]
call_cpu_s = 1
[[question]]
[[question]]
name = "x"
[other."b@c".d]
y = 1"""
    assert tomllib.loads(text)
    lines = {
        ("title",): 3, ("a",): 7, ("a", "b", "c d", "e", 0): 7, ("limits",): 11, ("limits", "call_cpu_s"): 12, ("question",): 13,
        ("question", 0): 13, ("question", 1): 14, ("question", 1, "name"): 15, ("question", 0, "name"): 13,
        ("other",): 16, ("other", "b@c", "d", "y"): 17, ("nothing",): 1,
    }  # fmt: skip
    assert {key: line_of(text, key) for key in lines} == lines


def test_a_file_that_is_no_text_or_cannot_be_read_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named from the working folder; a mark of UTF-8 and line ends of Windows are as good as none."""
    monkeypatch.chdir(tmp_path)
    exercise = Exercise("01_x", tmp_path)
    path = tmp_path / "exercise.toml"
    with pytest.raises(GraderError, match="every exercise needs an exercise.toml"):
        exercise.questions  # noqa: B018
    path.write_bytes(b"# x\r\ntitle = 'Schr\xf6dinger'")
    with pytest.raises(GraderError, match="^exercise.toml, line 2: not text in UTF-8; save it in that encoding$"):
        exercise.questions  # noqa: B018
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert exercise.questions[0].hints == ("A small push.", "A larger one.")
    path.unlink()
    path.mkdir()
    with pytest.raises(GraderError, match=r"^exercise.toml: cannot be read \(Is a directory\)$"):
        Exercise("01_x", tmp_path).limits  # noqa: B018


def test_without_a_file_a_course_has_no_settings_and_a_broken_one_is_named(tmp_path: Path) -> None:
    """Students have none."""
    assert Course(tmp_path).settings == CourseSettings() and Course(tmp_path).salt == ""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "course.toml").write_text("salt = 2026")
    with pytest.raises(GraderError, match=r"solutions/course.toml, line 1: salt must be a text in quotes, not 2026$"):
        Course(tmp_path).salt  # noqa: B018


def test_every_settings_file_of_this_repository_is_read() -> None:
    """The real course, the tests' own, the template, and what was made by 0.1.0."""
    paths = [TEMPLATE, *ROOT.glob("*/*/exercise.toml"), *COURSE.rglob("exercise.toml"), *OLD.rglob("exercise.toml")]
    assert len(paths) > 25
    for path in paths:
        assert read_toml(path).read_as(ExerciseSettings).questions
    assert Course(ROOT).salt and Course(OLD).settings.grace_days == 1


def test_judging_needs_the_suite_the_settings_and_data_and_nothing_private(tmp_path: Path) -> None:
    """No answers, no variants, nothing that a program left behind."""
    private = [
        "01_x.ipynb", "test_visible.py", "equivalent.toml", "correct/a.py", "wrong/b.py", "__pycache__/c.pyc",
        "data/__pycache__/d.pyc", ".ipynb_checkpoints/e.ipynb",
    ]  # fmt: skip
    needed = ["exercise.toml", "test_hidden.py", "data/correct/table.csv"]
    for name in (*private, *needed):
        (tmp_path / "01_x" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "01_x" / name).write_text("x")
    files = Exercise("01_x", tmp_path / "01_x").judging_files()
    assert files == {name: tmp_path / "01_x" / name for name in needed}


def test_a_verdict_is_not_looked_up_for_an_exercise_with_a_mistake(tmp_path: Path) -> None:
    """The mistake is named before anything is graded."""
    (tmp_path / "exercise.toml").write_text('[[question]]\nname = "a"\nforbiden = ["os"]')
    (tmp_path / "test_hidden.py").write_text("suite")
    with pytest.raises(GraderError, match="line 3: unknown key 'forbiden' in .*; did you mean 'forbidden'"):
        Exercise("01_x", tmp_path).judging_settings()
