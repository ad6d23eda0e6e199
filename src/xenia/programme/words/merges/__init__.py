"""How it is told that two accounts of one person become one: one file a language."""
