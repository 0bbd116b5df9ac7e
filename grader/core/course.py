"""The course on disk: exercises found by their folders, paths derived from the slug."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.core.errors import GraderError
from grader.core.limits import Limits, limits_from

SHOWN_ONLY = {"title", "summary", "hints"}  # settings that no verdict depends on


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
    def settings(self) -> dict[str, Any]:
        path = self.folder / "exercise.toml"
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError:
            raise GraderError(f"{path}: missing; every exercise needs an exercise.toml") from None
        except tomllib.TOMLDecodeError as error:
            raise GraderError(f"{path}: {error}") from None

    @property
    def title(self) -> str:
        return str(self.settings.get("title", self.slug))

    @property
    def questions(self) -> list[dict[str, Any]]:
        return list(self.settings.get("question", []))

    @property
    def limits(self) -> Limits:
        return limits_from(self.settings.get("limits", {}), f"{self.slug}/exercise.toml")

    def suite_sha256(self) -> str:
        """The hash of everything a verdict depends on beside the submission: the hidden suite and its
        settings.
        """
        digest = hashlib.sha256()
        for path in (self.hidden_suite, self.folder / "exercise.toml"):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def verdict_sha256(self) -> str:
        """Like `suite_sha256`, without what is only shown: another hint judges nothing anew."""
        kept = {name: value for name, value in self.settings.items() if name not in SHOWN_ONLY}
        kept["question"] = [
            {k: v for k, v in question.items() if k not in SHOWN_ONLY} for question in self.questions
        ]
        digest = hashlib.sha256(self.hidden_suite.read_bytes())
        digest.update(json.dumps(kept, sort_keys=True, default=str).encode())
        return digest.hexdigest()


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

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What `solutions/course.toml` says; empty without one.

        Raises:
            GraderError: it is no TOML.
        """
        try:
            return tomllib.loads(self.settings_file.read_text(encoding="utf-8"))
        except OSError:
            return {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise GraderError(f"{self.settings_file}: {error}") from None

    @property
    def settings_file(self) -> Path:
        return self.root / "solutions" / "course.toml"

    @property
    def salt(self) -> str:
        """Makes this course's random inputs its own; `salt` in `solutions/course.toml`."""
        return str(self.settings.get("salt", ""))

    def find(self, slug: str) -> Exercise:
        """The exercise called `slug`.

        Raises:
            GraderError: there is none; the nearest name is given.
        """
        return self.exercises[nearest(slug, list(self.exercises), "exercise")]


def nearest(name: str, known: list[str], what: str) -> str:
    """`name` if it is known, or the only known name that begins with it.

    Raises:
        GraderError: it is not; with the nearest known one.
    """
    if name in known:
        return name
    begun = [candidate for candidate in known if name and candidate.startswith(name)]
    if len(begun) == 1:
        return begun[0]
    close = difflib.get_close_matches(name, known, 1, 0.4)
    remedy = f"did you mean '{close[0]}'?" if close else f"known: {', '.join(known) or 'none'}"
    raise GraderError(f"no {what} '{name}': {remedy}")


def open_course(root: Path | None = None) -> Course:
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
    if not folder.is_dir():
        return {}
    found = sorted(p for p in folder.iterdir() if (p / "exercise.toml").exists())
    return {path.name: Exercise(path.name, path) for path in found}
