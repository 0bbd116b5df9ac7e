"""What runs beside the student's code, inside the sandbox: imports nothing else of the grader."""
