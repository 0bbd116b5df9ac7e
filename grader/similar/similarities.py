"""What is compared and what comes of it: frozen records, in a fixed order."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Work:
    """One student's notebook for one exercise.

    Attributes:
        cells: number, as in `In [n]` of a run from the top, and source of every code cell.
        sha256: of the file; files with the same one are the same. "" if unknown.
        mistakes: what the hidden tests said is wrong, a sentence each; empty if nobody asked.
    """

    student: str
    slug: str
    cells: tuple[tuple[int, str], ...]
    sha256: str = ""
    mistakes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class GivenCode:
    """What every student of one exercise was handed.

    Attributes:
        cells: sources of the released notebook's code cells.
        names: functions, classes and methods that the exercise itself names; they keep their names when
        compared.
        answers: solutions that the course has itself; code that stands in one of them counts half.
    """

    slug: str
    cells: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    answers: tuple[Work, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two notebooks that resemble each other, `first` before `second` by name.

    Attributes:
        score: 0 to 1, how much of both students' own code is alike; 1 if the files are the same.
        share_first, share_second: 0 to 1, the part of each one's own code that the other has too.
        tokens: about how many tokens of code are alike.
        mistakes: mistakes that both made and hardly anybody else did; no part of the score.
    """

    first: str
    second: str
    score: float
    share_first: float
    share_second: float
    tokens: int
    identical: bool = False
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """Students who are linked by pairs; `pairs` best first, `students` by name."""

    students: tuple[str, ...]
    pairs: tuple[Pair, ...]

    @property
    def best(self) -> Pair:
        """The most similar pair."""
        return self.pairs[0]


@dataclass(frozen=True)
class Similarities:
    """What a comparison of one exercise's notebooks found.

    Attributes:
        clusters: best pair first.
        works: every notebook that was compared.
        too_short: students whose notebook holds too little code of their own to compare.
        threshold: the score from which a pair is listed.
        common: how many fingerprints were left out because more than a quarter of the class has them.
        removed: those fingerprints and the given code's.
    """

    slug: str
    clusters: tuple[Cluster, ...]
    works: tuple[Work, ...]
    too_short: tuple[str, ...]
    threshold: float
    common: int
    given: GivenCode
    removed: frozenset[int] = field(repr=False, default=frozenset())

    @cached_property
    def by_student(self) -> dict[str, Work]:
        """The notebooks by student."""
        return {work.student: work for work in self.works}
