"""PostgreSQL: where the database is, what is in it, and all SQL."""
