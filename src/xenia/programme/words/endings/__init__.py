"""How it is told when units end that end in more ways than one: one file a language."""
