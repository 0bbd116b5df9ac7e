"""The class as rows: who fits what was asked for, in which order, and the way from one of them to the next."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from markupsafe import Markup

from grader.core.grades import Column, Grade, Standing
from grader.core.report import GradeStatus, Status
from grader.core.text import points, short, shown_name
from grader.pages.analysis import handed_in
from grader.pages.class_report import LETTERS
from grader.pages.score_cell import remarks, score_cell
from grader.web.snapshot import Snapshot

# What can be asked for → how the page calls it.
STATUSES: dict[str, str] = {
    GradeStatus.UNGRADED: Status.UNGRADED.word,
    "late": "late",
    "overridden": "set by a person",
    "comment": "with a comment",
    GradeStatus.MISSING: "not handed in",
}
SORTS = ("name", "section", "total", "late", GradeStatus.MISSING)


@dataclass(frozen=True)
class Selection:
    """What the overview is to show; "" stands for everything. `sort` is one of `SORTS` or an exercise."""

    find: str = ""
    status: str = ""
    exercise: str = ""
    section: str = ""
    sort: str = "name"
    down: bool = False

    def query(self, **changed: str) -> str:
        """As a part of an address, what is as usual left out; with its question mark."""
        down = "1" if self.down else ""
        fields = {
            "find": self.find,
            "status": self.status,
            "exercise": self.exercise,
            "section": self.section,
        }
        fields = {**fields, "sort": self.sort if self.sort != "name" else "", "down": down, **changed}
        kept = {name: value for name, value in fields.items() if value}
        return "?" + urlencode(kept) if kept else ""


def asked_from(query: Mapping[str, str], snapshot: Snapshot) -> Selection:
    """What the address asks for; what is not known is passed over."""
    slugs = [column.slug for column in snapshot.grades.columns]
    sections = {standing.person.section for standing in snapshot.grades.standings}

    def one_of(name: str, known: object, otherwise: str = "") -> str:
        value = query.get(name, "")
        return value if value in known else otherwise  # type: ignore[operator]

    return Selection(
        query.get("find", "")[:200],
        one_of("status", STATUSES),
        one_of("exercise", slugs),
        one_of("section", sections),
        one_of("sort", {*SORTS, *slugs}, "name"),
        query.get("down") == "1",
    )


def has(grade: Grade, status: str) -> bool:
    """Whether a grade is of this status, one of `STATUSES`."""
    match status:
        case GradeStatus.UNGRADED:
            return grade.status == GradeStatus.UNGRADED
        case "late":
            return grade.days_late > 0
        case "overridden":
            return any(one.score is not None for one in grade.overrides)
        case "comment":
            return bool(grade.comments)
        case GradeStatus.MISSING:
            return not handed_in(grade)
    return True


def fitting(snapshot: Snapshot, asked: Selection) -> list[Standing]:
    """The students who fit, in the order that was asked for."""
    words = _plain(asked.find).split()
    found = []
    for standing in snapshot.grades.standings:
        if asked.section and standing.person.section != asked.section:
            continue
        if words and not all(word in _names(snapshot, standing) for word in words):
            continue
        if asked.status and not any(
            has(standing.grades[slug], asked.status) for slug in _slugs(snapshot, asked)
        ):
            continue
        found.append(standing)
    if asked.sort == "name":
        return found[::-1] if asked.down else found
    if asked.sort == "section":
        return sorted(found, key=lambda standing: standing.person.section.casefold(), reverse=asked.down)
    return sorted(found, key=lambda standing: _figure(standing, asked.sort), reverse=asked.down)


def rows(snapshot: Snapshot, asked: Selection) -> tuple[Markup, int]:
    """The table's rows, and how many there are."""
    slugs = _slugs(snapshot, asked)
    found = fitting(snapshot, asked)
    sections = any(standing.person.section for standing in snapshot.grades.standings)
    return Markup("").join(_row(snapshot, asked, standing, slugs, sections) for standing in found), len(found)


def address(snapshot: Snapshot, student: str, slug: str = "") -> str:
    """Where a student is shown, or one submission."""
    key = snapshot.keys[student]
    return f"/students/{key}/{quote(slug, safe='')}" if slug else f"/students/{key}"


def neighbours(snapshot: Snapshot, asked: Selection, student: str, slug: str) -> tuple[str, str]:
    """Where those before and after a submission are, among those that were asked for; "" for none."""
    trail: list[tuple[str, str]] = []
    place = -1
    chosen = {standing.person.id for standing in fitting(snapshot, asked)}
    order = fitting(snapshot, Selection(sort=asked.sort, down=asked.down))
    slugs = _slugs(snapshot, asked) if asked.status else [slug]
    for standing in order:
        for other in dict.fromkeys([*slugs, *([slug] if standing.person.id == student else [])]):
            if (standing.person.id, other) == (student, slug):
                place = len(trail)
                trail.append((student, slug))
            elif standing.person.id in chosen and has(standing.grades[other], asked.status):
                trail.append((standing.person.id, other))
    ends = [
        trail[place - 1] if place > 0 else None,
        trail[place + 1] if 0 <= place < len(trail) - 1 else None,
    ]
    before, after = (address(snapshot, *end) + asked.query() if end else "" for end in ends)
    return before, after


def columns(snapshot: Snapshot, asked: Selection) -> tuple[Column, ...]:
    """The exercises that are shown."""
    return tuple(column for column in snapshot.grades.columns if asked.exercise in ("", column.slug))


def _slugs(snapshot: Snapshot, asked: Selection) -> list[str]:
    return [column.slug for column in columns(snapshot, asked)]


def _row(
    snapshot: Snapshot, asked: Selection, standing: Standing, slugs: list[str], sections: bool
) -> Markup:
    """A row; its name opens the student, or what was looked for."""
    student = standing.person.id
    first = next((slug for slug in slugs if has(standing.grades[slug], asked.status)), "")
    aim = address(snapshot, student, first if asked.status or asked.exercise else "")
    query = Markup("{}").format(asked.query())
    name = shown_name(standing.person.called)
    known_as = shown_name(student) if shown_name(student) != name else ""
    head = Markup('<tr><th scope="row"><a href="{}{}"><bdi>{}</bdi></a>').format(aim, query, name)
    also = Markup(" <small><bdi>{}</bdi></small>").format(known_as) if known_as else Markup("")
    section = Markup("<td>{}").format(shown_name(standing.person.section) if standing.person.section else "")
    cells = [_cell(snapshot, standing.grades[slug], query, asked.status) for slug in slugs]
    return Markup("").join(
        [head, also, *([section] if sections else []), *cells, _figures(snapshot, standing)]
    )


def _cell(snapshot: Snapshot, grade: Grade, query: Markup, status: str) -> Markup:
    """A score, a link to what it is for; what does not fit steps back."""
    kept: dict[tuple[str, str], tuple[Markup, Markup]] = snapshot.kept.setdefault("cells", {})
    place = grade.student, grade.exercise
    if place not in kept:
        cell = score_cell(grade)
        marks = [LETTERS[cell.tone]]
        marks += ["x"] if cell.label == "unreadable" else []
        marks += ["s"] if grade.days_late else []
        marks += ["e"] if has(grade, "overridden") else []
        marks += ["d"] if grade.dropped else []
        title = short("; ".join([cell.label, *remarks(grade)]), 240)
        start = Markup('<td class="{}').format(" ".join(marks))
        link = Markup('" title="{}"><a tabindex="-1" href="{}').format(title, address(snapshot, *place))
        kept[place] = (start, link + Markup("%QUERY%") + Markup('">{}</a>').format(cell.text))
    start, rest = kept[place]
    aside = "" if has(grade, status) else " aside"
    return start + Markup(aside) + Markup(rest.replace("%QUERY%", query))


def _figures(snapshot: Snapshot, standing: Standing) -> Markup:
    kept: dict[str, Markup] = snapshot.kept.setdefault("figures", {})
    if standing.person.id not in kept:
        every = standing.grades.values()
        late, missing = (
            sum(grade.days_late > 0 for grade in every),
            sum(not handed_in(grade) for grade in every),
        )
        total = (
            Markup('<td class="u">?')
            if standing.total is None
            else Markup("<td>{}").format(points(standing.total))
        )
        kept[standing.person.id] = total + Markup("<td>{}<td>{}").format(late or "", missing or "")
    return kept[standing.person.id]


def _figure(standing: Standing, sort: str) -> tuple[float, str]:
    """By value; what is not handed in comes below all, what is ungraded just above it."""
    name = standing.person.called.casefold()
    if sort == "total":
        return (-1.0 if standing.total is None else standing.total), name
    if sort in ("late", GradeStatus.MISSING):
        return float(sum(has(grade, sort) for grade in standing.grades.values())), name
    grade = standing.grades[sort]
    return (
        grade.score if grade.score is not None else -1.0 if grade.status == GradeStatus.UNGRADED else -2.0
    ), name


def _names(snapshot: Snapshot, standing: Standing) -> str:
    kept: dict[str, str] = snapshot.kept.setdefault("names", {})
    person = standing.person
    if person.id not in kept:
        kept[person.id] = _plain(
            " ".join((person.name, person.id, person.email, person.login, person.section))
        )
    return kept[person.id]


def _plain(text: str) -> str:
    """Accents and case do not matter."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def every_ungraded(snapshot: Snapshot) -> Iterator[Grade]:
    """All that was handed in and has no score."""
    yield from (
        grade
        for grade in snapshot.grades.grades()
        if grade.status == GradeStatus.UNGRADED and not grade.override
    )
