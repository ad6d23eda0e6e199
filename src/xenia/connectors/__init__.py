"""One source a file: of past purchases as typed events, or of what shops send as it happens."""
