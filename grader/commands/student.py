"""What students type: check, hint."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.screen import COURSE, clean, echo_question, one_line
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
        click.secho(f"\n{one_line(path.name)}", bold=True)
        for number, error in checked.errors:
            click.echo(f"  cell {number} stopped with " + clean(error).replace("\n", "\n      "))
        for question in checked.questions:
            echo_question(question)
        done = sum(q.status == "passed" for q in checked.questions)
        click.echo(f"  {done} of {len(checked.questions)} questions pass the visible tests")
    sys.exit(0 if good else 1)


@click.command()
@click.argument("exercise", metavar="SLUG")
@click.argument("question", required=False)
@click.option("--again", is_flag=True, help="Show the hints you have had, and no new one.")
@COURSE
def hint(exercise: str, question: str | None, again: bool, course: Path | None) -> None:
    """Show the next hint for a question of an exercise; without a question, where hints are left.

    Example: grader hint 02_sigmoid sigmoid_grad
    """
    from grader.course import open_course
    from grader.hints import exercise_of, hints_seen, next_hint, past_hints

    opened = open_course(course)
    found = exercise_of(opened, exercise)
    if question is None:
        for name, (seen, count) in hints_seen(opened, found).items():
            click.echo(f"  {name:28} {seen} of {count} hints seen")
        click.echo(f"next: grader hint {found.slug} QUESTION")
        return
    hints = past_hints(opened, found, question) if again else [next_hint(opened, found, question)]
    for each in hints:
        click.echo(f"hint {each.number} of {each.count}: {clean(each.text)}")
    if not hints:
        click.echo(f"no hint seen yet; ask for one with: grader hint {found.slug} {question}")
    elif not hints[-1].remembered:
        click.echo("(this folder cannot be written, so the same hint will come next time)")
    elif not again:
        last = hints[-1].number == hints[-1].count
        click.echo("that was the last one" if last else "for the next one, ask again")
