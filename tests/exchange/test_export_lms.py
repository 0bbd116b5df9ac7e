"""Canvas and Moodle: the instructor's own file, filled in so that their importers read our scores and nothing else changes."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.exports import HOSTILE, a_class
from support.nonempty import nonempty

from grader.core.errors import GraderError
from grader.core.grades import ClassGrades, Column, Grade, Standing
from grader.core.report import GradeStatus
from grader.core.students import Person
from grader.exchange import Options, export
from grader.exchange.moodle.upload import feedback_text
from grader.exchange.sheet import number_in, read_sheet

BOM = b"\xef\xbb\xbf"


# ---- Canvas: what lib/gradebook_importer.rb does with a file ----


@dataclass
class CanvasCourse:
    """Users and assignments of a course, as the importer finds them."""

    users: dict[int, dict[str, str]]
    assignments: dict[int, str]
    grades: dict[tuple[str, str], str] = field(default_factory=dict)
    missing_students: list[str] = field(default_factory=list)
    new_assignments: list[str] = field(default_factory=list)
    points: dict[str, str] = field(default_factory=dict)

    def load(self, data: bytes) -> None:
        """Read an uploaded gradebook: delimiter, header, students, assignments, scores."""
        text = data.decode("utf-8-sig")
        widths = {}
        for sign in ";,":
            found = [len(next(csv.reader([line], delimiter=sign), [])) for line in text.splitlines()[:3]]
            widths[sign] = found[0] if len(set(found)) == 1 else 0
        rows = [[_decimal(c) for c in row] for row in csv.reader(io.StringIO(text), delimiter=";" if widths[";"] > widths[","] else ",")]
        header = rows[0]
        names = 4 if header[:2] == ["LastName", "FirstName"] else 3
        assert (len(header) > 3 and "Student" in header[0] and "ID" in header[1]) or (len(header) > 4 and "ID" in header[2])
        sis = login = None
        info = names
        if re.search(r"SIS\s+Login\s+ID", header[names - 1]):
            login, info = names - 1, info + 1
        elif re.search(r"SIS\s+User\s+ID", header[names - 1]) and re.search(r"SIS\s+Login\s+ID", header[names]):
            sis, login, info = names - 1, names, info + 2
            info += bool(re.search(r"Integration\s+ID", header[names + 1]))
            info += bool(re.search(r"Root\s+Account", header[info - 1]))
        assert "Section" in header[info - 1], "Invalid header row"
        wanted: dict[int, str] = {}
        for place, name in enumerate(header[info:], info):
            if re.search("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)", name):
                continue
            match = re.fullmatch(r"(.*)\s\((\d+)\)", name)
            known = self.assignments.get(int(match[2])) if match else None
            known = known or next((title for title in self.assignments.values() if title == name), None)
            if known is None:
                self.new_assignments.append(name)
            wanted[place] = known or name
        for row in rows[1:]:
            if "Points Possible" in row[0]:
                self.points = {name: row[place] for place, name in wanted.items() if row[place]}
            elif not all(re.fullmatch(r"(?i)\s*(Muted|Manual Posting.*)?\s*", cell) for cell in row):
                who = self._student(row, names, sis, login)
                for place, name in wanted.items():
                    if "read only" not in self.points.get(name, ""):
                        self.grades[who, name] = row[place].strip()

    def _student(self, row: list[str], names: int, sis: int | None, login: int | None) -> str:
        number = row[names - 2]
        if number.isdigit() and int(number) in self.users:
            return self.users[int(number)]["name"]
        for place, key in ((sis, "sis"), (login, "login")):
            for user in self.users.values():
                if place is not None and row[place] and user[key] == row[place]:
                    return user["name"]
        name = f"{row[1]} {row[0]}".strip() if names == 4 else row[0]
        for user in self.users.values():
            if name in (user["name"], user["sortable"]):
                return user["name"]
        self.missing_students.append(name)
        return name


def _decimal(cell: str) -> str:
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *parts, last = re.split("[,.]", cell)
    return f"{''.join(parts)}.{last}" if parts else last


def a_course() -> CanvasCourse:
    people = [standing.person for standing in a_class().standings]
    users = {int(p.canvas): {"name": p.name, "sortable": p.sortable, "sis": p.sis, "login": p.login} for p in people if p.canvas}
    users[999] = {"name": "Una Known", "sortable": "Known, Una", "sis": "S9", "login": "uknown"}
    return CanvasCourse(users, {77: "Gates of a graph", 78: "Sigmoid", 79: "Essay"})


EXPORT = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Essay (79),Gates of a graph (77),Sigmoid (78),Assignments Current Score,Current Score,Final Score\n"
    ",,,,,Manual Posting,,,,,\n"
    "    Points Possible,,,,,10.00,4.00,4.00,(read only),(read only),(read only)\n"
    '"Adams, Amy",101,S1,aadams,Mon,9.50,,1.00,90.0,90.0,90.0\n'
    '"Brown, Bob",102,S2,bbrown,Tue,8.00,EX,,80.0,80.0,80.0\n'
    '"Çelik, Cem",103,S3,ccelik,Mon,"7.00",0.50,,70.0,70.0,70.0\n'
    '"Dunn, Dee",104,,,Tue,,3.00,,,,\n'
    '"Ek, Eve",105,S5,eek,Mon,,1.25,,,,\n'
    '"Known, Una",999,S9,uknown,Mon,5.00,2.00,,,,\n'
    '"Student, Test",4711,,,Mon,,,,,,\n'
)


def filled(template: str | bytes, exercise: str | None = None, grades: ClassGrades | None = None, **options: Any) -> tuple[bytes, str]:
    data = template.encode() if isinstance(template, str) else template
    done = export(grades or a_class(), "canvas", Options(exercise, data, **options))
    assert isinstance(done.content, bytes)
    return done.content, "\n".join(done.left_out)


@pytest.mark.parametrize("mark", [b"", BOM])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_canvas_reads_our_scores_and_everything_else_as_it_was(mark: bytes, newline: str, delimiter: str) -> None:
    """The exporter's file goes through the importer's rules: our students have our scores, nobody else changes."""
    rows = list(csv.reader(io.StringIO(EXPORT)))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    template = mark + out.getvalue().encode()
    before, after = a_course(), a_course()
    before.load(template)
    content, said = filled(template)
    after.load(content)
    changed = {key: value for key, value in after.grades.items() if before.grades[key] != value}
    assert changed == {
        ("Amy Adams", "Gates of a graph"): "4.00", ("Amy Adams", "Sigmoid"): "2.00", ("Cem Çelik", "Gates of a graph"): "2.00",
    }  # fmt: skip
    assert not after.new_assignments and after.missing_students == before.missing_students
    assert content.startswith(mark) and content.count(newline.encode()) == template.count(newline.encode())
    assert "Bob Brown: 01_gates: excused (EX) in Canvas; cell left unchanged" in said
    assert "01_gates is ungraded; its cells were left unchanged" in said
    assert "01_gates: nothing handed in by Eve Ek; their cells were left unchanged" in said
    assert "in the file but not in the gradebook, left unchanged: Known, Una" in said and "Student, Test" not in said
    assert "stray: the file has no row for this student; nothing written" in said
    assert filled(content)[0] == content


def test_untouched_cells_keep_their_bytes() -> None:
    """Unnecessary quotes, odd numbers and totals stay as they were."""
    content, _ = filled(EXPORT, "01_gates")
    expected = EXPORT.replace("9.50,,1.00", "9.50,4.00,1.00").replace('"7.00",0.50', '"7.00",2.00')
    assert content.decode() == expected


def test_a_score_that_is_already_there_is_not_written_again() -> None:
    """4 and 4.00 are one number, so the cell keeps its form."""
    template = EXPORT.replace("9.50,,1.00", "9.50,4,1.00")
    assert "9.50,4,1.00" in filled(template, "01_gates")[0].decode()


def test_missing_as_zero_fills_only_empty_cells() -> None:
    """What the teacher gave for a late paper version stays."""
    content, said = filled(EXPORT, missing_as_zero=True)
    course = a_course()
    course.load(content)
    assert course.grades["Eve Ek", "Gates of a graph"] == "1.25" and course.grades["Eve Ek", "Sigmoid"] == "0.00"
    assert course.grades["Dee, the \"Third\" Dunn", "Gates of a graph"] == "3.00"
    assert "nothing handed in" not in said


def test_names_in_two_columns_and_a_decimal_comma() -> None:
    """The variant with LastName and FirstName, as a German account writes numbers."""
    template = (
        "LastName;FirstName;ID;SIS Login ID;Section;Gates of a graph (77);Final Score\r\n"
        "    Points Possible;;;;;4,00;(schreibgeschützt)\r\n"
        "Adams;Amy;101;aadams;Mon;;50,00\r\nÇelik;Cem;;;Mon;;\r\n"
    )
    content, _ = filled(template, "01_gates")
    assert content.decode() == template.replace("Mon;;50,00", "Mon;4,00;50,00").replace("Mon;;\r\n", "Mon;2,00;\r\n")
    course = a_course()
    course.load(content)
    assert course.grades == {("Amy Adams", "Gates of a graph"): "4.00", ("Cem Çelik", "Gates of a graph"): "2.00"}


@pytest.mark.parametrize(
    ("row", "written"),
    [
        ('"Nobody, Knows",101,,,Mon,', True),  # Canvas' number decides
        ('"Nobody, Knows",,S1,,Mon,', True),
        ('"Nobody, Knows",,,AAdams,Mon,', True),
        ('"Adams, Amy",,,aadams@uni.edu,Mon,', True),  # the login with its domain is the same login
        ('"Nobody, Knows",,,aadams@uni.edu,Mon,', False),  # and yet not enough by itself: whose domain is it?
        ('"Nobody, Knows",,,amy@uni.edu,Mon,', True),  # the email as login
        ('"Adams, Amy",,,,Mon,', True),
        ("Amy Adams,,,,Mon,", True),
        ('"=""Adams, Amy""",,,,Mon,', True),  # as Canvas guards a name
        ('"Adams, Amy",888,,,Mon,', False),  # another Amy Adams
        ('"Adams, Amy",,,other.amy@uni.edu,Mon,', False),
        ('"Nobody, Knows",,,,Mon,', False),
    ],
)
def test_a_student_is_found_by_the_strongest_thing_known(row: str, written: bool) -> None:
    """Numbers before logins before names, and a name never against a number."""
    head = "Student,ID,SIS User ID,SIS Login ID,Section,Gates of a graph (77)\n"
    content, said = filled(head + row + "\n", "01_gates")
    assert content.decode() == head + row + ("4.00\n" if written else "\n")
    assert ("Amy Adams: the file has no row for Canvas ID 101" in said) != written


def test_two_rows_for_one_student_or_two_students_of_one_name_are_left_alone() -> None:
    """If a match is not certain, nothing is written, and the export says so."""
    head = "Student,ID,Section,Gates of a graph (77)\n"
    twice = head + '"Adams, Amy",,Mon,\n"Adams, Amy",,Tue,\n'
    content, said = filled(twice, "01_gates")
    assert content.decode() == twice and "Amy Adams: 2 rows of the file fit this student; none was changed" in said
    grades = a_class()
    double = replace(grades.standings[1], person=Person("amy2", "Amy Adams", "Adams, Amy"))
    once = head + '"Adams, Amy",,Mon,\n'
    content, said = filled(once, "01_gates", replace(grades, standings=(*grades.standings, double)))
    assert content.decode() == once and "in the file but not in the gradebook, left unchanged: Adams, Amy" in said


@pytest.mark.parametrize("header", ["Gates of a graph (77)", "gates  of a GRAPH", "01_gates", "01 gates (5)", "01_gates (5)"])
def test_a_column_is_found_by_title_or_slug(header: str) -> None:
    """With or without Canvas' number behind it."""
    template = f'Student,ID,Section,{header}\n"Adams, Amy",101,Mon,\n'
    assert filled(template, "01_gates")[0].decode() == template.replace("Mon,\n", "Mon,4.00\n")


@pytest.mark.parametrize("asked", ["Homework 1 (12)", "homework 1", "12"])
def test_a_column_of_another_name_can_be_given(asked: str) -> None:
    """By its header, its title or its number."""
    template = 'Student,ID,Section,Homework 1 (12),Homework 10 (13)\n"Adams, Amy",101,Mon,,\n'
    content, _ = filled(template, "01_gates", columns={"01_gates": asked})
    assert content.decode() == template.replace("Mon,,", "Mon,4.00,")


def test_a_column_that_is_missing_or_ambiguous_is_reported() -> None:
    """If nothing at all can be written, it is an error with the remedy."""
    twice = 'Student,ID,Section,Sigmoid (1),Sigmoid (2),Gates of a graph (3)\n"Adams, Amy",101,Mon,,,\n'
    _, said = filled(twice)
    assert "02_sigmoid: several columns of the file fit: Sigmoid (1), Sigmoid (2); say which with --column 02_sigmoid=HEADER" in said
    with pytest.raises(GraderError, match="nothing can be written: 01_gates: the file has no column 'Gates of a graph'; say which"):
        filled('Student,ID,Section,Essay (1)\n"Adams, Amy",101,Mon,\n')


def test_different_points_are_reported_and_a_read_only_column_is_left_alone() -> None:
    """Scores are points: they are not scaled."""
    head = "Student,ID,Section,Gates of a graph (77),Sigmoid (78)\n    Points Possible,,,10.00,(read only)\n"
    content, said = filled(head + '"Adams, Amy",101,Mon,,\n')
    assert content.decode().endswith("Mon,4.00,\n")
    assert "01_gates: 10.00 points possible in Canvas, 4 here; not scaled" in said
    assert "02_sigmoid: its column is read only in Canvas; nothing written" in said


@pytest.mark.parametrize("data", [b"", b"\n", b"name,score\nx,1\n", b"Student,ID\n", b"PK\x03\x04\x00\xff", BOM + b"\xff\xfe"])
def test_a_file_that_is_not_a_gradebook_export_is_a_one_line_error(data: bytes) -> None:
    """An empty file, another table, a workbook."""
    with pytest.raises(GraderError, match="canvas: the file is not a gradebook export .* Export Entire Gradebook") as error:
        filled(data)
    assert "\n" not in str(error.value)


def test_without_a_template_canvas_reads_a_new_file() -> None:
    """Students with a score only: an empty cell would take away what Canvas has."""
    done = export(a_class(), "canvas", Options("01_gates"))
    assert isinstance(done.content, bytes)
    course = a_course()
    course.load(done.content)
    assert {who: score for (who, _), score in course.grades.items() if who in ("Amy Adams", "Bob Brown", "Cem Çelik")} == {
        "Amy Adams": "4.00", "Bob Brown": "1.00", "Cem Çelik": "2.00",
    }  # fmt: skip
    assert not {"Eve Ek", "Dee, the \"Third\" Dunn"} & {who for who, _ in course.grades}
    assert course.points == {"Gates of a graph": "4.00"} and not course.new_assignments
    said = "\n".join(done.left_out)
    assert "Canvas makes a new assignment 'Gates of a graph' unless it has one of that title" in said
    assert "stray: no Canvas ID, SIS ID or login is known; Canvas can only go by the name" in said
    everything = "\n".join(export(a_class(), "canvas").left_out)
    assert "some cells are empty, and Canvas deletes the scores there" in everything


def test_a_header_with_its_number_leaves_the_points_in_canvas_alone() -> None:
    """The importer changes an assignment's points to what the file says."""
    done = export(a_class(), "canvas", Options("01_gates", columns={"01_gates": "Homework 1 (78)"}))
    assert isinstance(done.content, bytes)
    course = a_course()
    course.load(done.content)
    assert course.grades["Amy Adams", "Sigmoid"] == "4.00" and course.points == {}
    assert not any("new assignment" in line for line in nonempty(done.left_out))


@pytest.mark.parametrize(("login", "columns"), [("", []), ("jo", ["SIS Login ID"])])
def test_a_new_file_has_only_the_columns_that_are_known(login: str, columns: list[str]) -> None:
    """With one of them at least Canvas takes the header; the header of a row without SIS columns is the shortest it takes."""
    grade = Grade("jo", "01_gates", GradeStatus.GRADED, 4.0, score=3.0)
    grades = ClassGrades(
        (Column("01_gates", "Gates", 4.0),), (Standing(Person("jo", "Jo Doe", login=login), {"01_gates": grade}, 3.0, 4.0),)
    )
    done = export(grades, "canvas")
    assert isinstance(done.content, bytes)
    lines = done.content.decode().split("\r\n")
    assert lines[0].split(",") == ["Student", "ID", *columns, "Section", "Gates"]
    assert lines[2].startswith('"Doe, Jo",')
    CanvasCourse({}, {}).load(done.content)


# ---- Moodle: what mod/assign/feedback/offline does with a file ----

LANGUAGES = {
    "en": ("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed",
           "Last modified (submission)", "Last modified (grade)", "Feedback comments", "Participant ", "Yes", "No"),
    "de": ("ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung", "Bewertung kann geändert werden",
           "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)", "Feedback als Kommentar", "Teilnehmer/in", "Ja", "Nein"),
    "es": ("Identificador", "Nombre completo", "Dirección de correo", "Estado", "Calificación", "Calificación máxima",
           "La calificación puede ser cambiada", "Última modificación (entrega)", "Última modificación (calificación)",
           "Comentarios de retroalimentación", "Participante ", "Sí", "No"),
    "fr": ("Identifiant", "Nom complet", "Adresse de courriel", "Statut", "Note", "Note maximale", "La note peut être modifiée",
           "Dernière modification (travail remis)", "Dernière modification (note)", "Feedback par commentaires", "Participant", "Oui", "Non"),
    "it": ("Identificativo", "Cognome Nome", "Indirizzo email", "Stato", "Valutazione", "Valutazione massima",
           "La valutazione può essere cambiata", "Ultima modifica (consegna)", "Ultima modifica (valutazione)", "Commenti",
           "Partecipante", "Sì", "No"),
    "pt": ("Identificador", "Nome completo", "Endereço de e-mail", "Estado", "Nota", "Nota máxima", "Nota pode ser alterada",
           "Última modificação (envio)", "Última modificação (nota)", "Comentários de feedback", "Participante", "Sim", "Não"),
    "nl": ("Identificatie", "Volledige naam", "E-mailadres", "Status", "Cijfer", "Maximaal cijfer", "Het cijfer kan gewijzigd worden",
           "Laatst gewijzigd (inzending)", "Laatst gewijzigd (beoordeling)", "Feedback opmerkingen", "Deelnemer", "Ja", "Nee"),
    "??": ("Kimlik", "Ad Soyad", "Posta", "Durum", "Not", "En yüksek", "Değişir mi", "Son (teslim)", "Last modified (grade)", "Yorum",
           "Katılımcı ", "Yes", "No"),
}  # fmt: skip


def worksheet(language: str = "en", comma: bool = False, maximum: str = "4.00", locked: str = "") -> list[list[str]]:
    """A worksheet as Moodle's grading table gives it: header and six rows."""
    *header, word, yes, no = LANGUAGES[language]
    points = maximum.replace(".", ",") if comma else maximum
    people = [
        ("9001", "Amy Adams", "amy@uni.edu", "", ""), ("9002", "Bob Brown", "bob@uni.edu", "1,00" if comma else "1.00", "keep: \"this\""),
        ("9003", "Cem Çelik", "cem@uni.edu", "", "line one\nline two"), ("9004", "Dee Dunn", "dee@uni.edu", "", ""),
        ("9005", "Eve Ek", "eve@uni.edu", "", ""), ("9006", "Una Known", "una@uni.edu", "", "=1+1"),
    ]  # fmt: skip
    rows = [header]
    for number, name, email, grade, comment in people:
        changeable = no if number == locked else yes
        rows.append([word + number, name, email, "Submitted", grade, points, changeable, "Monday, 2 March 2026, 10:00 AM", "-", comment])
    return rows


def as_file(rows: list[list[str]], delimiter: str = ",", newline: str = "\n", mark: bytes = b"", all_quoted: bool = False) -> bytes:
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    lines = []
    for row in rows:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator="\r\n", quoting=quoting).writerow(row)
        lines.append(out.getvalue().removesuffix("\r\n") + newline)
    return mark + "".join(lines).encode()


def moodle_import(data: bytes, language: str = "en", delimiter: str = ",") -> dict[str, tuple[str, str]]:
    """Participant → (grade, comment) after an import of a file (importgradeslib.php, locallib.php).

    A grade that is empty, negative or above the maximum is skipped, as Moodle does without a word.
    """
    text = data.decode("utf-8")
    text = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    assert len({len(row) for row in rows}) == 1, "csvweirdcolumns"
    names = LANGUAGES[language]
    header = rows[0]
    places = [header.index(names[n]) for n in (0, 4, 8, 9)]
    out = {}
    for row in rows[1:]:
        identifier, grade, _, comment = (row[place] for place in places)
        number = identifier[len(names[10].rstrip()) :].strip()
        value = grade.replace(",", ".")
        usable = value != "" and 0 <= float(value) <= float(row[header.index(names[5])].replace(",", "."))
        out[number] = (value if usable else "", comment)
    return out


def sheet_filled(data: bytes, grades: ClassGrades | None = None, **options: Any) -> tuple[bytes, str]:
    done = export(grades or a_class(), "moodle", Options("01_gates", data, **options))
    assert isinstance(done.content, bytes)
    return done.content, "\n".join(done.left_out)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_moodle_reads_our_grades_in_every_language(language: str, delimiter: str) -> None:
    """Columns are found by Moodle's names for them, or by what is in them; decimals as the sheet has them."""
    comma = language != "en"
    template = as_file(worksheet(language, comma), delimiter, "\r\n", BOM)
    content, said = sheet_filled(template)
    before, after = moodle_import(template, language, delimiter), moodle_import(content, language, delimiter)
    assert {number: grade for number, (grade, _) in after.items()} == {
        "9001": "4.00", "9002": "1.00", "9003": "2.00", "9004": "", "9005": "", "9006": ""
    }  # fmt: skip
    assert [after[number] for number in ("9004", "9005", "9006")] == [before[number] for number in ("9004", "9005", "9006")]
    assert after["9002"][1].startswith('keep: "this"<div') and after["9003"][1].startswith("line one\nline two<div")
    assert "01_gates is ungraded; its cells were left unchanged" in said and "nothing handed in by Eve Ek" in said
    assert "in the file but not in the gradebook, left unchanged: Una Known" in said
    assert sheet_filled(content)[0] == content


def test_a_worksheet_of_moodle_keeps_every_other_byte() -> None:
    """Only the cells of grades and comments of our students differ."""
    template = as_file(worksheet(), newline="\r\n", mark=BOM, all_quoted=True)
    content, _ = sheet_filled(template, comments=False)
    expected = template.decode().replace('"Submitted","","4.00"', '"Submitted","4.00","4.00"', 1)
    head, cem, tail = expected.partition('"Cem Çelik"')
    assert content.decode() == head + cem + tail.replace('"Submitted",""', '"Submitted","2.00"', 1)


def test_the_comment_says_scores_diagnoses_and_what_people_wrote() -> None:
    """HTML that cannot be misread: no double quote, backslash or newline, and nothing of the student's runs."""
    cem = next(standing for standing in a_class().standings if standing.person.id == "cem").grades["01_gates"]
    text = feedback_text(cem)
    for part in (
        "AddGate: 1 of 2. This looks like: the inputs are swapped", "MulGate: 1.5 of 2 (set by hand)", "MulGate: the idea is right",
        "see me about &quot;x&#92;y&quot; &lt;b&gt;<br>soon", "2 days late, 1 of grace: 0.5 points off.",
    ):  # fmt: skip
        assert part in text
    assert not set('"\\\n\r\t') & set(text)
    hostile = next(standing for standing in a_class().standings if standing.person.id == HOSTILE).grades["01_gates"]
    assert "<b>" not in feedback_text(hostile)
    assert feedback_text(Grade("x", "01_gates", GradeStatus.MISSING, 4.0)) == ""
    whole = next(standing for standing in a_class().standings if standing.person.id == "stray").grades["01_gates"]
    assert "The score was set by hand: 4.5" in feedback_text(whole)


def test_our_earlier_comment_is_replaced_and_the_teachers_stays() -> None:
    """Exporting after an override does not pile up comments."""
    first, _ = sheet_filled(as_file(worksheet()))
    grades = a_class()
    bob = grades.standings[1]
    better = replace(bob, grades={**bob.grades, "01_gates": replace(bob.grades["01_gates"], score=3.0, note="Regraded.")})
    second, _ = sheet_filled(first, replace(grades, standings=(grades.standings[0], better, *grades.standings[2:])))
    grade, comment = moodle_import(second)["9002"]
    assert grade == "3.00" and comment.count("<div") == 1 and comment.startswith('keep: "this"<div') and "Regraded." in comment


def test_another_maximum_grade_is_refused_unless_scaling_is_asked_for() -> None:
    """4 of 4 points as a grade of 4 out of 100 would be wrong for everybody."""
    template = as_file(worksheet(maximum="100.00"))
    with pytest.raises(GraderError, match="out of 4 points and the worksheet's maximum grade is 100; set .* or say --scale"):
        sheet_filled(template)
    content, said = sheet_filled(template, scale=True)
    assert [moodle_import(content)[number][0] for number in ("9001", "9002", "9003")] == ["100.00", "25.00", "50.00"]
    assert "scores out of 4 are written out of 100, in proportion" in said


def test_a_locked_grade_and_one_above_the_maximum_are_named_and_left() -> None:
    """Moodle would pass over both without a word."""
    content, said = sheet_filled(as_file(worksheet(locked="9001")))
    assert moodle_import(content)["9001"] == ("", "")
    assert "Amy Adams: 01_gates: the worksheet says that the grade cannot be changed; row left unchanged" in said
    rows = worksheet()
    rows[6][0], rows[6][1], rows[6][2] = "Participant 9999", "stray", ""
    grades = a_class()
    stray = replace(grades.standings[6], person=Person("stray", "stray"))
    content, said = sheet_filled(as_file(rows), replace(grades, standings=(*grades.standings[:6], stray)))
    assert moodle_import(content)["9999"][0] == "" and "stray: 01_gates: Moodle does not take 4.5, only up to 4" in said


def test_missing_as_zero_writes_zeros_into_empty_cells() -> None:
    """Only if asked for, and without a comment."""
    rows = worksheet()
    content, said = sheet_filled(as_file(rows), missing_as_zero=True)
    assert moodle_import(content)["9005"] == ("0.00", "") and "nothing handed in" not in said
    rows[5][4] = "3.50"
    assert moodle_import(sheet_filled(as_file(rows), missing_as_zero=True)[0])["9005"] == ("3.50", "")


def test_blind_marking_goes_by_the_participant_alone() -> None:
    """No names, no addresses, and no comments column either."""
    rows = [[row[0], *row[3:9]] for row in worksheet()]
    done, said = sheet_filled(as_file(rows))
    sheet = read_sheet(done)
    assert [sheet.value(row, 2) for row in range(1, 7)] == ["4.00", "1.00", "2.00", "", "", ""]
    assert "the worksheet has no column for feedback comments; only grades are written" in said


def test_a_student_without_participant_is_found_by_number_address_or_name() -> None:
    """In this order; a roster has them where a folder name has not."""
    rows = [[*row[:3], ["ID number", "m1", "", "", "", "", ""][n], *row[3:]] for n, row in enumerate(worksheet())]
    rows[1][1:3], rows[2][1] = ["Somebody", "x@y"], "Somebody else"
    grades = a_class()
    bare = [replace(s, grades={k: replace(g, participant="") for k, g in s.grades.items()}) for s in grades.standings]
    content, _ = sheet_filled(as_file(rows), replace(grades, standings=tuple(bare)))
    sheet = read_sheet(content)
    assert [sheet.value(row, 5) for row in range(1, 5)] == ["4.00", "1.00", "2.00", ""]


def test_columns_of_an_unknown_language_can_be_named() -> None:
    """And a name that is not there is one line with those that are."""
    rows = worksheet("??")
    rows[0][8], rows[0][6] = "Ne zaman", "Kilit"
    for row in rows[1:]:
        row[5], row[6] = "", ""
    with pytest.raises(GraderError, match="no column of grades found among Kimlik, Ad Soyad.*--grade-column HEADER"):
        sheet_filled(as_file(rows))
    content, said = sheet_filled(as_file(rows), grade_column="not", feedback_column="Yorum")
    sheet = read_sheet(content)
    assert sheet.value(1, 4) == "4.00" and "<div" in sheet.value(1, 9) and "does not say its maximum grade" in said
    with pytest.raises(GraderError, match="no columns are called 'Punkte'; choose from Kimlik"):
        sheet_filled(as_file(rows), grade_column="Punkte")


def test_a_scale_or_another_file_is_one_line() -> None:
    """Each with its remedy."""
    rows = worksheet()
    rows[0][5] = "Scale"
    with pytest.raises(GraderError, match="the assignment has a scale instead of points; set its grade type to Point"):
        sheet_filled(as_file(rows))
    for data in (b"", b"\n\n", b"a,b\n1,2\n", b"\x00\xff\x00", b"PK\x03\x04"):
        with pytest.raises(GraderError, match="the file is not a grading worksheet .* Download grading worksheet"):
            sheet_filled(data)
    with pytest.raises(GraderError, match="needs the assignment's grading worksheet"):
        export(a_class(), "moodle", Options("01_gates"))
    with pytest.raises(GraderError, match="a worksheet is for one exercise; say which with --exercise: 01_gates, 02_sigmoid"):
        export(a_class(), "moodle", Options(template=as_file(rows)))


def test_a_worksheet_without_students_is_unchanged() -> None:
    """A worksheet with only a header is valid."""
    template = as_file(worksheet()[:1])
    assert sheet_filled(template)[0] == template


def test_a_quote_after_a_backslash_as_php_writes_it_moves_no_cell() -> None:
    """PHP does not double such a quote; the rows are even only if it is read its way."""
    rows = worksheet()
    rows[6][9] = "BACKSLASH"
    template = as_file(rows, all_quoted=True).replace(b"BACKSLASH", rb'she said \"5, 6\"')
    content, _ = sheet_filled(template, comments=False)
    assert rb'"she said \"5, 6\""' in content
    assert content == template.replace(b'"Submitted","","4.00"', b'"Submitted","4.00","4.00"', 1).replace(
        '"Cem Çelik","cem@uni.edu","Submitted",""'.encode(), '"Cem Çelik","cem@uni.edu","Submitted","2.00"'.encode()
    )


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16"])
def test_a_file_in_another_encoding_keeps_it(encoding: str) -> None:
    """What a spreadsheet saved; letters that it lacks are written as HTML."""
    rows = worksheet("de", comma=True)
    if encoding == "latin-1":
        rows[6][9] = "\x81\x9d"  # not in Windows-1252
    template = as_file(rows, ";").decode().encode(encoding)
    grades = a_class()
    noted = replace(grades.standings[0], grades={"01_gates": replace(grades.standings[0].grades["01_gates"], note="素")})
    noted.grades["02_sigmoid"] = grades.standings[0].grades["02_sigmoid"]
    content, _ = sheet_filled(template, replace(grades, standings=(noted, *grades.standings[1:])))
    text = content.decode(encoding)
    assert "Vollständiger Name" in text and ("素" if encoding == "utf-16" else "&#32032;") in text and "4,00" in text


# ---- any file at all ----

TEXT = st.text(st.sampled_from("ab \",;\t\n\r'=\\é素.0-<"), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(TEXT, min_size=6, max_size=6), st.lists(TEXT, min_size=6, max_size=6), st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from([b"", BOM]), st.booleans(), st.booleans(),
)  # fmt: skip
def test_every_byte_outside_the_changed_cells_is_kept(
    names: list[str], comments: list[str], delimiter: str, newline: str, mark: bytes, quoted: bool, end: bool
) -> None:
    """Random names, comments, delimiters, newlines and quotes: an export changes only its cells, and a second export changes nothing."""
    rows = worksheet()
    for row, name, comment in zip(rows[1:], names, comments, strict=True):
        row[3], row[9] = name, comment
    template = as_file(rows, delimiter, newline, mark, quoted)
    template = template if end else template.removesuffix(newline.encode())
    before = read_sheet(template)
    assert before.content() == template
    content, _ = sheet_filled(template)
    after = read_sheet(content)
    assert (after.mark, after.ends, after.delimiter, len(after.rows)) == (before.mark, before.ends, before.delimiter, 7)
    changed = {
        (row, column)
        for row in range(7)
        for column in range(10)
        if before.rows[row][column] != after.rows[row][column]
    }
    assert {(1, 4), (3, 4)} <= changed <= {(row, column) for row in (1, 2, 3) for column in (4, 9)}
    parsed = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    assert [row[4] for row in parsed] == ["Grade", "4.00", "1.00", "2.00", "", "", ""]
    assert [row[3] for row in parsed[1:]] == names and [row[9] for row in parsed[4:]] == comments[3:]
    assert sheet_filled(content)[0] == content


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(st.sampled_from('a",;\t\n\r\\\ufeff\x00'), max_size=60).map(str.encode))
def test_any_bytes_are_read_and_written_back_as_they_were(data: bytes) -> None:
    """For any file, reading loses nothing, and filling it in gives a file or a one-line error."""
    assert read_sheet(data).content() == data
    for format in ("canvas", "moodle"):
        try:
            export(a_class(), format, Options("01_gates", data))
        except GraderError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("text", "number"),
    [("17.5", 17.5), ("17,50", 17.5), ("1,250.00", 1250.0), ("1.250,00", 1250.0), ("1 250,5", 1250.5), ("100", 100.0), ("-", None),
     ("", None), ("EX", None), ("12/20", None), ("1e5", None), ("-2.5", -2.5), ("5.", 5.0)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, number: float | None) -> None:
    """Point or comma, with or without thousands."""
    assert number_in(text) == number
