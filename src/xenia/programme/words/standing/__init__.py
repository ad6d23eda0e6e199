"""How it is said that a level outlasts what earned it, and that a programme comes to its end."""
