"""The course on disk: exercises found by their folders, paths derived from the slug."""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from grader.core.course_settings import CourseSettings, ExerciseSettings, Limits, Question
from grader.core.errors import GraderError, nearest
from grader.core.strict_toml import TomlFile, read_toml

SETTINGS, COURSE_SETTINGS = "exercise.toml", "course.toml"
INSTALLED = "/share/gradbook-course/solutions/course.toml"
SHOWN_ONLY = {"title", "summary", "hints"}  # settings that no verdict depends on
NOT_FOR_JUDGING = {"correct", "wrong", "equivalent.toml", "test_visible.py"}
TRACES = {"__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".DS_Store"}


@dataclass(frozen=True)
class Exercise:
    """One exercise; `folder` is its private folder below `solutions/` or a student's below `exercises/`."""

    slug: str
    folder: Path

    @property
    def notebook(self) -> Path:
        return self.folder / f"{self.slug}.ipynb"

    @property
    def stub(self) -> Path:
        """The notebook as it is handed out, kept in a released folder for `grader reset`."""
        return self.folder / ".stub.ipynb"

    @property
    def hidden_suite(self) -> Path:
        return self.folder / "test_hidden.py"

    @property
    def visible_suite(self) -> Path:
        return self.folder / "test_visible.py"

    @cached_property
    def _read(self) -> tuple[ExerciseSettings, TomlFile]:
        """What `exercise.toml` says, and the file."""
        file = read_toml(self.folder / SETTINGS, f"every exercise needs an {SETTINGS}")
        return file.read_as(ExerciseSettings), file

    @property
    def settings(self) -> ExerciseSettings:
        """What `exercise.toml` says.

        Raises:
            GraderError: it is missing or has a mistake.
        """
        return self._read[0]

    @property
    def settings_text(self) -> str:
        """`exercise.toml` as it is written, once it has been read without a mistake."""
        return self._read[1].text

    @property
    def title(self) -> str:
        return self.settings.title or self.slug

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.settings.questions

    @property
    def question_names(self) -> list[str]:
        return [question.name for question in self.questions]

    @property
    def limits(self) -> Limits:
        return self.settings.limits

    def judging_files(self) -> dict[str, Path]:
        """Path in the folder → file that judging needs: suite, settings, data; no answers or variants."""
        return {
            relative.as_posix(): path
            for relative, path in _files(self.folder)
            if path != self.notebook and relative.parts[0] not in NOT_FOR_JUDGING
        }

    def judging_settings(self) -> object:
        """What `exercise.toml` says, as it is written, without what is only shown.

        Raises:
            GraderError: it is missing or has a mistake.
        """
        return _without_shown(self._read[1].content)

    def suite_sha256(self) -> str:
        """The hash of the hidden suite and the settings, by which a report names them."""
        settings = (self.folder / SETTINGS).read_bytes()
        return hashlib.sha256(self.hidden_suite.read_bytes() + settings).hexdigest()


@dataclass(frozen=True)
class Course:
    """A course: the folder that holds `solutions/` and `exercises/`."""

    root: Path

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        """The graded exercises, by slug, in their order."""
        return _exercises(self.root / "solutions")

    @cached_property
    def released(self) -> dict[str, Exercise]:
        """What students have, by slug."""
        return _exercises(self.root / "exercises")

    @property
    def for_students(self) -> dict[str, Exercise]:
        """What students have, or the graded exercises if nothing is released."""
        return self.released or self.exercises

    @cached_property
    def settings_file(self) -> TomlFile:
        """`solutions/course.toml`, as good as empty if there is none."""
        return read_toml(self.root / "solutions" / COURSE_SETTINGS)

    @cached_property
    def settings(self) -> CourseSettings:
        """What `solutions/course.toml` says.

        Raises:
            GraderError: it has a mistake.
        """
        return self.settings_file.read_as(CourseSettings)

    @property
    def salt(self) -> str:
        """Makes this course's random inputs its own; `salt` in `solutions/course.toml`."""
        return self.settings.salt

    def shared_files(self) -> dict[str, Path]:
        """Path below `solutions/` → file that belongs to no exercise, so that every suite may use it."""
        solutions = self.root / "solutions"
        return {
            path.relative_to(solutions).as_posix(): path
            for part in (solutions.iterdir() if solutions.exists() else ())
            if part.name not in TRACES.union(self.exercises) and part != self.settings_file.path
            for path in ([part] if part.is_file() else (path for _, path in _files(part)))
        }

    def packages(self, slugs: Iterable[str]) -> tuple[str, ...]:
        """What the notebooks of these exercises may use besides the grader's own packages, by pip's names."""
        declared = (self.find(slug).settings.packages for slug in slugs)
        return tuple(dict.fromkeys(chain(self.settings.packages, *declared)))

    def find(self, slug: str) -> Exercise:
        """The exercise called `slug`.

        Raises:
            GraderError: there is none; the nearest name is given.
        """
        return self.exercises[nearest(slug, list(self.exercises), "exercise")]


def open_course(root: Path | str | None = None) -> Course:
    """The course at `root`; without one as `course_here`, or else the one that gradbook-course has installed.

    Raises:
        GraderError: there is none.
    """
    try:
        return course_here(Path(root) if root else None)
    except GraderError:
        installed = None if root else installed_course()
        if installed is None:
            raise
        return Course(installed)


def installed_course() -> Path | None:
    """The folder that the package gradbook-course has put its exercises and solutions in; None without it."""
    from importlib.metadata import PackageNotFoundError, distribution  # slow to load, and rarely needed

    try:
        files = distribution("gradbook-course").files or []
    except PackageNotFoundError:
        return None
    settings = next((file for file in files if file.as_posix().endswith(INSTALLED)), None)
    return Path(str(settings.locate())).resolve().parents[1] if settings else None


def course_here(root: Path | None = None) -> Course:
    """The course at `root`, or the first one found from the working folder upwards.

    Raises:
        GraderError: there is none.
    """
    for folder in [root] if root else [Path.cwd(), *Path.cwd().parents]:
        with contextlib.suppress(OSError):  # a name that is too long, a folder that cannot be entered
            if (folder / "solutions").is_dir() or (folder / "exercises").is_dir():
                return Course(folder.resolve())
    raise GraderError(
        f"{root or Path.cwd()}: no course here (no exercises/ or solutions/ folder); use --course FOLDER"
    )


def _exercises(folder: Path) -> dict[str, Exercise]:
    paths = sorted(path.parent for path in folder.glob(f"*/{SETTINGS}"))
    return {path.name: Exercise(path.name, path) for path in paths}


def _files(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Every file below a folder, with its path from there; no traces of programs."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not TRACES & set(relative.parts):
            yield relative, path


def _without_shown(value: object) -> object:
    """A value of `exercise.toml` without the settings that are only shown, at any depth."""
    if isinstance(value, list):
        return [_without_shown(part) for part in value]
    if isinstance(value, dict):
        return {name: _without_shown(part) for name, part in value.items() if name not in SHOWN_ONLY}
    return value
