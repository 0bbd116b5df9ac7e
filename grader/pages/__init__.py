"""What people read, made from reports: scores, pages and feedback; text of students is hostile here."""
