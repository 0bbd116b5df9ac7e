"""What was handed in, in any form: folders, and downloads from learning platforms."""
