"""What an author of exercises types: new, release, audit, and what is packed for others."""
