"""What must not be in a release."""

from __future__ import annotations

import re

import nbformat

from grader.core.course import Exercise
from grader.core.stub import BEGIN, END


def answer_lines(exercise: Exercise) -> set[str]:
    """The lines between the markers of a reference notebook, stripped."""
    cells = nbformat.read(exercise.notebook, as_version=4).cells
    answers = [answer for cell in cells for answer in re.findall(rf"(?s){BEGIN}\n(.*?){END}", cell.source)]
    return {line.strip() for answer in answers for line in answer.splitlines() if line.strip()}
