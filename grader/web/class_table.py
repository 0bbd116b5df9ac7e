"""The class as a table: which rows are selected, in which order, and which submission is next."""

import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from grader.core.grades import Column, Grade, Standing
from grader.core.points import points
from grader.core.report import GradeStatus
from grader.core.safe_text import shown_name
from grader.pages.analysis import handed_in
from grader.pages.score_cell import table_cell
from grader.pages.student_page import shown_names
from grader.web.snapshot import Snapshot

# What can be filtered for → how the page calls it, and whether a grade is of that kind.
STATUSES: dict[str, tuple[str, Callable[[Grade], bool]]] = {
    "ungraded": ("ungraded", lambda grade: grade.status == GradeStatus.UNGRADED),
    "late": ("late", lambda grade: grade.days_late > 0),
    "overridden": ("set by a person", lambda grade: grade.set_by_hand),
    "comment": ("with a comment", lambda grade: bool(grade.comments)),
    "missing": ("not handed in", lambda grade: not handed_in(grade)),
}
SORTS = ("name", "section", "total", "late", "missing")


@dataclass(frozen=True)
class Selection:
    """What the overview shows; "" stands for everything. `sort` is one of `SORTS` or an exercise."""

    find: str = ""
    status: str = ""
    exercise: str = ""
    section: str = ""
    sort: str = "name"
    down: bool = False

    def query(self, **changed: str) -> str:
        """The part of an address from its question mark on, defaults left out."""
        usual = {"sort": self.sort if self.sort != "name" else "", "down": "1" if self.down else ""}
        fields = {name: value for name, value in {**vars(self), **usual, **changed}.items() if value}
        return "?" + urlencode(fields) if fields else ""


@dataclass(frozen=True)
class TableRow:
    """The parts of a student's row that no selection changes, as HTML.

    Attributes:
        words: what a search looks at.
        cells: slug → what stands before the cell's last class, before the query of its address, and after it.
    """

    words: str
    name: Markup
    section: Markup
    cells: dict[str, tuple[Markup, Markup, Markup]]
    figures: Markup


def selection_from(query: Mapping[str, str], snapshot: Snapshot) -> Selection:
    """What an address selects; unknown values are ignored."""
    slugs = [column.slug for column in snapshot.grades.columns]

    def known(name: str, values: Collection[str], default: str = "") -> str:
        return query[name] if query.get(name) in values else default

    return Selection(
        query.get("find", "")[:200],
        known("status", STATUSES),
        known("exercise", slugs),
        known("section", {standing.person.section for standing in snapshot.grades.standings}),
        known("sort", {*SORTS, *slugs}, "name"),
        query.get("down") == "1",
    )


def has(grade: Grade, status: str) -> bool:
    """Whether a grade is of this kind, one of `STATUSES` or "" for any."""
    return not status or STATUSES[status][1](grade)


def selected(snapshot: Snapshot, selection: Selection) -> list[Standing]:
    """The students who are shown, in order."""
    words, rows = _plain(selection.find).split(), _rows(snapshot)
    slugs = [column.slug for column in columns(snapshot, selection)]
    out = [
        standing
        for standing in snapshot.grades.standings
        if selection.section in ("", standing.person.section)
        and all(word in rows[standing.person.id].words for word in words)
        and (not selection.status or any(has(standing.grades[slug], selection.status) for slug in slugs))
    ]
    if selection.sort == "name":
        return out[::-1] if selection.down else out
    return sorted(out, key=lambda standing: _sort_key(standing, selection.sort), reverse=selection.down)


def columns(snapshot: Snapshot, selection: Selection) -> tuple[Column, ...]:
    """The exercises that are shown."""
    return tuple(c for c in snapshot.grades.columns if selection.exercise in ("", c.slug))


def rows(snapshot: Snapshot, selection: Selection) -> tuple[Markup, int]:
    """The table's rows as HTML, and how many there are."""
    standings = selected(snapshot, selection)
    sections = any(standing.person.section for standing in snapshot.grades.standings)
    slugs = [column.slug for column in columns(snapshot, selection)]
    return Markup("").join(_row(snapshot, selection, one, slugs, sections) for one in standings), len(
        standings
    )


def address(snapshot: Snapshot, student: str, slug: str = "") -> str:
    """The page of a student, or of one submission."""
    key = snapshot.keys[student]
    return f"/students/{key}/{quote(slug, safe='')}" if slug else f"/students/{key}"


def neighbours(snapshot: Snapshot, selection: Selection, student: str, slug: str) -> tuple[str, str]:
    """The addresses of the selected submissions before and after this one; "" for none."""
    chosen = {standing.person.id for standing in selected(snapshot, selection)}
    slugs = [column.slug for column in columns(snapshot, selection)] if selection.status else [slug]
    trail = [
        (standing.person.id, other)
        for standing in selected(snapshot, Selection(sort=selection.sort, down=selection.down))
        for other in dict.fromkeys([*slugs, slug])
        if (standing.person.id, other) == (student, slug)
        or (standing.person.id in chosen and other in slugs and has(standing.grades[other], selection.status))
    ]
    here = trail.index((student, slug))
    before, after = trail[max(here - 1, 0) : here], trail[here + 1 : here + 2]
    first, last = (address(snapshot, *end[0]) + selection.query() if end else "" for end in (before, after))
    return first, last


def _row(
    snapshot: Snapshot, selection: Selection, standing: Standing, slugs: list[str], sections: bool
) -> Markup:
    """A row; its name opens the student, or the first submission that was selected."""
    row, status = _rows(snapshot)[standing.person.id], selection.status
    first = next((slug for slug in slugs if has(standing.grades[slug], status)), "")
    aim = address(snapshot, standing.person.id, first if status or selection.exercise else "")
    query = escape(selection.query())
    parts = [Markup('<tr><th scope="row"><a href="'), escape(aim), query, row.name]
    parts += [row.section] if sections else []
    for slug in slugs:
        start, middle, end = row.cells[slug]
        parts += [start, Markup("" if has(standing.grades[slug], status) else " aside"), middle, query, end]
    return Markup("").join([*parts, row.figures])


@lru_cache(maxsize=2)
def _rows(snapshot: Snapshot) -> dict[str, TableRow]:
    """Student → the row."""
    return {standing.person.id: _table_row(snapshot, standing) for standing in snapshot.grades.standings}


def _table_row(snapshot: Snapshot, standing: Standing) -> TableRow:
    person = standing.person
    name, known_as = shown_names(person)
    shown = Markup('"><bdi>{}</bdi></a>').format(name)
    if known_as:
        shown += Markup(" <small><bdi>{}</bdi></small>").format(known_as)
    section = Markup("<td>{}").format(shown_name(person.section) if person.section else "")
    cells = {}
    for slug, grade in standing.grades.items():
        classes, score, remarks = table_cell(grade)
        title = f"{score.label}; {remarks}" if remarks else score.label
        middle = Markup('" title="{}"><a tabindex="-1" href="{}').format(
            title, address(snapshot, person.id, slug)
        )
        cells[slug] = Markup('<td class="{}').format(classes), middle, Markup('">{}</a>').format(score.text)
    late, missing = (
        sum(has(grade, status) for grade in standing.grades.values()) for status in ("late", "missing")
    )
    total = (
        Markup('<td class="u">?')
        if standing.total is None
        else Markup("<td>{}").format(points(standing.total))
    )
    words = _plain(" ".join((person.name, person.id, person.email, person.login, person.section)))
    figures = total + Markup("<td>{}<td>{}").format(late or "", missing or "")
    return TableRow(words, shown, section, cells, figures)


def _sort_key(standing: Standing, sort: str) -> tuple[float, str]:
    """By value, then by name; what is not handed in comes below all, what is ungraded just above it."""
    name = standing.person.called.casefold()
    if sort == "section":
        return 0.0, standing.person.section.casefold()
    if sort == "total":
        return (-1.0 if standing.total is None else standing.total), name
    if sort in STATUSES:
        return float(sum(has(grade, sort) for grade in standing.grades.values())), name
    grade = standing.grades[sort]
    return (grade.score if grade.score is not None else -1.0 if has(grade, "ungraded") else -2.0), name


def _plain(text: str) -> str:
    """Without accents and capitals."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def every_ungraded(snapshot: Snapshot) -> list[Grade]:
    """Everything that was handed in and has no score."""
    return [grade for grade in snapshot.grades.grades() if has(grade, "ungraded") and not grade.override]
