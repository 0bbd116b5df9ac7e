"""What several commands share: options, a progress bar, a question's lines, text made safe for a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from grader.report import QuestionResult

JOBS = click.option("--jobs", "-j", type=click.IntRange(1, 512), default=None, help="Judges at once; default: one a core.")
COURSE = click.option("--course", type=click.Path(path_type=Path), default=None, help="The course's folder.")


def echo_question(question: QuestionResult) -> None:
    """A question with its mark in words, and what failed in it."""
    colour = {"passed": "green", "not_attempted": "yellow"}.get(question.status, "red")
    mark = {"passed": "✓", "not_attempted": "·"}.get(question.status, "✗")
    click.echo("  " + click.style(f"{mark} {question.name}", fg=colour) + f"  {question.status.replace('_', ' ')}")
    for test in question.tests:
        if test.status in ("passed", "not_attempted"):
            continue
        click.echo(f"      {clean(test.summary)}")
        for line in clean(test.message).splitlines():
            click.echo(f"      {line}")
        if test.diagnosis:
            click.secho(f"      This looks like: {clean(test.diagnosis)}", fg="cyan")


def clean(text: str) -> str:
    """The text with a dot for each control character: a notebook never steers the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "·" for c in text)


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
