"""What moves between accounts: double entry on lots, without a database."""
