"""What a verdict depends on besides the submission: one with another key is not used again."""

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import grader
from grader.core.course import SETTINGS, Course
from grader.core.files import sources_sha256

JUDGING = ("core", "engine", "sandbox", "suite")  # the packages of ours that a score may depend on


def verdict_keys(course: Course) -> dict[str, str]:
    """Exercise → its `verdict_key`."""
    return {slug: verdict_key(course, slug) for slug in course.exercises}


def verdict_key(course: Course, slug: str) -> str:
    """The key of verdicts on an exercise as everything is now: 64 hex digits.

    It covers the suite and all files beside it, those that the suites of the course share, the settings
    without what is only shown, the salt, our judging code, and the versions of Python and of packages.

    Raises:
        GraderError: a settings file has a mistake.
    """
    exercise = course.exercises[slug]
    files = exercise.judging_files()
    del files[SETTINGS]  # a changed hint is no reason to judge again
    parts = {
        "files": _digests(files),
        "shared": _digests(course.shared_files()),
        "settings": exercise.judging_settings(),
        "salt": course.salt,
        "code": judging_code(),
        "packages": _versions(course.packages([slug])),
        "versions": {**environment(), "gradbook": ""},  # of ours, the code says more
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@cache
def judging_code() -> str:
    """A digest of our own code that judges."""
    package = Path(grader.__file__).parent
    return "-".join(sources_sha256(package / name)[:16] for name in JUDGING)


@cache
def environment() -> dict[str, str]:
    """The versions that a verdict may depend on."""
    names = ("gradbook", "numpy", "torch", "pytest", "ipython")
    return {"python": platform.python_version(), **_versions(names)}


def _versions(packages: Iterable[str]) -> dict[str, str]:
    """Package → its version here."""
    versions = {}
    for package in packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def _digests(files: Mapping[str, Path]) -> dict[str, str]:
    """Name → the hash of the file's content."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
