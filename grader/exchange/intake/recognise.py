"""Tell which exercise a file is for: by its name, or by the functions and classes that it defines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from grader.core.answered import Given, answered, changed, given_in, has_answer
from grader.core.cells import Cells, declared_names, defined_names
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError
from grader.core.notebook import Notebook, UnreadableNotebook, read_notebook
from grader.core.stub import stub_source
from grader.exchange.intake.handed_in import Claim
from grader.exchange.intake.unpack import Refused

PARSED_IN_ALL = 1 << 20  # characters of a file; what is longer is searched, not parsed
ENOUGH = 2  # names that only one exercise asks for
ENOUGH_SHARE = 0.25  # or this share of them
ENDING = re.compile(r"(?i)\.(?:ipynb|py)(?![^\W_])[^/]*$")
CLOSE = 0.5  # an exercise that fits half as well as the best one is possible too


@dataclass(frozen=True)
class Recognition:
    """An exercise, and how it was recognised.

    Attributes:
        named: by the file's name; `exact` if that is the exercise's own.
        number: after the name, see `copy_number`.
        recognised: why, if the name does not say so.
        misplaced: it has another exercise's name.
        doubt: why a person has to say which exercise it is; "" if it is certain.
    """

    slug: str
    named: bool
    exact: bool = False
    number: int = 0
    recognised: str = ""
    misplaced: bool = False
    doubt: str = ""


@dataclass(frozen=True)
class Signs:
    """What the exercises of a course can be recognised by."""

    course: Course

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        return tuple(self.course.exercises)

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        """Slug → where it stands in a name that was made plain."""
        return {
            slug: re.compile(rf"(?<!{_kind(slug)}){re.escape(_plain(slug))}(?![^\W\d_])")
            for slug in self.slugs
        }

    @cached_property
    def asked(self) -> dict[str, frozenset[str]]:
        """Slug → the names that its questions ask for; of `Value.backward` it is `Value`."""
        return {
            slug: frozenset(name.partition(".")[0] for name in exercise.question_names) - {""}
            for slug, exercise in self.course.exercises.items()
        }

    @cached_property
    def telling(self) -> dict[str, frozenset[str]]:
        """Slug → the names of `asked` that no other exercise asks for or defines."""
        theirs = {slug: self.asked[slug] | _definitions(self.course.exercises[slug]) for slug in self.slugs}
        return {
            slug: names - _others(theirs, slug) or names - _others(self.asked, slug)
            for slug, names in self.asked.items()
        }

    @cached_property
    def given(self) -> dict[str, Given]:
        """Slug → what students were given."""
        return {slug: _given(self.course, slug) for slug in self.slugs}

    @cached_property
    def given_anywhere(self) -> Given:
        """What some exercise gives; defined in another one it is no answer there."""
        every = Given()
        for given in self.given.values():
            every |= given
        return every

    def answers(self, notebook: Notebook, slug: str) -> set[str]:
        """The questions of an exercise that another exercise's notebook answers."""
        return answered(notebook.cells, self.course.exercises[slug].question_names, self.given_anywhere)

    def worked(self, notebook: Notebook, slug: str) -> int:
        """How much of a notebook is the student's: 2 if it answers something, 1 if it is changed, else 0."""
        return 2 if self.has_answer(notebook, slug) else int(changed(notebook.cells, self.given[slug]))

    def has_answer(self, notebook: Notebook, slug: str) -> bool:
        """Whether a notebook answers any question of an exercise."""
        return has_answer(notebook.cells, self.course.exercises[slug].question_names, self.given[slug])

    def in_name(self, name: str) -> list[tuple[str, str]]:
        """(slug, what follows it) of every exercise in a name without its ending, in any spelling."""
        plain = _plain(name)
        spans = [
            (m.start(), m.end(), slug)
            for slug, pattern in self.patterns.items()
            if (m := pattern.search(plain))
        ]
        return [
            (slug, plain[end:])
            for start, end, slug in spans
            if not any(s <= start and end <= e and e - s > end - start for s, e, _ in spans)
        ]


@dataclass(frozen=True)
class Fit:
    """The exercises that a notebook's definitions fit, best first: none, one, or several equally good.

    `seen` has the telling names that it defines, by exercise.
    """

    slugs: tuple[str, ...]
    seen: dict[str, list[str]]

    def reason(self, slug: str) -> str:
        """What it defines of an exercise: "defines MulGate, AddGate"."""
        names = self.seen.get(slug, [])
        return f"defines {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"


def recognise(claim: Claim, notebook: Notebook | None, problem: str, signs: Signs) -> Recognition:
    """By the file's name, unless its content is clearly another exercise; by content; by what it was in.

    Args:
        notebook: None if it cannot be read; `problem` then says why.

    Raises:
        Refused: it is for no exercise, or could be for several.
    """
    stem = stem_of(claim.file)
    named = signs.in_name(stem)
    fits = fit(notebook, signs) if notebook and len(named) != 1 else Fit((), {})
    if len(named) == 1:
        slug, number = named[0][0], copy_number(named[0][1])
        exact = stem == slug
        if notebook and not signs.has_answer(notebook, slug):
            return _other_slot(notebook, slug, signs, Recognition(slug, True, exact, number))
        return Recognition(slug, True, exact, number)
    number = copy_number(stem)
    if len(named) > 1:
        fits = Fit(tuple(slug for slug in fits.slugs if slug in dict(named)) or tuple(dict(named)), fits.seen)
    if len(fits.slugs) == 1:
        return Recognition(fits.slugs[0], False, number=number, recognised=fits.reason(fits.slugs[0]))
    if len(fits.slugs) > 1:
        could = " or ".join(fits.slugs[:3])
        raise Refused(f"it could be for {could}; hand each in separately, named after its exercise")
    for folder in (*reversed(claim.inside), claim.received.container):
        around = signs.in_name(folder)
        if len(around) == 1 and claim.file.lower().endswith(".ipynb"):
            return Recognition(around[0][0], False, number=number, recognised=f"is in {folder}")
    raise Refused(_unrecognised(fits, problem))


def _other_slot(notebook: Notebook, slug: str, signs: Signs, own: Recognition) -> Recognition:
    """A file that answers nothing of the exercise in its name: its own, another's, or for a person to say."""
    theirs = {other: signs.answers(notebook, other) for other in signs.slugs if other != slug}
    asked = {other: len(signs.course.exercises[other].questions) for other in theirs}
    fitting = [other for other, names in theirs.items() if 2 * len(names) >= max(asked[other], 1)]
    share = {other: f"{len(theirs[other])} of {asked[other]} questions of {other}" for other in theirs}
    if len(fitting) == 1:
        why = f"is named {slug}, but answers {share[fitting[0]]} and none of {slug}"
        return replace(own, slug=fitting[0], named=False, exact=False, recognised=why, misplaced=True)
    telling = [other for other in theirs if theirs[other] & signs.telling[other]]
    unclear = fitting or (telling if not fit(notebook, signs).seen.get(slug) else [])
    if not unclear:
        return own
    could = " and ".join(share[other] for other in unclear[:3])
    remedy = "name the file after its exercise and grade it again"
    doubt = f"which exercise is it? It is named {slug} and answers none of its questions, but {could}"
    return replace(own, doubt=f"{doubt}; {remedy}")


def stem_of(name: str) -> str:
    """A file's name without its endings: of `01_gates.ipynb.txt` it is `01_gates`."""
    ending = ENDING.search(name)
    return name[: ending.start()] if ending and ending.start() else Path(name).stem


def _unrecognised(fits: Fit, problem: str) -> str:
    if problem:
        return f"{problem}, and its name does not say which exercise it is for"
    if not fits.seen:
        return "neither its name nor its definitions show which exercise it is for"
    slug = max(fits.seen, key=lambda slug: len(fits.seen[slug]))
    return f"it only {fits.reason(slug)} of {slug}, which is too little to recognise the exercise by"


def fit(notebook: Notebook, signs: Signs) -> Fit:
    """How a notebook's definitions fit the exercises."""
    wanted = frozenset().union(*signs.telling.values())
    defined = list(dict.fromkeys(_defined(notebook.cells, wanted)))
    both = {slug: [name for name in defined if name in names] for slug, names in signs.telling.items()}
    seen = {slug: names for slug, names in both.items() if names}
    shares = {slug: len(names) / len(signs.telling[slug]) for slug, names in seen.items()}
    strong = [slug for slug in seen if len(seen[slug]) >= ENOUGH or shares[slug] >= ENOUGH_SHARE]
    best = max((shares[slug] for slug in strong), default=0.0)
    close = (slug for slug in strong if shares[slug] >= CLOSE * best)
    return Fit(tuple(sorted(close, key=lambda slug: (-shares[slug], slug))), seen)


def copy_number(rest: str) -> int:
    """The number that a browser, Canvas or a person put after a name: 3 of " (3)", 1 of "-1", else 0."""
    plain = _plain(rest)
    if re.search(r"\d{4}_\d{1,2}_\d{1,2}", plain):
        return 0  # a date
    match = re.search(r"(?:^|_|(?<=[^\W\d_]))v?(\d{1,3})_?$", plain)
    return int(match[1]) if match else 0


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.casefold())


def _kind(slug: str) -> str:
    """What must not stand before a slug: more of what it begins with, a digit or a letter."""
    return r"\d" if slug[:1].isdigit() else r"[^\W\d_]"


def _given(course: Course, slug: str) -> Given:
    """What students were given: by the reference without its answers, and by what is released."""
    given = Given()
    try:
        cells = read_notebook(course.exercises[slug].notebook).cells
        given |= given_in([(number, stub_source(source, slug)) for number, source in cells])
    except (UnreadableNotebook, GraderError):
        pass  # then only what is released is known
    try:
        return given | given_in(read_notebook(course.released[slug].notebook).cells)
    except (UnreadableNotebook, KeyError):
        return given


def _others(names: dict[str, frozenset[str]], slug: str) -> frozenset[str]:
    """What all other exercises have."""
    return frozenset().union(*(theirs for other, theirs in names.items() if other != slug))


def _definitions(exercise: Exercise) -> frozenset[str]:
    """The functions and classes of the exercise's own notebook, with helpers; variables tell nothing."""
    try:
        notebook = read_notebook(exercise.notebook)
    except UnreadableNotebook:
        return frozenset()
    own = (declared_names(source).intersection(defined_names(source)) for _, source in notebook.cells)
    return frozenset().union(*own)


def _defined(cells: Cells, wanted: frozenset[str]) -> Iterator[str]:
    left = PARSED_IN_ALL
    for _, source in cells:
        if not wanted.isdisjoint(re.findall(r"\w+", source)):
            left -= len(source)
            yield from (name for name in defined_names(source, parse=left > 0) if name in wanted)
