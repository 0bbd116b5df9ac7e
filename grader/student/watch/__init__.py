"""`grader watch`: a warm process that checks again at every save, the files, the keys and the screen."""
