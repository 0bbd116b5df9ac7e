"""Measurements of the grader on this machine; nothing here takes part in grading."""
