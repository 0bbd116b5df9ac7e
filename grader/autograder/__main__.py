"""`python -m grader.autograder gradescope ROOT | classroom NOTEBOOK`."""

import sys

from grader.autograder.in_container import main

sys.exit(main(sys.argv[1:]))
