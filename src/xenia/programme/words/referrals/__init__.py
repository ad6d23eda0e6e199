"""How it is told that members bring others: one file a language."""
