"""nbgrader: its submitted/ tree, and its CSV of grades."""
