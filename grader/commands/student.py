"""What students type: check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.screen import COURSE, clean, echo_question
from grader.errors import GraderError

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("notebooks", nargs=-1, type=click.Path(path_type=Path))
@COURSE
def check(notebooks: tuple[Path, ...], course: Path | None) -> None:
    """Check your own notebooks with the visible tests (default: every exercise).

    Example: grader check exercises/01_gates/01_gates.ipynb
    """
    from grader.check import check as run
    from grader.course import open_course

    opened = None
    try:
        opened = open_course(course)
    except GraderError:
        if course or not notebooks:
            raise
    paths = notebooks or tuple(e.notebook for e in (opened.released if opened else {}).values())
    if not paths:
        raise GraderError("no notebook to check; name one: grader check 01_gates.ipynb")
    good = True
    for path in paths:
        checked = run(path, opened)
        good &= checked.passed
        click.secho(f"\n{path.name}", bold=True)
        for number, error in checked.errors:
            click.echo(f"  cell {number} stopped with {clean(error)}")
        for question in checked.questions:
            echo_question(question)
        done = sum(q.status == "passed" for q in checked.questions)
        click.echo(f"  {done} of {len(checked.questions)} questions pass the visible tests")
    sys.exit(0 if good else 1)
