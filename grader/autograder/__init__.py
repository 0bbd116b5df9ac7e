"""What runs inside a Gradescope or GitHub Classroom container, started by their scripts."""
