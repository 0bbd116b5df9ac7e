"""What runs inside a Gradescope or GitHub Classroom container; nobody types it."""
