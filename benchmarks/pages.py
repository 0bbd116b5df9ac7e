"""What the class's pages cost: to make, to make again when nothing or one grade has changed, and to open and use.

    python -m benchmarks.pages [--students 5,50,1000] [--out FILE]

The classes are made up (`tests/classes.py`), with the course's own eleven exercises. "bare" is writing files of the same
bytes in the same way, so "ratio" is what rendering adds to that. With playwright and a Chromium the class page is opened
too: from the start of the navigation to the load event, and from a click or a typed word to the next frame; medians.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from grader.core.files import write_file
from grader.core.grades import ClassGrades
from grader.pages.write_results import write_pages

ROOT = Path(__file__).resolve().parents[1]
OPENED = 5

SORT = """async () => {
  const button = document.querySelectorAll("table.t thead button")[4], begun = performance.now();
  button.click();
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begun;
}"""
SEARCH = """async word => {
  const field = document.getElementById("find"), begun = performance.now();
  field.value = word;
  field.dispatchEvent(new Event("input"));
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begun;
}"""


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """(wall, CPU) seconds of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def made(grades: ClassGrades, folder: Path) -> dict[str, Any]:
    """Seconds to make all pages, nothing, and those of one changed grade; bytes; the same bytes written bare."""
    from grader.pages.student_page import _coded, _question

    _question.cache_clear()  # each class pays for itself
    _coded.cache_clear()
    out = folder / "out"
    all_s, all_cpu_s = timed(lambda: write_pages(grades, out))
    again_s, _ = timed(lambda: write_pages(grades, out))
    first = grades.standings[0]
    slug = grades.columns[0].slug
    other = replace(first, grades={**first.grades, slug: replace(first.grades[slug], note="changed")})
    one_s, _ = timed(lambda: write_pages(replace(grades, standings=(other, *grades.standings[1:])), out))
    pages = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.html")}

    def bare() -> None:
        for name, page in pages.items():
            write_file(folder / "bare" / name, page)

    bare_s, _ = timed(bare)
    students = [len(page) for name, page in pages.items() if name.startswith("students/")]
    return {
        "students": len(grades.standings), "all_s": all_s, "all_cpu_s": all_cpu_s, "bare_s": bare_s, "ratio": all_s / bare_s,
        "nothing_changed_s": again_s, "one_grade_changed_s": one_s, "index_kb": len(pages["index.html"]) / 1000,
        "student_kb": median(students) / 1000, "projector_kb": len(pages["projector.html"]) / 1000,
    }  # fmt: skip


def opened(index: Path) -> dict[str, float]:
    """Milliseconds to open the class page, to sort it for the first time and to search it; {} without a browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {}
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        return {}
    rows = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path)
        for _ in range(OPENED + 1):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(index.as_uri())
            load = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
            rows.append((load, page.evaluate(SORT), page.evaluate(SEARCH, "jo"), page.evaluate(SEARCH, "jose")))
            page.close()
        browser.close()
    names = ("load_ms", "first_sort_ms", "first_search_ms", "next_search_ms")
    return dict(zip(names, map(median, zip(*rows[1:], strict=True)), strict=True))  # the first one warms the browser up


def main() -> None:
    """Measure and print; with --out also as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--students", default="5,50,1000")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT / "tests"))
    from classes import made_up_class

    found: dict[str, Any] = {"load_before": os.getloadavg()[0], "classes": []}
    for count in map(int, options.students.split(",")):
        grades = made_up_class(count)
        with tempfile.TemporaryDirectory() as folder:
            figures = made(grades, Path(folder))
            figures |= opened(Path(folder) / "out" / "index.html")
        found["classes"].append({name: round(value, 3) for name, value in figures.items()})
    found["load_after"] = os.getloadavg()[0]
    text = json.dumps(found, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
