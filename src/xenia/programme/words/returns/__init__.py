"""What was taken back, given back, claimed, and is owed."""
