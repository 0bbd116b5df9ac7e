"""A notebook becomes a report: one submission, a batch of them, here or on other machines."""
