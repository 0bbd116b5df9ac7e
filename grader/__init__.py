"""gradbook: a grader and an exercise suite for a deep-learning course."""

__version__ = "0.1.0"
