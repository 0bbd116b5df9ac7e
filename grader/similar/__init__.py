"""Which notebooks of a class resemble each other beyond the code that everybody was given."""

from grader.similar.records import GivenCode, Pair, SimilarGroup, Similarities, StudentWork
from grader.similar.similarity import compare
from grader.similar.works import compare_class, given_code, read_work

__all__ = [
    "GivenCode", "Pair", "SimilarGroup", "Similarities", "StudentWork", "compare", "compare_class",
    "given_code", "read_work",
]  # fmt: skip
