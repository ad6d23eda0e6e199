"""Events: the facts that happened and the claims in them, typed, and how they are read."""
