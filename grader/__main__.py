"""`python -m grader`: the command where the scripts folder is not on the path."""

from grader.cli.main import main

main(prog_name="grader")
