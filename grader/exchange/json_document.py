"""The whole class as one JSON document, versioned; `docs/grades.schema.json` describes it."""

import json
from dataclasses import asdict

from grader.core.grades import ClassGrades, Column, Grade, Standing
from grader.core.safe_text import utf8
from grader.exchange.export import Exported, Options

SCHEMA_VERSION = 1


def class_json(grades: ClassGrades, columns: tuple[Column, ...], options: Options) -> Exported:
    """Columns, students, grades, questions, overrides; nothing about the machine that graded."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "exercises": [asdict(column) for column in columns],
        "roster": grades.roster,
        "weighted": grades.weighted,
        "students": [_student(standing, columns) for standing in grades.standings],
    }
    return Exported(utf8(json.dumps(document, indent=1, ensure_ascii=False)) + b"\n")


def _student(standing: Standing, columns: tuple[Column, ...]) -> dict[str, object]:
    return {
        **asdict(standing.person),
        "total": standing.total,
        "max_total": standing.max_total,
        "grades": [_grade(standing.grades[column.slug]) for column in columns],
    }


def _grade(grade: Grade) -> dict[str, object]:
    report = grade.report
    return {
        "exercise": grade.exercise, "status": grade.status, "score": grade.score, "raw": grade.raw,
        "max_score": grade.max_score, "penalty": grade.penalty, "days_late": grade.days_late,
        "grace_days": grade.grace_days, "note": grade.note, "dropped": grade.dropped,
        "submitted_at": grade.submitted_at, "attempts": grade.attempts, "participant": grade.participant,
        "submission_sha256": report.submission_sha256 if report else "",
        "suite_sha256": report.suite_sha256 if report else "",
        "problem": report.problem if report else None,
        "questions": [
            {
                "name": question.name, "status": question.status, "score": score,
                "score_by_tests": question.score, "max_score": question.max_score,
                "diagnoses": question.diagnoses,
            }
            for question, score in grade.question_scores()
        ],
        "overrides": [
            {
                "question": override.question, "score": override.score, "comment": override.comment,
                "by": override.by, "at": override.at,
            }
            for override in grade.overrides
        ],
    }  # fmt: skip
