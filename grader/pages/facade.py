"""The pages of a class, by their one address: the overview, a page a student, the page for the lecture.

Self-contained files that run nothing of a student's; `grader.pages.html` says how that is held.
"""

from __future__ import annotations

from grader.pages.class_report import index_page
from grader.pages.html import POLICY, STATUS_LOOKS, asset, environment, page_name, source_hash
from grader.pages.projector import projector_page
from grader.pages.student_page import student_page

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
