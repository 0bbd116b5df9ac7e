"""What is compared and what comes of it: frozen records, in a fixed order."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class StudentWork:
    """One student's notebook for one exercise.

    Attributes:
        cells: number, as in `In [n]` of a run from the top, and source of every code cell.
        sha256: of the file; equal for identical files. "" if unknown.
        mistakes: what the hidden tests found wrong, a sentence each; empty if not asked for.
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
        answers: the course's own solutions; code that is in one of them counts half.
    """

    slug: str
    cells: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    answers: tuple[StudentWork, ...] = ()

    def own_cells(self, work: StudentWork) -> list[tuple[int, str]]:
        """The cells of a notebook that were not handed out just as they are."""
        handed_out = {"", *(source.strip() for source in self.cells)}
        return [(number, source) for number, source in work.cells if source.strip() not in handed_out]


@dataclass(frozen=True)
class Pair:
    """Two notebooks that resemble each other, `first` before `second` by name.

    Attributes:
        score: 0 to 1, how much of both students' own code is alike; 1 for identical files.
        share_first, share_second: 0 to 1, the part of each one's own code that the other has too.
        tokens: about how many tokens of code are alike.
        mistakes: mistakes that both made and hardly anybody else did; not part of the score.
    """

    first: str
    second: str
    score: float
    share_first: float
    share_second: float
    tokens: int
    identical: bool = False
    mistakes: tuple[str, ...] = ()

    @property
    def students(self) -> tuple[str, str]:
        """Both names."""
        return self.first, self.second


@dataclass(frozen=True)
class SimilarGroup:
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
        groups: best pair first.
        works: every notebook that was compared, by student.
        too_short: students with too little code of their own to compare.
        common: how many fingerprints were left out because more than a quarter of the class has them.
        removed: those fingerprints and the given code's.
    """

    slug: str
    groups: tuple[SimilarGroup, ...]
    works: dict[str, StudentWork]
    too_short: tuple[str, ...]
    common: int
    given: GivenCode
    removed: frozenset[int] = field(repr=False, default=frozenset())
