"""One source of history a file: each gives the purchases that it knows, as typed events."""
