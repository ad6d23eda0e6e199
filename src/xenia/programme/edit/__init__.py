"""Changes of a document as operations on its text: what they do not name stays as it is written."""
