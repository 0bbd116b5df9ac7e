"""The diagnoses prove themselves: wrong variants are told their mistake or nothing, right ones nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from grader.authoring.audit import markdown_table
from grader.authoring.cases import ALL, Case, cases_of, chosen, declared
from grader.core.course import Course, Exercise
from grader.core.errors import GraderError, OurFailure
from grader.core.report import QuestionResult
from grader.engine.judges import in_judges
from grader.engine.submission import Judge

GIVEN, NONE, WRONG = "given", "none", "wrong"
SHOWN = 110  # characters of a sentence in the table
HEAD = ("exercise", "wrong variants", GIVEN, NONE, WRONG, "share given", "correct variants",
        "of these told anything")  # fmt: skip
PAGE = """# What a wrong answer is told

`grader audit --diagnoses --report docs/diagnosis.md` makes this page. It grades every wrong variant of the
course, with the hidden tests of the questions that it loses, and lists the diagnoses: the sentences after
"This looks like:".

- *given*: at least one sentence, and each agrees with the `Diagnosis:` lines of the variant's docstring.
- *none*: silence. The student still reads the call, what came out and what was expected.
- *wrong*: a sentence that the variant does not declare, or silence where it declares one. There must be none.

A correct variant must not be told anything. `(unread)`: the author has not declared yet that it is right.

{table}
{parts}"""


@dataclass(frozen=True)
class Diagnosed:
    """What one variant was told.

    Attributes:
        expected: the words that its docstring declares, () for "none", or None where it declares nothing.
        told: (question, diagnosis), each once, in the order of the tests.
        problem: why it could not be judged, or "".
    """

    slug: str
    variant: str
    expected: tuple[str, ...] | None
    told: tuple[tuple[str, str], ...]
    problem: str = ""

    @property
    def verdict(self) -> str:
        """Given, none, or wrong: a sentence that the variant does not declare, or any for a right answer."""
        if self.problem or any(not self._fits(text) for _, text in self.told):
            return WRONG
        if self.expected and not self.told:
            return WRONG
        return GIVEN if self.told else NONE

    def _fits(self, text: str) -> bool:
        return self.expected is None or any(words in text for words in self.expected)

    @property
    def unread(self) -> bool:
        """Whether the author has not said yet that this diagnosis is the right one."""
        return bool(self.told) and self.expected is None

    @property
    def complaint(self) -> str:
        """What is wrong about it in a line to print, "" if it is as it should be."""
        expected = "; ".join(self.expected or ()) or "nothing"
        told = "; ".join(dict.fromkeys(text for _, text in self.told)) or self.problem or "nothing"
        return (
            f"✗ {self.slug}: {self.variant}: expected {expected}; told {told}"
            if self.verdict == WRONG
            else ""
        )

    @property
    def is_wrong(self) -> bool:
        """Whether it is one of the wrong variants."""
        return self.variant.startswith("wrong/")


def diagnoses_audit(
    course: Course, slugs: Sequence[str], jobs: int | None, done: Callable[[int], None]
) -> list[Diagnosed]:
    """What every variant is told, right ones too; `done` is told the number of variants, once for each.

    Raises:
        GraderError: no sandbox, or a suite that cannot be collected.
    """
    cases = [
        (case, declared_words(exercise, case.name))
        for exercise in chosen(course, slugs)
        for case in cases_of(exercise)
        if "/" in case.name
    ]
    if not cases:
        raise GraderError(f"{course.root}: no variants to diagnose (no solutions/*/wrong/*.py)")
    results = []
    for result in in_judges(_run, cases, course, jobs):
        results.append(result)
        done(len(cases))
    return sorted(results, key=lambda result: (result.slug, result.variant))


def declared_words(exercise: Exercise, variant: str) -> tuple[str, ...] | None:
    """The words of its `Diagnosis:` lines; () for a right variant and for "none", None without a line."""
    if variant.startswith("correct/"):
        return ()
    lines = declared(exercise.folder / f"{variant}.py", "Diagnosis")
    return tuple(line for line in lines if line != "none") if lines else None


def _run(judge: Judge, work: tuple[Case, tuple[str, ...] | None]) -> Diagnosed:
    case, expected = work
    try:
        (questions,) = judge.judge_cells(case.slug, case.cells, [("hidden", case.loses or ALL)])
    except OurFailure as failure:
        return Diagnosed(case.slug, case.name, expected, (), str(failure))
    return Diagnosed(case.slug, case.name, expected, diagnoses_in(questions))


def diagnoses_in(questions: Iterable[QuestionResult]) -> tuple[tuple[str, str], ...]:
    """(question, diagnosis), each once."""
    told = [(question.name, test.diagnosis) for question in questions for test in question.tests]
    return tuple(dict.fromkeys((question, text) for question, text in told if text))


def diagnosis_tally(results: Sequence[Diagnosed]) -> str:
    """The figures by exercise and in all; of correct variants, how many were told something."""
    slugs = sorted({result.slug for result in results})
    rows = [_figures(f"`{slug}`", [result for result in results if result.slug == slug]) for slug in slugs]
    return markdown_table(HEAD, [*rows, _figures("all", results)] if len(rows) > 1 else rows)


def diagnosis_report(results: Sequence[Diagnosed]) -> str:
    """The page `docs/diagnosis.md`."""
    parts = []
    for slug in sorted({result.slug for result in results}):
        rows = [row for result in results if result.slug == slug and result.is_wrong for row in _rows(result)]
        parts.append(f"## {slug}\n\n{markdown_table(('variant', 'question', 'diagnosis', ''), rows)}")
    return PAGE.format(table=diagnosis_tally(results), parts="\n".join(parts))


def _rows(result: Diagnosed) -> Iterable[tuple[str, str, str, str]]:
    """A row for each sentence, the first one with the variant's name and verdict."""
    questions: dict[str, dict[str, None]] = {}
    for question, text in result.told:
        questions.setdefault(text, {})[f"`{question}`"] = None
    name = f"`{result.variant.partition('/')[2]}`"
    verdict = result.verdict + (" (unread)" if result.unread else "")
    for text, names in (questions or {"": {}}).items():
        yield name, ", ".join(names), _cell(text), verdict
        name = verdict = ""


def _cell(text: str) -> str:
    line = " ".join(text.split()).replace("|", "\\|")
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def _figures(name: str, results: Sequence[Diagnosed]) -> list[object]:
    wrong = [result for result in results if result.is_wrong]
    right = [result for result in results if not result.is_wrong]
    counts = Counter(result.verdict for result in wrong)
    share = f"{100 * counts[GIVEN] / max(len(wrong), 1):.0f} %"
    told = sum(result.verdict == WRONG for result in right)
    return [name, len(wrong), counts[GIVEN], counts[NONE], counts[WRONG], share, len(right), told]
