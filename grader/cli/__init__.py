"""The commands by who uses them: students, instructors, authors of exercises."""
