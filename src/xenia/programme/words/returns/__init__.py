"""What was taken back, given back, and is owed."""
