"""The pages of a class, by their one address: the overview, a page a student, the page for the lecture.

Self-contained files that run nothing of a student's; `grader.render.page` says how that is held.
"""

from __future__ import annotations

from grader.render.classreport import index_page
from grader.render.page import POLICY, STATUS_LOOKS, asset, environment, page_name, source_hash
from grader.render.projector import projector_page
from grader.render.studentpage import student_page

__all__ = [
    "POLICY",
    "STATUS_LOOKS",
    "asset",
    "environment",
    "index_page",
    "page_name",
    "projector_page",
    "source_hash",
    "student_page",
]
