"""Write `examples/`: the notebooks of a fictional class, made from the reference solutions and their variants.

Deterministic: the same `solutions/` gives the same files, byte for byte. Run it as `python scripts/make_examples.py`.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import math
import re
import shutil
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from example_class import CLASS, HABITS, HARMFUL, HEAD, REMARKS, RUINED, SLUGS, Student, Work, parse

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "examples"
ALWAYS_IMPORTED = ("import numpy as np", "import torch", "from torch import nn")
BLOCK = re.compile(
    r"^([ \t]*)### BEGIN SOLUTION\n(.*?)^[ \t]*### END SOLUTION(?:\n|$)", re.MULTILINE | re.DOTALL
)


@dataclass
class Cell:
    """A cell of a notebook in the making; `answers` says which questions a code cell answers."""

    kind: str
    source: str
    answers: tuple[str, ...] = ()


def reference(slug: str) -> list[Cell]:
    """The reference notebook's cells, solution markers still inside."""
    notebook = json.loads((ROOT / "solutions" / slug / f"{slug}.ipynb").read_text(encoding="utf-8"))
    sources = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
    return [
        Cell(kind, text, names(strip(text, ())) if "### BEGIN SOLUTION" in text else ())
        for kind, text in sources
    ]


def questions(slug: str) -> list[str]:
    """Everything that the reference answers, in the notebook's order."""
    return [name for cell in reference(slug) for name in cell.answers]


def strip(source: str, stubs: tuple[str, ...] | list[str]) -> str:
    """A solution cell without its markers; the questions in `stubs` go back to their stub."""

    def replace(match: re.Match[str]) -> str:
        indent, body = match.groups()
        above = (
            re.findall(r"^(?:def|class) (\w+)", source[: match.start()], re.MULTILINE)
            if indent
            else names(body)
        )
        name = above[-1] if above else ""
        if name not in stubs:
            return body
        method = re.findall(r"^ +def (\w+)", source[: match.start()], re.MULTILINE) if len(indent) > 4 else []
        return f'{indent}raise NotImplementedError("{".".join([name, *method[-1:]])}")\n' if indent else ""

    return BLOCK.sub(replace, source).rstrip("\n")


def names(source: str) -> tuple[str, ...]:
    """What the top level of a cell defines, in order, once each."""
    found: dict[str, None] = {}
    for node in ast.parse(source).body:
        found |= dict.fromkeys(_defined(node))
    return tuple(found)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def overlay(cells: list[Cell], patch: str) -> None:
    """Put each definition of `patch` where the notebook has the one of that name; its helpers go before the first."""
    lines, helpers, first = patch.splitlines(), [], None
    for node in ast.parse(patch).body:
        text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        name = next(iter(_defined(node)), "")
        cell = next((cell for cell in cells if name in cell.answers), None)
        if cell is not None:
            first = first or cell
            cell.source = _replace(cell.source, name, text)
        elif not isinstance(node, ast.Expr) and text not in ALWAYS_IMPORTED:
            helpers.append(text)
    if first is not None:
        first.source = "\n\n\n".join([*helpers, first.source])


def _replace(source: str, name: str, text: str) -> str:
    nodes = [node for node in ast.parse(source).body if name in _defined(node)]
    lines = source.splitlines()
    lines[nodes[0].lineno - 1 : nodes[-1].end_lineno] = text.splitlines()
    return "\n".join(lines)


def choose(key: str, options: list[Path]) -> Path:
    """One of `options`, by hash, so that a new file moves few choices."""
    return min(options, key=lambda path: hashlib.sha256(f"{key}/{path.stem}".encode()).digest())


def declared_losses(path: Path) -> list[str]:
    """The questions on the `Loses:` line of a wrong variant."""
    match = re.search(r"^Loses: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [name.strip() for name in match.group(1).split(",")] if match else []


def answers(student: Student, work: Work) -> list[Cell]:
    """The answer cells of a submission; notes in `work` what must be lost."""
    folder = ROOT / "solutions" / work.slug
    if work.base != "ref":
        correct = sorted((folder / "correct").glob("*.py"))
        named = [path for path in correct if path.stem == work.base]
        text = (named[0] if named else choose(f"{student.folder}/{work.slug}", correct)).read_text(
            encoding="utf-8"
        )
        text = re.sub(r'\A""".*?"""\n', "", text, flags=re.DOTALL)
        parts = [re.sub(r"  # noqa.*", "", part).strip() for part in re.split(r"(?m)^# ?%%.*$", text)]
        return [Cell("code", part, names(part)) for part in parts if part]
    cells = [
        Cell("code", strip(cell.source, work.stubs), cell.answers)
        for cell in reference(work.slug)
        if cell.answers
    ]
    for question in work.wrong:
        losing = {path: declared_losses(path) for path in sorted((folder / "wrong").glob("*.py"))}
        fewest = min((len(lost) for lost in losing.values() if question in lost), default=0)
        options = [path for path, lost in losing.items() if question in lost and len(lost) == fewest]
        if not options:
            raise SystemExit(f"no wrong variant of {work.slug} loses {question}: add one or change the class")
        mistake = choose(f"{student.folder}/{work.slug}/{question}", options)
        text = mistake.read_text(encoding="utf-8")
        work.mistakes.append(mistake.stem)
        work.lost.update(losing[mistake])
        overlay(cells, re.sub(r"  # noqa.*", "", text))
    for question in work.harmful:
        overlay(cells, HARMFUL[question][0])
    work.lost.update(dependants(cells, {*work.stubs, *work.harmful, *work.broken}))
    for cell in cells:
        for question in {*work.broken} & {*cell.answers}:
            cell.source = re.sub(rf"^(def {question}\(.*\)):", r"\1", cell.source, flags=re.MULTILINE)
    return cells


def dependants(cells: list[Cell], lost: set[str]) -> set[str]:
    """`lost` and every answer that calls one of them, directly or through another."""
    uses: dict[str, set[str]] = {}
    for cell in cells:
        for node in ast.parse(cell.source).body:
            for name in _defined(node):
                uses[name] = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    while True:
        more = {name for name, used in uses.items() if used & lost} - lost
        if not more:
            return lost
        lost = lost | more


def weave(work: Work, answered: list[Cell]) -> list[Cell]:
    """The answers inside the exercise's frame of text and checks, as far as this student kept it."""
    cells: list[Cell] = []
    waiting = list(answered)
    trains = "train" not in work.stubs and "trains" not in work.habits
    for cell in reference(work.slug):
        heavy = trains and re.search(r"\b(train|fit)\(", cell.source)
        if cell.answers:
            last = max((i for i, w in enumerate(waiting) if {*w.answers} & {*cell.answers}), default=-1)
            cells, waiting = cells + waiting[: last + 1], waiting[last + 1 :]
        elif cell.kind == "markdown" and "bare" not in work.habits:
            heading = cell.source.splitlines()[0]
            if "prose" in work.habits or heading.startswith("#"):
                cells.append(cell if "prose" in work.habits else Cell("markdown", heading))
        elif (
            cell.kind == "code"
            and not heavy
            and ("bare" not in work.habits or cell.source.startswith("import "))
        ):
            cells.append(cell)
    return cells + waiting


def add_habits(student: Student, work: Work, cells: list[Cell]) -> list[Cell]:
    """The notebook as this student left it."""
    solved = [cell for cell in cells if cell.answers]
    if "prints" in work.habits:
        for cell in solved:
            cell.source = re.sub(
                r"^( +)(return .*)$", r'\1print("DEBUG here")\n\1\2', cell.source, count=1, flags=re.MULTILINE
            )
    if "older" in work.habits:
        body = "    pass" if solved[-1].source.startswith("class") else "    return 0.0  # first try"
        signature = re.search(r"^(?:def|class) .*:$", solved[-1].source, re.MULTILINE)
        cells.insert(
            cells.index(solved[-1]), Cell("code", f"{signature.group() if signature else ''}\n{body}")
        )
    if "order" in work.habits:
        cells.remove(solved[0])
        cells.append(solved[0])
    middle = cells.index(solved[len(solved) // 2])
    for habit in work.habits:
        for place, source in HABITS[habit].cells:
            cells.insert({"top": 0, "middle": middle, "end": len(cells)}[place], Cell("code", source))
    if "bare" not in work.habits:
        number = hashlib.sha256(f"{student.folder}/{work.slug}".encode()).digest()[0]
        cells.insert(cells.index(solved[-1]) + 1, Cell("markdown", REMARKS[student.language][number % 3]))
    return [Cell("markdown", f"**{student.name}**"), *cells]


def picture() -> str:
    """A small PNG of a sine, in base64: 96 by 64, one bit a pixel, stored without compression."""
    rows = [[1] * 96 for _ in range(64)]
    for x in range(96):
        rows[round(31.5 - 26 * math.sin(x / 8))][x] = rows[32][x] = 0
    raw = b"".join(b"\0" + int("".join(map(str, row)), 2).to_bytes(12, "big") for row in rows)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 96, 64, 1, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(raw, 0)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in chunks
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


def notebook_text(cells: list[Cell], outputs: bool, language: str = "python") -> str:
    """The notebook as JSON; with `outputs`, as a front end saves it after a run."""
    out: list[dict[str, Any]] = []
    for number, cell in enumerate(cells):
        entry: dict[str, Any] = {
            "cell_type": cell.kind,
            "id": f"c{number:02}",
            "metadata": {},
            "source": cell.source.splitlines(True),
        }
        if cell.kind == "code":
            stored: list[dict[str, Any]] = []
            if outputs and "print(" in cell.source and not cell.answers:
                stored.append({"name": "stdout", "output_type": "stream", "text": ["as expected\n"]})
            if outputs and "plt.show()" in cell.source:
                data = {"image/png": picture(), "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
                stored.append({"data": data, "metadata": {}, "output_type": "display_data"})
            entry |= {"execution_count": number + 1 if outputs else None, "outputs": stored}
        out.append(entry)
    kernel = (
        {"display_name": "R", "language": "R", "name": "ir"}
        if language == "R"
        else {"display_name": "Python 3", "language": "python", "name": "python3"}
    )
    metadata = {"kernelspec": kernel, "language_info": {"name": language}}
    content = {"cells": out, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    nbformat.validate(content)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def write(student: Student, slug: str, notation: str) -> str:
    """Write one submission; the sentence that the README says about it."""
    if notation == "missing":
        return "not handed in"
    ruin = notation if notation in RUINED else ""
    work = parse(slug, "ref" if ruin else notation, questions(slug))
    cells = add_habits(student, work, weave(work, answers(student, work)))
    text = notebook_text(cells, "outputs" in work.habits)
    if ruin == "r":
        cells = [
            Cell("markdown", f"**{student.name}**"),
            Cell("code", "step <- function(z) as.numeric(z >= 0)\nstep(c(-1, 0, 2))"),
        ]
        text = notebook_text(cells, False, "R")
    path = OUT / "submissions" / student.folder / (slug if "nested" in work.habits else "") / f"{slug}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text({"truncated": text[: len(text) // 2], "empty": ""}.get(ruin, text), encoding="utf-8")
    return RUINED[ruin] if ruin else expectation(work)


def expectation(work: Work) -> str:
    """What grading must find, for the README."""
    asked = questions(work.slug)
    lost = [name for name in asked if name in work.lost and name not in work.stubs]
    left = [name for name in asked if name in work.stubs]
    said = [
        f"{verb} {', '.join(f'`{name}`' for name in some)}"
        for verb, some in (("loses", lost), ("leaves", left))
        if some
    ]
    right = "untouched: 0 points" if left == asked else "; ".join(said) or "all right"
    notes = [", ".join(mistake.replace("_", " ") for mistake in work.mistakes)] if work.mistakes else []
    notes += [HARMFUL[name][1] for name in work.harmful] + [
        f"`{name}` has a syntax error" for name in work.broken
    ]
    notes += [HABITS[habit].meaning for habit in work.habits]
    return right + (f" ({'; '.join(notes)})" if notes else "")


def main() -> None:
    """Write every submission and the table of what to expect."""
    shutil.rmtree(OUT / "submissions", ignore_errors=True)
    lines = [
        HEAD.format(students=len(CLASS), exercises=len(SLUGS)),
        "| student | " + " | ".join(SLUGS) + " |",
    ]
    lines.append("| --- " * (len(SLUGS) + 1) + "|")
    for student in CLASS:
        said = [write(student, slug, notation) for slug, notation in zip(SLUGS, student.works, strict=True)]
        lines.append(f"| `{student.folder}` | " + " | ".join(said) + " |")
    (OUT / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
