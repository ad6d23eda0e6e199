"""Services: one use case a file, from what is asked to the answer."""
