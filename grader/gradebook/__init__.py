"""The gradebook: every attempt and every report of a term, in SQLite or PostgreSQL."""

from grader.gradebook.book import Gradebook, open_gradebook

__all__ = ["Gradebook", "open_gradebook"]
