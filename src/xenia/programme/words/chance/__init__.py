"""How it is told that chance decides: one file a language."""
