"""The audit of the diagnoses as Markdown: what every wrong variant is told, and the figures by exercise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

SHOWN = 110
RESULTS = ("given", "none", "wrong")


class Diagnosed(Protocol):
    """What is shown of a variant; see `grader.authoring.diagnoses_audit.Diagnosed`."""

    @property
    def slug(self) -> str: ...
    @property
    def variant(self) -> str: ...
    @property
    def told(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def verdict(self) -> str: ...
    @property
    def unread(self) -> bool: ...


def diagnosis_tally(found: Sequence[Diagnosed]) -> str:
    """The figures by exercise and in all; of correct variants, how many were told something."""
    slugs = sorted({one.slug for one in found})
    rows = [_row(f"`{slug}`", [one for one in found if one.slug == slug]) for slug in slugs]
    head = (
        "exercise",
        "wrong variants",
        *RESULTS,
        "share given",
        "correct variants",
        "of these told anything",
    )
    return _table(head, [*rows, _row("all", found)] if len(rows) > 1 else rows)


def diagnosis_report(found: Sequence[Diagnosed]) -> str:
    """The page `docs/diagnosis.md`."""
    parts = []
    for slug in sorted({one.slug for one in found}):
        rows = [row for one in found if one.slug == slug and _is_wrong(one) for row in _rows(one)]
        parts.append(f"## {slug}\n\n{_table(('variant', 'question', 'diagnosis', ''), rows)}")
    return PAGE.format(table=diagnosis_tally(found), parts="\n".join(parts))


def _rows(one: Diagnosed) -> Iterable[tuple[str, str, str, str]]:
    mark = one.verdict + (" (unread)" if one.unread else "")
    name = f"`{one.variant.partition('/')[2]}`"
    by_text: dict[str, list[str]] = {}
    for question, text in one.told:
        by_text.setdefault(text, []).append(question)
    if not by_text:
        return [(name, "", "", mark)]
    first = [(name, mark), *[("", "")] * len(by_text)]
    return [
        (shown, ", ".join(f"`{q}`" for q in dict.fromkeys(questions)), _cell(text), end)
        for (shown, end), (text, questions) in zip(first, by_text.items(), strict=False)
    ]


def _cell(text: str) -> str:
    line = " ".join(text.split()).replace("|", "\\|")
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def _is_wrong(one: Diagnosed) -> bool:
    return one.variant.startswith("wrong/")


def _row(name: str, found: Sequence[Diagnosed]) -> list[object]:
    wrong, right = [one for one in found if _is_wrong(one)], [one for one in found if not _is_wrong(one)]
    counts = Counter(one.verdict for one in wrong)
    share = f"{100 * counts['given'] / max(len(wrong), 1):.0f} %"
    told = sum(one.verdict == "wrong" for one in right)
    return [name, len(wrong), *(counts[result] for result in RESULTS), share, len(right), told]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [" | ".join(head), " | ".join(["---"] * len(head)), *(" | ".join(map(str, row)) for row in rows)]
    return "".join(f"| {line} |\n" for line in lines)


PAGE = """# What a wrong answer is told

`grader audit --diagnoses --report docs/diagnosis.md` makes this page. It grades every wrong variant of the course, with
the hidden tests of the questions that it loses, and lists the diagnoses: the sentences after "This looks like:".

- *given*: at least one sentence, and each agrees with what the variant declares (`Diagnosis:` in its docstring).
- *none*: silence. The student still reads the call, what came out and what was expected.
- *wrong*: a sentence that the variant does not declare, or silence where it declares one. There must be none.

A correct variant must not be told anything. `(unread)`: nobody has declared yet that the sentence is right.

{table}
{parts}"""
