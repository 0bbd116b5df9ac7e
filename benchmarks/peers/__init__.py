"""nbgrader, otter-grader and this grader on the same notebooks, with the same tests, in one run on one machine."""
