"""What several commands share: options, a progress bar, a question's lines, text made safe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.render.text import clean as clean
from grader.render.text import one_line as one_line

if TYPE_CHECKING:
    from grader.report import QuestionResult

JOBS = click.option("--jobs", "-j", type=click.IntRange(1, 512), default=None, help="Judges at once; default: one a core.")
COURSE = click.option("--course", type=click.Path(path_type=Path), default=None, help="The course's folder.")


def echo_question(question: QuestionResult) -> None:
    """A question with its mark in words, and what failed in it."""
    colour = {"passed": "green", "not_attempted": "yellow"}.get(question.status, "red")
    mark = {"passed": "✓", "not_attempted": "·"}.get(question.status, "✗")
    click.echo("  " + click.style(f"{mark} {one_line(question.name)}", fg=colour) + f"  {question.status.replace('_', ' ')}")
    for test in question.tests:
        if test.status in ("passed", "not_attempted"):
            continue
        for line in clean(f"{test.summary}\n{test.message}").splitlines():
            click.echo(f"      {line}")
        if test.diagnosis:
            click.secho(f"      This looks like: {one_line(test.diagnosis)}", fg="cyan")


def progress_bar() -> Any:
    """A bar with count, time gone and time left."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    )
