"""Moodle: its download of submissions, and its grading worksheet filled in."""
