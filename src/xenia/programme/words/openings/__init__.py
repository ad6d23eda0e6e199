"""How it is told what members bring along from another system: one file a language."""
