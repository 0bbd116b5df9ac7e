"""Records and reading that every other package uses: the course, notebooks, reports, text, files."""
