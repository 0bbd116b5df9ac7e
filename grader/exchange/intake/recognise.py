"""Tell which exercise a file is for: by its name, or by the functions and classes that it defines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from grader.core.cells import MAX_PARSED, Cells, parsed
from grader.core.course import Course, Exercise
from grader.core.notebook import Notebook, UnreadableNotebook, read_notebook

PARSED_IN_ALL = 1 << 20  # characters of a file; what is longer is searched, not parsed
DEFINITION = re.compile(r"(?m)^(?:(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|(\w+)[ \t]*=(?!=))")
ENOUGH = 2  # names that only one exercise asks for
ENOUGH_SHARE = 0.25  # or this share of them
CLOSE = 0.5  # an exercise that fits half as well as the best one may be meant as well


@dataclass(frozen=True)
class Signs:
    """What the exercises of a course can be told by."""

    course: Course

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        return tuple(self.course.exercises)

    @cached_property
    def files(self) -> dict[str, str]:
        """The names that the exercises' own files have → slug."""
        return {f"{slug}{suffix}": slug for slug in self.slugs for suffix in (".ipynb", ".py")}

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
            slug: frozenset(
                str(question.get("name", "")).partition(".")[0] for question in exercise.questions
            )
            - {""}
            for slug, exercise in self.course.exercises.items()
        }

    @cached_property
    def telling(self) -> dict[str, frozenset[str]]:
        """Slug → the names of `asked` that no other exercise asks for or defines."""
        theirs = {slug: self.asked[slug] | _definitions(self.course.exercises[slug]) for slug in self.slugs}
        telling = {}
        for slug in self.slugs:
            others = frozenset().union(*(names for other, names in theirs.items() if other != slug))
            asked_by_others = frozenset().union(
                *(names for other, names in self.asked.items() if other != slug)
            )
            telling[slug] = self.asked[slug] - others or self.asked[slug] - asked_by_others
        return telling

    def in_name(self, name: str) -> list[tuple[str, str]]:
        """(slug, what follows it) of every exercise that a name without its ending holds, in any dress."""
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
    """The exercises that a notebook's definitions fit, the best first (none, one, or several that fit alike).

    `seen` has the telling names that it defines, by exercise.
    """

    slugs: tuple[str, ...]
    seen: dict[str, list[str]]

    def reason(self, slug: str) -> str:
        """What it defines of an exercise: "defines MulGate, AddGate"."""
        names = self.seen.get(slug, [])
        return f"defines {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"


def fit(notebook: Notebook, signs: Signs) -> Fit:
    """How a notebook's definitions fit the exercises."""
    wanted = frozenset().union(*signs.telling.values()) if signs.telling else frozenset()
    defined = list(dict.fromkeys(_defined(notebook.cells, wanted)))
    seen = {
        slug: mine
        for slug, names in signs.telling.items()
        if (mine := [name for name in defined if name in names])
    }
    shares = {slug: len(mine) / len(signs.telling[slug]) for slug, mine in seen.items()}
    strong = {
        slug: share for slug, share in shares.items() if len(seen[slug]) >= ENOUGH or share >= ENOUGH_SHARE
    }
    best = max(strong.values(), default=0.0)
    return Fit(
        tuple(sorted((s for s in strong if strong[s] >= CLOSE * best), key=lambda s: (-strong[s], s))), seen
    )


def copy_number(rest: str) -> int:
    """The number that a browser, Canvas or a person put behind a name: 3 of " (3)", 1 of "-1"; 0 if there is
    none.
    """
    plain = _plain(rest)
    if re.search(r"\d{4}_\d{1,2}_\d{1,2}", plain):
        return 0  # a date
    match = re.search(r"(?:^|_|(?<=[^\W\d_]))v?(\d{1,3})_?$", plain)
    return int(match[1]) if match else 0


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.casefold())


def _kind(slug: str) -> str:
    """What may not stand before a slug: of its own first character's kind."""
    return r"\d" if slug[:1].isdigit() else r"[^\W\d_]"


def _definitions(exercise: Exercise) -> frozenset[str]:
    """What the exercise's own notebook defines, helpers included."""
    try:
        notebook = read_notebook(exercise.notebook)
    except UnreadableNotebook:
        return frozenset()
    return frozenset(name for _, source in notebook.cells for name in _names(source))


def _defined(cells: Cells, wanted: frozenset[str]) -> Iterator[str]:
    if not wanted:
        return
    any_of_them = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(wanted))) + r")\b")
    left = PARSED_IN_ALL
    for _, source in cells:
        if any_of_them.search(source):
            left -= len(source)
            yield from (name for name in _names(source, left > 0) if name in wanted)


def _names(source: str, parse: bool = True) -> Iterator[str]:
    """What a cell defines at its top level: by its tree, or, if it has none, by how its lines begin."""
    tree = parsed(source) if parse else None
    if tree is None:
        yield from (match[1] or match[2] for match in DEFINITION.finditer(source[:MAX_PARSED]))
        return
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
