"""What comes by itself, and is recorded as an event: one kind a file, named in `kinds`."""
