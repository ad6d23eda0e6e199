"""The phrases in which it is told why a rule did what it did."""
