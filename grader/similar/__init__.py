"""Which notebooks of a class resemble each other beyond the code that everybody was given."""

from grader.similar.pairing import compare, summary
from grader.similar.similarities import Cluster, GivenCode, Pair, Similarities, Work
from grader.similar.works import compare_class, given_code, read_work

__all__ = ["Cluster", "GivenCode", "Pair", "Similarities", "Work", "compare", "compare_class", "given_code",
           "read_work", "summary"]  # fmt: skip
