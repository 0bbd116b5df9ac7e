"""What is handed back to a student: their own notebook with the results next to the answers."""
