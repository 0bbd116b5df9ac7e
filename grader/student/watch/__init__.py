"""`grader watch`: a warm process that checks at every save, and the files, keys and screen for it."""
