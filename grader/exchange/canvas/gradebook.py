"""Canvas's gradebook export as a sheet: where things are, and what a row says of its student."""

import re
from dataclasses import dataclass, replace

from grader.exchange.sheet import Sheet, folded

STUDENT_COLUMNS = (
    "Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account",
    "Section",
)  # fmt: skip
# What Canvas works out itself; its importer ignores every header that contains one of these.
TOTALS = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
NOT_A_STUDENT = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class CanvasGradebook:
    """A gradebook export.

    Attributes:
        columns: what is known of students, by Canvas's header → column; `assignments`: column → header.
        possible: the row of the points possible, if there is one; `students`: the rows of students.
    """

    sheet: Sheet
    columns: dict[str, int]
    assignments: dict[int, str]
    possible: int | None
    students: tuple[int, ...]

    def value(self, row: int, header: str) -> str:
        """A cell on the student; Canvas writes a name that begins with = as a formula that gives it."""
        text = self.sheet.value(row, self.columns[header]).strip() if header in self.columns else ""
        return text[2:-1] if text.startswith('="') and text.endswith('"') else text

    def known(self, row: int) -> dict[str, str]:
        """What a row says of its student."""
        last, first, login = (self.value(row, header) for header in ("LastName", "FirstName", "SIS Login ID"))
        name = self.value(row, "Student") or (f"{last}, {first}" if last or first else "")
        return {
            "sortable name": name,
            "name": f"{first} {last}" if last or first else name,
            "Canvas ID": self.value(row, "ID"),
            "SIS User ID": self.value(row, "SIS User ID"),
            "SIS Login ID": login,
            "email": login if "@" in login else "",
        }


def read_gradebook(sheet: Sheet) -> CanvasGradebook | None:
    """Where things are in a gradebook export; None if the sheet is something else."""
    header = [value.strip() for value in sheet.header]
    plain = list(map(folded, header))
    columns = {name: plain.index(folded(name)) for name in STUDENT_COLUMNS if folded(name) in plain}
    named = "Student" in columns or {"LastName", "FirstName"} <= columns.keys()
    if not named or "ID" not in columns or not columns.keys() & {"Section", "SIS User ID", "SIS Login ID"}:
        return None
    assignments = {
        index: name
        for index, name in enumerate(header)
        if index > max(columns.values()) and name and not TOTALS.search(name)
    }
    possible = [row for row in range(1, len(sheet.rows)) if "Points Possible" in sheet.value(row, 0)]
    students = [
        row
        for row in range(1, len(sheet.rows))
        if row not in possible and not all(map(NOT_A_STUDENT.fullmatch, sheet.values(row)))
    ]
    gradebook = CanvasGradebook(
        sheet, columns, assignments, possible[-1] if possible else None, tuple(students)
    )
    return replace(
        gradebook, students=tuple(row for row in students if not _is_test_student(gradebook.known(row)))
    )


def _is_test_student(known: dict[str, str]) -> bool:
    return folded(known["name"]) == "student, test" and not known["SIS User ID"]
