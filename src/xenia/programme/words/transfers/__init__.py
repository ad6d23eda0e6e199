"""How it is told that members give units to one another: one file a language."""
