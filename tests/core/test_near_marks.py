"""What looks like a mark of a solution and is none is seen in any spelling; ordinary lines are left alone."""

from __future__ import annotations

import pytest

from grader.core.errors import GraderError
from grader.core.near_marks import looks_like_a_mark
from grader.core.stub import stub_source

MEANT = """
### begin solution|# BEGIN SOLUTION|#BEGIN SOLUTION|## End Solution|### BEGIN SOLUTIONS|### BEGIN_SOLUTION|# begin-solution
#BEGINSOLUTION|<solution>|</solution>|<!-- begin solution -->|// BEGIN SOLUTION|#+begin_solution|\\begin{solution}|### Begin  Solution:
### BEGIN SOLUTON|### BEGN SOLUTION|### BEGING SOLUTION|### END SOLUTOIN|return x  # BEGIN SOLUTION|x = 's ### BEGIN SOLUTION'
# BEGIN SOLUTION NO PROMPT|# SOLUTION|x = 5  # SOLUTION|### BEGIN HIDDEN TESTS|### BEGIN MARK SCHEME|### BEGIN ANSWER
# solution begin|# Solution ends|# START SOLUTION|# start of solution|#### BEGIN SOLUTION ####|# ----- begin solution -----
### BEGIN THE SOLUTION|BEGIN SOLUTION|### BEGIN: SOLUTION|# === BEGIN SOLUTION ===|# begin solution for exercise 1 (a) of this sheet
""".strip().replace("\n", "|").split("|")
OTHERS = """
### BEGIN YOUR SOLUTION|# *****START OF YOUR CODE*****|# YOUR SOLUTION HERE|# the solution of the linear system|x[solution]
a < solution|solution = np.linalg.solve(A, b)|end = solution[-1]|start, solution = f(x)|g((end, solution))|print('answer')
# start with the answer of question 1|# The right answer: start at 0|def solution(x):|return solution|# resolution ends here
# mark the end of the line|s = 'a'|# 's solution|# answers
""".strip().replace("\n", "|").split("|")
PROSE = """
## Solution|**Solution:** write it below|In the end solution quality depends on the step size.|At the end, solution and proof agree.
The answer is 4.|Begin with the answer to question 1, and end with the last one.
""".strip().replace("\n", "|").split("|")


@pytest.mark.parametrize("line", MEANT)
def test_a_line_that_was_meant_as_a_mark_is_seen(line: str) -> None:
    """Any case, any style of comment, any number of #, a slip of the pen, and the marks of other tools."""
    assert looks_like_a_mark(line, code=True)


@pytest.mark.parametrize("line", OTHERS)
def test_an_ordinary_line_of_code_is_left_alone(line: str) -> None:
    """Solutions, answers, beginnings and ends are words of the subject too."""
    assert not looks_like_a_mark(line, code=True)


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_left_alone(line: str) -> None:
    """A heading above the student's own solution is no mark."""
    assert not looks_like_a_mark(line, code=False)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("### begin solution\nx = 1\n### end solution", "c, line 1: '### begin solution' marks nothing, and .* write '### BEGIN SOLUTION'"),
        ("### BEGIN SOLUTION\nx = 1\n### end solution", "c, line 3: '### end solution' marks nothing"),
        ("### BEGIN SOLUTION\nx = 1", "c, line 1: '### BEGIN SOLUTION' is never closed; add '### END SOLUTION'"),
        ("x = 1\n### END SOLUTION", "c, line 2: '### END SOLUTION' without its partner"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n### END SOLUTION", "c, line 2: .* without its partner"),
        ('x = """\n### BEGIN SOLUTION\n1\n### END SOLUTION\n"""', "c, line 2: .* stands in a text; move it out of the quotes"),
        ("for i in x:\n    ### BEGIN SOLUTION\n    y = i\n    ### END SOLUTION", "c: without the answers it is not valid Python"),
    ],
)
def test_marks_that_cut_out_nothing_or_too_much_are_refused_with_their_line(source: str, problem: str) -> None:
    """The answer below would be handed out, or a stub that does not run."""
    with pytest.raises(GraderError, match=problem):
        stub_source(source, "c")


def test_marks_around_whole_texts_and_magics_are_fine() -> None:
    """What stands between two texts in quotes is no text."""
    source = '%matplotlib inline\n"""One\ntext."""\n### BEGIN SOLUTION\nx = """a\nb"""\n### END SOLUTION\ny = """c\nd"""'
    assert stub_source(source, "c") == '%matplotlib inline\n"""One\ntext."""\ny = """c\nd"""'
