"""The student's notebook seen from outside: names to call, objects to hold, never a Python object of theirs."""
