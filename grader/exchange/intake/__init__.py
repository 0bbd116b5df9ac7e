"""What was handed in, in any of the forms that it comes in: folders, and downloads of learning platforms."""
