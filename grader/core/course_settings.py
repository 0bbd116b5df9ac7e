"""What `course.toml` and `exercise.toml` say, as records; each limit and other default stands here alone."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct, field, structs

from grader.core.strict_toml import SettingError, Text

YEARS = range(2000, 2200)
LONGEST = 3650  # days; nothing is later than that
Dotted = Annotated[str, Meta(pattern=r"^[^\W\d]\w*(\.[^\W\d]\w*)*$", title='a name like "np.linalg"')]
Package = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$", title='a package like "tqdm", without a version')
]
Packages = Annotated[
    tuple[Package, ...],
    Meta(
        title='a list of packages like ["tqdm"]',
        description="What notebooks may use besides NumPy, SciPy, Matplotlib and PyTorch, by pip's names.",
    ),
]
Seconds = Annotated[float, Meta(gt=0, le=86_400, title="a number of seconds above 0, at most 86400")]
Megabytes = Annotated[
    int, Meta(gt=0, le=1 << 20, title="a whole number of megabytes above 0, at most 1048576")
]
Count = Annotated[int, Meta(gt=0, le=100_000, title="a whole number above 0, at most 100000")]
Whole = Annotated[int, Meta(ge=0, le=LONGEST, title=f"a whole number from 0 to {LONGEST}")]
Share = Annotated[float, Meta(ge=0, le=1, title="a share from 0 to 1, like 0.1 for 10 %")]
Weight = Annotated[float, Meta(ge=0, le=1_000_000, title="a number from 0 to 1000000")]


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission may use.

    CPU limits are what counts, since they do not depend on the machine's load. Wall limits follow from them,
    are larger, and catch sleepers; time for which others had the cores does not count.
    """

    call_cpu_s: Seconds = 5.0
    cell_cpu_s: Seconds = 20.0
    submission_cpu_s: Seconds = 60.0
    wall_factor: Annotated[float, Meta(gt=0, le=1000, title="a number above 0, at most 1000")] = 1.75
    wall_extra_s: Seconds = 5.0
    memory_mb: Megabytes = 1536
    tmp_mb: Megabytes = 64
    file_mb: Megabytes = 64
    processes: Count = 64
    descriptors: Count = 256
    deaths_per_question: Count = 2

    def wall_s(self, cpu_s: float) -> float:
        return cpu_s * self.wall_factor + self.wall_extra_s

    @property
    def submission_wall_s(self) -> float:
        """What all cells and calls of a submission may take together, restarts included."""
        return self.wall_s(self.submission_cpu_s)

    def all_cpu_used(self) -> str:
        return f"all {self.submission_cpu_s:g} s of the notebook's CPU time are used"

    def all_time_used(self) -> str:
        """Sleeping costs no CPU time, so waiting has a limit for the whole notebook too."""
        return f"all {self.submission_wall_s:g} s of time are used"

    def for_worker(self) -> dict[str, int]:
        return {
            "cpu_s": int(self.submission_cpu_s) + 5,
            "memory_mb": self.memory_mb,
            "tmp_mb": self.tmp_mb,
            "file_mb": self.file_mb,
            "processes": self.processes,
            "descriptors": self.descriptors,
        }

    def as_dict(self) -> dict[str, float]:
        return structs.asdict(self)


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """A question of an exercise."""

    name: Annotated[
        str,
        Meta(
            min_length=1,
            title="a text in quotes that is not empty",
            description="The name that the suite uses in @question.",
        ),
    ]
    title: Annotated[Text, Meta(description="One line for the student.")] = ""
    hints: Annotated[
        tuple[Text, ...],
        Meta(title="a list of texts", description="From a small push to nearly the answer."),
    ] = ()
    forbidden: Annotated[
        tuple[Dotted, ...],
        Meta(title='a list of names like ["np.linalg"]', description="What the answer may not use."),
    ] = ()


class ExerciseSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of an exercise: docs/authoring.md explains each."""

    title: Annotated[Text, Meta(description="The exercise as students see it in lists.")] = ""
    summary: Annotated[Text, Meta(description="What one can do afterwards, in one sentence.")] = ""
    limits: Annotated[
        Limits, Meta(description="What one submission may use, where the defaults do not do.")
    ] = Limits()
    questions: Annotated[
        tuple[Question, ...],
        Meta(title="tables, each below a line [[question]]", description="In the notebook's order."),
    ] = field(name="question", default=())
    packages: Packages = ()

    def __post_init__(self) -> None:
        names = [question.name for question in self.questions]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise SettingError(("question", number, "name"), f"two questions have the name {name!r}")


class Deadline:
    """When work is due: a date, which means the end of that day, or a date and time."""

    def __init__(self, written: object) -> None:
        if not isinstance(written, date):  # a datetime is one, too
            raise ValueError
        if written.year not in YEARS:
            raise SettingError(
                (), f"{written} is in no year of a course; leave the exercise out if it has no deadline"
            )
        self.written = written


class Extension:
    """A student's own deadline: so many days after everybody's, or a date, or a date and time."""

    def __init__(self, written: object) -> None:
        if isinstance(written, int) and not isinstance(written, bool) and 0 <= written <= LONGEST:
            self.written: date | int = written
        else:
            self.written = Deadline(written).written


Due = Annotated[Deadline, Meta(title="a date or a date and time, without quotes, like 2026-10-19")]
Later = Annotated[Extension, Meta(title="a number of days, a date or a date and time, without quotes")]


class Late(Struct, frozen=True, forbid_unknown_fields=True):
    """What lateness costs."""

    per_day: Annotated[Share | None, Meta(description="The share that each begun day takes.")] = None
    of: Annotated[
        Literal["maximum", "score"] | None,
        Meta(
            title='one of "maximum", "score"', description="A share of the points (default) or of the score."
        ),
    ] = None
    floor: Annotated[Share | None, Meta(description="The share of the same that lateness leaves.")] = None
    cut_off_days: Annotated[Whole | None, Meta(description="Work that is later than this is worth 0.")] = None
    tolerance_minutes: Annotated[
        float,
        Meta(
            ge=0, le=24 * 60, title="a number from 0 to 1440", description="How much later is still in time."
        ),
    ] = 0.0

    def __post_init__(self) -> None:
        for name, value in (("of", self.of), ("floor", self.floor)):
            if value is not None and self.per_day is None:
                raise SettingError(
                    (name,), f"late.{name} has no effect without late.per_day; add that or remove this"
                )


class Least(Struct, frozen=True, forbid_unknown_fields=True):
    """How many variants and hints the audit wants of each exercise at least."""

    correct: Annotated[Whole, Meta(description="Files in correct/: other right solutions.")] = 6
    wrong: Annotated[Whole, Meta(description="Files in wrong/: mistakes.")] = 8
    hints: Annotated[Whole, Meta(description="Hints of each question.")] = 2


class CourseSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a course: docs/policies.md explains each."""

    id: Annotated[
        Text, Meta(description="What the course is called for ever; a gradebook belongs to one course.")
    ] = ""
    salt: Annotated[Text, Meta(description="Makes this course's random inputs its own; private.")] = ""
    packages: Packages = ()
    audit: Annotated[Least, Meta(description="How many variants and hints there must be at least.")] = Least()
    timezone: Annotated[Text, Meta(description="A name such as Europe/Berlin.")] = "UTC"
    attempts: Annotated[
        Literal["last", "best", "first"],
        Meta(title='one of "last", "best", "first"', description="Which attempt counts."),
    ] = "last"
    grace_days: Annotated[Whole, Meta(description="Late days that each student is forgiven.")] = 0
    dropped: Annotated[
        tuple[Text, ...],
        Meta(
            title='a list of exercises in quotes, like ["01_gates"]',
            description="Exercises that are left out of every student's total.",
        ),
    ] = ()
    drop_lowest: Annotated[Whole, Meta(description="How many exercises are left out for each student.")] = 0
    deadlines: Annotated[dict[str, Due], Meta(description="Exercise → when it is due.")] = {}
    extensions: Annotated[
        dict[str, dict[str, Later]], Meta(description="Student → exercise → the student's own deadline.")
    ] = {}
    late: Annotated[Late, Meta(description="What lateness costs.")] = Late()
    weights: Annotated[
        dict[str, Weight] | None, Meta(description="Exercise → its weight; totals are then percentages.")
    ] = None
