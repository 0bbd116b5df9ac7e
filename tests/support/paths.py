"""Where the repository and the tiny course of the tests are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
COURSE = TESTS / "course"
