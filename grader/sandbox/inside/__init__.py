"""What runs next to the student's code, inside the sandbox: it imports nothing else of the grader."""
