"""What a student uses: checking in a notebook and at the terminal, hints, progress, watching."""
