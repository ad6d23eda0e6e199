"""What comes by itself, as time passes."""
