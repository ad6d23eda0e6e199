"""The engine: a programme compiled to one plan, run over a member's events, one at a time."""
