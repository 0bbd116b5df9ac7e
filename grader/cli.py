"""The command line: the commands are loaded when they are called, and errors are translated once."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from grader import __version__
from grader.errors import GraderError
from grader.render.text import one_line

PLACES = {
    "check": "student",
    "watch": "student",
    "list": "student",
    "hint": "student",
    "reset": "student",
    "grade": "instructor",
    "report": "term",
    "feedback": "instructor",
    "override": "term",
    "diff": "term",
    "export": "publish",
    "similar": "term",
    "serve": "term",
    "doctor": "instructor",
    "audit": "author",
    "release": "author",
    "new": "author",
}


class Commands(click.Group):
    """Finds a command in `grader.commands`; turns a `GraderError` into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GraderError as error:
            click.echo(f"grader: {one_line(str(error))}", err=True)  # it may hold a student's or a file's name
            sys.exit(error.exit_code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PLACES:
            return None
        command: click.Command = getattr(import_module(f"grader.commands.{PLACES[cmd_name]}"), cmd_name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def main() -> None:
    """Exercises and an automated grader for a deep-learning course."""
    for stream in (sys.stdout, sys.stderr):  # a console that has no ✓ shows ?, and the command goes on
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
