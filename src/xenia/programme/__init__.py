"""The programme document: its model; how it is read, written, checked, explained, compared."""
