"""The gradebook: every attempt, report, decision and publication of a term, in SQLite or PostgreSQL."""

from grader.term.gradebook.book import Gradebook, open_gradebook

__all__ = ["Gradebook", "open_gradebook"]
