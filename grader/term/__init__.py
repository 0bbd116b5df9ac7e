"""What is kept over a term and what of it counts: gradebook, policies, standings."""
