"""What people read: the class as a CSV file, a table on screen, and HTML pages, all made from `Report`
records.

Names, messages and diagnoses come out of students' notebooks and are taken to be hostile everywhere in here.
"""
