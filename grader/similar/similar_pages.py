"""What the comparison of a class found, as HTML: an overview with the clusters, and two notebooks side by
side.

As on all our pages, what students wrote is escaped and cleaned, and a Content-Security-Policy allows our
style sheet only.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.core.text import shown_name
from grader.pages.html import render
from grader.similar import Cluster, Pair, Similarities
from grader.similar.pairing import CLASS, EVIDENCE, QUARTER, own_cells, tokens_of
from grader.similar.passages import Passage, Span, passages

TEMPLATES = Path(__file__).with_name("templates")
STYLES = ("style.css", "similar.css")
FOLDER = "similar"
PAIRS_SHOWN = 20  # of a cluster, each with its page
PAGES_MOST = 400
CLUSTERS_SHOWN = 100  # of an exercise
STUDENTS_SHOWN = 60  # of a cluster
LINES_MOST = 600  # of a notebook
LINE_MOST = 400  # characters
COLOURS = 6


@dataclass(frozen=True)
class Row:
    """A line of code: `passage` is the number of what it belongs to, 0 if to nothing; `begins` those that
    begin in it.
    """

    line: int
    text: str
    passage: int
    begins: tuple[int, ...]


def similarity_pages(
    found: Sequence[Similarities],
    titles: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Relative path → HTML of `similar/index.html` and of a page for each of the best pairs of every cluster.

    Args:
        found: one for each exercise, in the order of the course.
        titles: slug → title; a slug without one stands for itself.
        names: student → the name to show; a student without one stands for themselves.
    """
    titles, names = titles or {}, names or {}
    shown = {
        work.student: shown_name(names.get(work.student) or work.student)
        for one in found
        for work in one.works
    }
    where = _pages(found)
    often = Counter(
        (pair.first, pair.second) for one in found for cluster in one.clusters for pair in cluster.pairs
    )
    out: dict[str, str] = {}
    exercises = []
    for one in found:
        title = titles.get(one.slug, one.slug)
        clusters = [_cluster(one, cluster, shown, where, often) for cluster in one.clusters[:CLUSTERS_SHOWN]]
        for row in (row for cluster in clusters for row in cluster["rows"] if row["page"]):
            out[f"{FOLDER}/{row['page']}"] = _pair_page(row["pair"], one, row["names"], title)
        facts = {"compared": len(one.works), "short": len(one.too_short), "common": one.common}
        exercises.append(
            {"title": title, "clusters": clusters, "hidden": len(one.clusters) - len(clusters), **facts}
        )
    index = render(
        "similar.html",
        STYLES,
        folder=TEMPLATES,
        exercises=exercises,
        threshold=min((one.threshold for one in found), default=0.0),
        least=tokens_of(EVIDENCE),
        quarter=QUARTER,
        smallest_class=CLASS,
    )  # fmt: skip
    return {f"{FOLDER}/index.html": index, **out}


def _cluster(
    one: Similarities,
    cluster: Cluster,
    shown: Mapping[str, str],
    where: Mapping[tuple[str, str, str], str],
    often: Mapping[tuple[str, str], int],
) -> dict[str, Any]:
    rows = [
        {
            "pair": pair,
            "names": (shown[pair.first], shown[pair.second]),
            "page": where.get((one.slug, pair.first, pair.second), ""),
            "elsewhere": often[pair.first, pair.second] - 1,
        }
        for pair in cluster.pairs[:PAIRS_SHOWN]
    ]
    students = [shown[student] for student in cluster.students]
    return {
        "students": students[:STUDENTS_SHOWN],
        "more_students": max(0, len(students) - STUDENTS_SHOWN),
        "best": cluster.best,
        "rows": rows,
        "more_pairs": len(cluster.pairs) - len(rows),
    }


def _pages(found: Sequence[Similarities]) -> dict[tuple[str, str, str], str]:
    """The file of every pair that has one: the best of each cluster first, so that every cluster gets some."""
    ranked = [
        (place, number, one.slug, pair)
        for number, one in enumerate(found)
        for cluster in one.clusters[:CLUSTERS_SHOWN]
        for place, pair in enumerate(cluster.pairs[:PAIRS_SHOWN])
    ]
    ranked.sort(key=lambda entry: entry[:2])
    return {(slug, pair.first, pair.second): _file(slug, pair) for _, _, slug, pair in ranked[:PAGES_MOST]}


def _file(slug: str, pair: Pair) -> str:
    safe = re.sub(r"[^a-z0-9_]+", "-", slug.lower()).strip("-")[:40] or "exercise"
    both = "\0".join((slug, pair.first, pair.second)).encode("utf-8", "surrogatepass")
    return f"{safe}-{hashlib.sha256(both).hexdigest()[:12]}.html"


def _pair_page(pair: Pair, one: Similarities, names: tuple[str, str], title: str) -> str:
    found = passages(pair, one)
    sides = [
        _side(
            one, pair.first, names[0], [(passage.number, passage.first) for passage in found], "left", "right"
        ),
        _side(
            one,
            pair.second,
            names[1],
            [(passage.number, passage.second) for passage in found],
            "right",
            "left",
        ),
    ]
    return render(
        "pair.html",
        STYLES,
        folder=TEMPLATES,
        title=title,
        pair=pair,
        names=names,
        sides=sides,
        passages=[_listed(passage, sides) for passage in found],
        colours=COLOURS,
    )  # fmt: skip


def _listed(passage: Passage, sides: Sequence[dict[str, Any]]) -> dict[str, Any]:
    shown = [passage.number in side["shown"] for side in sides]
    return {"passage": passage, "shown": all(shown)}


def _side(
    one: Similarities, student: str, name: str, marked: Sequence[tuple[int, Span]], side: str, other: str
) -> dict[str, Any]:
    """A notebook's own cells as rows; what was handed out unchanged is only counted."""
    work = one.by_student[student]
    handed = {source.strip() for source in one.given.cells}
    own = own_cells(work, handed)
    cells: list[tuple[int, list[Row]]] = []
    left = LINES_MOST
    for number, source in own:
        here = [(passage, span) for passage, span in marked if span.cell == number]
        rows = _rows(source.splitlines()[:left], here)
        left -= len(rows)
        if rows:
            cells.append((number, rows))
    lines = sum(len(source.splitlines()) for _, source in own)
    begun = {passage for _, rows in cells for row in rows for passage in row.begins}
    given = sum(1 for _, source in work.cells if source.strip()) - len(own)
    return {
        "name": name, "cells": cells, "given": given, "cut": max(0, lines - LINES_MOST), "shown": begun,
        "side": side, "other": other,
    }  # fmt: skip


def _rows(lines: Sequence[str], spans: Sequence[tuple[int, Span]]) -> list[Row]:
    out = []
    for number, text in enumerate(lines, 1):
        inside = [passage for passage, span in spans if span.start <= number <= span.end]
        begins = tuple(passage for passage, span in spans if span.start == number)
        shown = text if len(text) <= LINE_MOST else text[:LINE_MOST] + "…"
        out.append(Row(number, shown, (begins or tuple(inside) or (0,))[0], begins))
    filled = [place for place, row in enumerate(out) if row.text.strip()]
    return out[filled[0] : filled[-1] + 1] if filled else []
