"""The till: one screen for whoever serves, which goes on earning through a network cut."""
