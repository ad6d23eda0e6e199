"""The console: what staff sees, page by page."""
