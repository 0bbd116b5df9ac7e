"""The page handed back to a student: their own notebook with results next to the answers."""
